import { EMAIL_LONGEST, isEmail } from '../../record/kernel/email.ts';

/** Checks of single values. Each gives the value in the form that COPY takes it, or what was expected instead. */

export type ColumnType =
  /** A sourcedId or other short key. */
  | 'key'
  /** Keys, comma separated. */
  | 'keys'
  | 'name'
  | 'text'
  | 'email'
  | 'date'
  | 'number'
  | 'boolean';

export const SQL_TYPES: Record<ColumnType, string> = {
  key: 'text',
  keys: 'text[]',
  name: 'text',
  text: 'text',
  email: 'text',
  date: 'date',
  // what the record's decimals hold: longer ones are rounded as they come in
  number: 'numeric(10,4)',
  boolean: 'boolean',
};

const LONGEST: Record<ColumnType, number> = {
  key: 255,
  keys: 65_536,
  name: 500,
  text: 4000,
  email: EMAIL_LONGEST,
  date: 40,
  number: 1000,
  boolean: 5,
};

/** Types whose longer values are cut; the others are keys of something. */
const CUT: ReadonlySet<ColumnType> = new Set(['name', 'text']);

// a day that is a moment in every zone, before and after it; a time behind it is read over
const DATE =
  /^((?:1[5-9]|2\d)\d\d-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?(?:\d{2})?)?)?$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const MOST = 99_999;
const BOOLEANS: Readonly<Record<string, string>> = {
  true: 'true',
  false: 'false',
  t: 'true',
  f: 'false',
  yes: 'true',
  no: 'false',
  y: 'true',
  n: 'false',
  1: 'true',
  0: 'false',
};

/** Words of the standard by how they are compared: without case, blanks, hyphens and underscores. */
export type Words = ReadonlyMap<string, string>;
export const plain = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, '');

/** A `note` says what was left out of the value. */
export type Checked = { value: string; note?: string } | { fault: string };

const fault = (expected: string): Checked => ({ fault: expected });

/** The value is trimmed and not empty. */
export function check(type: ColumnType, value: string, words: Words | undefined): Checked {
  if (value.length > LONGEST[type] && !CUT.has(type)) return fault(`at most ${LONGEST[type]} characters`);
  if (!clean(value)) return fault('readable text');
  switch (type) {
    case 'date': {
      const day = DATE.exec(value)?.[1];
      return day && isDay(day) ? { value: day } : fault('a date (YYYY-MM-DD)');
    }
    case 'number':
      return NUMBER.test(value) && Math.abs(Number(value)) <= MOST ? { value } : fault('a number');
    case 'boolean': {
      const word = BOOLEANS[value.toLowerCase()];
      return word ? { value: word } : fault('true or false');
    }
    case 'email':
      return isEmail(value) ? { value } : fault('an email address');
    case 'keys': {
      const keys = [...new Set(value.split(',').map((key) => key.trim()))].filter((key) => key !== '');
      if (keys.some((key) => key.length > LONGEST.key)) return fault(`at most ${LONGEST.key} characters each`);
      return { value: `{${keys.map((key) => `"${key.replace(/[\\"]/g, '\\$&')}"`).join(',')}}` };
    }
    default: {
      // extensions of the standard's word lists start with `ext:`
      if (words && !/^ext:/i.test(value)) {
        const word = words.get(plain(value));
        return word ? { value: word } : fault(`one of ${[...words.values()].join(', ')}`);
      }
      if (value.length <= LONGEST[type]) return { value };
      return {
        value: value.slice(0, LONGEST[type]).toWellFormed(),
        note: `cut to ${LONGEST[type].toLocaleString('en')} characters`,
      };
    }
  }
}

/** NUL cannot be stored. */
const clean = (value: string): boolean => !value.includes('\u0000');

/** Whether the calendar has the day, of the form YYYY-MM-DD. Reckoned, not read and written as a date: half a million are asked. */
function isDay(text: string): boolean {
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate();
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in COPY's text form. */
export const copied = (value: string): string =>
  SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : value;
