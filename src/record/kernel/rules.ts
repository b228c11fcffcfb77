import { isId } from './ids.ts';
import { type Issue, Refusal } from './refusal.ts';
import { longerThan } from './text.ts';

export type Path = readonly (string | number)[];

/** Takes what came, gives what is kept; a fault goes into `issues` with its path. */
export type Rule = (value: unknown, path: Path, issues: Issue[]) => unknown;
export type Rules<T> = { readonly [K in keyof T]-?: Rule };

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
    if (value !== undefined) kept[name] = rule(value, [...path, name], issues);
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

export const maybe =
  (rule: Rule): Rule =>
  (value, path, issues) =>
    value === null ? null : rule(value, path, issues);

const storable = (value: string): boolean => value.isWellFormed() && !value.includes('\u0000');

export const text =
  (most: number): Rule =>
  (value, path, issues) => {
    if (value === null) return fault(issues, path, 'required');
    if (typeof value !== 'string') return fault(issues, path, 'type', 'text');
    if (!storable(value)) return fault(issues, path, 'format', 'well-formed text');
    return value.length > most ? fault(issues, path, 'too_long', `at most ${most} characters`) : value;
  };

/** Text that cannot be blank. */
export const label =
  (most: number): Rule =>
  (value, path, issues) =>
    typeof value === 'string' && value.trim() === ''
      ? fault(issues, path, 'required')
      : text(most)(value, path, issues);

/** An outside key: empty text is none. */
export const key: Rule = (value, path, issues) =>
  value === null || value === '' ? null : label(255)(value, path, issues);

export const choice =
  (values: readonly string[]): Rule =>
  (value, path, issues) =>
    value === null
      ? fault(issues, path, 'required')
      : values.includes(value as string)
        ? value
        : fault(issues, path, 'unknown_value', values.join(', '));

export const flag: Rule = (value, path, issues) =>
  typeof value === 'boolean' ? value : fault(issues, path, value === null ? 'required' : 'type', 'true or false');

/** A decimal as the column keeps it: four places. */
export const decimal =
  (least: number, most: number): Rule =>
  (value, path, issues) => {
    if (value === null) return fault(issues, path, 'required');
    if (typeof value !== 'number' || !Number.isFinite(value)) return fault(issues, path, 'type', 'a number');
    if (value < least || value > most) return fault(issues, path, 'out_of_range', `${least} to ${most}`);
    return Math.round(value * 1e4) / 1e4;
  };

export const whole =
  (least: number, most: number): Rule =>
  (value, path, issues) => {
    if (value === null) return fault(issues, path, 'required');
    if (!Number.isInteger(value)) return fault(issues, path, 'type', 'a whole number');
    return (value as number) < least || (value as number) > most
      ? fault(issues, path, 'out_of_range', `${least} to ${most}`)
      : value;
  };

export const instant: Rule = (value, path, issues) => {
  const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? fault(issues, path, 'format', 'an instant') : new Date(at).toISOString();
};

/** A calendar day, `YYYY-MM-DD`. */
export const day: Rule = (value, path, issues) =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  value > '0001' &&
  new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value)
    ? value
    : fault(issues, path, 'format', 'a date');

export const id: Rule = (value, path, issues) =>
  isId(value) ? value.toLowerCase() : fault(issues, path, value === null ? 'required' : 'format', 'an id');

/** Ids without repetition. */
export const ids =
  (most: number): Rule =>
  (value, path, issues) => {
    if (!Array.isArray(value)) return fault(issues, path, 'type', 'a list of ids');
    if (value.length > most) return fault(issues, path, 'too_many', `at most ${most}`);
    return [...new Set(value.map((each, i) => id(each, [...path, i], issues)))];
  };

/** A list of objects, each checked by its rules. */
export const list =
  <T>(rules: Rules<T>, required: readonly (keyof T & string)[], most: number): Rule =>
  (value, path, issues) => {
    if (!Array.isArray(value)) return fault(issues, path, 'type', 'a list');
    if (value.length > most) return fault(issues, path, 'too_many', `at most ${most}`);
    return value.map((each, i) => {
      const at = [...path, i];
      if (typeof each !== 'object' || each === null) return fault(issues, at, 'type', 'an object');
      for (const name of required) if (each[name] === undefined) fault(issues, [...at, name], 'required');
      return check(each, rules, at, issues);
    });
  };

// an escape that JSON allows and jsonb refuses: U+0000 and halves of a surrogate pair
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const OBJECT_LONGEST = 200_000;

/** An open object (attributes, settings, content), at most 200,000 characters as JSON. */
export const object: Rule = (value, path, issues) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault(issues, path, value === null ? 'required' : 'type', 'an object');
  if (longerThan(value, OBJECT_LONGEST)) return fault(issues, path, 'too_long');
  const json = JSON.stringify(value);
  if (UNSTORABLE.test(json)) return fault(issues, path, 'format', 'well-formed text');
  return json.length > OBJECT_LONGEST ? fault(issues, path, 'too_long') : (JSON.parse(json) as object);
};
