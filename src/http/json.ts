import { Refusal } from '../record/kernel/refusal.ts';
import { parseOutside, Unreadable } from '../workers/parse-outside.ts';
import { readJson } from '../workers/read-json.ts';
import { type Fault, InvalidInput, MalformedRequest } from './dialect.ts';

const DEEPEST = 100;
/** Of what is checked as one: so many values hold the loop for a tenth of a second, whatever the schema. */
export const MOST_VALUES = 100_000;
/** Of rows together, which are checked one by one. */
export const MOST_VALUES_OF_ROWS = 1_000_000;

/**
 * JSON from outside: at most 100 levels deep and of so many values, without `__proto__` members, and without the character
 * NUL, which no text column can hold. Refuses by MalformedRequest or InvalidInput.
 */
export function parseJson(text: string, values = MOST_VALUES): unknown {
  try {
    return readJson(text, { depth: DEEPEST, values });
  } catch (error) {
    return refuseUnreadable(error, values);
  }
}

/** The same of a large text, read on a thread of its own. */
export async function parseLargeJson(bytes: Uint8Array, values = MOST_VALUES): Promise<unknown> {
  try {
    return await parseOutside(bytes, { format: 'json', limits: { depth: DEEPEST, values } });
  } catch (error) {
    return refuseUnreadable(error, values);
  }
}

function refuseUnreadable(error: unknown, values: number): never {
  if (!(error instanceof Unreadable)) throw error;
  switch (error.why) {
    case 'proto':
      return refuseProto();
    case 'nul':
      return refuseNul();
    case 'busy':
      throw new Refusal({ kind: 'unavailable' });
    case 'values':
      throw new MalformedRequest({ kind: 'too_many_values', limit: values });
    case 'aliases':
      throw error;
    default:
      throw new MalformedRequest({ kind: 'json', why: error.why });
  }
}

function refuseNul(): never {
  const detail = 'must not hold the character NUL';
  throw new InvalidInput([{ where: 'body', path: [], fault: 'format', keyword: 'nul', params: {}, detail }]);
}

/** A member of this name would be lost on the way, or worse: it is told instead. */
export function refuseProto(where: Fault['where'] = 'body'): never {
  throw new InvalidInput([
    {
      where,
      path: ['__proto__'],
      fault: 'unknown_field',
      keyword: 'proto',
      params: {},
      detail: 'is not a name that a member may have',
    },
  ]);
}
