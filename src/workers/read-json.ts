import { type Limits, unreadable } from './unreadable.ts';

/** Whether the text could name `__proto__`, also by escapes. */
const SUSPECT =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i;

const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** JSON from outside as a value, or `Unreadable`. */
export function readJson(text: string, limits: Pick<Limits, 'depth' | 'values'>): unknown {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  measure(clean, limits);
  const value = parsed(clean);
  if (SUSPECT.test(clean)) withoutProto(value);
  if (clean.includes('\\u0000') && NUL.test(clean)) throw unreadable('nul', 'it holds the character NUL');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('syntax', 'it is not readable JSON');
  }
}

/** Counts brackets and commas outside of strings: how deep and how large it is, before anything is made of it. */
function measure(text: string, { depth: deepest, values: most }: Pick<Limits, 'depth' | 'values'>): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at += 1;
      while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (code === 0x2c) values += 1;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      values += 1;
      if (depth > deepest) throw unreadable('depth', `it is nested more than ${deepest} levels deep`);
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (values > most) throw unreadable('values', `it holds more than ${most.toLocaleString('en')} values`);
  }
}

function withoutProto(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if (Object.hasOwn(value, '__proto__')) throw unreadable('proto', 'it has a member named __proto__');
  for (const each of Object.values(value)) withoutProto(each);
}
