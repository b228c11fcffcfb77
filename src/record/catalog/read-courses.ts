import { listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, type Sql, sql } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import type { Permission } from '../kernel/permission.ts';
import { notFound } from '../kernel/refusal.ts';
import { readOne } from '../kernel/rows.ts';
import { sourced } from '../kernel/source-keys.ts';
import { type Course, type CourseKind, type CourseState, coursesSeen } from './course.ts';
import { courseScope, readableCourses } from './scope.ts';

/** Courses of every kind and state that the actor may see; a person without `courses.read` sees the published ones. */
export async function listCourses(ctx: Context, query: ListQuery, of: CourseSelection = {}): Promise<Page<Course>> {
  return listPage<Course>(ctx, coursesSeen(ctx), selected(ctx, of), query);
}

export interface CourseSelection {
  /** Members of the current version of this collection. */
  collectionId?: string | undefined;
  /** What a roster calls so. */
  sourcedId?: string | undefined;
}

function selected(ctx: Context, of: CourseSelection): Sql {
  let scope = readableCourses(ctx);
  if (of.sourcedId !== undefined) scope = sql`${scope}${sourced('course', 'c.id', of.sourcedId)}`;
  if (of.collectionId === undefined) return scope;
  if (!isId(of.collectionId)) return notFound('course', of.collectionId);
  return sql`${scope} and exists (select 1 from course k join collection_member m on m.tenant_id = k.tenant_id and m.version_id = k.current_version_id
    where k.tenant_id = c.tenant_id and k.id = ${of.collectionId}::uuid and k.deleted_at is null and m.course_id = c.id)`;
}

/** Refuses with `not_found` for courses unknown, deleted or out of the actor's sight. */
export async function getCourse(ctx: Context, id: string): Promise<Course> {
  const scope = readableCourses(ctx);
  if (!isId(id)) return notFound('course', id);
  const where = sql`${scope} and c.id = ${id}::uuid`;
  return (await readOne<Course>(ctx, coursesSeen(ctx), where)) ?? notFound('course', id);
}

/** For verbs that write: by unit, whatever the course's state. */
export async function readCourse(ctx: Context, id: string, permission?: Permission): Promise<Course> {
  if (!isId(id)) return notFound('course', id);
  const where = sql`${courseScope(ctx, permission)} and c.id = ${id}::uuid`;
  return (await readOne<Course>(ctx, coursesSeen(ctx), where)) ?? notFound('course', id);
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
export async function courseHead(
  ctx: Context,
  id: string,
  lock?: 'write' | 'whole',
  permission?: Permission,
): Promise<CourseHead> {
  if (!isId(id)) return notFound('course', id);
  const strength = constant({ none: '', write: 'for no key update of c', whole: 'for update of c' }[lock ?? 'none']);
  const { rows } = await run<CourseHead>(
    ctx,
    sql`select c.id, c.kind, c.name, c.state, c.external_id as "externalId", c.unit_id as "unitId", c.template,
            c.current_version_id as "currentVersionId"
       from course c where ${courseScope(ctx, permission)} and c.id = ${id}::uuid ${strength}`,
  );
  return rows[0] ?? notFound('course', id);
}
