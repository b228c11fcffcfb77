import type { Condition, Literal } from '../../record/kernel/condition.ts';

export type WireType = 'text' | 'id' | 'number' | 'boolean' | 'instant';

/** What a name in a filter or a sort stands for. Wire names and wire values end here. */
export interface WireField {
  /** Type of the literals that it is compared with. */
  type: WireType;
  /** The list's own name of it; without one it can be filtered by `cases` alone and not sorted by. */
  field?: string;
  /** Every value it can have on the wire, with the rows that show it: for codes and derived values. Never null. */
  cases?: readonly (readonly [value: string | number | boolean, shown: Condition])[];
  /** Words of the record's vocabulary in the order of the wire's values, where that is another than theirs. */
  groups?: readonly (readonly string[])[];
  /** The record's literal for one of the wire; undefined where it does not fit. */
  convert?: (literal: Literal) => Literal | undefined;
  /** Shown, but null in every row. */
  absent?: true;
}

/** Finds a field by its name as the caller wrote it. */
export type FieldLookup = (name: string) => WireField | undefined;

/** A lookup by name in any case; `more` is asked for names that are not in the table. */
export function fieldTable(fields: Readonly<Record<string, WireField>>, more?: FieldLookup): FieldLookup {
  const table = new Map(Object.entries(fields).map(([name, field]) => [name.toLowerCase(), field]));
  return (name) => table.get(name.toLowerCase()) ?? more?.(name);
}
