import { Authority } from '../../record/access/index.ts';
import { Courses } from '../../record/catalog/index.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { Refusal } from '../../record/kernel/refusal.ts';

/** Refuses what is missing, leftmost first: user, then course. */
export async function demandThere(ctx: Context, ids: { userId?: string; courseId?: string }): Promise<void> {
  if (ids.userId !== undefined && ids.userId !== ctx.actor.id) await Authority.demandVisible(ctx, [ids.userId]);
  if (ids.courseId !== undefined) await demandCourse(ctx, ids.courseId);
}

/** Somebody without the right to read courses learns nothing of them here, but may have enrollments. */
async function demandCourse(ctx: Context, courseId: string): Promise<void> {
  try {
    await Courses.get(ctx, courseId);
  } catch (error) {
    if (!(error instanceof Refusal && error.fact.kind === 'forbidden')) throw error;
  }
}

/** The current enrollment of a user in a course. What is missing is named: user, course or enrollment. */
export async function currentEnrollment(
  ctx: Context,
  userId: string,
  courseId: string,
  shown: { certificates?: boolean } = {},
): Promise<Enrollments.Enrollment> {
  try {
    return await Enrollments.getPrimary(ctx, userId, courseId, shown);
  } catch (error) {
    if (error instanceof Refusal && error.fact.kind === 'not_found') await demandThere(ctx, { userId, courseId });
    throw error;
  }
}

/** An empty list may be one of nobody's or of nothing's: then what the path names is looked for. */
export async function explainEmpty(
  ctx: Context,
  page: { total?: number },
  ids: { userId?: string; courseId?: string },
): Promise<void> {
  if (page.total === 0 || (ids.courseId !== undefined && ctx.actor.units !== null)) await demandThere(ctx, ids);
}
