import { transaction } from '../../database/transaction.ts';
import { settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Issue, RefusalFact } from '../kernel/refusal.ts';
import { instantOf } from '../kernel/text.ts';
import { enrollAll } from './enroll.ts';
import { levelsOf, outcomeOf, type Resolved, resolveRows, withdrawnOf } from './enrollment-rows.ts';
import { type Outcome, outcomeIssues } from './outcome-columns.ts';
import { setOutcomes } from './set-outcome.ts';
import { takesSeat } from './states.ts';
import type { EnrollmentSource, EnrollRequest } from './types.ts';
import { withdraw } from './withdraw.ts';
import { closeForGood } from './withdraw-enrollment.ts';

/** One learner in one offering, found by `id`, or by person and offering or course. */
export interface EnrollmentRow extends Omit<Outcome, 'creditsByType' | 'versionId' | 'joinKeyId'> {
  id?: string | undefined;
  personId?: string | undefined;
  personExternalId?: string | undefined;
  personEmail?: string | undefined;
  offeringId?: string | undefined;
  offeringExternalId?: string | undefined;
  /** Without an offering: the primary enrollment there, else its default offering. */
  courseId?: string | undefined;
  courseExternalId?: string | undefined;
  /** Of an enrollment that is made. */
  source?: EnrollmentSource | undefined;
  enrolledAt?: Instant | undefined;
  /** Last of all, the enrollment ends. */
  withdrawal?: { kept?: boolean | undefined } | undefined;
}

/** What became of one row. */
export type EnrollmentRowResult =
  | { outcome: 'created' | 'changed' | 'unchanged'; id: string }
  | { outcome: 'refused'; fact: RefusalFact };

const refused = (fact: RefusalFact): EnrollmentRowResult => ({ outcome: 'refused', fact });
const faulty = (issues: readonly Issue[]): EnrollmentRowResult => refused({ kind: 'invalid', issues });

/**
 * Creates and changes enrollments, each row for itself and with the effect of the rows before it, in one transaction. Rows that cannot
 * be taken are answered and stop nobody else. Rows that do not touch each other are written together: the number of statements grows
 * with how often one learner, or one offering with limited seats, comes back, not with the rows.
 */
export async function saveEnrollments(ctx: Context, rows: readonly EnrollmentRow[]): Promise<EnrollmentRowResult[]> {
  demand(ctx, 'enrollments.write');
  const results = new Array<EnrollmentRowResult>(rows.length);
  const good = rows.flatMap((given, index) => {
    const { row, issues } = readable(given);
    issues.push(...outcomeIssues(outcomeOf(row)), ...missingIn(row));
    if (issues.length === 0) return [{ row, index }];
    results[index] = faulty(issues);
    return [];
  });
  const resolved = (
    await resolveRows(
      ctx,
      good.map(({ row }) => row),
    )
  ).flatMap((found, i) => {
    const { row, index } = good[i]!;
    if ('personId' in found) return [{ row, index, ...found }];
    results[index] = 'fact' in found ? refused(found.fact) : faulty(found.issues);
    return [];
  });
  if (resolved.length === 0) return results;
  return transaction(
    ctx,
    async (inner) => {
      for (const level of levelsOf(resolved)) await saveLevel(inner, level, results);
      return results.slice();
    },
    { learners: resolved.map((entry) => entry.personId) },
  );
}

const INSTANTS = ['enrolledAt', 'accessAt', 'dueAt', 'expiresAt', 'completedAt'] as const;

/** The row with its instants as they are kept. */
function readable(row: EnrollmentRow): { row: EnrollmentRow; issues: Issue[] } {
  const issues: Issue[] = [];
  const kept: Partial<Record<(typeof INSTANTS)[number], Instant>> = {};
  for (const name of INSTANTS) {
    const value = row[name];
    if (typeof value !== 'string') continue;
    const at = instantOf(value);
    if (at === undefined) issues.push({ path: [name], fault: 'format', detail: 'an instant of the years 1 to 9999' });
    else kept[name] = at;
  }
  return { row: { ...row, ...kept }, issues };
}

/** A row says who and what. */
function missingIn(row: EnrollmentRow): Issue[] {
  if (row.id !== undefined) return [];
  const issues: Issue[] = [];
  if ((row.personId ?? row.personExternalId ?? row.personEmail) === undefined)
    issues.push({ path: ['personId'], fault: 'required' });
  if ((row.offeringId ?? row.offeringExternalId ?? row.courseId ?? row.courseExternalId) === undefined)
    issues.push({ path: ['offeringId'], fault: 'required' });
  return issues;
}

