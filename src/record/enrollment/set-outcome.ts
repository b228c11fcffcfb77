import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, type Issue, Refusal } from '../kernel/refusal.ts';
import { textFault } from '../kernel/text.ts';
import { enrollInMembers } from './collections.ts';
import { settleCredits } from './credits.ts';
import { readEnrollment } from './list-enrollments.ts';
import { settlePrimary } from './primary.ts';
import { afterStateChange, rollUp } from './roll-up.ts';
import { STANDING_STATES, takesSeat } from './states.ts';
import type { Enrollment, EnrollmentState } from './types.ts';
import { advanceWaitlists, lockSeats } from './waitlist.ts';

/** What may be set by hand or import (rule 8). A member left out, or sent back as shown, keeps its value; null clears it. */
export interface Outcome {
  state?: EnrollmentState | undefined;
  /** Percent. Null: the computed one counts again. */
  score?: number | null | undefined;
  completedAt?: Instant | null | undefined;
  /** A label such as Distinction. */
  result?: string | null | undefined;
  /** Null: what completing is worth counts again. */
  credits?: number | null | undefined;
  /** Replaces the credits by type; their sum is the credits unless those are set too. */
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
  demand(ctx, 'enrollments.write');
  const { personId } = await readEnrollment(ctx, enrollmentId);
  return transaction(
    ctx,
    async (inner) => {
      let before = await readEnrollment(inner, enrollmentId);
      const standing = await check(inner, before, outcome);
      if (outcome.state && takesSeat(outcome.state) && !takesSeat(before.state)) {
        const seats = (await lockSeats(inner, [before.offeringId])).get(before.offeringId)!;
        // who waited may have been seated meanwhile
        before = await readEnrollment(inner, enrollmentId);
        if (!takesSeat(before.state) && seats.seats !== null && seats.taken >= seats.seats)
          against('offering_full', 'offering', before.offeringId);
      }
      const { set, changed } = columns(inner, before, standing, outcome);
      if (Object.keys(set).length === 0) return before;
      await save(inner, before, set, changed);
      if ('credits' in set && outcome.creditsByType) await saveCredits(inner, enrollmentId, outcome.creditsByType);
      // without a standing score, or on another version, the facts count again
      if (set.set_score === null || 'version_id' in set) await rollUp(inner, [enrollmentId]);
      if (set.set_credits === null) await settleCredits(inner, [enrollmentId]);
      await follow(inner, before, changed);
      if ('version_id' in set) await enrollInMembers(inner, [enrollmentId]);
      return readEnrollment(inner, enrollmentId);
    },
    { learners: [personId] },
  );
}

/** What a state, progress or score set by hand brings with it. */
async function follow(ctx: Context, before: Enrollment, changed: Changed): Promise<void> {
  if (!('state' in changed || 'progress' in changed || 'score' in changed)) return;
  const { id, personId, courseId, offeringId } = before;
  const state = (changed.state?.[1] as EnrollmentState | undefined) ?? before.state;
  if (state !== before.state) await settlePrimary(ctx, [before]);
  await afterStateChange(ctx, [{ id, personId, courseId, state, was: before.state }], true);
  if (takesSeat(state) && !takesSeat(before.state)) await enrollInMembers(ctx, [id]);
  if (takesSeat(before.state) && !takesSeat(state)) await advanceWaitlists(ctx, [offeringId], id);
}

/** What stands by hand so far, and what a list of enrollments does not show. */
interface Standing {
  state: EnrollmentState | null;
  score: number | null;
  credits: number | null;
  rating: number | null;
  byType: Record<string, number>;
}

const within = (value: number | null | undefined, least: number, most: number): boolean =>
  value === null || value === undefined || (Number.isFinite(value) && value >= least && value <= most);

