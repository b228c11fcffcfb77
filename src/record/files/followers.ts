import { type Sql, sql } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { moveFiles } from './move-files.ts';
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
  const things: [ids: string[], of: (ids: string[]) => Sql][] = [
    [deleted.map((row) => row.personId), (ids) => sql`f.entity = 'person' and f.entity_id = any(${ids}::uuid[])`],
    [purged.map((row) => row.personId), (ids) => sql`f.person_id = any(${ids}::uuid[])`],
    [
      course_deleted.map((row) => row.courseId),
      (ids) => sql`f.entity = 'course' and f.entity_id = any(${ids}::uuid[])`,
    ],
    [
      assessment_deleted.map((row) => row.assessmentId),
      (ids) => sql`f.entity = 'submission' and f.entity_id = any(${ids}::uuid[])`,
    ],
  ];
  for (const [ids, of] of things) if (ids.length > 0) await removeFiles(ctx, of(ids));
}

export const goAlong = (ctx: Context, { work_moved }: Told<'work_moved'>): Promise<void> => moveFiles(ctx, work_moved);
