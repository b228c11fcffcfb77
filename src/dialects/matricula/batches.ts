import type { HttpCall } from '../../http/call.ts';
import type { Row } from '../../http/handlers.ts';
import type { RefusalFact } from '../../record/kernel/refusal.ts';
import { type Problem, refusalProblem } from './envelope.ts';
import type { Schemas } from './generated/operations.ts';
import { placeOf } from './requests.ts';

type RowResult = Schemas['BatchRowResult'];

/** What the record made of one row. */
export type RowOutcome =
  | { outcome: 'created' | 'changed' | 'unchanged'; id: string }
  | { outcome: 'refused'; fact: RefusalFact };

/**
 * Answers a batch row by row: those that the contract allows go to the record together, in order; the others are refused with what is
 * wrong. NDJSON, one result a line, where `Accept` asks for it.
 */
export async function batched<T>(
  call: HttpCall,
  rows: readonly Row<T>[],
  verb: (values: readonly T[]) => Promise<readonly RowOutcome[]>,
): Promise<
  | { status: 200; body: Schemas['BatchResult'] }
  | { status: 200; stream: AsyncIterable<string>; headers: Record<string, string> }
> {
  const good = rows.flatMap((row) => ('value' in row ? [row.value] : []));
  const outcomes = (await verb(good))[Symbol.iterator]();
  const data = rows.map((row, index): RowResult => {
    if ('issues' in row) return refused(call, index, { kind: 'invalid', issues: row.issues as never });
    const outcome = outcomes.next().value!;
    return outcome.outcome === 'refused'
      ? refused(call, index, told(outcome.fact, row.value))
      : { index, status: outcome.outcome, id: outcome.id, problem: null };
  });
  if (!wantsLines(call)) {
    const count = (status: RowResult['status']) => data.filter((row) => row.status === status).length;
    const [created, changed, unchanged] = [count('created'), count('changed'), count('unchanged')];
    return { status: 200, body: { data, created, changed, unchanged, refused: count('refused') } };
  }
  return { status: 200, stream: lines(data), headers: { 'content-type': 'application/x-ndjson' } };
}

async function* lines(rows: readonly RowResult[]): AsyncGenerator<string> {
  for (let at = 0; at < rows.length; at += 500)
    yield rows
      .slice(at, at + 500)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
}

const wantsLines = (call: HttpCall): boolean => /application\/x-ndjson/i.test(call.headers.accept ?? '');

/** What a row names and is not there is a fault of the row. */
function told(fact: RefusalFact, row: unknown): RefusalFact {
  if (fact.kind !== 'not_found' || (fact.id ?? fact.key) === undefined) return fact;
  const path = placeOf(row, (fact.id ?? fact.key)!.toLowerCase());
  return path ? { kind: 'invalid', issues: [{ path, fault: 'not_found' }] } : fact;
}

function refused(call: HttpCall, index: number, fact: RefusalFact): RowResult {
  const problem: Problem = refusalProblem(fact, { call, operation: null }).body;
  return { index, status: 'refused', id: null, problem };
}
