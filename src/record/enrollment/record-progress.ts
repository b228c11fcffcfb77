import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { demandOpen } from './access.ts';
import { enrollmentToRecord, getActivityState } from './activity-states.ts';
import { readEnrollment } from './list-enrollments.ts';
import { judges, ownProgress } from './own-work.ts';
import type { ActivityState, ActivityStateRow, Enrollment } from './types.ts';

export interface Progress {
  state?: ActivityState | undefined;
  /** Percent. Left out, it follows from the tasks done, or is 100 when complete. */
  progress?: number | undefined;
  /** Tasks of a page that are done; replaces the earlier ones. */
  tasksDone?: readonly string[] | undefined;
  /** Time to add, in ticks of 100 ns. */
  addTicks?: number | undefined;
}

function demandInRange(wanted: Progress): void {
  if (wanted.progress !== undefined && !(wanted.progress >= 0 && wanted.progress <= 100))
    throw new Refusal({ kind: 'invalid', issues: [{ path: ['progress'], fault: 'out_of_range' }] });
  if (wanted.addTicks !== undefined && !(Number.isSafeInteger(wanted.addTicks) && wanted.addTicks >= 0))
    throw new Refusal({ kind: 'invalid', issues: [{ path: ['addTicks'], fault: 'out_of_range' }] });
}

/**
 * Records what a learner did in an activity outside attempts: pages read, tasks ticked off, a session attended. All tasks done, or
 * progress 100, completes it. The enrollment is named by id or as it was read; `seen` tests how the activity stood, while the learner is
 * held. Whoever may write marks records it; learners report their own, as far as their word counts. Refuses as
 * `startAttempt` does.
 */
export async function recordProgress(
  ctx: Context,
  of: string | Enrollment,
  activityId: string,
  wanted: Progress,
  seen?: Precondition<ActivityStateRow>,
): Promise<ActivityStateRow> {
  const enrollment = await enrollmentToRecord(ctx, of);
  return transaction(
    ctx,
    async (inner) => {
      // as it stands now that nobody else can write
      const current = await readEnrollment(inner, enrollment.id, 'live', 'marks.write');
      const before = await getActivityState(inner, current, activityId);
      seen?.(before);
      demandInRange(wanted);
      await demandOpen(inner, current);
      const progress = judges(inner, current.personId) ? wanted : await ownProgress(inner, current, before, wanted);
      const tasksDone = progress.tasksDone && [...new Set(progress.tasksDone.map((id) => id.toLowerCase()))];
      const share = tasksDone ? await shareOfTasks(inner, current, activityId, tasksDone) : undefined;
      const percent = progress.progress ?? share ?? (progress.state === 'complete' ? 100 : before.progress);
      const state =
        progress.state ?? (percent >= 100 ? 'complete' : before.state === 'complete' ? 'complete' : 'in_progress');
      const stateSql = value(state);
      const addTicksSql = value(progress.addTicks ?? 0, 'bigint');
      const tasksDoneSql = value(tasksDone ?? null, 'uuid[]');
      const { rows } = await run<{ progress: number }>(
        inner,
        sql`insert into activity_enrollment as x (tenant_id, enrollment_id, activity_id, state, progress, time_ticks, tasks_done, started_at, completed_at, created_at, updated_at)
         values (${TENANT}, ${current.id}::uuid, ${activityId}::uuid, ${stateSql}, ${state === 'complete' ? 100 : percent}::numeric, ${addTicksSql}, coalesce(${tasksDoneSql}, '{}'), case when ${stateSql} <> 'not_started' then ${NOW} end, case when ${stateSql} = 'complete' then ${NOW} end, ${NOW}, ${NOW})
         on conflict (tenant_id, enrollment_id, activity_id) do update
            set state = excluded.state, progress = excluded.progress, time_ticks = x.time_ticks + excluded.time_ticks, tasks_done = coalesce(${tasksDoneSql}, x.tasks_done),
                forced = x.forced and excluded.state = 'complete',
                started_at = case when ${stateSql} = 'not_started' then null else coalesce(x.started_at, excluded.started_at) end,
                completed_at = case when ${stateSql} = 'complete' then coalesce(x.completed_at, excluded.completed_at) end, updated_at = excluded.updated_at
          where ${addTicksSql} > 0 or (x.state, x.progress, x.tasks_done) is distinct from (excluded.state, excluded.progress, coalesce(${tasksDoneSql}, x.tasks_done))
         returning x.progress`,
      );
      // sent again as it stands, nothing has happened
      if (!rows[0]) return before;
      await append(inner, [
        {
          type: 'activity_enrollment.updated',
          entityId: before.id,
          personId: current.personId,
          courseId: current.courseId,
          data: {
            enrollmentId: current.id,
            activityId,
            changed: { state: [before.state, state], progress: [before.progress, rows[0].progress] },
          },
        },
      ]);
      // a completion that stood on it may go with it (rule 9)
      report(inner, 'work_changed', [
        { enrollmentId: current.id, undo: before.state === 'complete' && state !== 'complete' },
      ]);
      return getActivityState(inner, current, activityId);
    },
    { learners: [enrollment.personId] },
  );
}

/** Percent of the activity's tasks that are done. Refuses tasks that are not its own. */
async function shareOfTasks(
  ctx: Context,
  enrollment: Enrollment,
  activityId: string,
  done: readonly string[],
): Promise<number> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from task where tenant_id = ${TENANT} and version_id = ${enrollment.versionId}::uuid and activity_id = ${activityId}::uuid`,
  );
  const own = new Set(rows.map((row) => row.id));
  const strange = done.findIndex((id) => !own.has(id));
  if (strange >= 0)
    throw new Refusal({ kind: 'invalid', issues: [{ path: ['tasksDone', strange], fault: 'not_found' }] });
  return own.size === 0 ? 100 : Math.round((done.length / own.size) * 10_000) / 100;
}
