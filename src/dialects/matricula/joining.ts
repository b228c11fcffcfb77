import type { HttpCall } from '../../http/call.ts';
import type { Dialect } from '../../http/dialect.ts';
import { Guesses } from '../../record/access/index.ts';
import type { Database } from '../../record/kernel/context.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';

type Handler = Dialect['handlers'][string];

/** Calls whose code opened nothing: their answer may be kept under an idempotency key, which hides the refusal. */
const wrong = new WeakSet<HttpCall>();

/** Does the work of a call that shows a join key's code, and notes when it was a wrong one. */
export async function noting<T>(call: HttpCall, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const issues = error instanceof Refusal && error.fact.kind === 'invalid' ? error.fact.issues : [];
    if (issues.some(({ path, fault }) => path[0] === 'joinKeyCode' && fault === 'not_found')) wrong.add(call);
    throw error;
  }
}

/** People who try codes of join keys are limited; counted outside of the transaction that a wrong code takes back. */
export const limitingGuesses =
  (db: Database, handler: Handler): Handler =>
  async (caller: Caller, input: { body?: { joinKeyCode?: string } }, call: HttpCall) => {
    const { actor, tenant } = caller;
    if (input.body?.joinKeyCode === undefined || actor.kind !== 'person') return handler(caller, input, call);
    let answer: ReturnType<Handler> | undefined;
    await Guesses.guarded(db, { own: Guesses.counter('person', 'join key', tenant.id, actor.id) }, async () => {
      answer = handler(caller, input, call);
      await answer.catch(() => {});
      return wrong.has(call) ? undefined : true;
    });
    return answer!;
  };
