import { CompiledQuery, type QueryResult } from 'kysely';
import type { Database } from '../record/kernel/context.ts';
import { lineOf, type PlainRows, send, sendPlain } from './lines.ts';
import { type Call, type Sql, written } from './sql.ts';

/** Where a statement runs: in a call, whose tenant, moment and actor it may name, or beside any. */
export type Place = (Call & { readonly db: Database }) | Database;

/** Runs one statement. The second form is for texts that are not written with the tag yet. */
export function run<Row>(place: Place, statement: Sql): Promise<QueryResult<Row>>;
export function run<Row>(db: Database, text: string, values: readonly unknown[]): Promise<QueryResult<Row>>;
export function run<Row>(
  place: Place,
  statement: Sql | string,
  given: readonly unknown[] = [],
): Promise<QueryResult<Row>> {
  const [db, call] = placed(place);
  const { text, values } =
    typeof statement === 'string' ? { text: statement, values: given as unknown[] } : written(statement, call);
  const line = lineOf(db);
  return line ? send<Row>(line, text, values) : db.executeQuery<Row>(CompiledQuery.raw(text, values));
}

const placed = (place: Place): [Database, Call] => ('db' in place ? [place.db, place] : [place, {}]);

/** Rows, and beside each what its statement says of it or of all of them, in columns whose names begin with `#`. */
export interface RowsApart<Row> {
  rows: Row[];
  /** What a row says in the column `#name`. */
  apart(row: number, name: string): any;
}

/**
 * Runs a statement as `run` does. Columns whose names begin with `#` stand apart: to take members out of a row afterwards costs many times
 * what reading it does.
 */
export async function runApart<Row>(place: Place, statement: Sql): Promise<RowsApart<Row>> {
  const [db, call] = placed(place);
  const { text, values } = written(statement, call);
  const line = lineOf(db);
  const { names, rows } = line
    ? await sendPlain(line, text, values)
    : plainly((await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values))).rows);
  const shown = names.flatMap((name, i) => (name.startsWith('#') ? [] : [[name, i] as const]));
  // made once: rows of one shape are what everything behind is quick with
  const form = Object.fromEntries(shown.map(([name]) => [name, null])) as Record<string, unknown>;
  return {
    rows: rows.map((values) => {
      const row = { ...form };
      for (const [name, i] of shown) row[name] = values[i];
      return row as Row;
    }),
    apart: (row, name) => rows[row]?.[names.indexOf(`#${name}`)],
  };
}

const plainly = (rows: readonly Record<string, unknown>[]): PlainRows => ({
  names: Object.keys(rows[0] ?? {}),
  rows: rows.map((row) => Object.values(row)),
});
