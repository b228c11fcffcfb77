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
} from '../../database/sql.ts';
import type { Context } from './context.ts';
import { isId } from './ids.ts';

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
