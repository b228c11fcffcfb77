import { run } from '../../database/run.ts';
import { ACTOR_ID, constant, NOW, name, nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { EventType } from '../kernel/event-types.ts';
import { isId, newId } from '../kernel/ids.ts';
import { type Instant, TICKS_PER_SECOND } from '../kernel/instant.ts';
import { enrollmentsWithin } from '../kernel/reach.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { changesOf, type Precondition } from '../kernel/text.ts';
import { demandOpen } from './access.ts';
import { enrollmentToRecord, getActivityState } from './activity-states.ts';
import { readEnrollment } from './list-enrollments.ts';
import { judges, ownAttempt } from './own-work.ts';
import { takesSeat } from './states.ts';
import type { ActivityState, Attempt, AttemptState, Enrollment } from './types.ts';

/** Tracked time; without it, end minus begin. Never beyond what counts exactly. */
const TICKS_SQL = (attempt: string): Sql =>
  sql`least(coalesce(${name(attempt)}.time_ticks, extract(epoch from ${name(attempt)}.finished_at - ${name(attempt)}.started_at) * ${constant(TICKS_PER_SECOND)}, 0), ${constant(Number.MAX_SAFE_INTEGER)})::bigint`;

const ATTEMPT_SQL = sql`
select a.id, a.enrollment_id as "enrollmentId", a.activity_id as "activityId", e.person_id as "personId", e.course_id as "courseId", a.ordinal,
       a.state, a.score, a.feedback,
       ${TICKS_SQL('a')} as "timeTicks",
       a.started_at as "startedAt", a.finished_at as "finishedAt", a.created_at as "createdAt", a.updated_at as "updatedAt"
  from attempt a
  join enrollment e on e.tenant_id = ${TENANT} and e.id = a.enrollment_id
  join person p on p.tenant_id = ${TENANT} and p.id = e.person_id
 where a.tenant_id = ${TENANT} and (e.ending is null or e.ending = 'superseded')`;

/** The tries of an enrollment at one activity, oldest first. */
export async function listAttempts(ctx: Context, enrollment: Enrollment, activityId?: string): Promise<Attempt[]> {
  const only = activityId ? sql` and a.activity_id = ${activityId}::uuid` : nothing;
  return (
    await run<Attempt>(
      ctx,
      sql`${ATTEMPT_SQL} and a.enrollment_id = ${enrollment.id}::uuid${only} order by a.ordinal, a.id`,
    )
  ).rows;
}

/** One attempt. Refuses `not_found`, also for a learner who asks for somebody else's. */
export async function getAttempt(ctx: Context, attemptId: string): Promise<Attempt> {
  const learner = ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'enrollments.read') ? ctx.actor.id : null;
  if (learner === null) demandAnywhere(ctx, 'enrollments.read');
  return readAttempt(ctx, attemptId, learner, 'enrollments.read');
}

/** An attempt that may be written: of the learner who acts, or any in sight of who records results. */
async function attemptToRecord(ctx: Context, attemptId: string): Promise<Attempt> {
  const learner = ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'marks.write') ? ctx.actor.id : null;
  if (learner === null) demandAnywhere(ctx, 'marks.write');
  return readAttempt(ctx, attemptId, learner);
}

/** Only the learner's own, if one is named; else those of people in sight, and of the actor. */
async function readAttempt(
  ctx: Context,
  attemptId: string,
  learner: string | null,
  permission: 'enrollments.read' | 'marks.write' = 'marks.write',
): Promise<Attempt> {
  const seen = learner === null ? enrollmentsWithin(ctx, permission, 'e', 'p') : nothing;
  const whose =
    learner !== null
      ? sql` and e.person_id = ${learner}::uuid`
      : seen === nothing
        ? nothing
        : sql` and (e.person_id = ${ACTOR_ID} or (true${seen}))`;
  const { rows } = isId(attemptId)
    ? await run<Attempt>(ctx, sql`${ATTEMPT_SQL} and a.id = ${attemptId}::uuid${whose}`)
    : { rows: [] };
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'attempt', id: attemptId });
  return rows[0];
}

/**
 * Opens a try at an activity of a live enrollment, by id or as it was read. One that is open already is given again, and not `created`. Refuses `not_found` without a live
 * enrollment, `rule`: before access, after expiry, when the activity is done (`attempt_finished`) or its attempts are used up (rules 5
 * and 6).
 */
