import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

/** Work that comes back. */
export interface Job {
  name: string;
  /** When, in the form of cron, UTC. Once more when a server starts. */
  cron: string;
  /** Should end soon after the signal: the server is stopping. */
  run: (signal: AbortSignal) => Promise<unknown>;
}

export interface Boss {
  /** Starts nothing new and waits for the work at hand, 1.5 seconds at most. */
  stop(): Promise<void>;
}

/** Servers that start at once make the tables and queues one after the other. */
const LOCK = 0x626f7373;
const LONGEST_STOP_MS = 1_500;
/** How often a server asks whether a job is due; the timetable itself is kept once for all servers. */
const POLL_SECONDS = 15;
/** After so long without a sign of life a job counts as lost with its server, and may be done again. */
const HEARTBEAT_SECONDS = 60;

/**
 * Runs jobs by pg-boss over the server's own pool. Its tables are in the schema `pgboss` of the same database; of many servers one
 * does each job. What fails is logged and comes back at its next time.
 */
export async function startBoss(pool: pg.Pool, jobs: readonly Job[], log: Pick<Logger, 'error'>): Promise<Boss> {
  const stopping = new AbortController();
  const boss = new PgBoss({
    schema: 'pgboss',
    // an object has no statement name, and pg-boss reads dates as pg gives them by itself
    db: { executeSql: (text, values) => pool.query({ text, values: values as unknown[], types: pg.types }) },
  });
  boss.on('error', (error) => {
    if (!stopping.signal.aborted) log.error({ err: error }, 'jobs failed');
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await boss.stop({ graceful: true, timeout: LONGEST_STOP_MS, close: false });
  };
  const lock = await pool.connect();
  try {
    await lock.query(`select pg_advisory_lock(${LOCK})`);
    await boss.start();
    // what an earlier release asked for, and nobody does any longer
    const asked = await boss.getSchedules();
    for (const { name } of asked) if (!jobs.some((job) => job.name === name)) await boss.unschedule(name);
    for (const { name, cron, run } of jobs) {
      const queue = { retryLimit: 0, deleteAfterSeconds: 86_400, heartbeatSeconds: HEARTBEAT_SECONDS };
      // a job that waits or runs is not asked for again
      await boss.createQueue(name, { policy: 'exclusive', ...queue });
      // one that an earlier release made keeps its settings otherwise
      await boss.updateQueue(name, queue);
      await boss.schedule(name, cron);
      await boss.send(name);
      await boss.work(name, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
        try {
          await run(stopping.signal);
        } catch (error) {
          log.error({ err: error, job: name }, 'a job failed');
          throw error;
        }
      });
    }
  } catch (error) {
    // nothing half begun goes on beside the next try
    await stop().catch(() => {});
    throw error;
  } finally {
    // the lock ends with it
    lock.release(true);
  }
  return { stop };
}
