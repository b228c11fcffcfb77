import type { Kysely } from 'kysely';
import pg from 'pg';
import type { Consequences } from '../record/kernel/changes.ts';
import type { FileStore } from '../record/kernel/file-store.ts';
import { handConsequences } from './consequences-of.ts';
import { handFiles } from './file-room.ts';
import { hostsOf } from './hosts.ts';
import { speaking } from './lines.ts';
import { HealingPool } from './pool.ts';
import type { DB } from './tables.generated.ts';

const { builtins } = pg.types;

/** `2026-03-01 08:00:00.5+00` to `2026-03-01T08:00:00.500Z`: sessions run in UTC, so cutting and padding is enough. */
function instantOfText(text: string): string {
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

export interface ConnectOptions {
  /** A `postgres://` URL, with several hosts if need be, or the parts of one (socket folder as host). */
  connection: string | { host: string; port: number; user: string; database: string };
  poolSize: number;
  /** Off behind a proxy that pools by transaction. */
  namedStatements: boolean;
  /** What follows from the changes that are written here; without it, no transaction of the record is opened. */
  consequences?: Consequences;
  /** Where the contents of files are. */
  files?: FileStore;
  /** How long a request waits for a connection; 10 seconds by default. */
  patienceMs?: number;
}

export interface Connected {
  db: Kysely<DB>;
  pool: HealingPool;
  close(): Promise<void>;
}

/** Whoever still uses a connection when the pool is closed has so long to end. */
const CUT_AFTER_MS = 1_000;

/** Opens a pool. Sessions run in UTC; a statement ends after a minute unless its connection asks for longer. */
export function connect(options: ConnectOptions): Connected {
  const { connection } = options;
  const { urls, writable } = typeof connection === 'string' ? hostsOf(connection) : { urls: [], writable: false };
  const hosts = typeof connection === 'string' ? urls.map((connectionString) => ({ connectionString })) : [connection];
  const pool = new HealingPool(
    { hosts, current: 0, writable, doubtedAt: Number.NEGATIVE_INFINITY, fullAt: Number.NEGATIVE_INFINITY },
    {
      max: options.poolSize,
      types,
      application_name: 'matricula',
      // a statement is planned once, not for each value: planning costs more than most of them
      options:
        '-c TimeZone=UTC -c DateStyle=ISO -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000',
      connectionTimeoutMillis: options.patienceMs ?? 10_000,
      // plans made while tables were small do not live for ever
      maxLifetimeSeconds: 600,
    },
    options.namedStatements,
  );
  const db = speaking(pool);
  if (options.consequences) handConsequences([db, pool], options.consequences);
  if (options.files) handFiles([db, pool], { store: options.files, db });
  return {
    db,
    pool,
    close: async () => {
      await db.destroy();
      if (pool.ending) return;
      const cut = setTimeout(() => pool.cut(), CUT_AFTER_MS);
      await pool.end().finally(() => clearTimeout(cut));
    },
  };
}
