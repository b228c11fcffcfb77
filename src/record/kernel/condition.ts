import type { Instant } from './instant.ts';

/**
 * A filter as a value. Field names are the list's own (record) names: a dialect maps wire names to them,
 * `database/filtering.ts` compiles them to SQL with parameters against the list's allowed fields.
 */
export type Condition =
  | { op: 'and' | 'or'; all: readonly Condition[] }
  | { op: 'not'; of: Condition }
  | { op: 'compare'; left: Term; how: Comparison; right: Term }
  /** Text tests, without regard to case. */
  | { op: 'contains' | 'starts' | 'ends'; text: Term; part: Term }
  | { op: 'in'; term: Term; values: readonly Literal[] };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Term = { field: string } | { literal: Literal } | { fold: 'lower' | 'upper'; of: Term };

export type Literal =
  | { type: 'null' }
  | { type: 'boolean'; value: boolean }
  | { type: 'number'; value: number }
  | { type: 'text'; value: string }
  | { type: 'id'; value: string }
  | { type: 'instant'; value: Instant };

export interface SortKey {
  field: string;
  descending: boolean;
  /** Words of a fixed vocabulary in the order wanted, those that count as equal together. Null and others stand as null does. */
  groups?: readonly (readonly string[])[] | undefined;
  /** Where null stands; before everything else when ascending and after it when descending, where nothing is said. */
  nulls?: 'first' | 'last' | undefined;
}

export const and = (...all: (Condition | undefined | false)[]): Condition | undefined => {
  const present = all.filter((c): c is Condition => Boolean(c));
  return present.length > 1 ? { op: 'and', all: present } : present[0];
};

const literal = (value: string | number | boolean | null): Literal =>
  value === null
    ? { type: 'null' }
    : typeof value === 'boolean'
      ? { type: 'boolean', value }
      : typeof value === 'number'
        ? { type: 'number', value }
        : { type: 'text', value };

/** `field how value`; text stands for ids and instants too, the field's type decides. */
export const compare = (field: string, how: Comparison, value: string | number | boolean | null): Condition => ({
  op: 'compare',
  left: { field },
  how,
  right: { literal: literal(value) },
});

export const equals = (field: string, value: string | number | boolean | null): Condition =>
  compare(field, 'eq', value);

export const oneOf = (field: string, values: readonly (string | number)[]): Condition => ({
  op: 'in',
  term: { field },
  values: values.map(literal),
});
