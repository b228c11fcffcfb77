import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, name, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { may } from '../kernel/actor.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { eventSql } from '../kernel/event-types.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { readEnrollment } from './list-enrollments.ts';
import { demandJudging } from './own-work.ts';
import { COLLECTIONS_SQL, instantTextSql, takesSeat } from './states.ts';
import type { Enrollment } from './types.ts';

/**
 * Force-completes all required activities and all sessions of an enrollment; optional ones stay as they are, and scores too (rule 8).
 * In a collection, the enrollments in its required courses. What requires nothing is complete by hand then.
 */
export async function forceComplete(ctx: Context, enrollmentId: string): Promise<Enrollment> {
  return change(ctx, enrollmentId, async (inner, enrollment) => {
    if (!takesSeat(enrollment.state)) against('not_enrolled', 'enrollment', enrollmentId);
    await force(inner, enrollment);
  });
}

async function force(ctx: Context, enrollment: Enrollment): Promise<void> {
  const { rows: activities } = await run<{ id: string; required: boolean }>(
    ctx,
    sql`select a.id, a.required from enrollment e join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id
       join activity a on a.tenant_id = ${TENANT} and a.version_id = e.version_id and a.id <> all (o.hidden_activity_ids)
      where e.tenant_id = ${TENANT} and e.id = ${enrollment.id}::uuid
        and (a.required or a.kind = 'live_session')`,
  );
  const { rows: forced } = await run<{ id: string }>(
    ctx,
    sql`insert into activity_enrollment as x (tenant_id, enrollment_id, activity_id, state, progress, forced, started_at, completed_at, created_at, updated_at)
     select ${TENANT}, ${enrollment.id}::uuid, id, 'complete', 100, true, ${NOW}, ${NOW}, ${NOW}, ${NOW} from unnest(${activities.map((activity) => activity.id)}::uuid[]) as id
     on conflict (tenant_id, enrollment_id, activity_id) do update
        set state = 'complete', progress = 100, forced = true, started_at = coalesce(x.started_at, excluded.started_at),
            completed_at = coalesce(x.completed_at, excluded.completed_at), updated_at = excluded.updated_at
      where x.state <> 'complete' returning x.activity_id as id`,
  );
  const members = await membersOf(ctx, enrollment);
  for (const member of members) await force(ctx, member);
  const requiresNothing = members.length === 0 && !activities.some((activity) => activity.required);
  const byHand = requiresNothing
    ? await run(
        ctx,
        sql`update enrollment set set_state = 'complete', set_progress = 100, set_completed_at = ${NOW}, set_by = ${ctx.actor.id ?? ctx.dialect}, set_at = ${NOW}
          where tenant_id = ${TENANT} and id = ${enrollment.id}::uuid and state <> 'complete' returning 1`,
      )
    : { rows: [] };
  if (forced.length + byHand.rows.length > 0)
    await append(ctx, [
      {
        type: 'enrollment.force_completed',
        entityId: enrollment.id,
        personId: enrollment.personId,
        courseId: enrollment.courseId,
        data: { activityIds: forced.map((row) => row.id) },
      },
    ]);
  report(ctx, 'work_changed', [{ enrollmentId: enrollment.id }]);
}