async function check(ctx: Context, before: Enrollment, outcome: Outcome): Promise<Standing> {
  const issues: Issue[] = [];
  if (!within(outcome.score, 0, 1_000_000)) issues.push({ path: ['score'], fault: 'out_of_range' });
  if (!within(outcome.credits, 0, MOST_CREDITS)) issues.push({ path: ['credits'], fault: 'out_of_range' });
  if (!within(outcome.rating, 1, 5) || !Number.isInteger(outcome.rating ?? 1))
    issues.push({ path: ['rating'], fault: 'out_of_range' });
  const wrongText = outcome.result == null ? undefined : textFault(outcome.result, 255);
  if (wrongText) issues.push({ path: ['result'], fault: wrongText });
  outcome.creditsByType?.forEach((entry, i) => {
    if (!within(entry.credits, 0, MOST_CREDITS))
      issues.push({ path: ['creditsByType', i, 'credits'], fault: 'out_of_range' });
  });
  const { rows } = await run<Standing & { version: boolean; key: boolean; known: string[] }>(
    ctx.db,
    `select e.set_state as state, e.set_score as score, e.set_credits as credits, e.rating,
            (select coalesce(jsonb_object_agg(k.credit_type_id, k.credits), '{}') from enrollment_credit k where k.tenant_id = $1 and k.enrollment_id = e.id) as "byType",
            exists (select 1 from course_version where tenant_id = $1 and id = $2::uuid and course_id = $3::uuid and state <> 'draft') as version,
            exists (select 1 from join_key where tenant_id = $1 and id = $4::uuid) as key,
            array(select id from credit_type where tenant_id = $1 and id = any($5::uuid[])) as known
       from enrollment e where e.tenant_id = $1 and e.id = $6::uuid`,
    [
      ctx.tenant.id,
      outcome.versionId ?? null,
      before.courseId,
      outcome.joinKeyId ?? null,
      (outcome.creditsByType ?? []).map((entry) => entry.creditTypeId),
      before.id,
    ],
  );
  const { version, key, known, ...standing } = rows[0]!;
  if (outcome.versionId && !version) issues.push({ path: ['versionId'], fault: 'not_found' });
  if (outcome.joinKeyId && !key) issues.push({ path: ['joinKeyId'], fault: 'not_found' });
  outcome.creditsByType?.forEach((entry, i) => {
    if (!known.includes(entry.creditTypeId.toLowerCase()))
      issues.push({ path: ['creditsByType', i, 'creditTypeId'], fault: 'not_found' });
  });
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
  return standing;
}

/** What the columns hold: ten digits, four of them decimals. */
const MOST_CREDITS = 999_999;

type Changed = Record<string, [before: unknown, after: unknown]>;

