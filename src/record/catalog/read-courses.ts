import { countMatches, listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { type Course, type CourseKind, type CourseState, courseListing } from './course.ts';
import { readOne } from './rows.ts';
import { courseScope } from './scope.ts';

/** Courses of every kind and state that the actor may see. */
export async function listCourses(ctx: Context, query: ListQuery): Promise<Page<Course>> {
  demand(ctx, 'courses.read');
  const p = parameters();
  return listPage<Course>(ctx.db, courseListing, courseScope(ctx, p), p, query);
}

export async function countCourses(ctx: Context, query: Pick<ListQuery, 'where'>): Promise<number> {
  demand(ctx, 'courses.read');
  const p = parameters();
  return countMatches(ctx.db, courseListing, courseScope(ctx, p), p, query);
}

/** Refuses with `not_found` for courses unknown, deleted or out of the actor's sight. */
export async function getCourse(ctx: Context, id: string): Promise<Course> {
  demand(ctx, 'courses.read');
  return readCourse(ctx, id);
}

/** The course that carries this external id, exactly. */
export async function findCourse(ctx: Context, by: { externalId: string }): Promise<Course | undefined> {
  demand(ctx, 'courses.read');
  const p = parameters();
  const where = `${courseScope(ctx, p)} and c.external_id = ${p.add(by.externalId, 'text')}`;
  return readOne<Course>(ctx, courseListing, where, p);
}

export async function readCourse(ctx: Context, id: string): Promise<Course> {
  if (!isId(id)) return notFound('course', id);
  const p = parameters();
  const where = `${courseScope(ctx, p)} and c.id = ${p.add(id, 'uuid')}`;
  return (await readOne<Course>(ctx, courseListing, where, p)) ?? notFound('course', id);
}

/** What most writes need to know of a course. */
export interface CourseHead {
  id: string;
  kind: CourseKind;
  name: string;
  state: CourseState;
  externalId: string | null;
  unitId: string | null;
  template: boolean;
  currentVersionId: string | null;
}

/**
 * The course, when the actor may see it. `lock`: `write` keeps other writers of the course away until the transaction ends,
 * `whole` also everybody who would refer to it anew.
 */
export async function courseHead(ctx: Context, id: string, lock?: 'write' | 'whole'): Promise<CourseHead> {
  if (!isId(id)) return notFound('course', id);
  const p = parameters();
  const strength = { none: '', write: 'for no key update of c', whole: 'for update of c' }[lock ?? 'none'];
  const { rows } = await run<CourseHead>(
    ctx.db,
    `select c.id, c.kind, c.name, c.state, c.external_id as "externalId", c.unit_id as "unitId", c.template,
            c.current_version_id as "currentVersionId"
       from course c where ${courseScope(ctx, p)} and c.id = ${p.add(id, 'uuid')} ${strength}`,
    p.values,
  );
  return rows[0] ?? notFound('course', id);
}
