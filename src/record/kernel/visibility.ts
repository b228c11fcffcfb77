import { sqlOf } from '../../database/filtering.ts';
import type { Listing } from '../../database/listing.ts';
import {
  ACTOR_ID,
  constant,
  join,
  name,
  nothing,
  replaced,
  type Sql,
  sql,
  steady,
  TENANT,
  textOf,
  value,
  written,
} from '../../database/sql.ts';
import type { Context } from './context.ts';
import { isId } from './ids.ts';

/**
 * SQL that keeps the people an actor may see: those with one of the actor's units, or one below, as primary or further unit; where the
 * door shows no clients' accounts, without those. Empty for actors of the whole account at other doors. `alias` is a row of `person`; the statement's $1 is the tenant.
 */
export function visiblePeopleSql(ctx: Context, alias: string): string {
  const human = humanSql(ctx, `${alias}.id`);
  const below = unitsBelow(ctx);
  if (below === undefined) return human;
  if (below === '') return ' and false';
  return `${human} and (${alias}.unit_id in (${below}) or exists (select 1 from person_unit pu
    where pu.tenant_id = $1 and pu.person_id = ${alias}.id and pu.unit_id in (${below})))`;
}

/** SQL that keeps people who do not exist only so that an API client can sign in, where the door shows none of those. */
const humanSql = (ctx: Context, id: string): string => (ctx.withoutClients ? noClientSql(id) : '');

/** The same by itself; who is such a one changes only with an event. */
export const noClientSql = (id: string): string => ` and ${id} not in (select ck.id from source_key ck
    where ck.tenant_id = $1 and ck.system = 'api_client' and ck.entity = 'person')`;

/** SQL of the person's id in `column`, null where the actor does not see that person; everybody sees themselves. */
export function seenPersonSql(ctx: Context, column: string): string {
  const { actor } = ctx;
  if (actor.units === null) return column;
  const self = isId(actor.id) ? `sp.id = '${actor.id}' or ` : '';
  return `(select sp.id from person sp where sp.tenant_id = $1 and sp.id = ${column} and (${self}(true${visiblePeopleSql(ctx, 'sp')})))`;
}

/** The list with null for people out of the actor's sight in `column`, also where it is filtered and sorted by; $1 is the tenant. */
export function withinSight(ctx: Context, listing: Listing, column: string): Listing {
  if (ctx.actor.units === null) return listing;
  const seen = (sql: string): string => sql.replaceAll(column, seenPersonSql(ctx, column));
  const select = listing.select as string;
  const named = Object.fromEntries(
    Object.entries(listing.fields.named).map(([name, field]) => [
      name,
      (field.sql as string).includes(column) ? { ...field, sql: seen(field.sql as string), nullable: true } : field,
    ]),
  );
  return { ...listing, select: seen(select), fields: { ...listing.fields, named } };
}

/** SQL that keeps the units an actor may see; `column` holds a unit's id, the statement's $1 is the tenant. */
export function visibleUnitsSql(ctx: Context, column: string): string {
  const below = unitsBelow(ctx);
  return below === undefined ? '' : below === '' ? ' and false' : ` and ${column} in (${below})`;
}

/** A unit id reaches the text only if it is a UUID. */
function unitsBelow(ctx: Context): string | undefined {
  const { units } = ctx.actor;
  if (units === null) return undefined;
  const ids = units.filter(isId).map((id) => `'${id}'`);
  if (ids.length === 0) return '';
  return `with recursive below as (
    select id from unit where tenant_id = $1 and id in (${ids.join(', ')})
    union select u.id from unit u join below b on u.parent_id = b.id where u.tenant_id = $1) select id from below`;
}

/**
 * Keeps the people an actor may see: those with one of the actor's units, or one below, as primary or further unit; where the door shows
 * no clients' accounts, without those. Nothing for actors of the whole account at other doors. `alias` is a row of `person`.
 */
export function visiblePeople(ctx: Context, alias: string): Sql {
  const p = name(alias);
  const human = withoutClients(ctx, sql`${p}.id`);
  const below = ownUnits(ctx);
  if (below === undefined) return human;
  if (below === null) return sql` and false`;
  return sql`${human} and (${p}.unit_id in (${below}) or exists (select 1 from person_unit pu
    where pu.tenant_id = ${TENANT} and pu.person_id = ${p}.id and pu.unit_id in (${below})))`;
}

