import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '../record/kernel/context.ts';
import { inheritConsequences } from './consequences-of.ts';
import { inheritFiles } from './file-room.ts';
import { run } from './run.ts';
import { sql } from './sql.ts';
import type { DB } from './tables.generated.ts';
import { dropConnection, stillAnswers, withoutLimit } from './watched-client.ts';

/** One connection for a large piece of work: `db` always speaks over it, so temporary tables are there from statement to statement. */
export interface BulkConnection {
  db: Database;
  /** Whether `withoutRowChecks` may be used. */
  mayVouch: boolean;
  /** Sends rows in COPY's text form, as fast as the server takes them. */
  copyIn(statement: string, chunks: AsyncIterable<string>): Promise<void>;
}

const CANCEL_AGAIN_MS = 100;
const DROPPED_AFTER_MS = 3_000;
const ANSWERS_WITHIN_MS = 1_000;

/**
 * Gives the work a connection of its own, without limit of time and with memory for large joins. Statements are planned when they come,
 * without a look at their values: statistics have not seen a tenant that is being filled, and would promise next to nothing of it. What it counts itself (`analyze`) it counts by
 * a small sample: sizes matter, and autovacuum looks closer soon after. The connection is closed afterwards, and what it held (temporary tables, locks, settings) is gone with it. The signal ends whatever statement runs; its reason is thrown.
 */
export async function withBulkConnection<T>(
  pool: pg.Pool,
  work: (connection: BulkConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const client = await pool.connect();
  // a connection lost between two statements shows at the next one; without a listener it would end the process
  client.on('error', () => {});
  withoutLimit(client);
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) });
  inheritConsequences(db, pool);
  inheritFiles(db, pool);
  const pid = (client as pg.PoolClient & { processID?: number }).processID;
  const cancel = () => void pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
  // again and again: it may come between two statements
  let canceling: NodeJS.Timeout | undefined;
  let dropping: NodeJS.Timeout | undefined;
  const callOff = () => {
    cancel();
    canceling = setInterval(cancel, CANCEL_AGAIN_MS);
    dropping = setTimeout(() => dropConnection(client), DROPPED_AFTER_MS);
  };
  signal?.addEventListener('abort', callOff, { once: true });
  try {
    signal?.throwIfAborted();
    await run(
      db,
      sql`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set work_mem = '64MB'; set temp_buffers = '64MB'; set jit = off; set default_statistics_target = 10; set plan_cache_mode = force_generic_plan`,
    );
    // what it holds is free soon after its machine has died
    await run(db, sql`set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3`);
    return await work({
      db,
      mayVouch: await mayVouch(db),
      copyIn: (statement, chunks) => copyIn(client, statement, chunks),
    });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw error;
  } finally {
    signal?.removeEventListener('abort', callOff);
    clearInterval(canceling);
    clearTimeout(dropping);
    // closing takes effect at the server a moment later
    await stillAnswers(client, ANSWERS_WITHIN_MS, 'select pg_advisory_unlock_all()');
    client.release(true);
  }
}

async function copyIn(client: pg.PoolClient, statement: string, chunks: AsyncIterable<string>): Promise<void> {
  let cause: unknown;
  async function* watched(): AsyncGenerator<string> {
    try {
      yield* chunks;
    } catch (error) {
      cause = error;
      throw error;
    }
  }
  try {
    await pipeline(Readable.from(watched(), { objectMode: true, highWaterMark: 2 }), client.query(copyFrom(statement)));
  } catch (error) {
    // the server only repeats that the sender gave up
    throw cause ?? error;
  }
}

/** Statements go without names: each is planned for the tables as they stand, and none takes the place of a hot one. */
function poolOfOne(client: pg.PoolClient): pg.Pool {
  const pinned = {
    query: (text: string, values: unknown[]) => client.query({ text, values }),
    release: () => {},
  };
  return { connect: async () => pinned, end: async () => {} } as unknown as pg.Pool;
}

/** Whether this account may insert without the check of each row's foreign keys; of the own PostgreSQL it may. */
export async function mayVouch(db: Database): Promise<boolean> {
  const { rows } = await run<{ may: boolean }>(
    db,
    sql`
    select has_parameter_privilege('session_replication_role', 'set') as may`,
  );
  return rows[0]!.may;
}

/**
 * Inserts without the check of each row's foreign keys, which takes longer than the insert itself. Only inside a transaction, only for
 * rows whose every reference the caller has read and holds (`for key share` or stronger) until it ends, which is all that the checks do.
 */
export async function withoutRowChecks<T>(db: Database, mayVouch: boolean, insert: () => Promise<T>): Promise<T> {
  if (!mayVouch) return insert();
  await run(db, sql`set local session_replication_role = replica`);
  const result = await insert();
  await run(db, sql`set local session_replication_role = origin`);
  return result;
}
