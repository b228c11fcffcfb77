import { invalid } from '../../record/kernel/refusal.ts';
import { instantOf } from '../../record/kernel/text.ts';

/** What JSON brought: a member is there or it is not, never `undefined`. */
export type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** A body as the record's verbs take it: an absent member keeps its value, null clears it. */
export const given = <T extends object>(body: T): Given<T> => body as Given<T>;

/** The body with these members as the record keeps instants: UTC, cut to milliseconds. */
export function moments<T extends object>(body: T, ...names: (keyof T & string)[]): T {
  const kept: Partial<Record<string, unknown>> = {};
  for (const name of names) {
    const value = body[name];
    if (typeof value === 'string')
      kept[name] = instantOf(value) ?? invalid([name], 'out_of_range', 'must be of the years 1 to 9999');
  }
  return { ...body, ...kept };
}
