import { type Listing, listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import { lockPeople, transaction, violatedKey } from '../../database/transaction.ts';
import { Authority, Entitlements } from '../access/index.ts';
import { SYSTEM } from '../kernel/actor.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound, refuse } from '../kernel/refusal.ts';
import { changesOf, LONGEST, nameText, optionalText, type Precondition } from '../kernel/text.ts';
import { visibleUnitsSql } from '../kernel/visibility.ts';
import { groupLevels, levelIssue } from './group-levels.ts';
import { lockGroups } from './groups-lock.ts';

export type GroupKind = 'hierarchical' | 'custom' | 'automatic';

/** People who belong together, in a tree if wanted. */
export interface Group {
  id: string;
  number: number;
  externalId: string | null;
  name: string;
  description: string | null;
  kind: GroupKind;
  /** Of a hierarchical group: one of the tenant's setting `groupLevels`, below the level of its parent. */
  level: string | null;
  parentId: string | null;
  /** The unit it belongs to; null is the whole account. */
  unitId: string | null;
  memberCount: number;
  createdAt: Instant;
  updatedAt: Instant;
}

const groupListing: Listing = {
  select: `g.id, g.number, g.external_id as "externalId", g.name, g.description, g.kind, g.level, g.parent_id as "parentId",
    g.unit_id as "unitId", g.created_at as "createdAt", g.updated_at as "updatedAt"`,
  from: 'people_group g',
  fields: {
    named: {
      id: { sql: 'g.id', type: 'id' },
      number: { sql: 'g.number', type: 'number' },
      externalId: { sql: 'g.external_id', type: 'text', nullable: true, exact: true },
      name: { sql: 'g.name', type: 'text' },
      description: { sql: 'g.description', type: 'text', nullable: true },
      kind: { sql: 'g.kind', type: 'text', exact: true },
      isAutomatic: { sql: "(g.kind = 'automatic')", type: 'boolean' },
      level: { sql: 'g.level', type: 'text', nullable: true },
      parentId: { sql: 'g.parent_id', type: 'id', nullable: true },
      unitId: { sql: 'g.unit_id', type: 'id', nullable: true },
      createdAt: { sql: 'g.created_at', type: 'instant' },
      updatedAt: { sql: 'g.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
  late: '(select count(*) from group_member m where m.tenant_id = $1 and m.group_id = page.id) as "memberCount"',
};

/** Groups the actor may see: of some units, those that belong to these. */
export async function listGroups(
  ctx: Context,
  query: ListQuery,
  scope: { personId?: string } = {},
): Promise<Page<Group>> {
  demand(ctx, 'groups.read');
  const values = parameters(ctx.tenant.id);
  let where = `g.tenant_id = $1 and g.deleted_at is null${visibleUnitsSql(ctx, 'g.unit_id')}`;
  if (scope.personId !== undefined)
    where += isId(scope.personId)
      ? ` and exists (select 1 from group_member m where m.tenant_id = $1 and m.group_id = g.id and m.person_id = ${values.add(scope.personId, 'uuid')})`
      : ' and false';
  return listPage<Group>(ctx.db, groupListing, where, values, query);
}

export async function getGroup(ctx: Context, id: string): Promise<Group> {
  demand(ctx, 'groups.read');
  return readGroup(ctx, id);
}

/** Without asking for a permission: for verbs that have asked for theirs. */
export async function readGroup(ctx: Context, id: string, lock: boolean | 'whole' = false): Promise<Group> {
  if (!isId(id)) return notFound('group', id);
  const { rows } = await run<Group>(
    ctx.db,
    `select page.*, ${groupListing.late} from (
       select ${groupListing.select} from people_group g
        where g.tenant_id = $1 and g.id = $2 and g.deleted_at is null${visibleUnitsSql(ctx, 'g.unit_id')}${lock ? (lock === 'whole' ? ' for update' : ' for no key update') : ''}) page`,
    [ctx.tenant.id, id],
  );
  return rows[0] ?? notFound('group', id);
}

/** An absent member keeps its value or takes its default; null clears. */
export interface GroupInput {
  externalId?: string | null;
  name?: string;
  description?: string | null;
  level?: string | null;
  parentId?: string | null;
  unitId?: string | null;
}

/** Makes a group: custom unless said otherwise, hierarchical where a level is named. */
export async function createGroup(
  ctx: Context,
  input: GroupInput & { id?: string | null; kind?: GroupKind },
): Promise<Group> {
  demand(ctx, 'groups.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  const kind = input.kind ?? (input.level ? 'hierarchical' : 'custom');
  if (!['hierarchical', 'custom', 'automatic'].includes(kind)) invalid(['kind'], 'unknown_value');
  return written(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    // whoever works in some units makes groups there
    const unitId = input.unitId === undefined ? (ctx.actor.units?.[0] ?? null) : input.unitId;
    const group = merged({ ...input, unitId }, { ...EMPTY, id, kind, createdAt: ctx.now, updatedAt: ctx.now });
    await checkPlace(ctx, group, undefined);
    const inserted = await ctx.db
      .insertInto('people_group')
      .values({ tenant_id: ctx.tenant.id, id, kind, ...columns(group), created_at: ctx.now, updated_at: ctx.now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
      .returning('number')
      .execute();
    if (!inserted[0]) return refuse({ kind: 'taken', entity: 'group', field: 'id', value: id });
    const { externalId, name, parentId, level } = group;
    await append(ctx, [{ type: 'group.created', entityId: id, data: { externalId, name, kind, parentId, level } }]);
    return { ...group, number: inserted[0].number };
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
  return written(ctx, async (ctx) => {
    // two changes of the tree at once could close a ring, or leave a child, that neither sees
    if (input.parentId !== undefined || input.level !== undefined) await lockGroups(ctx, 'exclusive');
    const before = await readGroup(ctx, id, true);
    precondition?.(before);
    const after = merged(input, before);
    const changed = changesOf(before, after, MEMBERS);
    if (!changed) return before;
    await checkPlace(ctx, after, before);
    await ctx.db
      .updateTable('people_group')
      .set({ ...columns(after), updated_at: ctx.now })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', before.id)
      .execute();
    await append(ctx, [{ type: 'group.updated', entityId: before.id, data: { changed } }]);
    if (changed['parentId']) report(ctx, 'group_moved', [{ groupId: before.id }]);
    return { ...after, updatedAt: ctx.now };
  });
}

/** Deletes a group without children (`in_use`): members leave, entitlements on it and its audiences end, its key is free. */
export async function deleteGroup(ctx: Context, id: string, precondition?: Precondition<Group>): Promise<void> {
  demand(ctx, 'groups.write');
  await transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    const group = await readGroup(ctx, id, 'whole');
    precondition?.(group);
    const values = [ctx.tenant.id, group.id];
    const { rows: children } = await run(
      ctx.db,
      'select 1 from people_group where tenant_id = $1 and parent_id = $2 and deleted_at is null limit 1',
      values,
    );
    if (children.length > 0) against('in_use', 'group', group.id);
    // people before their memberships, as whoever deletes them
    const { rows: inside } = await run<{ id: string }>(
      ctx.db,
      'select person_id as id from group_member where tenant_id = $1 and group_id = $2',
      values,
    );
    await lockPeople(
      ctx,
      inside.map((row) => row.id),
    );
    await Entitlements.forget(ctx, 'group', [group.id]);
    const { rows: members } = await run<{ person_id: string }>(
      ctx.db,
      'delete from group_member where tenant_id = $1 and group_id = $2 returning person_id',
      values,
    );
    await run(ctx.db, `update people_group set deleted_at = $3, updated_at = $3 where tenant_id = $1 and id = $2`, [
      ...values,
      ctx.now,
    ]);
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

const EMPTY = {
  number: 0,
  externalId: null,
  name: '',
  description: null,
  level: null,
  parentId: null,
  unitId: null,
  memberCount: 0,
};

const MEMBERS = ['externalId', 'name', 'description', 'level', 'parentId', 'unitId'] as const;

function merged(input: GroupInput, before: Group): Group {
  const id = (member: 'parentId' | 'unitId'): string | null => {
    const value = input[member];
    if (value === undefined || value === null) return value === undefined ? before[member] : null;
    return isId(value) ? value.toLowerCase() : invalid([member], 'format', 'a UUID');
  };
  return {
    ...before,
    externalId: input.externalId === undefined ? before.externalId : optionalText(input.externalId, ['externalId']),
    name: input.name === undefined && before.name ? before.name : nameText(input.name, ['name']),
    description:
      input.description === undefined ? before.description : optionalText(input.description, ['description'], LONGEST),
    level: input.level === undefined ? before.level : optionalText(input.level, ['level']),
    parentId: id('parentId'),
    unitId: id('unitId'),
  };
}

const columns = (group: Group) => ({
  external_id: group.externalId,
  name: group.name,
  description: group.description,
  level: group.level,
  parent_id: group.parentId,
  unit_id: group.unitId,
});

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
      ctx.db,
      `with recursive above as (
         select id, parent_id from people_group where tenant_id = $1 and id = $2
         union select g.id, g.parent_id from people_group g join above a on g.tenant_id = $1 and g.id = a.parent_id)
       select 1 from above where id = $3`,
      [ctx.tenant.id, group.parentId, group.id],
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
            ctx.db,
            `select distinct level from people_group where tenant_id = $1 and parent_id = $2 and deleted_at is null and level is not null`,
            [ctx.tenant.id, group.id],
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

async function written<T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> {
  try {
    return await transaction(ctx, work);
  } catch (error) {
    if (violatedKey(error) === 'group_external_id') refuse({ kind: 'taken', entity: 'group', field: 'externalId' });
    throw error;
  }
}
