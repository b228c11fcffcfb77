import { Enrollments } from '../../../record/enrollment/index.ts';
import { sameThing } from '../simple.ts';
import { without } from '../subject.ts';
import type { Plan } from './enrollment-plan.ts';
import type { EnrollmentEntry } from './enrollment-shape.ts';
import { versionOf } from './offerings.ts';

/** States that stand before anything is done. */
const FIRST: ReadonlySet<string> = new Set([...Enrollments.WITHOUT_SEAT, 'not_started']);

/** Dates of one's own, what was set by hand, and how it ended. */
export function planOutcome(plan: Plan): void {
  const { world, timeline, of, facts, start } = plan;
  const { value } = of.entry;
  const now = world.ctx.now;
  const own: Enrollments.Outcome = without({
    accessAt: value.accessAt,
    dueAt: value.dueAt,
    expiresAt: value.expiresAt,
    state: value.state && FIRST.has(value.state) ? value.state : undefined,
  });
  // these hold from the first day on
  set(plan, facts ? now : start, own, async (ctx) =>
    without({
      versionId: value.version === undefined ? undefined : await versionOf(ctx, of.courseId, value.version),
    }),
  );
  if (value.termsAcceptedAt !== undefined && !facts?.termsAcceptedAt)
    set(plan, facts ? now : value.termsAcceptedAt, { termsAccepted: true });
  const { lastAccessAt } = value;
  if (lastAccessAt !== undefined && (facts?.lastAccessAt ?? '') < lastAccessAt) {
    plan.touch();
    timeline.add(of, { at: facts ? now : lastAccessAt, path: of.entry.path }, async (ctx, id) => {
      await Enrollments.touch(ctx, id, lastAccessAt);
    });
  }
  const after = timeline.lastOf(of) ?? start;
  set(plan, facts ? now : (value.completedAt ?? after), outcomeOf(plan, value), undefined, after);
  planEnding(plan);
}

const outcomeOf = ({ world }: Plan, value: EnrollmentEntry): Enrollments.Outcome =>
  without({
    state: value.state && FIRST.has(value.state) ? undefined : value.state,
    score: value.score,
    completedAt: value.completedAt,
    result: value.result,
    credits: value.credits,
    rating: value.rating,
    creditsByType: value.creditsByType?.map(({ type, credits }) => ({
      creditTypeId: world.id('credit_type', type),
      credits,
    })),
  });

function set(
  { world, timeline, of, facts, touch }: Plan,
  at: string,
  outcome: Enrollments.Outcome,
  more?: (ctx: Plan['world']['ctx']) => Promise<Enrollments.Outcome>,
  after?: string,
): void {
  const named = Object.keys(outcome).length > 0 || (more !== undefined && of.entry.value.version !== undefined);
  if (!named || (facts && sameOutcome(facts, outcome) && more === undefined)) return;
  // what has ended is not changed any more
  const before = of.entry.value.ending?.at;
  timeline.add(of, { at, path: of.entry.path, after, before }, async (ctx, id) => {
    const before: Enrollments.Enrollment = await Enrollments.get(ctx, id, 'live');
    const done = await Enrollments.setOutcome(ctx, id, { ...outcome, ...(more ? await more(ctx) : {}) });
    if (facts && !sameThing(before, done)) {
      world.count('outcomes', 'changed');
      touch();
    }
  });
}

const COMPARED = {
  accessAt: 'accessAt',
  dueAt: 'dueAt',
  expiresAt: 'expiresAt',
  state: 'state',
  score: 'setScore',
  completedAt: 'setCompletedAt',
  result: 'result',
  credits: 'setCredits',
  rating: 'rating',
} as const;

/** Whether the record stands as the file says, as far as one row tells. */
const sameOutcome = (facts: NonNullable<Plan['facts']>, outcome: Enrollments.Outcome): boolean =>
  outcome.creditsByType === undefined &&
  Object.entries(COMPARED).every(([member, fact]) => {
    const wanted = outcome[member as keyof typeof COMPARED];
    return wanted === undefined || wanted === facts[fact];
  });

function planEnding({ world, timeline, of, facts, start, touch }: Plan): void {
  const { ending } = of.entry.value;
  // superseded is what the next entry does
  if (!ending || ending.how === 'superseded' || facts?.ending === ending.how) return;
  touch();
  const after = timeline.lastOf(of) ?? start;
  const at = facts ? world.ctx.now : (ending.at ?? after);
  timeline.add(of, { at, path: [...of.entry.path, 'ending'], after: at }, async (ctx, id) => {
    await Enrollments.withdraw(ctx, [id], { ending: ending.how === 'withdrawn_kept' ? 'kept' : 'closed' });
  });
}
