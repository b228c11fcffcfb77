import { transaction } from '../../database/transaction.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { notFound } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { courseHead } from './read-courses.ts';
import { demandOwnOrEntitled } from './scope.ts';
import { type CourseVersionContent, deleteVersion, draftOf, insertCopy, withContent } from './versions.ts';

/** The course's draft with its content. Refuses `not_found` for the course, and for the version where there is no draft. */
export async function getDraft(ctx: Context, courseId: string): Promise<CourseVersionContent> {
  demandAnywhere(ctx, 'courses.write');
  const { id } = await courseHead(ctx, courseId, undefined, 'courses.write');
  const draft = await draftOf(ctx, id);
  return draft ? withContent(ctx, draft) : notFound('course_version');
}

/** The course's draft; where there is none, a new one that starts as a copy of the current version. */
export async function startDraft(
  ctx: Context,
  courseId: string,
): Promise<{ draft: CourseVersionContent; created: boolean }> {
  demandAnywhere(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    await demandOwnOrEntitled(ctx, 'course', course);
    const found = await draftOf(ctx, course.id);
    return { draft: await withContent(ctx, found ?? (await insertCopy(ctx, course))), created: !found };
  });
}

/** Throws the course's draft away. Refuses as `getDraft` and `deleteVersion` do. */
export async function deleteDraft(
  ctx: Context,
  courseId: string,
  seen?: Precondition<CourseVersionContent>,
): Promise<void> {
  demandAnywhere(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write', 'courses.write');
    const draft = (await draftOf(ctx, course.id)) ?? notFound('course_version');
    if (seen) seen(await withContent(ctx, draft));
    await deleteVersion(ctx, draft.id);
  });
}
