import { CompiledQuery, type QueryResult } from 'kysely';
import type { Database } from '../record/kernel/context.ts';
import { lineOf, type PlainRows, send, sendPlain } from './lines.ts';

/** Collects the values of a statement that is put together from pieces of text. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and gives its placeholder; a cast is written behind it (`$3::uuid`). */
  add(value: unknown, cast?: string): string;
}

export function parameters(...first: unknown[]): Parameters {
  const values = [...first];
  return {
    values,
    add(value, cast) {
      values.push(value);
      return cast ? `$${values.length}::${cast}` : `$${values.length}`;
    },
  };
}

/** Runs one statement of fixed text; what callers bring travels as values only. */
export function run<Row>(db: Database, text: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
  const line = lineOf(db);
  return line ? send<Row>(line, text, values) : db.executeQuery<Row>(CompiledQuery.raw(text, values as unknown[]));
}

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
export async function runApart<Row>(db: Database, text: string, values: readonly unknown[]): Promise<RowsApart<Row>> {
  const line = lineOf(db);
  const { names, rows } = line
    ? await sendPlain(line, text, values)
    : plainly((await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values as unknown[]))).rows);
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
