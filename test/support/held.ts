import type { TestDatabase } from './database.ts';

/** A transaction of its own that stands still while others run into what it holds. */
export interface Hold {
  run<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Resolves when so many other transactions of the database wait for a lock. */
  waiting(n: number): Promise<void>;
  commit(): Promise<void>;
}

const LONGEST_MS = 60_000;

/** Opens a transaction over a connection of its own and hands it to the work; whatever is left of it afterwards is taken back. */
export async function holding<T>(database: TestDatabase, work: (hold: Hold) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  let open = true;
  const hold: Hold = {
    run: async (text, values = []) => (await client.query(text, [...values])).rows,
    waiting: async (n) => {
      const until = performance.now() + LONGEST_MS;
      for (;;) {
        const { rows } = await database.pool.query(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        if (rows[0].n >= n) return;
        if (performance.now() > until) throw new Error(`only ${rows[0].n} of ${n} wait`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    commit: async () => {
      open = false;
      await client.query('commit');
    },
  };
  await client.query('begin');
  try {
    return await work(hold);
  } finally {
    if (open) await client.query('rollback');
    client.release();
  }
}