export type Entry = Resolved & { row: EnrollmentRow; index: number };

interface Standing {
  entry: Entry;
  id: string;
  status: 'created' | 'changed' | 'unchanged';
}

/** Rows of different learners, none of which waits for a seat that another one frees. */
async function saveLevel(ctx: Context, level: readonly Entry[], results: EnrollmentRowResult[]): Promise<void> {
  await settled(ctx);
  const over = await alreadyOver(ctx, level, results);
  const live = level.filter((entry) => !over.has(entry));
  const standing = await enrolled(ctx, live, results);
  const withOutcome = standing.filter(({ entry }) => Object.keys(outcomeOf(entry.row)).length > 0);
  const outcomes = await setOutcomes(
    ctx,
    withOutcome.map(({ entry, id }) => ({ id, outcome: outcomeOf(entry.row) })),
  );
  const refusedOnes = new Set<Standing>();
  withOutcome.forEach((one, i) => {
    const outcome = outcomes[i]!;
    if ('fact' in outcome) {
      refusedOnes.add(one);
      results[one.entry.index] = refused(outcome.fact);
    } else if (outcome.changed && one.status === 'unchanged') one.status = 'changed';
  });
  const kept = standing.filter((one) => !refusedOnes.has(one));
  for (const ending of ['kept', 'closed'] as const) {
    const leaving = kept.filter(({ entry }) => endingOf(entry.row) === ending);
    if (leaving.length === 0) continue;
    await withdraw(
      ctx,
      leaving.map(({ id }) => id),
      { ending },
    );
    for (const one of leaving) if (one.status === 'unchanged') one.status = 'changed';
  }
  for (const { entry, id, status } of kept) results[entry.index] = { outcome: status, id };
}

const endingOf = ({ withdrawal }: EnrollmentRow): 'kept' | 'closed' | undefined =>
  withdrawal && (withdrawal.kept === false ? 'closed' : 'kept');

/** Rows that withdraw from what has been left already: nothing to do, unless what was kept is to be closed. */
async function alreadyOver(ctx: Context, level: readonly Entry[], results: EnrollmentRowResult[]): Promise<Set<Entry>> {
  const leaving = level.filter((entry) => endingOf(entry.row) !== undefined);
  const found = await withdrawnOf(ctx, leaving);
  const over = new Set<Entry>();
  const closing: string[] = [];
  leaving.forEach((entry, i) => {
    const left = found[i];
    if (!left) return;
    over.add(entry);
    const wanted = endingOf(entry.row);
    if (left.ending === `withdrawn_${wanted}`) results[entry.index] = { outcome: 'unchanged', id: left.id };
    else if (wanted === 'closed') {
      closing.push(left.id);
      results[entry.index] = { outcome: 'changed', id: left.id };
    } else
      results[entry.index] = refused({ kind: 'rule', rule: 'enrollment_finished', entity: 'enrollment', id: left.id });
  });
  await closeForGood(ctx, closing);
  return over;
}

/** The live enrollments of the rows, found or made. */
async function enrolled(ctx: Context, entries: readonly Entry[], results: EnrollmentRowResult[]): Promise<Standing[]> {
  const requests = entries.map(({ personId, offeringId, courseId, row }): EnrollRequest => {
    const noQueue = row.state !== undefined && takesSeat(row.state);
    const what = offeringId === undefined ? { courseId } : { offeringId };
    return { personId, ...what, source: row.source, enrolledAt: row.enrolledAt, noQueue };
  });
  const byId = entries.map(({ enrollmentId }) => enrollmentId);
  const wanted = requests.filter((_, i) => byId[i] === undefined);
  // who is in already is not held by a further reason
  const made = (await enrollAll(ctx, wanted, { grant: null }))[Symbol.iterator]();
  return entries.flatMap((entry, i): Standing[] => {
    const id = byId[i];
    if (id !== undefined) return [{ entry, id, status: 'unchanged' }];
    const result = made.next().value!;
    if (result.outcome === 'refused') {
      results[entry.index] = refused(result.fact);
      return [];
    }
    const status = result.outcome === 'resumed' ? 'changed' : result.outcome;
    return [{ entry, id: result.enrollmentId, status }];
  });
}
