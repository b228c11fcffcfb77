import type { Context } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Issue } from '../kernel/refusal.ts';
import { textFault } from '../kernel/text.ts';
import { STANDING_STATES, takesSeat } from './states.ts';
import type { Enrollment, EnrollmentState } from './types.ts';

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

/** What stands by hand so far, and what a list of enrollments does not show. */
export interface Standing {
  /** Progress by the parts alone, where it is needed. */
  worked?: number | undefined;
  state: EnrollmentState | null;
  score: number | null;
  credits: number | null;
  rating: number | null;
  byType: Record<string, number>;
}

const within = (value: number | null | undefined, least: number, most: number): boolean =>
  value === null || value === undefined || (Number.isFinite(value) && value >= least && value <= most);

/** What is wrong with an outcome by itself. */
export function outcomeIssues(outcome: Outcome): Issue[] {
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
  return issues;
}

/** What the columns hold: ten digits, four of them decimals. */
const MOST_CREDITS = 999_999;

export type Changed = Record<string, [before: unknown, after: unknown]>;

/** The columns that change, and what of it can be seen. */
export function columns(
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
    // what completing brought goes with it
    else if (before.state === 'complete') put('progress', 'progress', before.progress, standing.worked ?? 0);
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
  } else if (outcome.score !== undefined && scoreOf(outcome.score) !== before.score) {
    put('score', 'score', before.score, scoreOf(outcome.score));
    set.set_score = scoreOf(outcome.score);
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

/** The score of an enrollment stops at 100. */
const scoreOf = (score: number): number => Math.min(fourDecimals(score), 100);

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
