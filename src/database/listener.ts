import type pg from 'pg';
import { clientBeside } from './pool.ts';
import { stillAnswers } from './watched-client.ts';

export interface Listener {
  /** Whether what is said elsewhere is heard at this moment. */
  live(): boolean;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
/** A connection on which nothing is said is asked so often whether it is there. */
const BETWEEN_LOOKS_MS = 3_000;
const ANSWERS_WITHIN_MS = 1_000;

export interface Listening {
  /** What the connection is called at the server. */
  name: string;
  channel: string;
  onMessage(text: string): void;
  /** Something may have been said that was not heard. */
  onLost(): void;
}

/** Listens on a connection of its own, outside the pool, and opens a new one whenever it is lost. */
export function listen(pool: pg.Pool, { name, channel, onMessage, onLost }: Listening): Listener {
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
    const mine = clientBeside(pool, name);
    client = mine;
    mine.on('notification', ({ payload }) => payload && onMessage(payload));
    mine.on('error', () => lost(mine));
    mine.on('end', () => lost(mine));
    try {
      await mine.connect();
      await mine.query(`listen ${channel}`);
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
