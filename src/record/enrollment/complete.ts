import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, eventStamp } from '../kernel/event.ts';
import { getEnrollment } from './list-enrollments.ts';
import { rollUp } from './roll-up.ts';
import type { Enrollment } from './types.ts';

/** Force-completes all required activities (all, where none is required) and all sessions of an enrollment; changes no score (rule 8). */
export async function forceComplete(ctx: Context, enrollmentId: string): Promise<Enrollment> {
  return change(ctx, enrollmentId, async (inner, enrollment) => {
    const [tenant, at] = eventStamp(inner);
    const { rows } = await run<{ id: string }>(
      inner.db,
      `insert into activity_enrollment as x (tenant_id, enrollment_id, activity_id, state, progress, forced, started_at, completed_at, created_at, updated_at)
       select $1, e.id, a.id, 'complete', 100, true, $3::timestamptz, $3::timestamptz, $3::timestamptz, $3::timestamptz
         from enrollment e join offering o on o.tenant_id = $1 and o.id = e.offering_id
         join activity a on a.tenant_id = $1 and a.version_id = e.version_id and a.id <> all (o.hidden_activity_ids)
        where e.tenant_id = $1 and e.id = $2::uuid
          and (a.required or a.kind = 'live_session' or not exists (select 1 from activity r where r.tenant_id = $1 and r.version_id = e.version_id and r.required))
       on conflict (tenant_id, enrollment_id, activity_id) do update
          set state = 'complete', progress = 100, forced = true, started_at = coalesce(x.started_at, excluded.started_at),
              completed_at = coalesce(x.completed_at, excluded.completed_at), updated_at = excluded.updated_at
        where x.state <> 'complete' returning x.activity_id as id`,
      [tenant, enrollmentId, at],
    );
    if (rows.length > 0)
      await append(inner, [
        {
          type: 'enrollment.force_completed',
          entity: 'enrollment',
          entityId: enrollmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { activityIds: rows.map((row) => row.id) },
        },
      ]);
    await rollUp(inner, [enrollmentId]);
  });
}

/** Takes outcome, attempts, progress and marks away; files and the events stay (rules 8, 9, 12). The enrollment is as on its first day. */
export async function resetEnrollment(ctx: Context, enrollmentId: string): Promise<Enrollment> {
  return change(ctx, enrollmentId, async (inner, enrollment) => {
    const values = [inner.tenant.id, enrollmentId];
    for (const table of ['attempt', 'activity_enrollment', 'mark'] as const)
      await run(inner.db, `delete from ${table} where tenant_id = $1 and enrollment_id = $2::uuid`, values);
    await run(
      inner.db,
      `update submission set state = 'draft', updated_at = $3::timestamptz where tenant_id = $1 and enrollment_id = $2::uuid`,
      [...values, inner.now],
    );
    await clearOutcome(inner, enrollmentId);
    await run(
      inner.db,
      'update enrollment set started_at = null, time_ticks = 0, last_access_at = null, result = null, rating = null where tenant_id = $1 and id = $2::uuid',
      values,
    );
    await append(inner, [
      {
        type: 'enrollment.reset',
        entity: 'enrollment',
        entityId: enrollmentId,
        personId: enrollment.personId,
        courseId: enrollment.courseId,
        data: { was: enrollment.state, progress: enrollment.progress, score: enrollment.score },
      },
    ]);
    await rollUp(inner, [enrollmentId], true);
  });
}

/** Works the enrollment out anew from the facts: a hand-set outcome is dropped and an unfounded completion is undone. */
export async function recomputeEnrollment(ctx: Context, enrollmentId: string): Promise<Enrollment> {
  return change(ctx, enrollmentId, async (inner, enrollment) => {
    if (enrollment.outcomeBy !== null) {
      await clearOutcome(inner, enrollmentId);
      await append(inner, [
        {
          type: 'enrollment.outcome_cleared',
          entity: 'enrollment',
          entityId: enrollmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { was: enrollment.state },
        },
      ]);
    }
    await rollUp(inner, [enrollmentId], true);
  });
}

const clearOutcome = (ctx: Context, enrollmentId: string) =>
  run(
    ctx.db,
    `update enrollment set set_state = null, set_progress = null, set_score = null, set_completed_at = null, set_by = null, set_at = null, updated_at = $3::timestamptz
      where tenant_id = $1 and id = $2::uuid`,
    [ctx.tenant.id, enrollmentId, ctx.now],
  );

/** Notes that the learner was there. */
export async function touchEnrollment(ctx: Context, enrollmentId: string, at = ctx.now): Promise<Enrollment> {
  const { personId } = await getEnrollment(ctx, enrollmentId, 'live');
  if (!(ctx.actor.kind === 'person' && ctx.actor.id === personId)) demand(ctx, 'enrollments.write');
  await run(
    ctx.db,
    'update enrollment set last_access_at = greatest(last_access_at, $3::timestamptz) where tenant_id = $1 and id = $2::uuid',
    [ctx.tenant.id, enrollmentId, at],
  );
  return getEnrollment(ctx, enrollmentId, 'live');
}

/** Runs work on one live enrollment with its learner locked. */
async function change(
  ctx: Context,
  enrollmentId: string,
  work: (inner: Context, enrollment: Enrollment) => Promise<void>,
): Promise<Enrollment> {
  demand(ctx, 'enrollments.write');
  const { personId } = await getEnrollment(ctx, enrollmentId, 'live');
  return transaction(
    ctx,
    async (inner) => {
      await work(inner, await getEnrollment(inner, enrollmentId, 'live'));
      return getEnrollment(inner, enrollmentId, 'live');
    },
    { learners: [personId] },
  );
}
