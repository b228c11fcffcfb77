import type { Kysely } from 'kysely';
import pg from 'pg';
import { speaking } from './lines.ts';
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
const sightings = new Map<string, number>();
const MOST_NAMES = 1000;
const NAMED_AFTER = 3;

/** A name for statements that come again and again; texts that callers' filters vary stay without one and cannot fill the table. */
function nameOf(text: string): string | undefined {
  const name = names.get(text);
  if (name || names.size >= MOST_NAMES) return name;
  const seen = (sightings.get(text) ?? 0) + 1;
  if (seen < NAMED_AFTER) {
    if (sightings.size >= MOST_NAMES) sightings.clear();
    sightings.set(text, seen);
    return undefined;
  }
  sightings.delete(text);
  names.set(text, `q${names.size}`);
  return names.get(text);
}

type Query = (...args: unknown[]) => unknown;

/** Elements of an array, or characters of a JSON text, from which on a statement carries many rows. */
const MANY_ELEMENTS = 100;
const MANY_CHARACTERS = 10_000;

/**
 * Whether many rows come as parameters. Such a statement is planned when it is run: a plan kept from a time when the tables were small may
 * meet each row with a whole table.
 */
const carriesMany = (values: readonly unknown[]): boolean =>
  values.some((value) =>
    Array.isArray(value) ? value.length > MANY_ELEMENTS : typeof value === 'string' && value.length > MANY_CHARACTERS,
  );

/** The same text gets the same statement name, so that PostgreSQL parses and plans it once a connection. */
class NamedClient extends pg.Client {
  override query(...args: any[]): any {
    const [text, values, ...rest] = args;
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 && !carriesMany(values)
        ? nameOf(text)
        : undefined;
    const query = super.query.bind(this) as unknown as Query;
    return name ? query({ name, text, values }, ...rest) : query(...args);
  }
}

export interface ConnectOptions {
  /** A `postgres://` URL, or the parts of one (socket folder as host). */
  connection: string | { host: string; port: number; user: string; database: string };
  poolSize: number;
  /** Off behind a proxy that pools by transaction. */
  namedStatements: boolean;
  /** How long a request waits for a connection; 10 seconds by default. */
  patienceMs?: number;
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
    // a statement is planned once, not for each value: planning costs more than most of them
    options:
      '-c TimeZone=UTC -c DateStyle=ISO -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000',
    connectionTimeoutMillis: options.patienceMs ?? 10_000,
    // plans made while tables were small do not live for ever
    maxLifetimeSeconds: 600,
  });
  // a lost connection shows at its next use, or is replaced; without listeners it would end the process
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = speaking(pool);
  return {
    db,
    pool,
    close: async () => {
      await db.destroy();
      if (!pool.ending) await pool.end();
    },
  };
}
