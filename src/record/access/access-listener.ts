import type pg from 'pg';
import { clientBeside } from '../../database/pool.ts';
import { stillAnswers } from '../../database/watched-client.ts';
import { CHANNEL } from './access-changed.ts';

export interface AccessListener {
  /** Whether changes made elsewhere are heard at this moment. */
  live(): boolean;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
/** A connection on which nothing is said is asked so often whether it is there. */
const BETWEEN_LOOKS_MS = 3_000;
const ANSWERS_WITHIN_MS = 1_000;

/** Listens on a connection of its own, outside the pool, and opens a new one whenever it is lost. */
export function listenForChanges(
  pool: pg.Pool,
  { onChange, onLost }: { onChange(tenantId: string): void; onLost(): void },
): AccessListener {
  let client: pg.Client | undefined;
  let live = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  // one that does not answer is cut, and lost by that
  const looks = setInterval(() => {
    if (client && live) void stillAnswers(client, ANSWERS_WITHIN_MS, 'select 1');
  }, BETWEEN_LOOKS_MS);
  looks.unref();

  const lost = (which: pg.Client): void => {
    if (which !== client) return;
    client = undefined;
    if (live) {
      live = false;
      onLost();
    }
    if (closed) return;
    retry = setTimeout(open, RETRY_MS);
    retry.unref();
  };

  async function open(): Promise<void> {
    const mine = clientBeside(pool, 'matricula-access');
    client = mine;
    mine.on('notification', ({ payload }) => payload && onChange(payload));
    mine.on('error', () => lost(mine));
    mine.on('end', () => lost(mine));
    try {
      await mine.connect();
      await mine.query(`listen ${CHANNEL}`);
      if (closed) return void mine.end().catch(() => {});
      // what happened before listening began is unknown
      onLost();
      live = true;
    } catch {
      lost(mine);
      mine.end().catch(() => {});
    }
  }

  void open();
  return {
    live: () => live,
    async close() {
      closed = true;
      live = false;
      clearTimeout(retry);
      clearInterval(looks);
      const open = client;
      client = undefined;
      await open?.end().catch(() => {});
    },
  };
}
