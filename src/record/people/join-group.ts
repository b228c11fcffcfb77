import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { visibleUnits } from '../kernel/visibility.ts';
import { addMembers } from './group-members.ts';
import { readGroup } from './groups.ts';
import { lockGroups } from './groups-lock.ts';

export interface JoinOptions {
  /** Leave every other group of these kinds in the same step; automatic ones fill themselves. */
  replace?: readonly ('hierarchical' | 'custom')[] | undefined;
  /** With `replace`: only groups of this unit are left. */
  unitId?: string | undefined;
}

/** Makes a person a member of a group, in place of the other ones if asked. Gives whether anything changed. */
export async function joinGroup(
  ctx: Context,
  personId: string,
  groupId: string,
  options: JoinOptions = {},
): Promise<boolean> {
  demand(ctx, 'groups.write');
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'shared');
    // the group before the person, as everywhere; two who replace at once must see what the other one added
    await readGroup(ctx, groupId, true);
    return transaction(ctx, (ctx) => joined(ctx, personId, groupId, options), { learners: [personId] });
  });
}

async function joined(ctx: Context, personId: string, groupId: string, options: JoinOptions): Promise<boolean> {
  const left = options.replace ? await leaveOthers(ctx, personId, groupId, options.replace, options.unitId) : [];
  // followed together with what is left: an audience of the old and the new group holds on
  const came = await addMembers(ctx, groupId, [personId]);
  return came.length + left.length > 0;
}

async function leaveOthers(
  ctx: Context,
  personId: string,
  groupId: string,
  kinds: NonNullable<JoinOptions['replace']>,
  unitId?: string,
): Promise<string[]> {
  const unitIdSql = value(unitId ?? null, 'uuid');
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`delete from group_member m using people_group g
      where m.tenant_id = ${TENANT} and m.person_id = ${personId}::uuid and m.group_id <> ${groupId}::uuid and g.tenant_id = ${TENANT} and g.id = m.group_id
        and g.kind = any(${kinds}::text[]) and (${unitIdSql} is null or g.unit_id = ${unitIdSql})${visibleUnits(ctx, sql`g.unit_id`)}
     returning g.id`,
  );
  await append(
    ctx,
    rows.map((row) => ({ type: 'group.member_removed', entityId: row.id, personId })),
  );
  report(
    ctx,
    'left',
    rows.map((row) => ({ personId, groupId: row.id })),
  );
  return rows.map((row) => row.id);
}
