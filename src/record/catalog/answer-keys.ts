import { run } from '../../database/run.ts';
import { ACTOR_ID, sql, TENANT } from '../../database/sql.ts';
import { may, mayAnywhere } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { coursesWithin } from '../kernel/reach.ts';
import type { ActivityKind, ContentSection } from './content.ts';

/** Names of members that hold what is right or how work is marked, in any spelling; inside of lists also what an option is worth. */
const KEY = /answer|correct|solution|rubric|marking|grading|scoring|explanation|feedback|teacher|instructor|^keys?$/;
const WORTH = /score|point|fraction|weight|^right$|^valid$/;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** The same without what is right and how it is marked. */
function withoutKeys(value: unknown, inList = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, true));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !KEY.test(plain(name)) || (inList && plain(name) === 'key'))
      .filter(([name]) => !inList || !WORTH.test(plain(name)))
      .map(([name, inner]) => [name, withoutKeys(inner, inList)]),
  );
}

/** Nothing is right or wrong in a poll or a survey: members called answers are what can be chosen. */
const KEYLESS: ReadonlySet<ActivityKind> = new Set(['poll', 'survey']);

interface Keyed {
  kind: ActivityKind;
  notes: string | null;
  settings: Record<string, unknown>;
  tasks?: { content: Record<string, unknown> }[];
}

/** An activity as those who take it may see it: without notes for teachers, and without the keys in its settings and tasks. */
export function asTaken<A extends Keyed>(activity: A): A {
  if (KEYLESS.has(activity.kind)) return { ...activity, notes: null };
  const clean = (value: Record<string, unknown>) => withoutKeys(value) as Record<string, unknown>;
  const tasks = activity.tasks?.map((task) => ({ ...task, content: clean(task.content) }));
  return { ...activity, notes: null, settings: clean(activity.settings), ...(tasks ? { tasks } : {}) };
}

export const contentAsTaken = (sections: readonly ContentSection[]): ContentSection[] =>
  sections.map((section) => ({
    ...section,
    activities: section.activities.map(asTaken),
    lessons: section.lessons.map((lesson) => ({ ...lesson, activities: lesson.activities.map(asTaken) })),
  }));

/**
 * Of these courses, those whose keys the actor does not see: all, for a person who reads no courses; those the person takes, for one
 * who reads courses and neither writes nor marks.
 */
export async function coursesTaken(ctx: Context, courseIds: readonly string[]): Promise<Set<string>> {
  const { actor } = ctx;
  if (actor.kind !== 'person' || courseIds.length === 0) return new Set();
  if (!mayAnywhere(actor, 'courses.read')) return new Set(courseIds);
  if (may(actor, 'courses.write') || may(actor, 'marks.write')) return new Set();
  const { rows } = actor.reach
    ? await keptFrom(ctx, courseIds)
    : await run<{ id: string }>(
        ctx,
        sql`select distinct course_id as id from enrollment
      where tenant_id = ${TENANT} and person_id = ${actor.id}::uuid and course_id = any(${[...new Set(courseIds)]}::uuid[]) and ending is null`,
      );
  return new Set(rows.map((row) => row.id));
}

/** The same where words on single things count too: who writes a course or marks in it sees its keys, who reads it as long as they do not take it. */
const keptFrom = (ctx: Context, courseIds: readonly string[]) =>
  run<{ id: string }>(
    ctx,
    sql`select c.id from course c where c.tenant_id = ${TENANT} and c.id = any(${[...new Set(courseIds)]}::uuid[])
        and not (true${coursesWithin(ctx, 'courses.write', 'c')}) and not (true${coursesWithin(ctx, 'marks.write', 'c')})
        and (not (true${coursesWithin(ctx, 'courses.read', 'c')}) or exists (select 1 from enrollment e
          where e.tenant_id = ${TENANT} and e.person_id = ${ACTOR_ID} and e.course_id = c.id and e.ending is null))`,
  );