/** Keeps people who do not exist only so that an API client can sign in, where the door shows none of those. */
export const withoutClients = (ctx: Context, id: Sql): Sql => (ctx.withoutClients ? noClient(id) : nothing);

/** Who is such a one changes only with an event. */
const noClient = (id: Sql): Sql =>
  steady(sql` and ${id} not in (select ck.id from source_key ck
    where ck.tenant_id = ${TENANT} and ck.system = 'api_client' and ck.entity = 'person')`);

/** The person's id in `column`, null where the actor does not see that person; everybody sees themselves. */
export function seenPerson(ctx: Context, column: Sql): Sql {
  const { actor } = ctx;
  if (actor.units === null) return column;
  const self = isId(actor.id) ? sql`sp.id = ${ACTOR_ID} or ` : nothing;
  return sql`(select sp.id from person sp where sp.tenant_id = ${TENANT} and sp.id = ${column} and (${self}(true${visiblePeople(ctx, 'sp')})))`;
}

/** The list with null for people out of the actor's sight in `column`, also where it is filtered and sorted by. */
export function peopleWithinSight(ctx: Context, listing: Listing, column: string): Listing {
  if (ctx.actor.units === null) return listing;
  const by = seenPerson(ctx, name(column));
  const seen = (piece: Sql | string): Sql => replaced(typeof piece === 'string' ? constant(piece) : piece, column, by);
  const named = Object.fromEntries(
    Object.entries(listing.fields.named).map(([name, field]) => [
      name,
      textOf(sqlOf(field)).includes(column) ? { ...field, sql: seen(field.sql), nullable: true } : field,
    ]),
  );
  return { ...listing, select: seen(listing.select), fields: { ...listing.fields, named } };
}

/** Keeps the units an actor may see; `column` holds a unit's id. */
export function visibleUnits(ctx: Context, column: Sql): Sql {
  const below = ownUnits(ctx);
  return below === undefined ? nothing : below === null ? sql` and false` : sql` and ${column} in (${below})`;
}

/** Without a unit a thing is the whole account's and seen by all; with one, by those who see the unit. */
export const sharedOrVisible = (ctx: Context, column: Sql): Sql =>
  ctx.actor.units === null ? sql`true` : sql`(${column} is null or (true${visibleUnits(ctx, column)}))`;

/** Keeps the offerings an actor may see, by their unit and their course's; `id` is an offering's id. */
export const visibleOfferings = (ctx: Context, id: Sql): Sql =>
  ctx.actor.units === null
    ? nothing
    : sql` and exists (select 1 from offering o join course c on c.tenant_id = o.tenant_id and c.id = o.course_id
      where o.tenant_id = ${TENANT} and o.id = ${id} and ${sharedOrVisible(ctx, sql`o.unit_id`)} and ${sharedOrVisible(ctx, sql`c.unit_id`)})`;

/** The units of the actor and all below them; null for none, undefined for the whole account. */
function ownUnits(ctx: Context): Sql | null | undefined {
  const { units } = ctx.actor;
  if (units === null) return undefined;
  const ids = units.filter(isId);
  if (ids.length === 0) return null;
  return sql`with recursive below as (
    select id from unit where tenant_id = ${TENANT} and id in (${join(ids.map((id) => value(id, 'uuid')))})
    union select u.id from unit u join below b on u.parent_id = b.id where u.tenant_id = ${TENANT}) select id from below`;
}

/** A piece for texts that are not written with the tag yet: their $1 is the tenant; other values are ids and words of ours. */
export function spliced(ctx: Context, piece: Sql): string {
  const { text, values } = written(piece, ctx);
  return text.replace(/\$(\d+)/g, (_, n) => (values[n - 1] === ctx.tenant.id ? '$1' : quoted(values[n - 1])));
}

function quoted(held: unknown): string {
  if (Array.isArray(held)) return `array[${held.map(quoted).join(', ')}]`;
  if (!/^[\w-]+$/.test(String(held))) throw new Error('neither an id nor a word');
  return `'${held}'`;
}
