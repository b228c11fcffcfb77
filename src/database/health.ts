import type pg from 'pg';
import { type Outage, outageOf } from '../record/kernel/outage.ts';
import type { HealingPool } from './pool.ts';
import type { WatchedClient } from './watched-client.ts';

/** How the database is. `words` is one sentence for a person. */
export type Health = { well: true } | { well: false; outage: Outage; words: string };

const CONNECTS_WITHIN_MS = 1_000;
const ANSWERS_WITHIN_MS = 1_000;

const WORDS: Record<Outage, string> = {
  unreachable: 'The database does not answer.',
  read_only: 'The database is read-only: it is a standby, or was set so.',
  full: 'The disk of the database is full.',
  failing: 'The database cannot read or write its files.',
  busy: 'The database is too busy to answer.',
};

const ill = (outage: Outage): Health => ({ well: false, outage, words: WORDS[outage] });

/** Asks the database how it is, some two seconds at most; never throws. A full disk is known from the first write that it refused. */
export async function health(pool: HealingPool): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((done) => {
    // a connection that is being opened counts as neither
    const busy = () => pool.idleCount === 0 && pool.waitingCount > 0;
    timer = setTimeout(() => done(ill(busy() ? 'busy' : 'unreachable')), CONNECTS_WITHIN_MS + ANSWERS_WITHIN_MS);
  });
  try {
    return await Promise.race([ask(pool), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(pool: HealingPool): Promise<Health> {
  let client: pg.PoolClient | undefined;
  let failure: unknown;
  try {
    client = await pool.connect();
    const watched = client as unknown as WatchedClient;
    const { rows } = await watched.askWithin<{ readOnly: boolean }>(
      ANSWERS_WITHIN_MS,
      `select current_setting('transaction_read_only') = 'on' as "readOnly"`,
    );
    if (rows[0]!.readOnly) return ill('read_only');
    if (pool.server.fullAt > 0) {
      await watched.askWithin(ANSWERS_WITHIN_MS, ROOM);
      pool.server.fullAt = Number.NEGATIVE_INFINITY;
    }
    return { well: true };
  } catch (error) {
    failure = error;
    return ill(outageOf(error) ?? 'failing');
  } finally {
    client?.release(failure !== undefined);
  }
}

/** Takes room for some pages and gives it back; fails as writes do while there is none. */
const ROOM = `create temporary table filling (text text) on commit drop;
  insert into filling select repeat('x', 2000) from generate_series(1, 500)`;