/** The standing enrollments in a collection's required courses, in all where none is required. */
async function membersOf(ctx: Context, enrollment: Enrollment): Promise<Enrollment[]> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select em.id from enrollment e join course c on c.tenant_id = ${TENANT} and c.id = e.course_id and c.kind in (${COLLECTIONS_SQL})
       join collection_member m on m.tenant_id = ${TENANT} and m.version_id = e.version_id
       join enrollment em on em.tenant_id = ${TENANT} and em.person_id = e.person_id and em.course_id = m.course_id and em.is_primary
      where e.tenant_id = ${TENANT} and e.id = ${enrollment.id}::uuid
        and (m.required or not exists (select 1 from collection_member r where r.tenant_id = ${TENANT} and r.version_id = e.version_id and r.required))
      order by m.position`,
  );
  return Promise.all(rows.map((row) => readEnrollment(ctx, row.id)));
}

/** Takes outcome, attempts, progress and marks away; files and the events stay (rules 8, 9, 12). The enrollment is as on its first day. */
export async function resetEnrollment(ctx: Context, enrollmentId: string): Promise<Enrollment> {
  return change(ctx, enrollmentId, async (inner, enrollment) => {
    for (const table of ['attempt', 'activity_enrollment', 'mark', 'enrollment_credit'] as const)
      await run(
        inner,
        sql`delete from ${name(table)} where tenant_id = ${TENANT} and enrollment_id = ${enrollmentId}::uuid`,
      );
    await run(
      inner,
      sql`update submission set state = 'draft', updated_at = ${NOW} where tenant_id = ${TENANT} and enrollment_id = ${enrollmentId}::uuid`,
    );
    await clearOutcome(inner, enrollmentId);
    await run(
      inner,
      sql`update enrollment set started_at = null, time_ticks = 0, last_access_at = null, result = null, rating = null, credits = null
        where tenant_id = ${TENANT} and id = ${enrollmentId}::uuid`,
    );
    await append(inner, [
      {
        type: 'enrollment.reset',
        entityId: enrollmentId,
        personId: enrollment.personId,
        courseId: enrollment.courseId,
        data: {
          was: {
            state: enrollment.state,
            progress: enrollment.progress,
            score: enrollment.score,
            result: enrollment.result,
            credits: enrollment.credits,
          },
        },
      },
    ]);
    report(inner, 'work_changed', [{ enrollmentId, undo: true }]);
    report(inner, 'earnings_changed', [{ enrollmentId }]);
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
          entityId: enrollmentId,
          personId: enrollment.personId,
          courseId: enrollment.courseId,
          data: { was: { state: enrollment.state, score: enrollment.score, by: enrollment.outcomeBy } },
        },
      ]);
    }
    report(inner, 'work_changed', [{ enrollmentId, undo: true }]);
    report(inner, 'earnings_changed', [{ enrollmentId }]);
  });
}

const clearOutcome = (ctx: Context, enrollmentId: string) =>
  run(
    ctx,
    sql`update enrollment set set_state = null, set_progress = null, set_score = null, set_completed_at = null, set_credits = null, set_by = null, set_at = null, updated_at = ${NOW}
      where tenant_id = ${TENANT} and id = ${enrollmentId}::uuid`,
  );

/** Notes that the learner was there. */
export async function touchEnrollment(ctx: Context, enrollmentId: string, at = ctx.now): Promise<Enrollment> {
  const learner = ctx.actor.kind === 'person' && !may(ctx.actor, 'enrollments.write') ? ctx.actor.id : null;
  if (learner === null) demand(ctx, 'enrollments.write');
  const { personId } = await readEnrollment(ctx, enrollmentId);
  if (learner !== null && personId !== learner)
    throw new Refusal({ kind: 'not_found', entity: 'enrollment', id: enrollmentId });
  const atSql = value(at, 'timestamptz');
  await run(
    ctx,
    sql`with seen as (
       update enrollment set last_access_at = ${atSql}
        where tenant_id = ${TENANT} and id = ${enrollmentId}::uuid and (last_access_at is null or last_access_at < ${atSql})
        returning new.id, new.person_id, new.course_id, old.last_access_at as was, new.last_access_at
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.accessed')}, id, person_id, course_id,
            jsonb_build_object('changed', jsonb_build_object('lastAccessAt', jsonb_build_array(${instantTextSql('was')}, ${instantTextSql('last_access_at')}))) from seen`,
  );
  return readEnrollment(ctx, enrollmentId);
}

/** Runs work on one live enrollment with its learner locked. */
async function change(
  ctx: Context,
  enrollmentId: string,
  work: (inner: Context, enrollment: Enrollment) => Promise<void>,
): Promise<Enrollment> {
  demand(ctx, 'enrollments.write');
  const { personId } = await readEnrollment(ctx, enrollmentId);
  demandJudging(ctx, personId, 'enrollments.write');
  return transaction(
    ctx,
    async (inner) => {
      await work(inner, await readEnrollment(inner, enrollmentId));
      await settled(inner);
      return readEnrollment(inner, enrollmentId);
    },
    { learners: [personId] },
  );
}
