import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { nothing, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { and, type Condition } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { peopleWithin } from '../kernel/reach.ts';
import { notFound } from '../kernel/refusal.ts';
import { sourced } from '../kernel/source-keys.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import {
  type Person,
  type PersonAlone,
  type PersonStatus,
  peopleSeen,
  personAloneListing,
  personListing,
} from './person.ts';

export interface PeopleScope {
  /** Only members of this group. */
  groupId?: string;
  /** Only people with this unit as primary or further unit; with `below`, also those of the units below it. */
  unitId?: string;
  below?: boolean;
  /** The same as a unit with `below`, beside another one. */
  withinUnitId?: string;
  /** Only people whose name, login, email or external id contains the text. */
  search?: string;
  /** Only people in one of these; without it, everybody but the deleted. */
  statuses?: readonly PersonStatus[];
  /** Only holders of this role. */
  roleId?: string;
  /** Only those who carry this profile. */
  profileId?: string;
  /** Only whom a roster calls so. */
  sourcedId?: string;
  /** People without `people.read` see themselves, instead of being refused. */
  own?: boolean;
}

/** People the actor may see. A scope that names nothing known gives an empty list. */
export const listPeople = (ctx: Context, query: ListQuery, scope: PeopleScope = {}): Promise<Page<Person>> =>
  pageOf<Person>(ctx, personListing, query, scope);

/** The same people without what ties them to others. */
export const listPeopleAlone = (ctx: Context, query: ListQuery, scope: PeopleScope = {}): Promise<Page<PersonAlone>> =>
  pageOf<PersonAlone>(ctx, personAloneListing, query, scope);

async function pageOf<Row extends object>(
  ctx: Context,
  listing: Listing,
  query: ListQuery,
  scope: PeopleScope,
): Promise<Page<Row>> {
  const self =
    scope.own && ctx.actor.kind === 'person' && !mayAnywhere(ctx.actor, 'people.read') ? ctx.actor.id : undefined;
  if (!self) demandAnywhere(ctx, 'people.read');
  const status = scope.statuses ? sql`p.status = any(${[...scope.statuses]}::text[])` : sql`p.status <> 'deleted'`;
  const visible = self ? sql` and p.id = ${self}::uuid` : seen(ctx);
  let where = sql`p.tenant_id = ${TENANT} and ${status}${visible}`;
  for (const id of [scope.groupId, scope.unitId, scope.withinUnitId, scope.roleId, scope.profileId])
    if (id !== undefined && !isId(id)) where = sql`${where} and false`;
  if (isId(scope.roleId))
    where = sql`${where} and exists (select 1 from role_assignment ra where ra.tenant_id = ${TENANT} and ra.person_id = p.id and ra.role_id = ${scope.roleId}::uuid)`;
  if (isId(scope.profileId))
    where = sql`${where} and exists (select 1 from profile_member fm where fm.tenant_id = ${TENANT} and fm.person_id = p.id and fm.profile_id = ${scope.profileId}::uuid)`;
  if (isId(scope.groupId)) {
    where = sql`${where} and exists (select 1 from group_member gm where gm.tenant_id = ${TENANT} and gm.person_id = p.id and gm.group_id = ${scope.groupId}::uuid)`;
  }
  for (const [id, below] of [
    [scope.unitId, scope.below],
    [scope.withinUnitId, true],
  ] as const) {
    if (!isId(id)) continue;
    const unit = value(id, 'uuid');
    const units = below
      ? sql`(with recursive b as (select ${unit} as id union select u.id from unit u join b on u.parent_id = b.id where u.tenant_id = ${TENANT}) select id from b)`
      : sql`(${unit})`;
    where = sql`${where} and (p.unit_id in ${units} or exists (select 1 from person_unit w where w.tenant_id = ${TENANT} and w.person_id = p.id and w.unit_id in ${units}))`;
  }
  if (scope.sourcedId !== undefined) where = sql`${where}${sourced('person', 'p.id', scope.sourcedId)}`;
  const search = scope.search?.trim() ? searching(scope.search.trim()) : undefined;
  const condition = and(query.where, search);
  return listPage<Row>(ctx, peopleSeen(ctx, listing), where, condition ? { ...query, where: condition } : query);
}

const seen = (ctx: Context): Sql => peopleWithin(ctx, 'people.read', 'p', 'learners');

const LIVING = sql`p.status <> 'deleted'`;

const searching = (text: string): Condition => ({
  op: 'or',
  all: ['fullName', 'givenName', 'familyName', 'login', 'email', 'externalId'].map((field) => ({
    op: 'contains' as const,
    text: { field },
    part: { literal: { type: 'text' as const, value: text } },
  })),
});

/** One person by id, a deleted one only when asked. People may read themselves. */
export async function getPerson(ctx: Context, id: string, options: { deleted?: boolean } = {}): Promise<Person> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === id;
  if (!own) demandAnywhere(ctx, 'people.read');
  return readPerson(ctx, id, { ...options, anywhere: own, read: true });
}

