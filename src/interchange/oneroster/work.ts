import { withoutRowChecks } from '../../database/copy.ts';
import { run } from '../../database/parameters.ts';
import type { Context } from '../../record/kernel/context.ts';
import { eventStamp } from '../../record/kernel/event.ts';

/** What every step of an import needs. */
export interface Work {
  ctx: Context;
  /** Whose sourcedIds these are: `source_key.system`. */
  system: string;
  /** Whether the set says who is a learner and who teaches. */
  tellsRoles: boolean;
  /** See `withoutRowChecks`. */
  mayVouch: boolean;
  /** Nothing of it stays. */
  dryRun: boolean;
  /** The file has many rows: statements may cost as much as reading what the tenant has, and never that much for each row. */
  many: boolean;
}

/** From so many rows of a file on. */
export const MANY = 1000;

/** What a file did to the record; what is neither was there already. */
export interface Merged {
  created: number;
  changed: number;
  /** Classes that lost all their learners to refused rows. */
  lost?: number;
}

const TYPES: Record<string, string> = { tenant: 'uuid', at: 'timestamptz', actor: 'uuid' };

/**
 * Runs one statement. `{tenant}`, `{system}`, `{at}`, `{kind}`, `{actor}`, `{dialect}`, `{zone}` and whatever else is given stand for values;
 * they travel as parameters.
 */
export async function query<Row = Record<string, unknown>>(
  w: Work,
  text: string,
  more: Record<string, unknown> = {},
): Promise<Row[]> {
  const [tenant, at, kind, actor, dialect] = eventStamp(w.ctx);
  const known: Record<string, unknown> = {
    tenant,
    at,
    kind,
    actor,
    dialect,
    system: w.system,
    zone: w.ctx.tenant.timeZone,
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
  if (!w.many) return (await run<Row>(w.ctx.db, numbered, values)).rows;
  // of what is being filled the planner expects next to nothing, and would compare all with all; hashed, sizes need not be known
  await run(w.ctx.db, 'set enable_nestloop = off', []);
  const { rows } = await run<Row>(w.ctx.db, numbered, values);
  await run(w.ctx.db, 'set enable_nestloop = on', []);
  return rows;
}

/** The first row of a statement that gives exactly one. */
export const one = async <Row>(w: Work, text: string, more?: Record<string, unknown>): Promise<Row> =>
  (await query<Row>(w, text, more))[0]!;

/** SQL: a date's first moment in the tenant's zone, and its last. */
export const firstMoment = (date: string): string => `((${date})::timestamp at time zone {zone})`;
export const lastMoment = (date: string): string =>
  `(((${date}) + 1)::timestamp at time zone {zone} - interval '1 millisecond')`;

/** The columns of an event that all events of a call share, and their values. */
export const EVENT = 'tenant_id, at, actor_kind, actor_id, dialect';
export const STAMP = '{tenant}, {at}, {kind}, {actor}, {dialect}';

/** SQL: an object of the texts that are there, for `attributes`. */
export const present = (members: Record<string, string>): string =>
  `jsonb_strip_nulls(jsonb_build_object(${Object.entries(members)
    .map(([name, expression]) => `'${name}', ${expression}`)
    .join(', ')}))`;

/** Moves rows whose `refused` says why out of a table of matches. */
export async function refuseRows(w: Work, table: string, file: string): Promise<void> {
  await query(
    w,
    `with gone as (delete from ${table} where refused is not null returning line, refused)
     insert into refused_row (file, line, reason) select {file}, line, refused from gone`,
    { file },
  );
}

/** SQL: whether no source brought this thing. One that another system brought is never that system's by a key alone (rule 20). */
export const unclaimed = (entity: string, id: string): string =>
  `not exists (select 1 from source_key o where o.tenant_id = {tenant} and o.entity = '${entity}' and o.id = ${id})`;

/** SQL: the external id that a thing has already leaves nothing of it for a new one. */
export const keyTaken = (column: string, taken: string, value: string): string =>
  `case when ${taken} then '${column}: "' || ${value} || '" is the external id of something else; left out' end`;

/** Says of rows whose `noted` is set what was left out of them; the rows stay. */
export async function noteRows(w: Work, table: string, file: string): Promise<void> {
  await query(
    w,
    `insert into noted_row (file, line, reason) select {file}, m.line, n from ${table} m, unnest(m.noted) n where n is not null`,
    { file },
  );
}

/** SQL: what is said of a reference that leads nowhere. */
export const unknownReference = (column: string, value: string, what: string): string =>
  `'${column}: there is no ${what} "' || ${value} || '"'`;

/** SQL: what is said of a reference that leads nowhere and is left out of its row. */
export const leftOut = (column: string, value: string, found: string, what: string): string =>
  `case when ${value} is not null and ${found} is null then ${unknownReference(column, value, what)} || '; left out' end`;

/** SQL: what is said of a reference to something deleted, whose place what is above it takes. */
export const goneAbove = (column: string, value: string, gone: string): string =>
  `case when ${gone} then '${column}: "' || ${value} || '" is deleted; what is above it taken' end`;

/** Remembers which row of the record a row of a file became, for rows of a table of matches (`key`, `id`, optionally `data`). */
export async function rememberKeys(
  w: Work,
  table: string,
  entity: string,
  options: { where?: string; data?: string } = {},
): Promise<void> {
  const data = options.data ?? 'null::jsonb';
  await insertHolding(w, [], () =>
    query(
      w,
      `insert into source_key as k (tenant_id, system, entity, key, id, data)
     select {tenant}, {system}, {entity}, m.key, m.id, ${data} from ${table} m where m.id is not null and ${options.where ?? 'not m.gone'}
     on conflict (tenant_id, system, entity, key) do update set id = excluded.id, data = excluded.data
       where (k.id, k.data) is distinct from (excluded.id, excluded.data)`,
      { entity },
    ),
  );
}

/** What an insert refers to: rows of a table that a column of a table of matches names. */
export type References = readonly (readonly [table: string, matches: string, column: string])[];

/**
 * Runs an insert of rows that refer only to the tenant and to what is named here: held until the transaction ends, and counted, so that
 * foreign keys need not be checked row by row.
 */
export async function insertHolding<T>(w: Work, references: References, insert: () => Promise<T>): Promise<T> {
  await query(w, 'select 1 from tenant where id = {tenant} for key share');
  for (const [table, matches, column] of references) {
    const { gone } = await one<{ gone: number }>(
      w,
      `with named as (select distinct ${column} as id from ${matches} where ${column} is not null),
       held as (select t.id from ${table} t where t.tenant_id = {tenant} and t.id in (select id from named) for key share)
       select (select count(*) from named) - (select count(*) from held) as gone`,
    );
    // somebody deleted one meanwhile: the transaction is run again and sees it
    if (gone > 0) throw Object.assign(new Error(`${table} deleted`), { code: '40001' });
  }
  return withoutRowChecks(w.ctx.db, w.mayVouch, insert);
}
