import { Refusal } from '../record/kernel/refusal.ts';
import { parseOutside, Unreadable } from '../workers/parse-outside.ts';
import { type Fault, InvalidInput, MalformedRequest } from './dialect.ts';

const DEEPEST = 100;

/** Whether the text could name `__proto__`, also by escapes. */
const SUSPECT =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i;

const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * JSON from outside: at most 100 levels deep, without `__proto__` members, and without the character
 * NUL, which no text column can hold. Refuses by MalformedRequest or InvalidInput.
 */
export function parseJson(text: string): unknown {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (clean.length > DEEPEST && tooDeep(clean)) throw new MalformedRequest({ kind: 'json', why: 'depth' });
  let value: unknown;
  try {
    value = JSON.parse(clean);
  } catch {
    throw new MalformedRequest({ kind: 'json', why: 'syntax' });
  }
  if (SUSPECT.test(clean) && hasProto(value)) refuseProto();
  if (clean.includes('\\u0000') && NUL.test(clean)) refuseNul();
  return value;
}

/** The same of a large text, read on a thread of its own; of more than a million values too. */
export async function parseLargeJson(bytes: Uint8Array): Promise<unknown> {
  try {
    return await parseOutside(bytes, { format: 'json', limits: { depth: DEEPEST } });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { why } = error;
    if (why === 'proto') return refuseProto();
    if (why === 'nul') return refuseNul();
    if (why === 'syntax' || why === 'encoding' || why === 'depth') throw new MalformedRequest({ kind: 'json', why });
    if (why === 'busy') throw new Refusal({ kind: 'unavailable' });
    throw new MalformedRequest({ kind: 'json', why: 'size' });
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

const hasProto = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto));

/** Counts brackets outside of strings. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at += 1;
      while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
