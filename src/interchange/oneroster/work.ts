import { type Bulk, type Rows, query as send } from '../../record/kernel/bulk.ts';
import { saveKeys } from '../../record/kernel/source-keys.ts';

/** What every step of an import needs. */
export interface Work extends Bulk {
  /** Whose sourcedIds these are: `source_key.system`. */
  system: string;
  /** Whether the set says who is a learner and who teaches. */
  tellsRoles: boolean;
  /** Nothing of it stays. */
  dryRun: boolean;
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

/** Runs one statement; `{system}` stands for a value too. */
export const query = <Row = Record<string, unknown>>(
  w: Work,
  text: string,
  more: Record<string, unknown> = {},
): Promise<Row[]> => send<Row>(w, text, { system: w.system, ...more });

/** The first row of a statement that gives exactly one. */
export const one = async <Row>(w: Work, text: string, more?: Record<string, unknown>): Promise<Row> =>
  (await query<Row>(w, text, more))[0]!;

/** Rows that a statement gives, for a verb of the record. */
export const rowsOf = (w: Work, sql: string, values: Record<string, unknown> = {}): Rows => ({
  sql,
  values: { system: w.system, ...values },
});

/** SQL: a date's first moment in the tenant's zone, and its last. */
export const firstMoment = (date: string): string => `((${date})::timestamp at time zone {zone})`;
export const lastMoment = (date: string): string =>
  `(((${date}) + 1)::timestamp at time zone {zone} - interval '1 millisecond')`;

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
  await saveKeys(
    w,
    w.system,
    rowsOf(
      w,
      `select {of_entity} as entity, m.key, m.id, ${data} as data from ${table} m where m.id is not null and ${options.where ?? 'not m.gone'}`,
      { of_entity: entity },
    ),
  );
}
