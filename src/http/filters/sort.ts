import type { SortKey } from '../../record/kernel/condition.ts';
import { invalid } from '../../record/kernel/refusal.ts';
import type { FieldLookup } from './field.ts';

const MOST_CHARACTERS = 2000;
const MOST_KEYS = 20;

/**
 * `-dateAdded,lastName`: fields in order of weight, `-` for descending. A field named twice counts once, where it stands first.
 * Refuses with `invalid` at `[parameter]` what is no field of the list.
 */
export function parseSort(text: string, parameter: string, lookup: FieldLookup): SortKey[] {
  if (text.length > MOST_CHARACTERS)
    return invalid([parameter], 'too_long', `at most ${MOST_CHARACTERS} characters, got ${text.length}`);
  const keys = new Map<string, SortKey>();
  let at = 0;
  for (const part of text.split(',')) {
    const written = part.trim();
    const descending = written.startsWith('-');
    // a `+` before a name arrives as a blank
    const name = written.replace(/^[-+]\s*/, '');
    const found = name === '' ? undefined : lookup(name);
    const field = found?.field;
    // what is null in every row puts nothing in order
    if (!found?.absent) {
      if (field === undefined)
        return invalid([parameter], 'unknown_field', `position ${at + 1}: expected a field to sort by`);
      if (!keys.has(field)) keys.set(field, { field, descending, ...(found?.groups ? { groups: found.groups } : {}) });
    }
    at += part.length + 1;
  }
  if (keys.size > MOST_KEYS) return invalid([parameter], 'too_many', `at most ${MOST_KEYS} fields`);
  return [...keys.values()];
}
