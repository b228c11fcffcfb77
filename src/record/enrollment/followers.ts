import type { Changes, Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { enrollInMembers, reportCollections } from './collections.ts';
import { enterFollowUps, leaveFollowUps } from './completion.ts';
import { settleCredits } from './credits.ts';
import { settlePrimary } from './primary.ts';
import { rollUp } from './roll-up.ts';
import type { EnrollmentSource } from './types.ts';
import { advanceWaitlists } from './waitlist.ts';
import { endMembers } from './withdraw.ts';

// What enrollments do when something happened; `record/consequences.ts` says when, and in which order.

const idsOf = (rows: readonly { enrollmentId: string }[]): string[] => [
  ...new Set(rows.map((row) => row.enrollmentId)),
];

/** Each run over learners reads what they did from end to end, so few large ones. */
const CHUNK = 10_000;

/** Works enrollments out anew; those with marks also after they were left. */
export async function workOut(
  ctx: Context,
  { work_changed, marks_changed, seated }: Told<'work_changed' | 'marks_changed' | 'seated'>,
): Promise<void> {
  const wanted = new Map<string, { undo: boolean; left: boolean }>();
  const add = (rows: readonly Changes['work_changed'][], left: boolean) => {
    for (const { enrollmentId, undo = false } of rows) {
      const before = wanted.get(enrollmentId);
      wanted.set(enrollmentId, { undo: undo || (before?.undo ?? false), left: left || (before?.left ?? false) });
    }
  };
  add(work_changed, false);
  add(seated, false);
  add(marks_changed, true);
  const alike = Map.groupBy(wanted, ([, { undo, left }]) => (undo ? 2 : 0) + (left ? 1 : 0));
  for (const group of alike.values()) {
    const { undo, left } = group[0]![1];
    const ids = group.map(([id]) => id);
    for (let at = 0; at < ids.length; at += CHUNK) await rollUp(ctx, ids.slice(at, at + CHUNK), undo, { left });
  }
}

/** States whose coming or going may move the primary mark (rule 3). */
const CLASSES: ReadonlySet<string> = new Set(['complete', 'failed', 'declined']);

export const markPrimary = (
  ctx: Context,
  { state_changed, enrolled_beside, withdrawn }: Told<'state_changed' | 'enrolled_beside' | 'withdrawn'>,
): Promise<void> =>
  markInParts(ctx, [
    ...state_changed.filter(({ state, was }) => CLASSES.has(state) || CLASSES.has(was)),
    ...enrolled_beside,
    ...withdrawn,
  ]);

async function markInParts(ctx: Context, pairs: readonly Changes['enrolled_beside'][]): Promise<void> {
  for (let at = 0; at < pairs.length; at += CHUNK) await settlePrimary(ctx, pairs.slice(at, at + CHUNK));
}

export const credit = (
  ctx: Context,
  { completed, completion_undone, earnings_changed }: Told<'completed' | 'completion_undone' | 'earnings_changed'>,
): Promise<void> => settleCredits(ctx, idsOf([...completed, ...completion_undone, ...earnings_changed]));

export const followUp = (ctx: Context, { completed }: Told<'completed'>): Promise<void> =>
  enterFollowUps(ctx, idsOf(completed));

export const unfollow = (ctx: Context, { completion_undone }: Told<'completion_undone'>): Promise<void> =>
  leaveFollowUps(ctx, idsOf(completion_undone));

export const leaveMembers = (ctx: Context, { withdrawn }: Told<'withdrawn'>): Promise<void> =>
  endMembers(ctx, withdrawn);

export async function countInCollections(
  ctx: Context,
  {
    progressed,
    primary_moved,
    superseded,
    withdrawn,
  }: Told<'progressed' | 'primary_moved' | 'superseded' | 'withdrawn'>,
): Promise<void> {
  const kept = progressed.filter((row) => !row.undo);
  await reportCollections(ctx, [...kept, ...primary_moved, ...superseded, ...withdrawn]);
  await reportCollections(
    ctx,
    progressed.filter((row) => row.undo),
    true,
  );
}

export const moveUp = (ctx: Context, { withdrawn, seat_freed }: Told<'withdrawn' | 'seat_freed'>): Promise<void> =>
  advanceWaitlists(
    ctx,
    [...withdrawn, ...seat_freed].map((row) => row.offeringId),
    seat_freed.flatMap((row) => row.except ?? []),
  );

export async function enterMembers(
  ctx: Context,
  { collection_entered, seated }: Told<'collection_entered' | 'seated'>,
): Promise<void> {
  const entered: readonly Changes['collection_entered'][] = [...collection_entered, ...seated];
  const alike = Map.groupBy(entered, ({ source, reEnroll, enrolledAt }) =>
    JSON.stringify([source, reEnroll, enrolledAt]),
  );
  for (const rows of alike.values()) {
    const { source, reEnroll, enrolledAt } = rows[0]!;
    await enrollInMembers(ctx, idsOf(rows), {
      ...(source === undefined ? {} : { source: source as EnrollmentSource }),
      ...(reEnroll ? { reEnroll } : {}),
      enrolledAt,
    });
  }
}
