import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { lockPeople, transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { visiblePeople, visibleUnits } from '../kernel/visibility.ts';
import { type GroupKind, readGroup } from './groups.ts';
import { lockGroups } from './groups-lock.ts';

export interface GroupMember {
  groupId: string;
  personId: string;
  person: { id: string; number: number; externalId: string | null; fullName: string; email: string | null };
  createdAt: Instant;
}

const groupMemberListing: Listing = {
  select: sql`m.group_id as "groupId", m.person_id as "personId", m.created_at as "createdAt",
    jsonb_build_object('id', p.id, 'number', p.number, 'externalId', p.external_id, 'fullName', p.full_name, 'email', p.email) as person`,
  from: sql`group_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id`,
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
  const where = sql`m.tenant_id = ${TENANT} and m.group_id = ${groupId}::uuid${visiblePeople(ctx, 'p')}`;
  return listPage<GroupMember>(ctx, groupMemberListing, where, query);
}

/** The ids of each group's members, oldest first, at most `most` each (one more tells that there are more). */
export async function membersOf(
  ctx: Context,
  groupIds: readonly string[],
  most: number,
): Promise<Map<string, string[]>> {
  demand(ctx, 'groups.read');
  const { rows } = await run<{ groupId: string; members: string[] }>(
    ctx,
    sql`select g.id as "groupId", array(
        select m.person_id from group_member m join person p on p.tenant_id = m.tenant_id and p.id = m.person_id
         where m.tenant_id = ${TENANT} and m.group_id = g.id${visiblePeople(ctx, 'p')}
         order by m.created_at, m.person_id limit ${most}) as members
       from people_group g
      where g.tenant_id = ${TENANT} and g.id = any(${groupIds.filter(isId)}::uuid[]) and g.deleted_at is null${visibleUnits(ctx, sql`g.unit_id`)}`,
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
  select: sql`m.person_id as "personId", m.group_id as "groupId", g.name, g.kind, m.created_at as "createdAt"`,
  from: sql`group_member m join people_group g on g.tenant_id = m.tenant_id and g.id = m.group_id`,
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
  const where = sql`m.tenant_id = ${TENANT} and m.person_id = ${personId}::uuid and g.deleted_at is null${own ? nothing : visibleUnits(ctx, sql`g.unit_id`)}`;
  return listPage<GroupMembership>(ctx, membershipListing, where, query);
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
  const { rows } = await run<{ person_id: string }>(
    ctx,
    sql`
    insert into group_member (tenant_id, group_id, person_id, created_at)
    select ${TENANT}, ${groupId}, p.id, ${NOW} from person p
     where p.tenant_id = ${TENANT} and p.id = any(${[...personIds]}::uuid[]) and p.status <> 'deleted' order by p.id
    on conflict do nothing returning person_id`,
  );
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
      ctx,
      sql`delete from group_member m using person p
        where m.tenant_id = ${TENANT} and m.group_id = ${group.id} and m.person_id = any(${personIds.filter(isId)}::uuid[])
          and p.tenant_id = m.tenant_id and p.id = m.person_id${visiblePeople(ctx, 'p')}
       returning m.person_id`,
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
  const pairs = (list: typeof come): Sql =>
    sql`unnest(${list.map((one) => one.groupId)}::uuid[], ${list.map((one) => one.personId)}::uuid[]) as w (group_id, person_id)`;
  if (come.length > 0)
    await run(
      ctx,
      sql`insert into group_member (tenant_id, group_id, person_id, created_at)
       select ${TENANT}, w.group_id, w.person_id, ${NOW} from ${pairs(come)} on conflict do nothing`,
    );
  if (go.length > 0)
    await run(
      ctx,
      sql`delete from group_member m using ${pairs(go)}
        where m.tenant_id = ${TENANT} and m.group_id = w.group_id and m.person_id = w.person_id`,
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