/** The columns that change, and what of it can be seen. */
function columns(
  ctx: Context,
  before: Enrollment,
  standing: Standing,
  outcome: Outcome,
): { set: Record<string, unknown>; changed: Changed } {
  const set: Record<string, unknown> = {};
  const changed: Changed = {};
  const put = (column: string, name: string, was: unknown, value: unknown): void => {
    if (was === value) return;
    set[column] = value;
    changed[name] = [was, value];
  };
  const { state } = outcome;
  if (state !== undefined && state !== before.state) {
    const completedAt = state === 'complete' ? (outcome.completedAt ?? ctx.now) : null;
    put('state', 'state', before.state, state);
    put('completed_at', 'completedAt', before.completedAt, completedAt);
    if (state === 'complete') put('progress', 'progress', before.progress, 100);
    if (before.startedAt === null && BEGUN(state)) put('started_at', 'startedAt', null, completedAt ?? ctx.now);
    set.set_state = (STANDING_STATES as readonly string[]).includes(state) ? state : null;
    set.set_completed_at = completedAt;
    set.set_progress = state === 'complete' ? 100 : null;
  } else if (before.state === 'complete' && outcome.completedAt && outcome.completedAt !== before.completedAt) {
    put('completed_at', 'completedAt', before.completedAt, outcome.completedAt);
    set.set_state = 'complete';
    set.set_completed_at = outcome.completedAt;
    set.set_progress = 100;
    put('progress', 'progress', before.progress, 100);
  }
  if (outcome.score === null) {
    if (standing.score !== null) set.set_score = null;
  } else if (outcome.score !== undefined && fourDecimals(outcome.score) !== before.score) {
    put('score', 'score', before.score, fourDecimals(outcome.score));
    set.set_score = fourDecimals(outcome.score);
  }
  const credits = creditsOf(before, standing, outcome);
  if (credits === null) {
    if (standing.credits !== null) {
      put('credits', 'credits', before.credits, null);
      set.set_credits = null;
    }
  } else if (credits !== undefined) {
    put('credits', 'credits', before.credits, credits);
    set.credits = credits;
    set.set_credits = credits;
    if (outcome.creditsByType) changed.creditsByType = [standing.byType, byType(outcome.creditsByType)];
  }
  put('result', 'result', before.result, kept(outcome.result, before.result));
  put('version_id', 'versionId', before.versionId, outcome.versionId?.toLowerCase() ?? before.versionId);
  put(
    'join_key_id',
    'joinKeyId',
    before.joinKeyId,
    kept(outcome.joinKeyId?.toLowerCase() ?? outcome.joinKeyId, before.joinKeyId),
  );
  put('access_at', 'accessAt', before.accessAt, kept(outcome.accessAt, before.accessAt));
  put('due_at', 'dueAt', before.dueAt, kept(outcome.dueAt, before.dueAt));
  put('expires_at', 'expiresAt', before.expiresAt, kept(outcome.expiresAt, before.expiresAt));
  put('rating', 'rating', standing.rating, kept(outcome.rating, standing.rating));
  if (outcome.termsAccepted !== undefined && outcome.termsAccepted !== (before.termsAcceptedAt !== null))
    put('terms_accepted_at', 'termsAcceptedAt', before.termsAcceptedAt, outcome.termsAccepted ? ctx.now : null);
  if (['set_state', 'set_score', 'set_credits', 'result'].some((column) => column in set)) {
    set.set_by = ctx.actor.id ?? ctx.dialect;
    set.set_at = ctx.now;
  }
  return { set, changed };
}

/** States that nobody gets into without having begun. */
const BEGUN = (state: EnrollmentState): boolean =>
  takesSeat(state) && !['not_started', 'absent', 'not_applicable'].includes(state);

const fourDecimals = (value: number): number => Math.round(value * 10_000) / 10_000;

const kept = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value);

const byType = (entries: NonNullable<Outcome['creditsByType']>): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { creditTypeId, credits } of entries)
    sums[creditTypeId.toLowerCase()] = fourDecimals((sums[creditTypeId.toLowerCase()] ?? 0) + credits);
  return sums;
};

/** The credits to stand; undefined when what was sent is what there is. */
function creditsOf(before: Enrollment, standing: Standing, outcome: Outcome): number | null | undefined {
  if (outcome.creditsByType) {
    const sums = byType(outcome.creditsByType);
    const names = Object.keys(sums);
    const same =
      names.length === Object.keys(standing.byType).length &&
      names.every((name) => sums[name] === standing.byType[name]);
    const total = outcome.credits ?? fourDecimals(Object.values(sums).reduce((sum, credits) => sum + credits, 0));
    if (!same) return total;
  }
  if (typeof outcome.credits !== 'number') return outcome.credits;
  const credits = fourDecimals(outcome.credits);
  return credits === before.credits ? undefined : credits;
}

/** Column names come from the table above only. */
async function save(ctx: Context, before: Enrollment, set: Record<string, unknown>, changed: Changed): Promise<void> {
  await ctx.db
    .updateTable('enrollment')
    .set({ ...set, updated_at: ctx.now })
    .where('tenant_id', '=', ctx.tenant.id)
    .where('id', '=', before.id)
    .execute();
  const to = changed.state?.[1];
  const type =
    to === 'complete'
      ? 'enrollment.completed'
      : to !== undefined && before.state === 'complete'
        ? 'enrollment.reopened'
        : 'set_at' in set
          ? 'enrollment.outcome_set'
          : 'enrollment.updated';
  await append(ctx, [
    {
      type,
      entity: 'enrollment',
      entityId: before.id,
      personId: before.personId,
      courseId: before.courseId,
      data: { offeringId: before.offeringId, changed },
    },
  ]);
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
