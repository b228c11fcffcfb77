import { Guesses, Requests, Tenants, Tokens } from '../record/access/index.ts';
import type { Database } from '../record/kernel/context.ts';

/** Removes what has run out: tokens, answers kept for repeated requests, and counts of missed sign-ins; judged by the real clock. */
export async function tidy(db: Database): Promise<void> {
  await Tokens.removeExpired(Tenants.operator(db, 'job'));
  await Guesses.removeOld(db);
  await Requests.removeOldAnswers(db);
}