export async function startAttempt(
  ctx: Context,
  of: string | Enrollment,
  activityId: string,
): Promise<{ attempt: Attempt; created: boolean }> {
  const enrollment = await enrollmentToRecord(ctx, of);
  return transaction(
    ctx,
    async (inner) => {
      // as it stands now that nobody else can write
      const current = await readEnrollment(inner, enrollment.id, 'live', 'marks.write');
      await getActivityState(inner, current, activityId);
      const attempts = await listAttempts(inner, current, activityId);
      const open = attempts.find((attempt) => attempt.finishedAt === null && attempt.state === 'in_progress');
      if (open) return { attempt: open, created: false };
      await demandOpen(inner, current);
      await demandAttemptsLeft(inner, current, activityId, attempts.length);
      const id = newId();
      await inner.db
        .insertInto('attempt')
        .values({
          tenant_id: inner.tenant.id,
          id,
          enrollment_id: current.id,
          activity_id: activityId,
          ordinal: (attempts.at(-1)?.ordinal ?? 0) + 1,
          state: 'in_progress',
          started_at: inner.now,
          created_at: inner.now,
          updated_at: inner.now,
        })
        .execute();
      await append(inner, [
        {
          type: 'attempt.started',
          entityId: id,
          personId: current.personId,
          courseId: current.courseId,
          data: { enrollmentId: current.id, activityId },
        },
      ]);
      await settleActivity(inner, current.id, activityId);
      report(inner, 'work_changed', [{ enrollmentId: current.id }]);
      return { attempt: await readAttempt(inner, id, current.personId), created: true };
    },
    { learners: [enrollment.personId] },
  );
}

async function demandAttemptsLeft(
  ctx: Context,
  enrollment: Enrollment,
  activityId: string,
  used: number,
): Promise<void> {
  const { rows } = await run<{ allowed: number | null; done: boolean }>(
    ctx,
    sql`select a.attempts_allowed as allowed, coalesce(x.state = 'complete', false) as done
       from activity a left join activity_enrollment x on x.tenant_id = ${TENANT} and x.enrollment_id = ${enrollment.id}::uuid and x.activity_id = a.id
      where a.tenant_id = ${TENANT} and a.version_id = ${enrollment.versionId}::uuid and a.id = ${activityId}::uuid`,
  );
  const row = rows[0];
  if (row?.done && row.allowed === null) against('attempt_finished', 'activity', activityId);
  if (row && row.allowed !== null && used >= row.allowed) against('attempts_used_up', 'activity', activityId);
}

export interface AttemptResult {
  state: AttemptState;
  /** Percent of the activity's maximum. */
  score?: number | null | undefined;
  startedAt?: Instant | null | undefined;
  finishedAt?: Instant | null | undefined;
  timeTicks?: number | null | undefined;
  feedback?: string | null | undefined;
}

/**
 * Records a try's result; recording again replaces it, the history is in the events (rule 6). A state left out stays, and `seen` tests the
 * try while its learner is held. `complete` and `failed` close the
 * try, `ready_for_review` hands it in, `in_progress` only saves. Results are for whoever may write marks; learners save and hand in
 * their own, and finish what they report themselves. Refuses `not_found`, `forbidden`, `invalid`, and `rule` when the enrollment is a
 * historical one (`enrollment_finished`) or has no seat (`not_enrolled`), and to learners when it is handed in (`attempt_finished`).
 */
