import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type pg from 'pg';
import type { DB } from './tables.generated.ts';

type Database = Kysely<DB>;
type Line = pg.Pool | pg.PoolClient;

/** What a Kysely speaks over: a pool, or the one connection of a transaction. Statements of fixed text go there without a detour. */
const lines = new WeakMap<Database, Line>();
const bound = new WeakMap<pg.PoolClient, Database>();

export const lineOf = (db: Database): Line | undefined => lines.get(db);

export function speaksOver(db: Database, pool: pg.Pool): void {
  lines.set(db, pool);
}

/** The pool behind a Kysely, for whoever needs a connection of it; none inside a transaction. */
export function poolOf(db: Database): pg.Pool | undefined {
  const line = lines.get(db);
  return line && 'totalCount' in line ? line : undefined;
}

/** A Kysely whose every statement goes over this connection; the same one each time for the same connection. */
export function boundTo(client: pg.PoolClient): Database {
  const known = bound.get(client);
  if (known) return known;
  // lost between two statements it shows at the next one; without a listener it would end the process
  client.on('error', () => {});
  const connection: DatabaseConnection = {
    executeQuery: <R>({ sql, parameters }: CompiledQuery) => send<R>(client, sql, parameters),
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
  bound.set(client, db);
  lines.set(db, client);
  return db;
}

const refused = async (): Promise<void> => {
  throw new Error('transactions are opened by database/transaction.ts');
};

/** Runs a statement over a pool or connection and gives what Kysely would. */
export async function send<Row>(line: Line, text: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
  const { rows, rowCount, command } = await line.query(text, values as unknown[]);
  return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
}
