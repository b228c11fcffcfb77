import { type Listing, listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import { mayAnywhere } from '../kernel/actor.ts';
import { and, type Condition } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { peopleWithin } from '../kernel/reach.ts';
import { notFound } from '../kernel/refusal.ts';
import { sourcedSql } from '../kernel/source-keys.ts';
import { spliced, visiblePeopleSql } from '../kernel/visibility.ts';
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
  const values = parameters(ctx.tenant.id);
  const status = scope.statuses
    ? `p.status = any(${values.add([...scope.statuses], 'text[]')})`
    : "p.status <> 'deleted'";
  const visible = self ? ` and p.id = ${values.add(self, 'uuid')}` : seen(ctx);
  let where = `p.tenant_id = $1 and ${status}${visible}`;
  for (const id of [scope.groupId, scope.unitId, scope.withinUnitId, scope.roleId, scope.profileId])
    if (id !== undefined && !isId(id)) where += ' and false';
  if (isId(scope.roleId))
    where += ` and exists (select 1 from role_assignment ra where ra.tenant_id = $1 and ra.person_id = p.id and ra.role_id = ${values.add(scope.roleId, 'uuid')})`;
  if (isId(scope.profileId))
    where += ` and exists (select 1 from profile_member fm where fm.tenant_id = $1 and fm.person_id = p.id and fm.profile_id = ${values.add(scope.profileId, 'uuid')})`;
  if (isId(scope.groupId)) {
    where += ` and exists (select 1 from group_member gm where gm.tenant_id = $1 and gm.person_id = p.id and gm.group_id = ${values.add(scope.groupId, 'uuid')})`;
  }
  for (const [id, below] of [
    [scope.unitId, scope.below],
    [scope.withinUnitId, true],
  ] as const) {
    if (!isId(id)) continue;
    const unit = values.add(id, 'uuid');
    const units = below
      ? `(with recursive b as (select ${unit} as id union select u.id from unit u join b on u.parent_id = b.id where u.tenant_id = $1) select id from b)`
      : `(${unit})`;
    where += ` and (p.unit_id in ${units} or exists (select 1 from person_unit w where w.tenant_id = $1 and w.person_id = p.id and w.unit_id in ${units}))`;
  }
  if (scope.sourcedId !== undefined)
    where += sourcedSql('person', 'p.id', { tenant: '$1', key: values.add(scope.sourcedId, 'text') });
  const search = scope.search?.trim() ? searching(scope.search.trim()) : undefined;
  const condition = and(query.where, search);
  return listPage<Row>(
    ctx.db,
    peopleSeen(ctx, listing),
    where,
    values,
    condition ? { ...query, where: condition } : query,
  );
}

const seen = (ctx: Context): string => spliced(ctx, peopleWithin(ctx, 'people.read', 'p', 'learners'));

const LIVING = "p.status <> 'deleted'";

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
    ctx.db,
    `select ${peopleSeen(ctx, personAloneListing).select} from person p
      where p.tenant_id = $1 and p.id = $2::uuid and ${options.deleted ? 'true' : LIVING}${own ? '' : seen(ctx)}`,
    [ctx.tenant.id, id],
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
  const status = options.deleted ? 'true' : LIVING;
  const visible = options.anywhere ? '' : options.read ? seen(ctx) : visiblePeopleSql(ctx, 'p');
  const [person] = await readPeople(ctx, `p.id = $2::uuid and ${status}`, [id], visible);
  return person ?? notFound('person', id);
}

/** People by id, in the order asked; the unknown and invisible are left out. */
export async function getPeople(ctx: Context, ids: readonly string[]): Promise<Person[]> {
  demandAnywhere(ctx, 'people.read');
  const known = [...new Set(ids.map((id) => id.toLowerCase()))].filter(isId);
  const found = await readPeople(ctx, `p.id = any($2::uuid[]) and ${LIVING}`, [known], seen(ctx));
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
    `lower(p.login) collate "C" = lower($2) and ${LIVING}`,
    [login.trim()],
    seen(ctx),
  );
  return found.find((person) => person.username !== null) ?? found[0];
}

/** People by outside keys, each found as `findPerson` does; the answer has one place for each key, undefined where nobody is found. */
export async function findPeople(ctx: Context, keys: readonly string[]): Promise<(Person | undefined)[]> {
  demandAnywhere(ctx, 'people.read');
  const asked = keys.map((key) => (key.includes('\u0000') || !key.isWellFormed() ? '' : key.trim()));
  // one branch for each index; the first in rank wins
  const { rows } = await run<{ n: number; id: string }>(
    ctx.db,
    `select distinct on (k.n) k.n, p.id
       from unnest($2::text[], $3::bigint[]) with ordinality as k (key, number, n)
       cross join lateral (
         select 1 as rank, x.* from person x where x.tenant_id = $1 and x.status <> 'deleted' and x.external_id = k.key
         union all
         select 2, x.* from person x where x.tenant_id = $1 and x.status <> 'deleted' and lower(x.email) = lower(k.key)
         union all
         select 3, x.* from person x where x.tenant_id = $1 and x.status <> 'deleted' and lower(x.username) = lower(k.key)
            and x.external_id is null and x.email is null
         union all
         select 3, x.* from person x where x.tenant_id = $1 and x.status <> 'deleted' and x.id::text = lower(k.key)
            and x.id = (case when k.key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then k.key end)::uuid
            and x.external_id is null and x.email is null and x.username is null
         union all
         select 4, x.* from person x where x.tenant_id = $1 and x.status <> 'deleted' and x.number = k.number and x.email is null
       ) p
      where k.key <> ''${seen(ctx)}
      order by k.n, p.rank`,
    [ctx.tenant.id, asked, asked.map((key) => STAND_IN.exec(key)?.[1] ?? null)],
  );
  const people = await readPeople(ctx, 'p.id = any($2::uuid[])', [[...new Set(rows.map((row) => row.id))]], '');
  const byId = new Map(people.map((person) => [person.id, person]));
  const byPlace = new Map(rows.map((row) => [row.n, byId.get(row.id)]));
  return keys.map((_, i) => byPlace.get(i + 1));
}

/** People by a condition of ours; $1 is the tenant, further values follow. */
async function readPeople(ctx: Context, where: string, values: readonly unknown[], visible: string): Promise<Person[]> {
  const { rows } = await run<Person>(
    ctx.db,
    `select page.*, ${personListing.late} from (
       select ${peopleSeen(ctx, personListing).select} from person p where p.tenant_id = $1 and ${where}${visible}) page`,
    [ctx.tenant.id, ...values],
  );
  return rows;
}