export async function recordAttempt(
  ctx: Context,
  attemptId: string,
  given: Partial<AttemptResult>,
  seen?: Precondition<Attempt>,
): Promise<Attempt> {
  const { personId, enrollmentId } = await attemptToRecord(ctx, attemptId);
  return transaction(
    ctx,
    async (inner) => {
      const before = await readAttempt(inner, attemptId, personId);
      seen?.(before);
      const wanted: AttemptResult = { ...given, state: given.state ?? before.state };
      checkResult(wanted);
      const enrollment = await readEnrollment(inner, enrollmentId, 'standing', 'marks.write');
      if (enrollment.ending !== null) against('enrollment_finished', 'enrollment', enrollmentId);
      if (!takesSeat(enrollment.state)) against('not_enrolled', 'enrollment', enrollmentId);
      const result = judges(inner, personId) ? wanted : await ownAttempt(inner, enrollment, before, wanted);
      const after = await outcomeOf(inner, before, result);
      const changed = changesOf(before, after, ['state', 'score', 'startedAt', 'finishedAt', 'timeTicks', 'feedback']);
      if (!changed) return before;
      await inner.db
        .updateTable('attempt')
        .set({
          state: after.state,
          score: after.score,
          started_at: after.startedAt,
          finished_at: after.finishedAt,
          feedback: after.feedback,
          ...(result.timeTicks === undefined ? {} : { time_ticks: result.timeTicks }),
          updated_at: inner.now,
        })
        .where('tenant_id', '=', inner.tenant.id)
        .where('id', '=', attemptId)
        .execute();
      await append(inner, [
        {
          type: EVENT_OF[result.state],
          entityId: attemptId,
          personId,
          courseId: before.courseId,
          data: { enrollmentId, activityId: before.activityId, changed },
        },
      ]);
      const { was, state } = await settleActivity(inner, enrollmentId, before.activityId);
      // a result recorded again is a correction: it may take a completion back that stood on it (rule 9)
      const undo = before.finishedAt !== null && was === 'complete' && state !== 'complete';
      report(inner, 'work_changed', [{ enrollmentId, undo }]);
      return readAttempt(inner, attemptId, personId);
    },
    { learners: [personId] },
  );
}

const EVENT_OF = {
  in_progress: 'attempt.saved',
  ready_for_review: 'attempt.submitted',
  complete: 'attempt.finished',
  failed: 'attempt.finished',
} as const satisfies Readonly<Record<AttemptState, EventType>>;

/** The attempt as it will be. What ended keeps its end unless another is given; reopening is left out while another try is open. */
async function outcomeOf(ctx: Context, before: Attempt, result: AttemptResult): Promise<Attempt> {
  let startedAt = result.startedAt === undefined ? before.startedAt : result.startedAt;
  let finishedAt = result.finishedAt;
  // what is recorded again is told anew: a begin that came with an earlier telling does not go with another end
  const told = before.startedAt !== null && before.startedAt < before.createdAt;
  if (result.startedAt === undefined && told) {
    const reopened = result.state === 'in_progress';
    const anew = finishedAt ?? ((before.finishedAt === null) === reopened ? undefined : ctx.now);
    if (anew) startedAt = anew < before.createdAt ? anew : before.createdAt;
  }
  if (result.startedAt === undefined && before.finishedAt !== null && startedAt && finishedAt && finishedAt < startedAt)
    startedAt = finishedAt;
  // clocks of several servers differ a little
  const now = startedAt !== null && startedAt > ctx.now ? startedAt : ctx.now;
  const ended =
    before.finishedAt !== null && (startedAt === null || before.finishedAt >= startedAt) ? before.finishedAt : null;
  if (finishedAt === undefined) {
    if (result.state !== 'in_progress') finishedAt = ended ?? now;
    else finishedAt = (await otherIsOpen(ctx, before)) ? before.finishedAt : null;
  } else if (finishedAt === null && (result.state !== 'in_progress' || (await otherIsOpen(ctx, before))))
    finishedAt = ended ?? now;
  if (startedAt !== null && finishedAt !== null && finishedAt < startedAt)
    throw new Refusal({
      kind: 'invalid',
      issues: [{ path: ['finishedAt'], fault: 'out_of_range', detail: 'an end before its begin' }],
    });
  return {
    ...before,
    state: result.state,
    score: result.score === undefined ? before.score : result.score === null ? null : fourDecimals(result.score),
    startedAt,
    finishedAt,
    timeTicks: result.timeTicks ?? before.timeTicks,
    feedback: result.feedback === undefined ? before.feedback : result.feedback,
  };
}

const fourDecimals = (score: number): number => Math.round(score * 10_000) / 10_000;

async function otherIsOpen(ctx: Context, attempt: Attempt): Promise<boolean> {
  const { rows } = await run(
    ctx,
    sql`select 1 from attempt where tenant_id = ${TENANT} and enrollment_id = ${attempt.enrollmentId}::uuid and activity_id = ${attempt.activityId}::uuid and id <> ${attempt.id}::uuid
        and state = 'in_progress' and finished_at is null`,
  );
  return rows.length > 0;
}

