import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { against } from '../kernel/refusal.ts';
import type { ContentInput, MemberInput } from './content.ts';
import { isCollection } from './course.ts';
import { courseHead } from './read-courses.ts';
import { writeContent } from './save-content.ts';
import { demandOwn } from './scope.ts';
import type { CourseVersionContent } from './versions.ts';

export interface MembersInput {
  sections: readonly {
    id?: string | undefined;
    name: string;
    description?: string | null | undefined;
    members: readonly MemberInput[];
  }[];
}

/**
 * Replaces the courses of a collection, in the draft; publishing makes them hold. Refuses other kinds of course
 * (`not_a_collection`), unknown members (`invalid`) and a collection that contains itself at any depth (`cycle`).
 */
export async function saveMembers(ctx: Context, courseId: string, input: MembersInput): Promise<CourseVersionContent> {
  demand(ctx, 'courses.write');
  return transaction(ctx, async (ctx) => {
    const course = await courseHead(ctx, courseId, 'write');
    demandOwn(ctx, course);
    if (!isCollection(course.kind)) against('not_a_collection', 'course', course.id);
    return writeContent(ctx, course, input satisfies ContentInput);
  });
}
