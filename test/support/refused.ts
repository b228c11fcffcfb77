import assert from 'node:assert/strict';
import { Refusal, type RefusalFact } from '../../src/record/kernel/refusal.ts';

/** The work is refused, and the fact has at least these members. */
export async function refused(
  work: Promise<unknown>,
  fact: { kind: RefusalFact['kind'] } & Record<string, unknown>,
): Promise<void> {
  const answer = await work.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  );
  if (!(answer instanceof Refusal)) throw answer;
  assert.partialDeepStrictEqual(answer.fact, fact);
}
