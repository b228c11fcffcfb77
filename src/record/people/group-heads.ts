import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { SYSTEM } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { byKeys, isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid } from '../kernel/refusal.ts';
import { visibleUnits } from '../kernel/visibility.ts';
import { createGroup, type GroupInput, type GroupKind, updateGroup } from './groups.ts';
import { lockGroups } from './groups-lock.ts';

/** A group as other systems name it: by keys, which are external ids or else our own ids; without counting anybody. */
export interface GroupHead {
  id: string;
  number: number;
  key: string;
  name: string;
  kind: GroupKind;
  level: string | null;
  parentKey: string | null;
  unitId: string | null;
  createdAt: Instant;
  updatedAt: Instant;
}

const groupHeadListing: Listing = {
  select: sql`g.id, g.number, coalesce(g.external_id, g.id::text) as key, g.name, g.kind, g.level,
    coalesce(above.external_id, above.id::text) as "parentKey", g.unit_id as "unitId", g.created_at as "createdAt", g.updated_at as "updatedAt"`,
  from: sql`people_group g left join people_group above on above.tenant_id = g.tenant_id and above.id = g.parent_id`,
  fields: {
    named: {
      id: { sql: 'g.id', type: 'id' },
      unitId: { sql: 'g.unit_id', type: 'id', nullable: true },
      createdAt: { sql: 'g.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Groups with the key of the one above, where the actor sees it. */
const headsSeen = (ctx: Context): Listing =>
  ctx.actor.units === null
    ? groupHeadListing
    : { ...groupHeadListing, from: sql`${groupHeadListing.from}${visibleUnits(ctx, sql`above.unit_id`)}` };

const scopeOf = (ctx: Context): Sql =>
  sql`g.tenant_id = ${TENANT} and g.deleted_at is null${visibleUnits(ctx, sql`g.unit_id`)}`;

/** Groups of every kind that the actor may see, the oldest first. */
export async function listGroupHeads(ctx: Context, query: ListQuery): Promise<Page<GroupHead>> {
  demand(ctx, 'groups.read');
  return listPage<GroupHead>(ctx, headsSeen(ctx), scopeOf(ctx), query);
}

/** Each group by its key, in the order asked; undefined where none has it. */
export async function findGroups(ctx: Context, keys: readonly string[]): Promise<(GroupHead | undefined)[]> {
  demand(ctx, 'groups.read');
  const { rows } = await run<GroupHead>(
    ctx,
    sql`select ${groupHeadListing.select} from ${headsSeen(ctx).from} where ${scopeOf(ctx)} and ${keyed(keys)}`,
  );
  return byKeys(keys, rows, (row) => row.key);
}

export const findGroup = async (ctx: Context, key: string): Promise<GroupHead | undefined> =>
  (await findGroups(ctx, [key]))[0];

/** SQL: carries one of these external ids, or none and one of these ids. */
function keyed(keys: readonly string[]): Sql {
  const storable = keys.filter((key) => !key.includes('\u0000') && key.isWellFormed());
  const ids = storable.filter(isId);
  return sql`(g.external_id = any(${storable}::text[]) or (g.id = any(${ids}::uuid[]) and g.external_id is null))`;
}

/** How somebody has to do with a group: as a member, by staff words, or both. */
export interface GroupTie extends GroupHead {
  member: boolean;
  /** Staff words on the group. */
  roles: string[];
}

/** The groups that a person belongs to or has staff words on, of one unit where it is named, the oldest first. */
export async function listGroupTies(
  ctx: Context,
  personId: string,
  of: { unitId?: string | undefined } = {},
): Promise<GroupTie[]> {
  demand(ctx, 'groups.read');
  await Authority.demandVisible(ctx, [personId]);
  const personIdSql = value(personId, 'uuid');
  const unitIdSql = value(of.unitId ?? null, 'uuid');
  const { rows } = await run<GroupTie>(
    ctx,
    sql`select ${groupHeadListing.select}, tie.member, tie.roles
       from (select group_id, bool_or(role is null) as member, coalesce(array_agg(role order by role) filter (where role is not null), '{}') as roles
               from (select m.group_id, null as role from group_member m where m.tenant_id = ${TENANT} and m.person_id = ${personIdSql}
                     union all
                     select e.entity_id, e.role from entitlement e where e.tenant_id = ${TENANT} and e.person_id = ${personIdSql} and e.entity = 'group') t
              group by group_id) tie
       join people_group g on g.tenant_id = ${TENANT} and g.id = tie.group_id
       left join people_group above on above.tenant_id = g.tenant_id and above.id = g.parent_id${visibleUnits(ctx, sql`above.unit_id`)}
      where ${scopeOf(ctx)} and (${unitIdSql} is null or g.unit_id = ${unitIdSql}) order by g.created_at, g.id`,
  );
  return rows;
}

export interface SavedGroup {
  group: { id: string; number: number };
  outcome: 'created' | 'changed' | 'unchanged';
}

/** Changes the group with this key, or makes a hierarchical one; two makers of one key end as one group. */
export async function upsertGroup(
  ctx: Context,
  key: string,
  input: Omit<GroupInput, 'externalId'>,
): Promise<SavedGroup> {
  demand(ctx, 'groups.write');
  if (key.trim() === '') invalid(['externalId'], 'required');
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'exclusive');
    const found = await findGroup({ ...ctx, actor: SYSTEM }, key);
    if (!found)
      return {
        group: await createGroup(ctx, { ...input, externalId: key, kind: 'hierarchical' }),
        outcome: 'created',
      };
    const group = await updateGroup(ctx, found.id, input);
    return { group, outcome: group.updatedAt === found.updatedAt ? 'unchanged' : 'changed' };
  });
}
