import { Guesses, Requests, Tenants, Tokens } from '../record/access/index.ts';
import { Contents } from '../record/files/index.ts';
import type { Database } from '../record/kernel/context.ts';

/** Removes what has run out: tokens, answers kept for repeated requests, counts of missed sign-ins, and contents of files that are nobody's; by the real clock. */
export async function tidy(db: Database, signal?: AbortSignal): Promise<void> {
  await Tokens.removeExpired(Tenants.operator(db, 'job'));
  await Guesses.removeOld(db);
  await Requests.removeOldAnswers(db);
  await Contents.clear(db, signal);
}
