import type { Database } from '../record/kernel/context.ts';
import { run } from './parameters.ts';

const MANY = 200;

/**
 * Runs a statement that inserts so many rows, or changes rows of this very transaction, inside a transaction. Where statements are
 * planned for what they are given, so are the checks of foreign keys, each row anew: for this one statement they keep a plan.
 */
export async function writingMany<T>(db: Database, rows: number, work: () => Promise<T>): Promise<T> {
  if (rows < MANY) return work();
  const { rows: modes } = await run<{ before: string }>(
    db,
    `select current_setting('plan_cache_mode') as before, set_config('plan_cache_mode', 'force_generic_plan', true)`,
    [],
  );
  const done = await work();
  await run(db, `select set_config('plan_cache_mode', $1, true)`, [modes[0]!.before]);
  return done;
}
