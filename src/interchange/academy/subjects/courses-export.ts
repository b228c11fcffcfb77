import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Content, Courses } from '../../../record/catalog/index.ts';
import { collect, every, filled } from '../simple.ts';
import { inOrder, type Library, unlike, without } from '../subject.ts';
import { ACTIVITY_USUAL } from './content.ts';
import { MEMBERS } from './course-members.ts';

/** Courses with their content, members of collections first. */
export async function* readCourses(library: Library): AsyncGenerator<object> {
  const { ctx } = library;
  const all = await collect(every((query) => Courses.list(ctx, query)));
  const { rows } = await run<{ collection: string; member: string }>(
    ctx,
    sql`select distinct v.course_id as collection, m.course_id as member from collection_member m
       join course_version v on v.tenant_id = m.tenant_id and v.id = m.version_id where m.tenant_id = ${TENANT}`,
  );
  const members = Map.groupBy(rows, (row) => row.collection);
  const ordered = inOrder(
    all,
    (course) => course.id,
    (course) => (members.get(course.id) ?? []).map((row) => row.member).sort(),
  );
  for (const course of ordered) yield toEntry(library, course, await versionsOf(library, course));
}

interface Version {
  id: string;
  state: string;
}

/** The versions that somebody still learns by, the present one last, and the draft. */
async function versionsOf({ ctx }: Library, course: Courses.Course): Promise<Version[]> {
  const { rows } = await run<Version>(
    ctx,
    sql`select v.id, v.state from course_version v
      where v.tenant_id = ${TENANT} and v.course_id = ${course.id}
        and (v.state = 'draft' or v.id = ${course.currentVersionId}::uuid
          or exists (select 1 from offering o where o.tenant_id = ${TENANT} and o.version_id = v.id and o.deleted_at is null)
          or exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.version_id = v.id))
      order by v.ordinal`,
  );
  return rows;
}

async function toEntry(library: Library, course: Courses.Course, versions: readonly Version[]): Promise<object> {
  const { key, keyOf } = library;
  const contents: { state: string; sections: object[] }[] = [];
  for (const { id, state } of versions) {
    const { sections } = await Content.get(library.ctx, id);
    contents.push({
      state,
      // over versions, what an activity is does not hang on its name
      sections: sections.map((section) => toSection(library, course.id, section, versions.length > 1)),
    });
  }
  const published = contents.filter(({ state }) => state !== 'draft').map(({ sections }) => ({ sections }));
  const draft = contents.find(({ state }) => state === 'draft');
  const usualDefault = !course.template;
  return without({
    key: key('course', course.id),
    name: course.name,
    kind: course.kind === 'online' ? undefined : course.kind,
    state: course.state === 'published' ? undefined : course.state,
    ...library.external('course', course.id, course.externalId),
    ...MEMBERS.entry(library, course),
    expireAfter: course.expireAfter
      ? Object.fromEntries(Object.entries(course.expireAfter).filter(([, value]) => value !== 0))
      : undefined,
    prerequisites: filled(
      course.prerequisites
        .map(({ courseId, enforced }) =>
          enforced ? key('course', courseId) : { course: key('course', courseId), enforced },
        )
        .sort(byText),
    ),
    followUps: filled(course.followUpCourseIds.map((id) => key('course', id)).sort()),
    editors: filled(
      course.editorIds
        .filter((id) => library.has('person', id))
        .map((id) => key('person', id))
        .sort(),
    ),
    creditAwards: filled(
      course.creditAwards
        .map(({ creditTypeId, credits }) => ({ type: key('credit_type', creditTypeId), credits }))
        .sort(byText),
    ),
    prices: filled(
      course.prices
        .map(({ amount, currency, unitId }) =>
          without({ amount, currency: currency ?? undefined, unit: keyOf('unit', unitId) }),
        )
        .sort(byText),
    ),
    defaultOffering: usualDefault && course.defaultOfferingId === null ? false : undefined,
    ...(published.length > 1
      ? { versions: published }
      : published.length === 1
        ? { sections: published[0]!.sections }
        : { sections: draft?.sections }),
    draft: published.length > 0 && draft ? { sections: draft.sections } : undefined,
  });
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function toSection(library: Library, courseId: string, section: Content.ContentSection, keyed: boolean): object {
  const activities = (list: readonly Content.ContentActivity[]) =>
    filled(list.map((activity) => toActivity(library, courseId, activity, keyed)));
  return without({
    name: section.name,
    description: section.description ?? undefined,
    activities: activities(section.activities),
    lessons: filled(
      section.lessons.map((lesson) =>
        without({
          name: lesson.name,
          description: lesson.description ?? undefined,
          activities: activities(lesson.activities),
        }),
      ),
    ),
    members: filled(
      section.members.map(({ courseId: member, required }) =>
        required ? library.key('course', member) : { course: library.key('course', member), required },
      ),
    ),
  });
}

function toActivity(library: Library, courseId: string, activity: Content.ContentActivity, keyed: boolean): object {
  const own = library.activity(courseId, activity.id);
  return without({
    key: own === activity.name && !keyed ? undefined : own,
    kind: activity.kind,
    name: activity.name,
    ...unlike(activity, ACTIVITY_USUAL),
    tasks: filled(
      activity.tasks.map(({ name, kind, content }) =>
        kind === 'text' && !filled(content)
          ? name
          : without({ name, kind: kind === 'text' ? undefined : kind, content: filled(content) }),
      ),
    ),
  });
}
