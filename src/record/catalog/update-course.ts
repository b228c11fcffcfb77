import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { partsOf } from '../kernel/members.ts';
import { against } from '../kernel/refusal.ts';
import { type Changed, demandUnchanged, difference, mergedAttributes, type Seen, update } from '../kernel/rows.ts';
import { checked } from '../kernel/rules.ts';
import { COURSE, type Course, type CoursePatch, type CourseState } from './course.ts';
import { replaceLinks } from './course-links.ts';
import { OFFERING } from './offering.ts';
import { courseHead, readCourse } from './read-courses.ts';
import { demandOwnOrEntitled, demandUnit } from './scope.ts';

/**
 * Merges the patch into the course: absent members keep their value, null clears, lists replace, attributes merge by key. Name
 * and external id that the default offering shares change there too. `state`: `retired` retires, `published` brings
 * a retired one back (`course_not_published` before its first version is). `seen`: the `updatedAt` the caller knows, else `stale`.
 */
export async function updateCourse(ctx: Context, id: string, patch: CoursePatch, seen?: Seen<Course>): Promise<Course> {
  demandAnywhere(ctx, 'courses.write');
  const { own: given, links } = partsOf(COURSE, checked(patch, COURSE.rules));
  const { state, ...own } = given;
  return transaction(ctx, async (ctx) => {
    await courseHead(ctx, id, 'write', 'courses.write');
    const before = await readCourse(ctx, id, 'courses.write');
    await demandOwnOrEntitled(ctx, 'course', before);
    demandUnchanged('course', before, seen);
    if (own.unitId !== undefined && own.unitId !== before.unitId) await demandUnit(ctx, own.unitId);
    const fields = difference(before, { ...own, attributes: mergedAttributes(before.attributes, own.attributes) });
    const changed = { ...fields, ...(await replaceLinks(ctx, before, links)) };
    if (Object.keys(changed).length > 0) {
      await update(ctx, COURSE, before.id, after(fields));
      await append(ctx, [{ type: 'course.updated', entityId: before.id, courseId: before.id, data: { changed } }]);
      await carryToDefaultOffering(ctx, before, fields);
    }
    const moved = await moveTo(ctx, before, state);
    return moved || Object.keys(changed).length > 0 ? readCourse(ctx, before.id, 'courses.write') : before;
  });
}

const after = (changed: Changed): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changed).map(([name, [, value]]) => [name, value]));

async function moveTo(ctx: Context, course: Course, state: CourseState | undefined): Promise<boolean> {
  if (state === undefined || state === course.state) return false;
  if (state === 'published' && !course.currentVersionId) against('course_not_published', 'course', course.id);
  // what was published stays known to those who took part: it is retired, never a draft again
  if (state === 'draft' && course.currentVersionId) against('published', 'course', course.id);
  await update(ctx, COURSE, course.id, { state });
  await append(ctx, [
    {
      type: state === 'retired' ? 'course.retired' : 'course.restored',
      entityId: course.id,
      courseId: course.id,
      data: { changed: { state: [course.state, state] } },
    },
  ]);
  return true;
}

/** A course and a default offering made with it share name, external id and unit until one of them goes its own way. */
async function carryToDefaultOffering(ctx: Context, before: Course, fields: Changed): Promise<void> {
  if (!before.defaultOfferingId) return;
  const { rows } = await run<Record<string, unknown>>(
    ctx,
    sql`select name, external_id as "externalId", unit_id as "unitId" from offering where tenant_id = ${TENANT} and id = ${before.defaultOfferingId}::uuid for no key update`,
  );
  const offering = rows[0]!;
  const shared = Object.fromEntries(
    ['name', 'externalId', 'unitId']
      .filter((name) => fields[name] && offering[name] === fields[name][0] && (name !== 'externalId' || offering[name]))
      .map((name) => [name, fields[name]!]),
  );
  if (Object.keys(shared).length === 0) return;
  await update(ctx, OFFERING, before.defaultOfferingId, after(shared));
  await append(ctx, [
    {
      type: 'offering.updated',
      entityId: before.defaultOfferingId,
      courseId: before.id,
      data: { changed: shared },
    },
  ]);
}
