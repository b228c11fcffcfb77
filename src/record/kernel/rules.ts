import type { FieldType } from '../../database/filtering.ts';
import { EMAIL_LONGEST, isEmail } from './email.ts';
import { isId } from './ids.ts';
import type { Instant } from './instant.ts';
import { type Entity, type Issue, Refusal } from './refusal.ts';
import { jsonFault, LONGEST, longerThan, SHORT } from './text.ts';

export type Path = readonly (string | number)[];

/** What may stand in one member of a thing: `Out` as it is read, `In` as it is written. */
export interface Rule<Out = unknown, In = Out> {
  /** Takes what came, gives what is kept; a fault goes into `issues` with its path. */
  check(value: unknown, path: Path, issues: Issue[]): In | undefined;
  readonly gives?: Out;
  /** As JSON Schema has it, null aside. */
  json: Record<string, unknown>;
  nullable?: boolean;
  /** How a list compares it; none of lists and objects. */
  type?: FieldType;
  /** A fixed vocabulary or a key: compared and sorted as it stands. */
  exact?: boolean;
  /** A calendar day. */
  day?: boolean;
  /** Kept as jsonb. */
  jsonb?: boolean;
  /** What the id, or each of the ids, names. */
  names?: Entity;
}

export type Rules<T> = { readonly [K in keyof T]-?: Rule<unknown, T[K]> };

/** A change to a thing: absent members keep their value, null clears. */
export type Patch<T> = { [K in keyof T]?: T[K] | undefined };

function fault(issues: Issue[], path: Path, what: Issue['fault'], detail?: string): undefined {
  issues.push(detail === undefined ? { path, fault: what } : { path, fault: what, detail });
  return undefined;
}

/** The members of the input that the rules know, in the form they are kept in. */
export function check<T>(input: object, rules: Rules<T>, path: Path, issues: Issue[]): Patch<T> {
  const kept: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    const value = (input as Record<string, unknown>)[name];
    if (value !== undefined) kept[name] = rule.check(value, [...path, name], issues);
  }
  return kept as Patch<T>;
}

/** As `check`; refuses with every fault at once. `required` names what a new thing cannot do without. */
export function checked<T>(input: object, rules: Rules<T>, required: readonly (keyof T & string)[] = []): Patch<T> {
  const issues: Issue[] = [];
  for (const name of required)
    if ((input as Record<string, unknown>)[name] === undefined) fault(issues, [name], 'required');
  const kept = check(input, rules, [], issues);
  refuseIfAny(issues);
  return kept;
}

export function refuseIfAny(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Refusal({ kind: 'invalid', issues });
}

export const maybe = <Out, In>(rule: Rule<Out, In>): Rule<Out | null, In | null> => ({
  ...rule,
  nullable: true,
  check: (value, path, issues) => (value === null ? null : rule.check(value, path, issues)),
});

const storable = (value: string): boolean => value.isWellFormed() && !value.includes('\u0000');

export const text = (most: number): Rule<string> => ({
  type: 'text',
  json: { type: 'string', maxLength: most },
  check(value, path, issues) {
    if (value === null) return fault(issues, path, 'required');
    if (typeof value !== 'string') return fault(issues, path, 'type', 'text');
    if (!storable(value)) return fault(issues, path, 'format', 'well-formed text');
    return value.length > most ? fault(issues, path, 'too_long', `at most ${most} characters`) : value;
  },
});

/** Text that cannot be blank. */
export const label = (most: number): Rule<string> => ({
  type: 'text',
  json: { type: 'string', minLength: 1, maxLength: most, pattern: '\\S' },
  check: (value, path, issues) =>
    typeof value === 'string' && value.trim() === ''
      ? fault(issues, path, 'required')
      : text(most).check(value, path, issues),
});

/** Text without blanks around it; of nothing but blanks it is none. */
export const short = (most = SHORT): Rule<string | null> => ({
  type: 'text',
  nullable: true,
  json: { type: 'string', maxLength: most },
  check: (value, path, issues) => (value === null ? null : text(most).check(value, path, issues)?.trim() || null),
});

/** A name without blanks around it, which cannot be blank. */
export const named = (most: number): Rule<string> => ({
  ...label(most),
  check: (value, path, issues) => label(most).check(value, path, issues)?.trim(),
});

/** An outside key without blanks around it. */
export const trimmedKey: Rule<string | null> = { ...short(), exact: true };

export const email: Rule<string | null> = {
  ...short(EMAIL_LONGEST),
  check(value, path, issues) {
    const address = short(EMAIL_LONGEST).check(value, path, issues);
    return address && !isEmail(address) ? fault(issues, path, 'format', 'an email address') : address;
  },
};

/** An outside key: empty text is none. */
export const key: Rule<string | null> = {
  type: 'text',
  exact: true,
  nullable: true,
  json: { type: 'string', maxLength: 255 },
  check: (value, path, issues) => (value === null || value === '' ? null : label(255).check(value, path, issues)),
};

export const choice = <const V extends string>(values: readonly V[]): Rule<V> => ({
  type: 'text',
  exact: true,
  json: { type: 'string', enum: values },
  check: (value, path, issues) =>
    value === null
      ? fault(issues, path, 'required')
      : values.includes(value as V)
        ? (value as V)
        : fault(issues, path, 'unknown_value', values.join(', ')),
});

export const flag: Rule<boolean> = {
  type: 'boolean',
  json: { type: 'boolean' },
  check: (value, path, issues) =>
    typeof value === 'boolean' ? value : fault(issues, path, value === null ? 'required' : 'type', 'true or false'),
};

