import { withoutRowChecks } from '../../database/copy.ts';
import { run } from '../../database/run.ts';
import type { Context } from './context.ts';
import { eventStamp } from './event.ts';

/** How the statements of verbs run that take a table of rows, be they one or half a million. */
export interface Bulk {
  ctx: Context;
  /** See `withoutRowChecks`. */
  mayVouch: boolean;
  /** There are many rows: statements may cost as much as reading what the tenant has, and never that much for each row. */
  many: boolean;
}

/** For verbs with a few rows. */
export const few = (ctx: Context): Bulk => ({ ctx, mayVouch: false, many: false });

/** SQL that gives rows, and the values it names as `{name}`; each verb says which columns it takes. */
export interface Rows {
  sql: string;
  values?: Record<string, unknown>;
}

const TYPES: Record<string, string> = { tenant: 'uuid', at: 'timestamptz', actor: 'uuid' };

/**
 * Runs one statement. `{tenant}`, `{at}`, `{kind}`, `{actor}`, `{dialect}`, `{zone}` and whatever else is given stand for values;
 * they travel as parameters.
 */
export async function query<Row = Record<string, unknown>>(
  bulk: Bulk,
  text: string,
  more: Record<string, unknown> = {},
): Promise<Row[]> {
  const [tenant, at, kind, actor, dialect] = eventStamp(bulk.ctx);
  const known: Record<string, unknown> = {
    tenant,
    at,
    kind,
    actor,
    dialect,
    zone: bulk.ctx.tenant.timeZone,
    ...more,
  };
  const values: unknown[] = [];
  const places = new Map<string, number>();
  const numbered = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    let place = places.get(name);
    if (place === undefined) {
      values.push(known[name]);
      place = values.length;
      places.set(name, place);
    }
    return `$${place}::${TYPES[name] ?? (Array.isArray(known[name]) ? 'uuid[]' : 'text')}`;
  });
  const send = async () => (await run<Row>(bulk.ctx.db, numbered, values)).rows;
  return bulk.many ? withoutLoops(bulk.ctx, send) : send();
}

/** Of what is being filled the planner expects next to nothing, and would compare all with all; hashed, sizes need not be known. */
export async function withoutLoops<T>({ db }: Context, work: () => Promise<T>): Promise<T> {
  await run(db, 'set enable_nestloop = off', []);
  const result = await work();
  await run(db, 'set enable_nestloop = on', []);
  return result;
}

/** The first row of a statement that gives exactly one. */
export const one = async <Row>(bulk: Bulk, text: string, more?: Record<string, unknown>): Promise<Row> =>
  (await query<Row>(bulk, text, more))[0]!;

/** The columns of an event that all events of a call share, and their values. */
export const EVENT = 'tenant_id, at, actor_kind, actor_id, dialect';
export const STAMP = '{tenant}, {at}, {kind}, {actor}, {dialect}';

/** What an insert refers to: rows of a table that a column of a table of matches names. */
export type References = readonly (readonly [table: string, matches: string, column: string])[];

/**
 * Runs an insert of rows that refer only to the tenant and to what is named here: held until the transaction ends, and counted, so that
 * foreign keys need not be checked row by row.
 */
export async function insertHolding<T>(bulk: Bulk, references: References, insert: () => Promise<T>): Promise<T> {
  await query(bulk, 'select 1 from tenant where id = {tenant} for key share');
  for (const [table, matches, column] of references) {
    const { gone } = await one<{ gone: number }>(
      bulk,
      `with named as (select distinct ${column} as id from ${matches} where ${column} is not null),
       held as (select t.id from ${table} t where t.tenant_id = {tenant} and t.id in (select id from named) for key share)
       select (select count(*) from named) - (select count(*) from held) as gone`,
    );
    // somebody deleted one meanwhile: the transaction is run again and sees it
    if (gone > 0) throw Object.assign(new Error(`${table} deleted`), { code: '40001' });
  }
  return withoutRowChecks(bulk.ctx.db, bulk.mayVouch, insert);
}
