import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, NOW, nothing, sql, TENANT } from '../../database/sql.ts';
import { lockPeople, transaction } from '../../database/transaction.ts';
import { Authority, Entitlements } from '../access/index.ts';
import { SYSTEM } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { freshOf, late, once, own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound, refuse } from '../kernel/refusal.ts';
import { amend, amended, insert } from '../kernel/rows.ts';
import { checked, choice, id, maybe, named, short, trimmedKey, whole } from '../kernel/rules.ts';
import { LONGEST, type Precondition } from '../kernel/text.ts';
import { visibleUnits } from '../kernel/visibility.ts';
import { groupLevels, levelIssue } from './group-levels.ts';
import { lockGroups } from './groups-lock.ts';

const GROUP_KINDS = ['hierarchical', 'custom', 'automatic'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** People who belong together, in a tree if wanted. */
export const GROUP = thing(
  'group',
  'g',
  {
    externalId: own(trimmedKey, { unique: 'exact' }),
    name: own(named(500)),
    description: own(short(LONGEST)),
    kind: once(choice(GROUP_KINDS), { usual: 'custom' }),
    level: own(short(), 'Of a hierarchical group: one of the setting groupLevels.'),
    parentId: own(maybe(id('group')), 'Key of the group above it.'),
    unitId: own(maybe(id('unit')), 'Key of the unit it belongs to; none is the whole academy.'),
    memberCount: late(
      whole(0, Number.MAX_SAFE_INTEGER),
      sql`select count(*) from group_member m where m.tenant_id = ${TENANT} and m.group_id = page.id`,
    ),
  },
  { table: 'people_group', marked: true },
);

export type Group = Read<typeof GROUP>;
/** An absent member keeps its value or takes its default; null clears. */
export type GroupInput = PatchOf<typeof GROUP>;

const groupListing: Listing = {
  select: constant(GROUP.select),
  from: sql`people_group g`,
  fields: { named: { ...GROUP.fields, isAutomatic: { sql: "(g.kind = 'automatic')", type: 'boolean' } } },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
  late: GROUP.late,
};

/** Groups the actor may see: of some units, those that belong to these. */
export async function listGroups(
  ctx: Context,
  query: ListQuery,
  scope: { personId?: string } = {},
): Promise<Page<Group>> {
  demand(ctx, 'groups.read');
  let where = sql`g.tenant_id = ${TENANT} and g.deleted_at is null${visibleUnits(ctx, sql`g.unit_id`)}`;
  if (scope.personId !== undefined)
    where = sql`${where}${isId(scope.personId) ? sql` and exists (select 1 from group_member m where m.tenant_id = ${TENANT} and m.group_id = g.id and m.person_id = ${scope.personId}::uuid)` : sql` and false`}`;
  return listPage<Group>(ctx, groupListing, where, query);
}

export async function getGroup(ctx: Context, id: string): Promise<Group> {
  demand(ctx, 'groups.read');
  return readGroup(ctx, id);
}

/** Without asking for a permission: for verbs that have asked for theirs. */
export async function readGroup(ctx: Context, id: string, lock: boolean | 'whole' = false): Promise<Group> {
  if (!isId(id)) return notFound('group', id);
  const { rows } = await run<Group>(
    ctx,
    sql`select page.*, ${groupListing.late} from (
       select ${groupListing.select} from people_group g
        where g.tenant_id = ${TENANT} and g.id = ${id} and g.deleted_at is null${visibleUnits(ctx, sql`g.unit_id`)}${lock ? (lock === 'whole' ? sql` for update` : sql` for no key update`) : nothing}) page`,
  );
  return rows[0] ?? notFound('group', id);
}

/** Makes a group: custom unless said otherwise, hierarchical where a level is named. */
export async function createGroup(
  ctx: Context,
  input: GroupInput & { id?: string | null; kind?: GroupKind },
): Promise<Group> {
  demand(ctx, 'groups.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  const given = checked(input, GROUP.first, ['name']);
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    const kind = given.kind ?? (given.level ? 'hierarchical' : 'custom');
    // whoever works in some units makes groups there
    const unitId = given.unitId === undefined ? (ctx.actor.units?.[0] ?? null) : given.unitId;
    const values = { ...given, id, kind, unitId };
    const fresh = freshOf(GROUP, { ...values, number: 0, memberCount: 0, createdAt: ctx.now, updatedAt: ctx.now });
    await checkPlace(ctx, fresh, undefined);
    const number = await insert(ctx, GROUP, values);
    const { externalId, name, parentId, level } = fresh;
    await append(ctx, [{ type: 'group.created', entityId: id, data: { externalId, name, kind, parentId, level } }]);
    return { ...fresh, number };
  });
}

