import { operator, removeExpiredTokens, removeOldAnswers, removeOldGuesses } from '../record/access/index.ts';
import type { Database } from '../record/kernel/context.ts';

/** Removes what has run out: tokens, answers kept for repeated requests, and counts of missed sign-ins; judged by the real clock. */
export async function tidy(db: Database): Promise<void> {
  await removeExpiredTokens(operator(db, 'job'));
  await removeOldGuesses(db);
  await removeOldAnswers(db);
}
