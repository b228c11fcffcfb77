import { type Outage, outageOf } from '../record/kernel/outage.ts';
import type { HealingPool } from './pool.ts';

/** How the database is. `words` is one sentence for a person. */
export type Health = { well: true } | { well: false; outage: Outage; words: string };

const ANSWERS_WITHIN_MS = 2_000;

const WORDS: Record<Outage, string> = {
  unreachable: 'The database does not answer.',
  read_only: 'The database is read-only: it is a standby, or was set so.',
  full: 'The disk of the database is full.',
  failing: 'The database cannot read or write its files.',
  busy: 'The database is too busy to answer.',
};

const ill = (outage: Outage): Health => ({ well: false, outage, words: WORDS[outage] });

/** Asks the database how it is, two seconds at most; never throws. A full disk is known from the first write that it refused. */
export async function health(pool: HealingPool): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((done) => {
    timer = setTimeout(
      () => done(ill(pool.idleCount === 0 && pool.waitingCount > 0 ? 'busy' : 'unreachable')),
      ANSWERS_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([ask(pool), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(pool: HealingPool): Promise<Health> {
  try {
    const { rows } = await pool.query<{ readOnly: boolean }>(
      `select current_setting('transaction_read_only') = 'on' as "readOnly"`,
    );
    if (rows[0]!.readOnly) return ill('read_only');
    if (pool.server.fullAt > 0) {
      await tryRoom(pool);
      pool.server.fullAt = Number.NEGATIVE_INFINITY;
    }
    return { well: true };
  } catch (error) {
    return ill(outageOf(error) ?? 'failing');
  }
}

/** Takes room for a page and gives it back; fails as writes do while there is none. */
async function tryRoom(pool: HealingPool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin; create temporary table room (filling text) on commit drop');
    await client.query(`insert into room select repeat('x', 2000) from generate_series(1, 500)`);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
