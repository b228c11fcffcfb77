import { CompiledQuery, type QueryResult } from 'kysely';
import type { Database } from '../record/kernel/context.ts';
import { lineOf, send } from './lines.ts';

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
