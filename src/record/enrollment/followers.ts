import { run } from '../../database/run.ts';
import { name, sql, TENANT, value } from '../../database/sql.ts';
import type { Changes, Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { Groups } from '../people/index.ts';
import { exceptFromAudiences, forgetExceptions } from './audience-exceptions.ts';
import { dropAudiencesOf, settleAudiences, settleAudiencesOf } from './audiences.ts';
import { enrollInMembers, reportCollections } from './collections.ts';
import { enterFollowUps, leaveFollowUps } from './completion.ts';
import { settleCredits } from './credits.ts';
import { settlePrimary } from './primary.ts';
import { rollUp } from './roll-up.ts';
import { touchLearners } from './settle-offering.ts';
import type { EnrollmentSource } from './types.ts';
import { advanceWaitlists, waitingIn } from './waitlist.ts';
import { dropGrant, end, endMembers } from './withdraw.ts';

// What enrollments do when something happened; `record/consequences.ts` says when, and in which order.

const idsOf = (rows: readonly { enrollmentId: string }[]): string[] => [
  ...new Set(rows.map((row) => row.enrollmentId)),
];

export async function meetAudiences(
  ctx: Context,
  {
    joined,
    left,
    activated,
    group_moved,
    audience_set,
    offering_opened,
  }: Told<'joined' | 'left' | 'activated' | 'group_moved' | 'audience_set' | 'offering_opened'>,
): Promise<void> {
  const moved = Groups.peopleWithin(group_moved.map((row) => row.groupId));
  const people = new Set([...joined, ...left, ...activated].map((row) => row.personId));
  // all in one go: two people who change places would wait for each other
  if (group_moved.length > 0 && people.size > 0) for (const id of await Groups.idsFound(ctx, moved)) people.add(id);
  await settleAudiences(ctx, group_moved.length > 0 && people.size === 0 ? moved : [...people]);
  for (const set of audience_set) await settleAudiences(ctx, Groups.peopleOf(set), set.audienceId);
  for (const { offeringId } of offering_opened) await settleAudiencesOf(ctx, offeringId);
}

export async function dropAudiences(ctx: Context, { group_deleted }: Told<'group_deleted'>): Promise<void> {
  for (const { groupId } of group_deleted) await dropAudiencesOf(ctx, { groupId });
}

/** Deleted people lose their seats; what they did stays (rule 16). */
export async function endDeleted(ctx: Context, { deleted }: Told<'deleted'>): Promise<void> {
  await forgetExceptions(
    ctx,
    deleted.map((row) => row.personId),
  );
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from enrollment where tenant_id = ${TENANT} and person_id = any(${deleted.map((row) => row.personId)}::uuid[]) and ending is null`,
  );
  await end(
    ctx,
    rows.map((row) => row.id),
    { ending: 'kept', reason: 'person_deleted' },
  );
}

export async function leaveOfferings(ctx: Context, { left_unit }: Told<'left_unit'>): Promise<void> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select e.id from unnest(${left_unit.map((row) => row.personId)}::uuid[], ${left_unit.map((row) => row.unitId)}::uuid[]) as r (person_id, unit_id)
       join enrollment e on e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.ending is null
       join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id and o.unit_id = r.unit_id`,
  );
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return;
  await exceptFromAudiences(ctx, ids);
  await end(ctx, ids, { ending: 'kept', reason: 'left_unit' });
}

/** What was enrolled under programs that people left goes, kept, unless something else holds it (rule 17). */
export async function leaveUnder(ctx: Context, { program_left }: Told<'program_left'>): Promise<void> {
  const { rows } = await run<{ programId: string; people: string[] }>(
    ctx,
    sql`select g.source_id as "programId", array_agg(distinct e.person_id) as people
       from (select distinct * from unnest(${program_left.map((row) => row.programId)}::uuid[], ${program_left.map((row) => row.personId)}::uuid[]) as r (program_id, person_id)) r
       join enrollment_grant g on g.tenant_id = ${TENANT} and g.kind = 'program' and g.source_id = r.program_id
       join enrollment e on e.tenant_id = ${TENANT} and e.id = g.enrollment_id and e.person_id = r.person_id
      group by 1 order by 1`,
  );
  for (const { programId, people } of rows)
    await dropGrant(ctx, { kind: 'program', sourceId: programId }, people, 'left the program');
}

export const meetLearners = (
  ctx: Context,
  { activities_hidden, offering_closed }: Told<'activities_hidden' | 'offering_closed'>,
): Promise<void> =>
  touchLearners(ctx, {
    hidden: activities_hidden.map((row) => row.offeringId),
    closed: offering_closed.map((row) => row.offeringId),
  });

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
  {
    state_changed,
    enrolled_beside,
    withdrawn,
    offering_ended,
  }: Told<'state_changed' | 'enrolled_beside' | 'withdrawn' | 'offering_ended'>,
): Promise<void> =>
  markInParts(ctx, [
    ...state_changed.filter(({ state, was }) => CLASSES.has(state) || CLASSES.has(was)),
    ...enrolled_beside,
    ...withdrawn,
    ...offering_ended,
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

export async function moveUp(
  ctx: Context,
  { withdrawn, seat_freed, seats_changed, activated }: Told<'withdrawn' | 'seat_freed' | 'seats_changed' | 'activated'>,
): Promise<void> {
  const waitedFor = await waitingIn(
    ctx,
    activated.map((row) => row.personId),
  );
  await advanceWaitlists(
    ctx,
    [...[...withdrawn, ...seat_freed, ...seats_changed].map((row) => row.offeringId), ...waitedFor],
    seat_freed.flatMap((row) => row.except ?? []),
  );
}

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

/** Of somebody whose data was erased it stays how they did, not what they wrote, nor what was written about it (rule 16). */
export async function forgetWords(ctx: Context, { purged }: Told<'purged'>): Promise<void> {
  const people = value(
    purged.map((row) => row.personId),
    'uuid[]',
  );
  const theirs = (alias: string) =>
    sql`select 1 from enrollment e where e.tenant_id = ${TENANT} and e.id = ${name(alias)}.enrollment_id and e.person_id = any(${people})`;
  await run(
    ctx,
    sql`update attempt a set answer = null, feedback = null
      where a.tenant_id = ${TENANT} and (a.answer is not null or a.feedback is not null) and exists (${theirs('a')})`,
  );
  await run(
    ctx,
    sql`update activity_enrollment a set resume = null where a.tenant_id = ${TENANT} and a.resume is not null and exists (${theirs('a')})`,
  );
}
