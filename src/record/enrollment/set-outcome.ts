import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { type Issue, Refusal } from '../kernel/refusal.ts';
import { getEnrollment } from './list-enrollments.ts';
import { settlePrimary } from './primary.ts';
import { afterStateChange, rollUp } from './roll-up.ts';
import { STANDING_STATES, takesSeat } from './states.ts';
import type { Enrollment, EnrollmentState } from './types.ts';
import { advanceWaitlists, lockSeats } from './waitlist.ts';

/** What may be set by hand or import (rule 8). A member left out keeps its value; null clears it. */
export interface Outcome {
  state?: EnrollmentState | undefined;
  /** Percent. */
  score?: number | null | undefined;
  completedAt?: Instant | null | undefined;
  /** A label such as Distinction. */
  result?: string | null | undefined;
  credits?: number | null | undefined;
  /** Replaces the credits by type. */
  creditsByType?: readonly { creditTypeId: string; credits: number }[] | undefined;
  versionId?: string | undefined;
  joinKeyId?: string | null | undefined;
  termsAccepted?: boolean | undefined;
  accessAt?: Instant | null | undefined;
  dueAt?: Instant | null | undefined;
  expiresAt?: Instant | null | undefined;
  rating?: number | null | undefined;
}

/**
 * Sets an enrollment's outcome and dates. A state that ends learning stands over the computed one until it is reset or set anew;
 * complete is dated now unless a date is given, and makes progress 100. Other states leave progress alone. A state that takes a
 * seat is checked against the offering's limit. Refuses `not_found`, `invalid` and `rule` (`offering_full`).
 */
export async function setOutcome(ctx: Context, enrollmentId: string, outcome: Outcome): Promise<Enrollment> {
  const { personId } = await getEnrollment(ctx, enrollmentId, 'live');
  return transaction(
    ctx,
    async (inner) => {
      demand(inner, 'enrollments.write');
      const before = await getEnrollment(inner, enrollmentId, 'live');
      await check(inner, before, outcome);
      const set = columns(inner, before, outcome);
      if (outcome.state && takesSeat(outcome.state) && !takesSeat(before.state)) await claimSeat(inner, before);
      if (Object.keys(set).length > 0) await save(inner, before, set);
      if (outcome.creditsByType) await saveCredits(inner, enrollmentId, outcome.creditsByType);
      const after = await getEnrollment(inner, enrollmentId, 'live');
      if (after.state !== before.state) {
        await settlePrimary(inner, [before]);
        await afterStateChange(
          inner,
          [
            {
              id: before.id,
              personId: before.personId,
              courseId: before.courseId,
              state: after.state,
              was: before.state,
            },
          ],
          true,
        );
        if (takesSeat(before.state) && !takesSeat(after.state)) await advanceWaitlists(inner, [before.offeringId]);
      }
      // without a standing score, or on another version, the facts count again
      if (outcome.score === null || outcome.versionId) await rollUp(inner, [enrollmentId]);
      return getEnrollment(inner, enrollmentId, 'live');
    },
    { learners: [personId] },
  );
}

const within = (value: number | null | undefined, least: number, most: number): boolean =>
  value === null || value === undefined || (Number.isFinite(value) && value >= least && value <= most);

async function check(ctx: Context, before: Enrollment, outcome: Outcome): Promise<void> {
  const issues: Issue[] = [];
  if (!within(outcome.score, 0, 1_000_000)) issues.push({ path: ['score'], fault: 'out_of_range' });
  if (!within(outcome.credits, 0, 1_000_000)) issues.push({ path: ['credits'], fault: 'out_of_range' });
  if (!within(outcome.rating, 1, 5)) issues.push({ path: ['rating'], fault: 'out_of_range' });
  outcome.creditsByType?.forEach((entry, i) => {
    if (!within(entry.credits, 0, 1_000_000))
      issues.push({ path: ['creditsByType', i, 'credits'], fault: 'out_of_range' });
  });
  const { rows } = await run<{ version: boolean; key: boolean; types: number }>(
    ctx.db,
    `select exists (select 1 from course_version where tenant_id = $1 and id = $2::uuid and course_id = $3::uuid and state <> 'draft') as version,
            exists (select 1 from join_key where tenant_id = $1 and id = $4::uuid) as key,
            (select count(*) from credit_type where tenant_id = $1 and id = any($5::uuid[])) as types`,
    [
      ctx.tenant.id,
      outcome.versionId ?? null,
      before.courseId,
      outcome.joinKeyId ?? null,
      (outcome.creditsByType ?? []).map((entry) => entry.creditTypeId),
    ],
  );
  const { version, key, types } = rows[0]!;
  if (outcome.versionId && !version) issues.push({ path: ['versionId'], fault: 'not_found' });
  if (outcome.joinKeyId && !key) issues.push({ path: ['joinKeyId'], fault: 'not_found' });
  if (types < new Set((outcome.creditsByType ?? []).map((entry) => entry.creditTypeId)).size)
    issues.push({ path: ['creditsByType'], fault: 'not_found' });
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
}

