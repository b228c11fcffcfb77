import type { Literal } from '../../record/kernel/condition.ts';
import { isId } from '../../record/kernel/ids.ts';
import { readInstant } from './instants.ts';

/** `at` counts characters from 0. A word is a field, a function, an operator, or a literal without quotes. */
export type Token =
  | { kind: 'word'; text: string; at: number }
  | { kind: 'literal'; literal: Literal; at: number }
  | { kind: '(' | ')' | ','; at: number }
  | { kind: 'end'; at: number };

/** Thrown inside this folder only; `parseFilter` and `parseSort` turn it into a refusal. */
export class Fault extends Error {
  readonly at: number;
  readonly expected: string;
  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:\/[A-Za-z_][A-Za-z0-9_]*)*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?[LMDF]?(?![A-Za-z0-9_.'])/iy;

/** The whole text as tokens, ended by `end`; each character is looked at a fixed number of times. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++;
    const here = text[at];
    if (here === undefined) {
      tokens.push({ kind: 'end', at });
      return tokens;
    }
    if (here === '(' || here === ')' || here === ',') {
      tokens.push({ kind: here, at });
      at++;
    } else if (here === "'") {
      const quoted = readQuoted(text, at);
      tokens.push({ kind: 'literal', literal: { type: 'text', value: quoted.value }, at });
      at = quoted.end;
    } else {
      at = wordOrNumber(text, at, tokens);
    }
  }
}

function wordOrNumber(text: string, at: number, tokens: Token[]): number {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) {
    const end = at + word.length;
    if (text[end] === "'") {
      const quoted = readQuoted(text, end);
      tokens.push({ kind: 'literal', literal: prefixed(word, quoted.value, at), at });
      return quoted.end;
    }
    tokens.push({ kind: 'word', text: word, at });
    return end;
  }
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  const value = number === undefined ? Number.NaN : Number(number.replace(/[LMDF]$/i, ''));
  if (number === undefined || !Number.isFinite(value)) throw new Fault(at, 'a field, a literal or a function');
  tokens.push({ kind: 'literal', literal: { type: 'number', value }, at });
  return at + number.length;
}

/** The text between quotes, `''` standing for one quote. */
function readQuoted(text: string, start: number): { value: string; end: number } {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote < 0) throw new Fault(start, 'a closing quote');
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== "'") {
      const value = parts.join("'");
      if (value.includes('\u0000')) throw new Fault(start, 'text without null characters');
      return { value, end: quote + 1 };
    }
    from = quote + 2;
  }
}

function prefixed(prefix: string, value: string, at: number): Literal {
  switch (prefix.toLowerCase()) {
    case 'guid':
      if (!isId(value)) throw new Fault(at, 'a guid of 32 hexadecimal digits with dashes');
      return { type: 'id', value: value.toLowerCase() };
    case 'datetime':
    case 'datetimeoffset': {
      const instant = readInstant(value.trim());
      if (instant === undefined) throw new Fault(at, 'a date such as 2026-01-15T00:00:00Z');
      return { type: 'instant', value: instant };
    }
    default:
      throw new Fault(at, "guid'…', datetime'…' or a quoted text");
  }
}