function checkResult(result: AttemptResult): void {
  if (result.score !== null && result.score !== undefined && !(result.score >= 0 && result.score <= 1_000_000))
    throw new Refusal({ kind: 'invalid', issues: [{ path: ['score'], fault: 'out_of_range' }] });
  const ticks = result.timeTicks ?? 0;
  if (!(ticks >= 0 && Number.isSafeInteger(ticks)))
    throw new Refusal({ kind: 'invalid', issues: [{ path: ['timeTicks'], fault: 'out_of_range' }] });
}

// Highest, latest or best passed counts, as the activity says; failed tries count for the score only if none passed. What is handed in
// counts for nothing until it is judged.
const settleSql = (enrollmentId: Sql, activityId: Sql): Sql => sql`
with tries as (
  select t.*, ${TICKS_SQL('t')} as ticks
    from attempt t where t.tenant_id = ${TENANT} and t.enrollment_id = ${enrollmentId} and t.activity_id = ${activityId}
), how as (
  select a.attempt_counts from enrollment e join activity a on a.tenant_id = ${TENANT} and a.version_id = e.version_id and a.id = ${activityId}
   where e.tenant_id = ${TENANT} and e.id = ${enrollmentId}
), fact as (
  select count(*) as attempts, count(*) filter (where state = 'failed') as failures, least(sum(ticks), ${constant(Number.MAX_SAFE_INTEGER)}) as ticks,
         min(started_at) as started_at, max(coalesce(started_at, created_at)) as last_attempt_at,
         bool_or(state = 'complete') as passed, bool_or(state = 'in_progress') as open, bool_or(state = 'ready_for_review') as handed,
         (array_agg(state order by ordinal desc) filter (where state in ('complete', 'failed')))[1] as last_state,
         (array_agg(score order by ordinal desc) filter (where state in ('complete', 'failed')))[1] as last_score,
         max(score) filter (where state = 'complete') as best_passed, max(score) filter (where state = 'failed') as best_failed,
         min(finished_at) filter (where state = 'complete') as first_passed_at
    from tries
), next as (
  select f.*, case
           when how.attempt_counts = 'latest' and f.last_state is not null then case when f.last_state = 'failed' and f.handed then 'ready_for_review' when f.last_state = 'failed' and f.open then 'in_progress' else f.last_state end
           when f.passed then 'complete' when f.handed then 'ready_for_review' when f.open then 'in_progress' when f.last_state = 'failed' then 'failed' else 'not_started' end as state,
         case how.attempt_counts when 'latest' then f.last_score when 'best_passed' then f.best_passed
              else case when f.passed then f.best_passed else f.best_failed end end as score
    from fact f left join how on true
)
insert into activity_enrollment as x (tenant_id, enrollment_id, activity_id, state, progress, score, time_ticks, attempts, failures, started_at, completed_at, last_attempt_at, created_at, updated_at)
select ${TENANT}, ${enrollmentId}, ${activityId}, state, case when state = 'complete' then 100 else 0 end, score, coalesce(ticks, 0)::bigint, attempts, failures, started_at,
       case when state = 'complete' then coalesce(first_passed_at, ${NOW}) end, last_attempt_at, ${NOW}, ${NOW}
  from next
on conflict (tenant_id, enrollment_id, activity_id) do update
   set state = case when x.forced then x.state else excluded.state end,
       progress = case when x.forced or excluded.state = 'complete' then 100 when x.state = 'complete' then 0 else x.progress end,
       score = excluded.score, time_ticks = excluded.time_ticks, attempts = excluded.attempts, failures = excluded.failures,
       started_at = coalesce(excluded.started_at, x.started_at),
       completed_at = case when x.forced then x.completed_at else excluded.completed_at end,
       last_attempt_at = excluded.last_attempt_at, updated_at = excluded.updated_at
returning old.state as was, new.state`;

/** Works out how an activity stands from its attempts, and tells what it was. */
async function settleActivity(
  ctx: Context,
  enrollmentId: string,
  activityId: string,
): Promise<{ was: ActivityState | null; state: ActivityState }> {
  const { rows } = await run<{ was: ActivityState | null; state: ActivityState }>(
    ctx,
    settleSql(value(enrollmentId, 'uuid'), value(activityId, 'uuid')),
  );
  return rows[0]!;
}
