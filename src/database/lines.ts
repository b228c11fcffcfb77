import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { currentHalt, enter, type Halt, leave } from '../record/kernel/halt.ts';
import { cancelStatementOf } from './cancel.ts';
import type { DB } from './tables.generated.ts';
import { dropConnection } from './watched-client.ts';

type Database = Kysely<DB>;
type Line = pg.Pool | pg.PoolClient;

/** What a Kysely speaks over: a pool, or the one connection of a transaction. Statements of fixed text go there without a detour. */
const lines = new WeakMap<Database, Line>();
const bound = new WeakMap<pg.PoolClient, Database>();

export const lineOf = (db: Database): Line | undefined => lines.get(db);

/** The pool behind a Kysely, for whoever needs a connection of it; none inside a transaction. */
export function poolOf(db: Database): pg.Pool | undefined {
  const line = lines.get(db);
  return line && isPool(line) ? line : undefined;
}

const isPool = (line: Line): line is pg.Pool => 'totalCount' in line;

/** A Kysely whose every statement goes over this connection; the same one each time for the same connection. */
export function boundTo(client: pg.PoolClient): Database {
  const known = bound.get(client);
  if (known) return known;
  const db = speaking(client);
  bound.set(client, db);
  return db;
}

/** A Kysely over a pool, each statement on whichever connection is free, or over one connection. */
export function speaking(line: Line): Database {
  const connection: DatabaseConnection = {
    executeQuery: <R>({ sql, parameters }: CompiledQuery) => send<R>(line, sql, parameters),
    streamQuery: () => {
      throw new Error('read in pages instead');
    },
  };
  const nothing = async (): Promise<void> => {};
  const db = new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => ({
        init: nothing,
        destroy: nothing,
        acquireConnection: async () => connection,
        releaseConnection: nothing,
        beginTransaction: refused,
        commitTransaction: refused,
        rollbackTransaction: refused,
      }),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  lines.set(db, line);
  return db;
}

const refused = async (): Promise<void> => {
  throw new Error('transactions are opened by database/transaction.ts');
};

/** Runs a statement over a pool or connection and gives what Kysely would. The time limit of the request at hand can end it. */
export async function send<Row>(line: Line, text: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
  const { rows, rowCount, command } = await asked(line, text, values);
  return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
}

/** Runs a statement as `send` does, and gives names of columns and rows of values. */
export async function sendPlain(line: Line, text: string, values: readonly unknown[]): Promise<PlainRows> {
  const { fields, rows } = await asked(line, { text, values, rowMode: 'array' }, values);
  return { names: fields.map((field) => field.name), rows: rows as unknown as unknown[][] };
}

export interface PlainRows {
  names: string[];
  rows: unknown[][];
}

/** A text, or one with how its rows come. */
type Asked = string | { text: string; values: readonly unknown[]; rowMode: 'array' };

function asked(line: Line, what: Asked, values: readonly unknown[]): Promise<pg.QueryResult> {
  const halt = currentHalt();
  return halt ? underWay(halt, line, what, values) : line.query(what as string, values as unknown[]);
}

/**
 * A statement that the time limit of a request does not end: the brackets of a transaction. Gives what the server says it did. Where the
 * server says nothing for long after the limit, the connection is cut.
 */
export async function bare(db: Database, text: string): Promise<string | undefined> {
  const line = lines.get(db);
  if (!line) {
    await db.executeQuery(CompiledQuery.raw(text));
    return undefined;
  }
  const halt = isPool(line) ? undefined : currentHalt();
  if (!halt) return (await line.query(text)).command;
  const running = { cancel: dropLate(line as pg.PoolClient, BRACKETS_MS) };
  halt.running.add(running);
  try {
    return (await line.query(text)).command;
  } finally {
    halt.running.delete(running);
  }
}

/** After so long without an answer to the request to end a statement, or to end a transaction, a connection counts as silent. */
const STATEMENTS_MS = 1_000;
const BRACKETS_MS = 3_000;

/** Called again and again from the time limit on; cuts the connection some time after the first call. */
function dropLate(client: pg.PoolClient, ms: number): () => void {
  let since: number | undefined;
  return () => {
    since ??= performance.now();
    if (performance.now() - since > ms) dropConnection(client);
  };
}

async function underWay(halt: Halt, line: Line, what: Asked, values: readonly unknown[]): Promise<pg.QueryResult> {
  const text = typeof what === 'string' ? what : what.text;
  const single = isPool(line);
  const client = single ? await connection(line) : line;
  const dropped = dropLate(client, STATEMENTS_MS);
  const running = {
    cancel: () => {
      cancelStatementOf(client);
      dropped();
    },
  };
  try {
    enter(halt);
  } catch (error) {
    if (single) client.release();
    throw error;
  }
  halt.running.add(running);
  let lost = false;
  try {
    const result = await ask(client, what, values);
    // a statement outside of a transaction is one of its own
    if (single && (result.command !== 'SELECT' || (halt.over && writes(text)))) halt.kept = true;
    return result;
  } catch (error) {
    lost = !isRefusedByServer(error);
    if (single && lost && writes(text)) halt.kept = true;
    throw error;
  } finally {
    halt.running.delete(running);
    // a request to end the statement may still be on its way: it must not meet the next one
    if (single) client.release(lost || halt.over);
    leave(halt);
  }
}

// By callbacks: awaited promises of the driver keep the buffers of answers alive longer, a hundred megabytes under load.
const connection = (pool: pg.Pool): Promise<pg.PoolClient> =>
  new Promise((done, fail) => pool.connect((error, client) => (client ? done(client) : fail(error))));
const ask = (client: pg.PoolClient, what: Asked, values: readonly unknown[]): Promise<pg.QueryResult> =>
  new Promise((done, fail) =>
    client.query(what as string, values as unknown[], (error, result) => (error ? fail(error) : done(result))),
  );

/** Whether the server itself said no, so that it is certain that nothing was done; else the connection was lost. */
export const isRefusedByServer = (error: unknown): boolean => error instanceof pg.DatabaseError;

const writes = (text: string): boolean =>
  !/^\s*(select|show|set)\b/i.test(text) && /\b(insert|update|delete|merge)\b/i.test(text);
