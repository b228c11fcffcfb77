import pg from 'pg';
import { CHANNEL } from './access-changed.ts';

export interface AccessListener {
  /** Whether changes made elsewhere are heard at this moment. */
  live(): boolean;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

/** Listens on a connection of its own, outside the pool, and opens a new one whenever it is lost. */
export function listenForChanges(
  pool: pg.Pool,
  { onChange, onLost }: { onChange(tenantId: string): void; onLost(): void },
): AccessListener {
  let client: pg.Client | undefined;
  let live = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

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
    const { host, port, user, database, password, connectionString, ssl } = pool.options;
    const mine = new pg.Client({
      ...(connectionString ? { connectionString } : { host, port, user, database, password }),
      ...(ssl === undefined ? {} : { ssl }),
      application_name: 'matricula-access',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    } as pg.ClientConfig);
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
      const open = client;
      client = undefined;
      await open?.end().catch(() => {});
    },
  };
}
