import { isDeepStrictEqual } from 'node:util';
import type { Instant } from './instant.ts';
import { type Issue, Refusal } from './refusal.ts';

type Path = readonly (string | number)[];

/** Longest key or short text, name, address, and description or note. */
export const SHORT = 255;
export const NAME = 500;
export const LONG = 4000;
export const LONGEST = 100_000;

/** What is wrong with a text, if anything. NUL characters and broken surrogate pairs cannot be stored. */
export function textFault(value: unknown, longest: number): Issue['fault'] | undefined {
  if (typeof value !== 'string') return 'type';
  if (value.includes('\u0000') || !value.isWellFormed()) return 'format';
  if (value.length > longest) return 'too_long';
  return undefined;
}

/** The text as it may be stored, or a refusal. */
export function plainText(value: unknown, path: Path, longest = SHORT): string {
  const fault = textFault(value, longest);
  if (fault) throw new Refusal({ kind: 'invalid', issues: [{ path, fault }] });
  return value as string;
}

/** A name that must be there: trimmed, not empty. */
export function nameText(value: unknown, path: Path, longest = NAME): string {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === ''))
    throw new Refusal({ kind: 'invalid', issues: [{ path, fault: 'required' }] });
  return plainText(value, path, longest).trim();
}

/** A key or short text that may be missing: trimmed, empty counts as missing. */
export function optionalText(value: unknown, path: Path, longest = SHORT): string | null {
  if (value === undefined || value === null) return null;
  return plainText(value, path, longest).trim() || null;
}

/**
 * Whether the JSON of a value is longer than this, told without writing it: looks at no more of it than fits. Text counts by its
 * characters, everything else as one, so that what passes is at most a few times longer as JSON.
 */
export function longerThan(value: unknown, longest: number): boolean {
  let left = longest;
  const fits = (one: unknown, depth: number): boolean => {
    left -= typeof one === 'string' ? one.length + 1 : 1;
    if (left < 0) return false;
    if (one === null || typeof one !== 'object' || depth > DEEPEST) return true;
    if (Array.isArray(one)) return one.length <= left && one.every((inner) => fits(inner, depth + 1));
    for (const key in one) {
      left -= key.length;
      if (!fits((one as Record<string, unknown>)[key], depth + 1)) return false;
    }
    return true;
  };
  return !fits(value, 0);
}

/** Nesting that the database takes. */
const DEEPEST = 50;

/** Faults anywhere in a JSON value: text that cannot be stored, nesting beyond what the database takes. */
export function jsonFault(value: unknown, depth = 0): Issue['fault'] | undefined {
  if (depth > DEEPEST) return 'out_of_range';
  if (typeof value === 'string') return textFault(value, Number.POSITIVE_INFINITY);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'format';
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return 'type';
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const fault = textFault(key, SHORT) ?? jsonFault(inner, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

/** An instant of years 1 to 9999 in our own form, from any ISO 8601 text with a date. */
export function instantOf(value: unknown): Instant | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const at = new Date(value);
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? text : undefined;
}

export type Changes = Record<string, [before: unknown, after: unknown]>;

/** Which of the named members differ, with both values; undefined when none does. */
export function changesOf<T extends object>(
  before: T,
  after: T,
  members: readonly (keyof T & string)[],
): Changes | undefined {
  const changed: Changes = {};
  for (const member of members)
    if (!isDeepStrictEqual(before[member], after[member])) changed[member] = [before[member], after[member]];
  return Object.keys(changed).length > 0 ? changed : undefined;
}

/**
 * Called with a thing as it stands, locked, in the transaction that is about to change it; refuses with `stale` when it is no longer
 * what the caller thinks.
 */
export type Precondition<T> = (current: T) => void;
