import { sql } from 'kysely';
import { type Listing, listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import { lockPeople, transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { visiblePeopleSql, visibleUnitsSql } from '../kernel/visibility.ts';
import { type GroupKind, readGroup } from './groups.ts';
import { lockGroups } from './groups-lock.ts';

export interface GroupMember {
  groupId: string;
  personId: string;
  person: { id: string; number: number; externalId: string | null; fullName: string; email: string | null };
  createdAt: Instant;
}

const groupMemberListing: Listing = {
  select: `m.group_id as "groupId", m.person_id as "personId", m.created_at as "createdAt",
    jsonb_build_object('id', p.id, 'number', p.number, 'externalId', p.external_id, 'fullName', p.full_name, 'email', p.email) as person`,
  from: 'group_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id',
  fields: {
    named: {
      personId: { sql: 'm.person_id', type: 'id' },
      fullName: { sql: 'p.full_name', type: 'text' },
      createdAt: { sql: 'm.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'personId',
};

export async function listGroupMembers(ctx: Context, groupId: string, query: ListQuery): Promise<Page<GroupMember>> {
  demand(ctx, 'groups.read');
  await readGroup(ctx, groupId);
  const where = `m.tenant_id = $1 and m.group_id = $2::uuid${visiblePeopleSql(ctx, 'p')}`;
  return listPage<GroupMember>(ctx.db, groupMemberListing, where, parameters(ctx.tenant.id, groupId), query);
}

/** The ids of each group's members, oldest first, at most `most` each (one more tells that there are more). */
export async function membersOf(
  ctx: Context,
  groupIds: readonly string[],
  most: number,
): Promise<Map<string, string[]>> {
  demand(ctx, 'groups.read');
  const { rows } = await run<{ groupId: string; members: string[] }>(
    ctx.db,
    `select g.id as "groupId", array(
        select m.person_id from group_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id
         where m.tenant_id = $1 and m.group_id = g.id${visiblePeopleSql(ctx, 'p')}
         order by m.created_at, m.person_id limit $3) as members
       from people_group g
      where g.tenant_id = $1 and g.id = any($2::uuid[]) and g.deleted_at is null${visibleUnitsSql(ctx, 'g.unit_id')}`,
    [ctx.tenant.id, groupIds.filter(isId), most],
  );
  return new Map(rows.map((row) => [row.groupId, row.members]));
}

/** A group somebody belongs to. */
export interface GroupMembership {
  personId: string;
  groupId: string;
  name: string;
  kind: GroupKind;
  createdAt: Instant;
}

const membershipListing: Listing = {
  select: `m.person_id as "personId", m.group_id as "groupId", g.name, g.kind, m.created_at as "createdAt"`,
  from: 'group_member m join people_group g on g.tenant_id = m.tenant_id and g.id = m.group_id',
  fields: {
    named: {
      groupId: { sql: 'm.group_id', type: 'id' },
      name: { sql: 'g.name', type: 'text' },
      kind: { sql: 'g.kind', type: 'text', exact: true },
      createdAt: { sql: 'm.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'groupId',
};

/** The groups of a person. People see their own. */
export async function listGroupsOf(ctx: Context, personId: string, query: ListQuery): Promise<Page<GroupMembership>> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === personId;
  if (!own) {
    demand(ctx, 'groups.read');
    await Authority.demandVisible(ctx, [personId]);
  }
  const where = `m.tenant_id = $1 and m.person_id = $2::uuid and g.deleted_at is null${own ? '' : visibleUnitsSql(ctx, 'g.unit_id')}`;
  return listPage<GroupMembership>(ctx.db, membershipListing, where, parameters(ctx.tenant.id, personId), query);
}

/** People in one call, at most. */
const MOST_MEMBERS = 10_000;

/**
 * Adds people, those who are there already left as they are; gives who came. Audiences of the group, and of those above it, enroll them.
 * An automatic group is not filled by hand.
 */
export async function addMembers(ctx: Context, groupId: string, personIds: readonly string[]): Promise<string[]> {
  demand(ctx, 'groups.write');
  if (personIds.length > MOST_MEMBERS) invalid(['personIds'], 'too_many', `at most ${MOST_MEMBERS}`);
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'shared');
    const group = await readGroup(ctx, groupId, true);
    if (group.kind === 'automatic') against('in_use', 'group', group.id);
    // people who are being deleted meanwhile must not be left in the group
    return transaction(ctx, (ctx) => added(ctx, group.id, personIds), { learners: personIds });
  });
}

async function added(ctx: Context, groupId: string, personIds: readonly string[]): Promise<string[]> {
  await Authority.demandVisible(ctx, personIds);
  const { rows } = await sql<{ person_id: string }>`
    insert into group_member (tenant_id, group_id, person_id, created_at)
    select ${ctx.tenant.id}, ${groupId}, p.id, ${ctx.now} from person p
     where p.tenant_id = ${ctx.tenant.id} and p.id = any(${[...personIds]}::uuid[]) and p.status <> 'deleted' order by p.id
    on conflict do nothing returning person_id`.execute(ctx.db);
  const ids = rows.map((row) => row.person_id);
  await tell(ctx, 'group.member_added', groupId, rows);
  report(
    ctx,
    'joined',
    ids.map((personId) => ({ personId, groupId })),
  );
  return ids;
}

/** Removes people; those who are not there are passed over. Gives who left. They lose what audiences gave, and nothing else. */
export async function removeMembers(ctx: Context, groupId: string, personIds: readonly string[]): Promise<string[]> {
  demand(ctx, 'groups.write');
  return transaction(ctx, async (ctx) => {
    await lockGroups(ctx, 'shared');
    const group = await readGroup(ctx, groupId, true);
    if (group.kind === 'automatic') against('in_use', 'group', group.id);
    // people before their memberships, as whoever deletes or moves them
    await lockPeople(ctx, personIds);
    const { rows } = await run<{ person_id: string }>(
      ctx.db,
      `delete from group_member m using person p
        where m.tenant_id = $1 and m.group_id = $2 and m.person_id = any($3::uuid[])
          and p.tenant_id = m.tenant_id and p.id = m.person_id${visiblePeopleSql(ctx, 'p')}
       returning m.person_id`,
      [ctx.tenant.id, group.id, personIds.filter(isId)],
    );
    const ids = rows.map((row) => row.person_id);
    await tell(ctx, 'group.member_removed', group.id, rows);
    report(
      ctx,
      'left',
      ids.map((personId) => ({ personId, groupId: group.id })),
    );
    return ids;
  });
}

/** Who comes into groups and who goes, each named by both; for loads that hold groups and people. */
export async function changeMemberships(
  ctx: Context,
  { come, go }: Record<'come' | 'go', readonly { personId: string; groupId: string }[]>,
): Promise<void> {
  const columns = (list: typeof come) => [
    ctx.tenant.id,
    list.map((one) => one.groupId),
    list.map((one) => one.personId),
  ];
  if (come.length > 0)
    await run(
      ctx.db,
      `insert into group_member (tenant_id, group_id, person_id, created_at)
       select $1::uuid, w.group_id, w.person_id, $4::timestamptz from unnest($2::uuid[], $3::uuid[]) as w (group_id, person_id) on conflict do nothing`,
      [...columns(come), ctx.now],
    );
  if (go.length > 0)
    await run(
      ctx.db,
      `delete from group_member m using unnest($2::uuid[], $3::uuid[]) as w (group_id, person_id)
        where m.tenant_id = $1 and m.group_id = w.group_id and m.person_id = w.person_id`,
      columns(go),
    );
  const told = (type: 'group.member_added' | 'group.member_removed', list: typeof come) =>
    list.map(({ groupId, personId }) => ({ type, entityId: groupId, personId }));
  await append(ctx, [...told('group.member_added', come), ...told('group.member_removed', go)]);
  report(ctx, 'joined', come);
  report(ctx, 'left', go);
}

const tell = (
  ctx: Context,
  type: 'group.member_added' | 'group.member_removed',
  groupId: string,
  rows: readonly { person_id: string }[],
): Promise<void> =>
  append(
    ctx,
    rows.map((row) => ({ type, entityId: groupId, personId: row.person_id })),
  );