/** Changes a group; nothing comes below itself (`cycle`), and a level stays below its parent's. */
export async function updateGroup(
  ctx: Context,
  id: string,
  input: GroupInput,
  precondition?: Precondition<Group>,
): Promise<Group> {
  demand(ctx, 'groups.write');
  const given = checked(input, GROUP.rules);
  return transaction(ctx, async (ctx) => {
    // two changes of the tree at once could close a ring, or leave a child, that neither sees
    if (given.parentId !== undefined || given.level !== undefined) await lockGroups(ctx, 'exclusive');
    const before = await readGroup(ctx, id, true);
    precondition?.(before);
    const after = amended(ctx, before, given);
    await checkPlace(ctx, after, before);
    if (!(await amend(ctx, GROUP, before, given))) return before;
    if (after.parentId !== before.parentId) report(ctx, 'group_moved', [{ groupId: before.id }]);
    return after;
  });
}

/** Deletes a group without children (`in_use`): members leave, entitlements on it and its audiences end, its key is free. */
export async function deleteGroup(ctx: Context, id: string, precondition?: Precondition<Group>): Promise<void> {
  demand(ctx, 'groups.write');
  await transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    const group = await readGroup(ctx, id, 'whole');
    precondition?.(group);
    const { rows: children } = await run(
      ctx,
      sql`select 1 from people_group where tenant_id = ${TENANT} and parent_id = ${group.id}::uuid and deleted_at is null limit 1`,
    );
    if (children.length > 0) against('in_use', 'group', group.id);
    // people before their memberships, as whoever deletes them
    const { rows: inside } = await run<{ id: string }>(
      ctx,
      sql`select person_id as id from group_member where tenant_id = ${TENANT} and group_id = ${group.id}::uuid`,
    );
    await lockPeople(
      ctx,
      inside.map((row) => row.id),
    );
    await Entitlements.forget(ctx, 'group', [group.id]);
    const { rows: members } = await run<{ person_id: string }>(
      ctx,
      sql`delete from group_member where tenant_id = ${TENANT} and group_id = ${group.id}::uuid returning person_id`,
    );
    await run(
      ctx,
      sql`update people_group set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = ${group.id}::uuid`,
    );
    await append(ctx, [
      ...members.map(
        (member): NewEvent => ({
          type: 'group.member_removed',
          entityId: group.id,
          personId: member.person_id,
        }),
      ),
      { type: 'group.deleted', entityId: group.id, data: { name: group.name } },
    ]);
    report(
      ctx,
      'left',
      members.map((member) => ({ personId: member.person_id, groupId: group.id })),
    );
    report(ctx, 'group_deleted', [{ groupId: group.id }]);
  });
}

async function checkPlace(ctx: Context, group: Group, before: Group | undefined): Promise<void> {
  if (group.unitId !== (before?.unitId ?? null) || (!before && ctx.actor.units !== null)) {
    if (group.unitId === null && ctx.actor.units !== null) invalid(['unitId'], 'required', 'a unit of yours');
    if (group.unitId !== null)
      await Authority.demandUnits(ctx, [group.unitId]).catch(() => invalid(['unitId'], 'not_found'));
  }
  const moves = group.parentId !== (before?.parentId ?? null);
  // what stood before, stands
  if (before && !moves && group.level === before.level) return;
  let parent: Group | undefined;
  if (group.parentId) {
    // nobody puts a group below one out of sight, but it may stand there already
    const looking = moves ? ctx : { ...ctx, actor: SYSTEM };
    parent = await readGroup(looking, group.parentId).catch(() => invalid(['parentId'], 'not_found'));
    const { rows } = await run(
      ctx,
      sql`with recursive above as (
         select id, parent_id from people_group where tenant_id = ${TENANT} and id = ${group.parentId}
         union select g.id, g.parent_id from people_group g join above a on g.tenant_id = ${TENANT} and g.id = a.parent_id)
       select 1 from above where id = ${group.id}`,
    );
    if (rows.length > 0) against('cycle', 'group', group.id);
  }
  await checkLevels(ctx, group, parent, before);
}

async function checkLevels(
  ctx: Context,
  group: Group,
  parent: Group | undefined,
  before: Group | undefined,
): Promise<void> {
  const rows =
    before && before.level !== group.level
      ? (
          await run<{ level: string }>(
            ctx,
            sql`select distinct level from people_group where tenant_id = ${TENANT} and parent_id = ${group.id} and deleted_at is null and level is not null`,
          )
        ).rows
      : [];
  const issue = levelIssue(
    groupLevels(ctx),
    group,
    parent?.level,
    rows.map((row) => row.level),
  );
  if (issue) refuse({ kind: 'invalid', issues: [issue] });
}