/** The columns that change, by name. */
function columns(ctx: Context, before: Enrollment, outcome: Outcome): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const { state } = outcome;
  const standing = state !== undefined && (STANDING_STATES as readonly string[]).includes(state);
  if (
    state !== undefined &&
    (state !== before.state || (standing && (before.outcomeBy === null || outcome.completedAt !== undefined)))
  ) {
    set['state'] = state;
    set['set_state'] = standing ? state : null;
    const completedAt = state === 'complete' ? (outcome.completedAt ?? before.completedAt ?? ctx.now) : null;
    set['completed_at'] = completedAt;
    set['set_completed_at'] = completedAt;
    set['set_progress'] = state === 'complete' ? 100 : null;
    if (state === 'complete') set['progress'] = 100;
    if (
      state !== 'not_started' &&
      takesSeat(state) &&
      before.startedAt === null &&
      state !== 'not_applicable' &&
      state !== 'absent'
    )
      set['started_at'] = completedAt ?? ctx.now;
  } else if (outcome.completedAt !== undefined && before.state === 'complete') {
    set['completed_at'] = outcome.completedAt ?? ctx.now;
    set['set_completed_at'] = outcome.completedAt;
  }
  if (outcome.score !== undefined) {
    set['set_score'] = outcome.score;
    if (outcome.score !== null) set['score'] = outcome.score;
  }
  const direct: [keyof Outcome, string][] = [
    ['result', 'result'],
    ['credits', 'credits'],
    ['versionId', 'version_id'],
    ['joinKeyId', 'join_key_id'],
    ['accessAt', 'access_at'],
    ['dueAt', 'due_at'],
    ['expiresAt', 'expires_at'],
    ['rating', 'rating'],
  ];
  for (const [from, to] of direct)
    if (outcome[from] !== undefined && outcome[from] !== (before as unknown as Record<string, unknown>)[from])
      set[to] = outcome[from];
  if (outcome.termsAccepted !== undefined && outcome.termsAccepted !== (before.termsAcceptedAt !== null))
    set['terms_accepted_at'] = outcome.termsAccepted ? ctx.now : null;
  if ('state' in set || 'set_score' in set || 'credits' in set) {
    set['set_by'] = ctx.actor.id ?? ctx.dialect;
    set['set_at'] = ctx.now;
  }
  return set;
}

/** Column names come from the table above only. */
async function save(ctx: Context, before: Enrollment, set: Record<string, unknown>): Promise<void> {
  await ctx.db
    .updateTable('enrollment')
    .set({ ...set, updated_at: ctx.now })
    .where('tenant_id', '=', ctx.tenant.id)
    .where('id', '=', before.id)
    .execute();
  await append(ctx, [
    {
      type:
        set['state'] === 'complete' && before.state !== 'complete' ? 'enrollment.completed' : 'enrollment.outcome_set',
      entity: 'enrollment',
      entityId: before.id,
      personId: before.personId,
      courseId: before.courseId,
      data: { offeringId: before.offeringId, was: before.state, set },
    },
  ]);
}

async function claimSeat(ctx: Context, enrollment: Enrollment): Promise<void> {
  const seats = (await lockSeats(ctx, [enrollment.offeringId])).get(enrollment.offeringId);
  if (seats && seats.seats !== null && seats.taken >= seats.seats)
    throw new Refusal({ kind: 'rule', rule: 'offering_full', entity: 'offering', id: enrollment.offeringId });
}

async function saveCredits(
  ctx: Context,
  enrollmentId: string,
  credits: NonNullable<Outcome['creditsByType']>,
): Promise<void> {
  await run(ctx.db, 'delete from enrollment_credit where tenant_id = $1 and enrollment_id = $2::uuid', [
    ctx.tenant.id,
    enrollmentId,
  ]);
  await run(
    ctx.db,
    `insert into enrollment_credit (tenant_id, enrollment_id, credit_type_id, credits)
     select $1, $2::uuid, r.id, sum(r.credits) from unnest($3::uuid[], $4::numeric[]) as r (id, credits) group by r.id`,
    [ctx.tenant.id, enrollmentId, credits.map((entry) => entry.creditTypeId), credits.map((entry) => entry.credits)],
  );
}