/** The same person without what ties them to others. */
export async function getPersonAlone(
  ctx: Context,
  id: string,
  options: { deleted?: boolean } = {},
): Promise<PersonAlone> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === id;
  if (!own) demandAnywhere(ctx, 'people.read');
  if (!isId(id)) return notFound('person', id);
  const { rows } = await run<PersonAlone>(
    ctx,
    sql`select ${peopleSeen(ctx, personAloneListing).select} from person p
      where p.tenant_id = ${TENANT} and p.id = ${id}::uuid and ${options.deleted ? sql`true` : LIVING}${own ? nothing : seen(ctx)}`,
  );
  return rows[0] ?? notFound('person', id);
}

/** Without asking for a permission: for verbs that have asked for theirs. `anywhere` also finds people out of the actor's sight, `read` those whom the actor may read. */
export async function readPerson(
  ctx: Context,
  id: string,
  options: { deleted?: boolean; anywhere?: boolean; read?: boolean } = {},
): Promise<Person> {
  if (!isId(id)) return notFound('person', id);
  const status = options.deleted ? sql`true` : LIVING;
  const visible = options.anywhere ? nothing : options.read ? seen(ctx) : visiblePeople(ctx, 'p');
  const [person] = await readPeople(ctx, sql`p.id = ${id}::uuid and ${status}${visible}`);
  return person ?? notFound('person', id);
}

/** People by id, in the order asked; the unknown and invisible are left out. */
export async function getPeople(ctx: Context, ids: readonly string[]): Promise<Person[]> {
  demandAnywhere(ctx, 'people.read');
  const known = [...new Set(ids.map((id) => id.toLowerCase()))].filter(isId);
  const found = await readPeople(ctx, sql`p.id = any(${known}::uuid[]) and ${LIVING}${seen(ctx)}`);
  const byId = new Map(found.map((person) => [person.id, person]));
  return known.flatMap((id) => byId.get(id) ?? []);
}

/** Where a protocol must show an email and there is none. Found on lookup, never stored. */
const STAND_IN = /^(\d{1,15})@none\.invalid$/i;

/** One person by an outside key: external id, then email, then handle; undefined where nobody has it. */
export async function findPerson(ctx: Context, key: string): Promise<Person | undefined> {
  return (await findPeople(ctx, [key]))[0];
}

/** One person by login name: username, else email; undefined where nobody has it. */
export async function findLogin(ctx: Context, login: string): Promise<Person | undefined> {
  demandAnywhere(ctx, 'people.read');
  if (login.includes('\u0000') || !login.isWellFormed()) return undefined;
  const found = await readPeople(
    ctx,
    sql`lower(p.login) collate "C" = lower(${login.trim()}::text) and ${LIVING}${seen(ctx)}`,
  );
  return found.find((person) => person.username !== null) ?? found[0];
}

/** People by outside keys, each found as `findPerson` does; the answer has one place for each key, undefined where nobody is found. */
export async function findPeople(ctx: Context, keys: readonly string[]): Promise<(Person | undefined)[]> {
  demandAnywhere(ctx, 'people.read');
  const asked = keys.map((key) => (key.includes('\u0000') || !key.isWellFormed() ? '' : key.trim()));
  // one branch for each index; the first in rank wins
  const { rows } = await run<{ n: number; id: string }>(
    ctx,
    sql`select distinct on (k.n) k.n, p.id
       from unnest(${asked}::text[], ${asked.map((key) => STAND_IN.exec(key)?.[1] ?? null)}::bigint[]) with ordinality as k (key, number, n)
       cross join lateral (
         select 1 as rank, x.* from person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and x.external_id = k.key
         union all
         select 2, x.* from person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and lower(x.email) = lower(k.key)
         union all
         select 3, x.* from person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and lower(x.username) = lower(k.key)
            and x.external_id is null and x.email is null
         union all
         select 3, x.* from person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and x.id::text = lower(k.key)
            and x.id = (case when k.key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then k.key end)::uuid
            and x.external_id is null and x.email is null and x.username is null
         union all
         select 4, x.* from person x where x.tenant_id = ${TENANT} and x.status <> 'deleted' and x.number = k.number and x.email is null
       ) p
      where k.key <> ''${seen(ctx)}
      order by k.n, p.rank`,
  );
  const people = await readPeople(ctx, sql`p.id = any(${[...new Set(rows.map((row) => row.id))]}::uuid[])`);
  const byId = new Map(people.map((person) => [person.id, person]));
  const byPlace = new Map(rows.map((row) => [row.n, byId.get(row.id)]));
  return keys.map((_, i) => byPlace.get(i + 1));
}

/** People by a condition of ours. */
async function readPeople(ctx: Context, where: Sql): Promise<Person[]> {
  const { rows } = await run<Person>(
    ctx,
    sql`select page.*, ${personListing.late} from (
       select ${peopleSeen(ctx, personListing).select} from person p where p.tenant_id = ${TENANT} and ${where}) page`,
  );
  return rows;
}
