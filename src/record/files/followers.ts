import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { removeFiles } from './remove-files.ts';

// What files do when something happened; `record/consequences.ts` says when, and in which order.

/** Files go with what they belong to; of somebody who is purged, their work too. */
export async function go(
  ctx: Context,
  {
    deleted,
    purged,
    course_deleted,
    assessment_deleted,
  }: Told<'deleted' | 'purged' | 'course_deleted' | 'assessment_deleted'>,
): Promise<void> {
  const things: [where: string, ids: string[]][] = [
    [`f.entity = 'person' and f.entity_id = any($2::uuid[])`, deleted.map((row) => row.personId)],
    ['f.person_id = any($2::uuid[])', purged.map((row) => row.personId)],
    [`f.entity = 'course' and f.entity_id = any($2::uuid[])`, course_deleted.map((row) => row.courseId)],
    [`f.entity = 'submission' and f.entity_id = any($2::uuid[])`, assessment_deleted.map((row) => row.assessmentId)],
  ];
  for (const [where, ids] of things) if (ids.length > 0) await removeFiles(ctx, where, [ids]);
}
