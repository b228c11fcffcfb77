import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { Groups } from '../people/index.ts';
import { audiencesOf, dropAudiencesOf } from './audiences.ts';
import { takeOut } from './contents.ts';
import { endOfPeople } from './members.ts';
import { settleProgramAudiences } from './settle-audiences.ts';

// What programs do when something happened; `record/consequences.ts` says when, and in which order.

export async function meetAudiences(
  ctx: Context,
  {
    joined,
    left,
    activated,
    group_moved,
    program_audience_set,
  }: Told<'joined' | 'left' | 'activated' | 'group_moved' | 'program_audience_set'>,
): Promise<void> {
  const moved = Groups.peopleWithin(group_moved.map((row) => row.groupId));
  const people = new Set([...joined, ...left, ...activated].map((row) => row.personId));
  if (group_moved.length > 0 && people.size > 0) for (const id of await Groups.idsFound(ctx, moved)) people.add(id);
  await settleProgramAudiences(ctx, group_moved.length > 0 && people.size === 0 ? moved : [...people]);
  for (const set of program_audience_set) await settleProgramAudiences(ctx, Groups.peopleOf(set), set.audienceId);
}

export async function dropAudiences(ctx: Context, { group_deleted }: Told<'group_deleted'>): Promise<void> {
  for (const { groupId } of group_deleted) await dropAudiencesOf(ctx, { groupId });
}

export async function endDeleted(ctx: Context, { deleted }: Told<'deleted'>): Promise<void> {
  const people = deleted.map((row) => row.personId);
  await run(
    ctx,
    sql`delete from program_audience_exception where tenant_id = ${TENANT} and person_id = any(${people}::uuid[])`,
  );
  await endOfPeople(ctx, people, 'person_deleted');
}

/** Only a program with a limit, or one that was taken up again, has kept anybody out. */
export async function fillPlaces(
  ctx: Context,
  { program_left, program_places_changed }: Told<'program_left' | 'program_places_changed'>,
): Promise<void> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select g.id from program g
      where g.tenant_id = ${TENANT} and g.state = 'active' and g.deleted_at is null
        and (g.id = any(${program_places_changed.map((row) => row.programId)}::uuid[]) or (g.id = any(${[...new Set(program_left.map((row) => row.programId))]}::uuid[]) and g.seats is not null))
        and exists (select 1 from program_audience a where a.tenant_id = ${TENANT} and a.program_id = g.id)
      order by g.id`,
  );
  if (rows.length === 0) return;
  await Groups.lock(ctx, 'shared');
  for (const { id: programId } of rows)
    for (const audience of await audiencesOf(ctx, { programId }))
      await settleProgramAudiences(ctx, Groups.peopleOf(audience), audience.id);
}

export const dropCourses = async (ctx: Context, { course_deleted }: Told<'course_deleted'>): Promise<void> =>
  void (await takeOut(
    ctx,
    course_deleted.map((row) => row.courseId),
  ));
