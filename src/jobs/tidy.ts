import { run } from '../database/parameters.ts';
import { operator, removeExpiredTokens } from '../record/access/index.ts';
import type { Database } from '../record/kernel/context.ts';

/** Removes what has run out: tokens, and answers kept for repeated requests. Both are judged by the real clock, a day late. */
export async function tidy(db: Database): Promise<void> {
  await removeExpiredTokens(operator(db, 'job'));
  await run(db, `delete from idempotency_key where created_at < now() - interval '2 days'`, []);
}
