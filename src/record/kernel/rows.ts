import { isDeepStrictEqual } from 'node:util';
import type { Field, FieldType } from '../../database/filtering.ts';
import type { Listing } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, name, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { violatedKey } from '../../database/transaction.ts';
import type { Context } from './context.ts';
import { append } from './event.ts';
import { isId } from './ids.ts';
import type { Instant } from './instant.ts';
import { type Members, snake, type Thing } from './members.ts';
import { type Entity, notFound, refuse } from './refusal.ts';
import type { Precondition } from './text.ts';

/** `c.external_id as "externalId", …` */
export const select = (alias: string, names: readonly string[]): string =>
  names.map((name) => `${alias}.${snake(name)} as "${name}"`).join(', ');

/** Fields of a list from a short form: a type, `?` when it may be null, `!` when its text is a fixed vocabulary. */
export function fieldsOf(alias: string, spec: Readonly<Record<string, string>>): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(spec).map(([name, short]) => [
      name,
      {
        sql: `${alias}.${snake(name)}`,
        type: short.replace(/[?!]/g, '') as FieldType,
        nullable: short.includes('?'),
        exact: short.includes('!'),
      },
    ]),
  );
}

/** SQL of an instant inside a JSON value, in our own form. */
export const instantText = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Members of a thing as columns. */
const columnsOf = ({ columns }: Thing, values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const { column, jsonb } = columns[name] ?? unknown(name);
        return [column, jsonb && value !== null ? JSON.stringify(value) : value];
      }),
  );

const unknown = (name: string): never => {
  throw new Error(`no column holds ${name}`);
};

/** Members of a domain object by column, for rows that travel as one JSON value. */
export const snakeKeys = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [snake(name), value]));

export type Changed = Record<string, [before: unknown, after: unknown]>;

/** What of the patch differs from what is kept. */
export function difference(before: object, patch: object): Changed {
  const old = before as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([name, value]) => value !== undefined && !isDeepStrictEqual(old[name], value))
      .map(([name, value]) => [name, [old[name], value]]),
  );
}

/** Keys come and go one by one: null takes a key away, absent keys stay. */
export function mergedAttributes(
  before: Record<string, unknown>,
  patch: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  if (!patch) return undefined;
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null));
}

/** Members whose value only one thing of the tenant may have. */
const uniqueOf = ({ members }: Thing): [name: string, anyCase: boolean][] =>
  Object.entries(members).flatMap(([name, { unique }]) => (unique ? [[name, unique === 'any case']] : []));

/** Refuses with `taken` when another row has one of these values. */
async function demandFree(ctx: Context, thing: Thing, values: object, except: string | null): Promise<void> {
  const { entity, table, marked } = thing;
  for (const [field, anyCase] of uniqueOf(thing)) {
    const value = (values as Record<string, unknown>)[field];
    if (typeof value !== 'string') continue;
    const column = anyCase ? sql`lower(${name(snake(field))})` : name(snake(field));
    const text = sql`select 1 from ${name(table)} where tenant_id = ${TENANT} and ${column} = ${anyCase ? value.toLowerCase() : value}::text and (${except}::uuid is null or id <> ${except}::uuid)${marked ? sql` and deleted_at is null` : nothing} limit 1`;
    const { rows } = await run(ctx, text);
    if (rows.length > 0) refuse({ kind: 'taken', entity: entity as Entity, field, value });
  }
}

/**
 * Inserts one row and gives its number. A key that somebody else has, or gets in this very moment, is refused without breaking the transaction.
 */
export async function insert(ctx: Context, thing: Thing, values: object): Promise<number> {
  const { entity, table } = thing;
  await demandFree(ctx, thing, values, null);
  const row = { tenant_id: ctx.tenant.id, ...columnsOf(thing, values), created_at: ctx.now, updated_at: ctx.now };
  const done = await ctx.db
    .insertInto(table as 'course')
    .values(row as never)
    .onConflict((conflict) => conflict.doNothing())
    .returning('number')
    .executeTakeFirst();
  if (done) return done.number;
  // the other writer has committed by now
  await demandFree(ctx, thing, values, null);
  return refuse({
    kind: 'taken',
    entity: entity as Entity,
    field: 'id',
    ...('id' in values && { value: String(values.id) }),
  });
}

export async function update(ctx: Context, thing: Thing, id: string, values: object): Promise<void> {
  const { entity, table } = thing;
  await demandFree(ctx, thing, values, id);
  try {
    await ctx.db
      .updateTable(table as 'course')
      .set({ ...columnsOf(thing, values), updated_at: ctx.now } as never)
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', id)
      .execute();
  } catch (error) {
    const name = violatedKey(error);
    const taken = uniqueOf(thing).find(([field]) => name === `${entity}_${snake(field)}`);
    if (taken) refuse({ kind: 'taken', entity: entity as Entity, field: taken[0] });
    throw error;
  }
}

/** What a writer knows of a thing: the moment it was changed last, or a test of its own that refuses. */
export type Seen<T> = Instant | Precondition<T>;

/** Refuses with `stale` when the thing is no longer what the caller has seen; it is locked by now. */
export function demandUnchanged<T extends { id: string; updatedAt: Instant }>(
  entity: Entity,
  thing: T,
  seen?: Seen<T>,
): void {
  if (typeof seen === 'function') seen(thing);
  else if (seen !== undefined && seen !== thing.updatedAt) refuse({ kind: 'stale', entity, id: thing.id });
}

/** Things whose changes are told so. */
type Kept =
  | 'unit'
  | 'group'
  | 'profile'
  | 'course'
  | 'offering'
  | 'session'
  | 'term'
  | 'room'
  | 'credit_type'
  | 'join_key'
  | 'program';

/** Writes what differs, with its event; tells whether anything did. */
export async function amend(
  ctx: Context,
  thing: Thing<Members, Kept>,
  before: { id: string; updatedAt: Instant },
  patch: object,
  extra: { courseId?: string; changed?: Changed } = {},
): Promise<boolean> {
  const own = difference(before, patch);
  const changed = { ...own, ...extra.changed };
  if (Object.keys(changed).length === 0) return false;
  await update(
    ctx,
    thing,
    before.id,
    Object.fromEntries(Object.entries(own).map(([name, [, after]]) => [name, after])),
  );
  await append(ctx, [
    {
      type: `${thing.entity}.updated`,
      entityId: before.id,
      courseId: extra.courseId ?? null,
      data: { changed },
    },
  ]);
  return true;
}

/** The thing as `amend` has left it. */
export const amended = <T extends object>(ctx: Context, before: T, patch: object): T => ({
  ...before,
  ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)),
  updatedAt: ctx.now,
});

const piece = (text: Sql | string): Sql => (typeof text === 'string' ? constant(text) : text);

/** The first row of a list that the SQL condition holds for. */
export async function readOne<T>(ctx: Context, listing: Listing, where: Sql): Promise<T | undefined> {
  const { rows } = await run<T>(
    ctx,
    sql`select ${piece(listing.select)} from ${piece(listing.from)} where ${where} limit 1`,
  );
  return rows[0];
}

/** Locks a row against other writers until the transaction ends; `whole` also against those who only refer to it. */
export async function lockRow(ctx: Context, { entity, table }: Thing, id: string, whole = false): Promise<void> {
  if (!isId(id)) notFound(entity as Entity, id);
  const strength = whole ? sql`for update` : sql`for no key update`;
  await run(ctx, sql`select 1 from ${name(table)} where tenant_id = ${TENANT} and id = ${id}::uuid ${strength}`);
}
