import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DB } from './tables.generated.ts';

const { builtins } = pg.types;

/** `2026-03-01 08:00:00.5+00` to `2026-03-01T08:00:00.500Z`: sessions run in UTC, so cutting and padding is enough. */
export function instantOfText(text: string): string {
  const fraction = text.length > 22 ? text.slice(20, text.lastIndexOf('+')) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, instantOfText],
  [builtins.DATE, (text) => text],
  // bigint and numeric columns stay far below 2^53 and 15 digits: exact as numbers
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const names = new Map<string, string>();
const MOST_NAMES = 500;

/** The same text gets the same statement name, so that PostgreSQL parses and plans it once a connection. */
class NamedClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads
  override query(...args: any[]): any {
    const [text, values] = args;
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0) {
      let name = names.get(text);
      if (!name && names.size < MOST_NAMES) {
        name = `q${names.size}`;
        names.set(text, name);
      }
      if (name) return (super.query as Function)({ name, text, values }, ...args.slice(2));
    }
    return (super.query as Function)(...args);
  }
}

export interface ConnectOptions {
  /** A `postgres://` URL, or the parts of one (socket folder as host). */
  connection: string | { host: string; port: number; user: string; database: string };
  poolSize: number;
  /** Off behind a proxy that pools by transaction. */
  namedStatements: boolean;
}

export interface Connected {
  db: Kysely<DB>;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Opens a pool. Sessions run in UTC; a statement ends after a minute unless its connection asks for longer. */
export function connect(options: ConnectOptions): Connected {
  const { connection } = options;
  const pool = new pg.Pool({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    ...(options.namedStatements ? { Client: NamedClient } : {}),
    max: options.poolSize,
    types,
    application_name: 'matricula',
    options: '-c TimeZone=UTC -c DateStyle=ISO -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000',
    connectionTimeoutMillis: 10_000,
  });
  // a lost idle connection is replaced at its next use; without a listener it would end the process
  pool.on('error', () => {});
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    close: async () => {
      await db.destroy();
      // Kysely ends the pool only if it has used it
      if (!pool.ending) await pool.end();
    },
  };
}
