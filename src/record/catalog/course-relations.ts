import { type Listing, listPage } from '../../database/listing.ts';
import { parameters } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { fieldsOf } from '../kernel/rows.ts';
import type { Course, CoursePatch } from './course.ts';
import { courseHead, readCourse } from './read-courses.ts';
import { courseScope } from './scope.ts';
import { updateCourse } from './update-course.ts';

/** A course that comes first. */
export interface CoursePrerequisite {
  courseId: string;
  prerequisiteId: string;
  name: string;
  /** Nothing starts before it is complete; else it is advice. */
  enforced: boolean;
}

/** A course that completing this one enrolls in. */
export interface CourseFollowUp {
  courseId: string;
  followUpId: string;
  name: string;
}

const relation = (table: string, column: string, own: string): Listing => ({
  select: `x.course_id as "courseId", x.${column} as "${own}", c.name${table === 'course_prerequisite' ? ', x.enforced' : ''}`,
  from: `${table} x join course c on c.tenant_id = x.tenant_id and c.id = x.${column}`,
  fields: { named: fieldsOf('c', { name: 'text', id: 'id' }) },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
});

const prerequisiteListing = relation('course_prerequisite', 'prerequisite_id', 'prerequisiteId');
const followUpListing = relation('course_follow_up', 'follow_up_id', 'followUpId');

async function related<Row extends object>(
  ctx: Context,
  listing: Listing,
  courseId: string,
  query: ListQuery,
): Promise<Page<Row>> {
  demand(ctx, 'courses.read');
  const { id } = await courseHead(ctx, courseId);
  const p = parameters(id);
  return listPage<Row>(
    ctx.db,
    listing,
    `x.course_id = $1::uuid and x.tenant_id = c.tenant_id and ${courseScope(ctx, p)}`,
    p,
    query,
  );
}

export const listPrerequisites = (
  ctx: Context,
  courseId: string,
  query: ListQuery,
): Promise<Page<CoursePrerequisite>> => related(ctx, prerequisiteListing, courseId, query);

export const listFollowUps = (ctx: Context, courseId: string, query: ListQuery): Promise<Page<CourseFollowUp>> =>
  related(ctx, followUpListing, courseId, query);

/** Sets one prerequisite; `enforced` absent keeps what is set, and is true for a new one. Refuses with `cycle`. */
export async function setPrerequisite(
  ctx: Context,
  courseId: string,
  prerequisiteId: string,
  set: { enforced?: boolean | undefined } = {},
): Promise<CoursePrerequisite> {
  const { other, course } = await revise(ctx, courseId, prerequisiteId, ({ prerequisites }, id) => {
    const known = prerequisites.find((each) => each.courseId === id);
    const enforced = set.enforced ?? known?.enforced ?? true;
    return { prerequisites: [...prerequisites.filter((each) => each !== known), { courseId: id, enforced }] };
  });
  const { enforced } = course.prerequisites.find((each) => each.courseId === other.id)!;
  return { courseId: course.id, prerequisiteId: other.id, name: other.name, enforced };
}

/** Refuses with `not_found` when it is none. */
export async function removePrerequisite(ctx: Context, courseId: string, prerequisiteId: string): Promise<void> {
  await revise(ctx, courseId, prerequisiteId, ({ prerequisites, prerequisiteCourseIds }, id) =>
    prerequisiteCourseIds.includes(id)
      ? { prerequisites: prerequisites.filter((each) => each.courseId !== id) }
      : notFound('course', id),
  );
}

export async function setFollowUp(ctx: Context, courseId: string, followUpId: string): Promise<CourseFollowUp> {
  const { other, course } = await revise(ctx, courseId, followUpId, ({ followUpCourseIds }, id) => ({
    followUpCourseIds: [...new Set([...followUpCourseIds, id])],
  }));
  return { courseId: course.id, followUpId: other.id, name: other.name };
}

/** Refuses with `not_found` when it is none. */
export async function removeFollowUp(ctx: Context, courseId: string, followUpId: string): Promise<void> {
  await revise(ctx, courseId, followUpId, ({ followUpCourseIds }, id) =>
    followUpCourseIds.includes(id)
      ? { followUpCourseIds: followUpCourseIds.filter((each) => each !== id) }
      : notFound('course', id),
  );
}

/** Changes a course's relation to another one; two callers at once both get their way. */
async function revise(
  ctx: Context,
  courseId: string,
  otherId: string,
  patch: (course: Course, otherId: string) => CoursePatch,
): Promise<{ course: Course; other: { id: string; name: string } }> {
  demand(ctx, 'courses.write');
  if (!isId(otherId)) return notFound('course', otherId);
  return transaction(ctx, async (ctx) => {
    const { id } = await courseHead(ctx, courseId, 'write');
    const other = await courseHead(ctx, otherId);
    const course = await updateCourse(ctx, id, patch(await readCourse(ctx, id), other.id));
    return { course, other };
  });
}
