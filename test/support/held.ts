import { transaction } from '../../src/database/transaction.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import type { TestDatabase } from './database.ts';

const LONGEST_MS = 60_000;

/** Resolves when so many transactions of the database wait for a lock. */
export async function waiting({ pool }: Pick<TestDatabase, 'pool'>, n = 1): Promise<void> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0].n >= n) return;
    if (performance.now() > until) throw new Error(`only ${rows[0].n} of ${n} wait`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Runs the first work in a transaction that stays open until the second one, begun beside it, waits for what it holds or is done; gives
 * what became of the second.
 */
export async function beside<T>(
  database: TestDatabase,
  ctx: Context,
  first: (ctx: Context) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  let running: Promise<PromiseSettledResult<T>[]> | undefined;
  await transaction(ctx, async (inner) => {
    await first(inner);
    running ??= Promise.allSettled([second()]);
    await Promise.race([waiting(database), running]);
  });
  return (await running!)[0]!;
}

/** A transaction of its own that stands still while others run into what it holds. */
export interface Hold {
  run<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  waiting(n: number): Promise<void>;
  commit(): Promise<void>;
}

/** Opens a transaction over a connection of its own and hands it to the work; whatever is left of it afterwards is taken back. */
export async function holding<T>(database: TestDatabase, work: (hold: Hold) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  let open = true;
  const hold: Hold = {
    run: async (text, values = []) => (await client.query(text, [...values])).rows,
    waiting: (n) => waiting(database, n),
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