// a language of four letters or more is reserved: whoever sends one means its name
const LANGUAGE = '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$';

/** The tag of a language (BCP 47, `de`, `zh-Hant`), kept in its canonical form. */
export const language: Rule<string> = {
  type: 'text',
  json: { type: 'string', maxLength: 100, pattern: LANGUAGE, examples: ['zh-Hant'] },
  check(value, path, issues) {
    const tag = text(100).check(value, path, issues);
    if (tag === undefined) return undefined;
    try {
      if (new RegExp(LANGUAGE).test(tag)) return Intl.getCanonicalLocales(tag)[0];
    } catch {
      // well-formed at a first look only
    }
    return fault(issues, path, 'format', 'the tag of a language, as BCP 47 has it');
  },
};

/** A decimal as the column keeps it: four places. */
export const decimal = (least: number, most: number): Rule<number> => ({
  type: 'number',
  json: { type: 'number', minimum: least, maximum: most },
  check(value, path, issues) {
    if (value === null) return fault(issues, path, 'required');
    if (typeof value !== 'number' || !Number.isFinite(value)) return fault(issues, path, 'type', 'a number');
    if (value < least || value > most) return fault(issues, path, 'out_of_range', `${least} to ${most}`);
    return Math.round(value * 1e4) / 1e4;
  },
});

export const whole = (least: number, most: number): Rule<number> => ({
  type: 'number',
  json: { type: 'integer', minimum: least, maximum: most },
  check(value, path, issues) {
    if (value === null) return fault(issues, path, 'required');
    if (!Number.isInteger(value)) return fault(issues, path, 'type', 'a whole number');
    return (value as number) < least || (value as number) > most
      ? fault(issues, path, 'out_of_range', `${least} to ${most}`)
      : (value as number);
  },
});

export const instant: Rule<Instant> = {
  type: 'instant',
  json: { type: 'string', format: 'date-time' },
  check(value, path, issues) {
    const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? fault(issues, path, 'format', 'an instant') : new Date(at).toISOString();
  },
};

/** A calendar day, `YYYY-MM-DD`. */
export const day: Rule<string> = {
  type: 'text',
  exact: true,
  day: true,
  json: { type: 'string', format: 'date' },
  check: (value, path, issues) =>
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    value > '0001' &&
    new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value)
      ? value
      : fault(issues, path, 'format', 'a date'),
};

/** An id, of a thing of this kind where one is named. */
export const id = (names?: Entity): Rule<string> => ({
  type: 'id',
  ...(names && { names }),
  json: { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' },
  check: (value, path, issues) =>
    isId(value) ? value.toLowerCase() : fault(issues, path, value === null ? 'required' : 'format', 'an id'),
});

/** Ids without repetition. */
export const ids = (most: number, names?: Entity): Rule<string[]> => ({
  ...(names && { names }),
  json: { type: 'array', maxItems: most, items: id().json },
  check(value, path, issues) {
    if (!Array.isArray(value)) return fault(issues, path, 'type', 'a list of ids');
    if (value.length > most) return fault(issues, path, 'too_many', `at most ${most}`);
    return [...new Set(value.map((each, i) => id().check(each, [...path, i], issues) as string))];
  },
});

/** A list of objects, each checked by its rules. */
export const list = <T, R extends keyof T & string>(
  rules: Rules<T>,
  required: readonly R[],
  most: number,
): Rule<T[], (Pick<T, R> & Patch<Omit<T, R>>)[]> => ({
  json: {
    type: 'array',
    maxItems: most,
    items: {
      type: 'object',
      properties: Object.fromEntries(Object.entries<Rule>(rules).map(([name, rule]) => [name, rule.json])),
      required,
    },
  },
  check(value, path, issues) {
    if (!Array.isArray(value)) return fault(issues, path, 'type', 'a list');
    if (value.length > most) return fault(issues, path, 'too_many', `at most ${most}`);
    return value.map((each, i) => {
      const at = [...path, i];
      if (typeof each !== 'object' || each === null) return fault(issues, at, 'type', 'an object');
      for (const name of required) if (each[name] === undefined) fault(issues, [...at, name], 'required');
      return check(each, rules, at, issues);
    }) as (Pick<T, R> & Patch<Omit<T, R>>)[];
  },
});

// an escape that JSON allows and jsonb refuses: U+0000 and halves of a surrogate pair
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const OBJECT_LONGEST = 200_000;

/** An open object (attributes, settings, content), at most 200,000 characters as JSON. */
export const object: Rule<Record<string, unknown>> = {
  jsonb: true,
  json: { type: 'object' },
  check(value, path, issues) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fault(issues, path, value === null ? 'required' : 'type', 'an object');
    if (longerThan(value, OBJECT_LONGEST)) return fault(issues, path, 'too_long');
    const json = JSON.stringify(value);
    if (UNSTORABLE.test(json)) return fault(issues, path, 'format', 'well-formed text');
    return json.length > OBJECT_LONGEST ? fault(issues, path, 'too_long') : JSON.parse(json);
  },
};

/** Fields by key, each fault at its key. */
export const attributes = (most = LONGEST): Rule<Record<string, unknown>> => ({
  jsonb: true,
  json: { type: 'object' },
  check(value, path, issues) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fault(issues, path, value === null ? 'required' : 'type', 'an object');
    if (longerThan(value, most)) return fault(issues, path, 'too_long');
    const before = issues.length;
    for (const [key, one] of Object.entries(value)) {
      const wrong = jsonFault({ [key]: one });
      if (wrong) fault(issues, [...path, key], wrong);
    }
    return issues.length > before ? undefined : (value as Record<string, unknown>);
  },
});
