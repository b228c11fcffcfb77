import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { elevated } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { enrollAll } from './enroll.ts';
import { dropGrant } from './withdraw.ts';

/** Enrolls who completed a course in the courses that follow it (rule 9). Who cannot be enrolled there is left out. */
export async function enterFollowUps(ctx: Context, enrollmentIds: readonly string[]): Promise<void> {
  if (enrollmentIds.length === 0) return;
  const { rows } = await run<{ personId: string; courseId: string; followUpId: string }>(
    ctx,
    sql`select e.person_id as "personId", e.course_id as "courseId", f.follow_up_id as "followUpId"
       from enrollment e join course_follow_up f on f.tenant_id = ${TENANT} and f.course_id = e.course_id
       join course c on c.tenant_id = ${TENANT} and c.id = f.follow_up_id and c.state = 'published' and c.deleted_at is null
      where e.tenant_id = ${TENANT} and e.id = any(${enrollmentIds}::uuid[]) and e.state = 'complete'`,
  );
  // one statement per course that was completed, not per learner
  for (const courseId of new Set(rows.map((row) => row.courseId)))
    await enrollAll(
      { ...ctx, actor: elevated(ctx.actor) },
      rows
        .filter((row) => row.courseId === courseId)
        .map((row) => ({ personId: row.personId, courseId: row.followUpId })),
      { source: 'automatic', self: false, grant: { kind: 'follow_up', sourceId: courseId } },
    );
}

/** A completion taken back takes the follow-ups with it that nothing else holds (rule 9), unless the course was completed otherwise too. */
export async function leaveFollowUps(ctx: Context, enrollmentIds: readonly string[]): Promise<void> {
  const { rows } = await run<{ personId: string; courseId: string }>(
    ctx,
    sql`select distinct e.person_id as "personId", e.course_id as "courseId"
       from enrollment e join course_follow_up f on f.tenant_id = ${TENANT} and f.course_id = e.course_id
      where e.tenant_id = ${TENANT} and e.id = any(${enrollmentIds}::uuid[])
        and not exists (select 1 from enrollment d where d.tenant_id = ${TENANT} and d.person_id = e.person_id and d.course_id = e.course_id
                           and d.state = 'complete' and (d.ending is null or d.ending = 'superseded'))`,
  );
  for (const courseId of new Set(rows.map((row) => row.courseId)))
    await dropGrant(
      ctx,
      { kind: 'follow_up', sourceId: courseId },
      rows.filter((row) => row.courseId === courseId).map((row) => row.personId),
      'completion_undone',
    );
}
