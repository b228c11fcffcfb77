import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Offerings } from '../../../record/catalog/index.ts';
import { every, filled } from '../simple.ts';
import { type Library, without } from '../subject.ts';
import { MEMBERS } from './offering-members.ts';

interface CourseFacts {
  name: string;
  unitId: string | null;
  externalId: string | null;
  currentVersionId: string | null;
  template: boolean;
  /** Published versions that an export tells, oldest first. */
  versions: string[];
}

/** As an import makes them again: a course after the other. */
const BY_COURSE = ['courseNumber', 'number'].map((field) => ({ field, descending: false }));

/** Offerings; a default one only where it says something of its own. */
export async function* readOfferings(library: Library): AsyncGenerator<object> {
  const { ctx } = library;
  const { rows } = await run<CourseFacts & { id: string }>(
    ctx,
    sql`select c.id, c.name, c.unit_id as "unitId", c.external_id as "externalId", c.current_version_id as "currentVersionId", c.template,
            array(select v.id from course_version v where v.tenant_id = ${TENANT} and v.course_id = c.id and v.state <> 'draft'
                     and (v.id = c.current_version_id
                       or exists (select 1 from offering o where o.tenant_id = ${TENANT} and o.version_id = v.id and o.deleted_at is null)
                       or exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.version_id = v.id))
                   order by v.ordinal) as versions
       from course c where c.tenant_id = ${TENANT} and c.deleted_at is null`,
  );
  const courses = new Map(rows.map((row) => [row.id, row]));
  for await (const offering of every((query) => Offerings.list(ctx, query), BY_COURSE)) {
    const course = courses.get(offering.courseId);
    if (!course || !library.has('offering', offering.id)) continue;
    const entry = toEntry(library, offering, course);
    if (entry) yield entry;
  }
}

function toEntry(library: Library, offering: Offerings.Offering, course: CourseFacts): object | undefined {
  const { key, keyOf } = library;
  const own = without({
    name: offering.name === course.name ? undefined : offering.name,
    version:
      offering.versionId === course.currentVersionId || offering.versionId === null
        ? undefined
        : course.versions.indexOf(offering.versionId) + 1 || undefined,
    fromTemplate: offering.isDefault || offering.fromTemplate === course.template ? undefined : offering.fromTemplate,
    state: offering.state === 'active' ? undefined : offering.state,
    ...MEMBERS.entry(library, offering),
    waitlist: offering.waitlistSeats === 0 ? undefined : offering.waitlistSeats,
    readOnly: offering.readOnly || undefined,
    hiddenActivities: filled(offering.hiddenActivityIds.map((id) => library.activity(offering.courseId, id)).sort()),
    unit: offering.unitId === course.unitId ? undefined : (keyOf('unit', offering.unitId) ?? null),
  });
  if (!offering.isDefault)
    return {
      key: key('offering', offering.id),
      course: key('course', offering.courseId),
      ...library.external('offering', offering.id, offering.externalId),
      ...own,
    };
  const shared = offering.externalId === course.externalId || (course.template && offering.externalId === null);
  const external = shared ? {} : { externalId: offering.externalId };
  if (!course.template && !filled({ ...own, ...external })) return undefined;
  return {
    key: key('offering', offering.id),
    course: key('course', offering.courseId),
    default: true,
    ...external,
    ...own,
  };
}
