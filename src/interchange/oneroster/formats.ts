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
  number: 'numeric',
  boolean: 'boolean',
};

const LONGEST: Record<ColumnType, number> = {
  key: 255,
  keys: 65_536,
  name: 500,
  text: 4000,
  email: EMAIL_LONGEST,
  date: 10,
  number: 30,
  boolean: 5,
};

// a day that is a moment in every zone, before and after it
const DATE = /^(1[5-9]|2\d)\d\d-\d{2}-\d{2}$/;
// what the record's decimals hold, rounded to four places
const NUMBER = /^-?\d{1,5}(\.\d{1,10})?$/;

export type Checked = { value: string } | { fault: string };

const fault = (expected: string): Checked => ({ fault: expected });

/** The value is trimmed and not empty. */
export function check(type: ColumnType, value: string, words: ReadonlySet<string> | undefined): Checked {
  if (value.length > LONGEST[type]) return fault(`at most ${LONGEST[type]} characters`);
  switch (type) {
    case 'date':
      return isDate(value) ? { value } : fault('a date (YYYY-MM-DD)');
    case 'number':
      return NUMBER.test(value) ? { value } : fault('a number');
    case 'boolean': {
      const word = value.toLowerCase();
      return word === 'true' || word === 'false' ? { value: word } : fault('true or false');
    }
    case 'email':
      return clean(value) && isEmail(value) ? { value } : fault('an email address');
    case 'keys': {
      if (!clean(value)) return fault('readable text');
      const keys = [...new Set(value.split(',').map((key) => key.trim()))].filter((key) => key !== '');
      if (keys.some((key) => key.length > LONGEST.key)) return fault(`at most ${LONGEST.key} characters each`);
      return { value: `{${keys.map((key) => `"${key.replace(/[\\"]/g, '\\$&')}"`).join(',')}}` };
    }
    default:
      if (!clean(value)) return fault('readable text');
      // extensions of the standard's word lists start with `ext:`
      if (words && !words.has(value) && !value.startsWith('ext:')) return fault(`one of ${[...words].join(', ')}`);
      return { value };
  }
}

/** NUL cannot be stored; U+FFFD stands where the file was not UTF-8. */
const clean = (value: string): boolean =>
  !value.includes('\u0000') && !value.includes('\uFFFD') && value.isWellFormed();

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in COPY's text form. */
export const copied = (value: string): string =>
  SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : value;
