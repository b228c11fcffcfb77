import type { Context } from '../../record/kernel/context.ts';
import type { Kind, Shape } from './shape.ts';
import type { Entry, World } from './world.ts';

/**
 * One list of an academy file: what an entry looks like, how it comes into the record, and how it is read back. A new subject is a
 * file with one of these, and a line in `subjects.ts`.
 */
export interface Subject<T> {
  /** The member of the file. */
  name: string;
  description: string;
  entry: Shape<T>;
  /** Shapes that refer to themselves, by the name they have in `$defs`. */
  defs?: Record<string, Shape<unknown>>;
  /** What the schema cannot say; faults found here stop the import before it writes. */
  check?(entries: readonly Entry<T>[], fault: World['fault']): void;
  write(world: World, entries: readonly Entry<T>[]): Promise<void>;
  /** After everything else has been written: what would have been in its way. */
  finish?(world: World, entries: readonly Entry<T>[]): Promise<void>;
  /** The entries of an export, in an order that an import may follow. Absent members are left out. */
  read(library: Library): AsyncIterable<object>;
}

/** What an export knows. */
export interface Library {
  ctx: Context;
  /** The key of a thing, the same in every export. */
  key(kind: Kind, id: string): string;
  keyOf(kind: Kind, id: string | null): string | undefined;
  /** Key of an activity of a course: its own, else its name where that is the only one. */
  activity(courseId: string, activityId: string): string;
  /** An offering as the file names it: by its course, where it is the default one. */
  place(courseId: string, offeringId: string): { course?: string; offering?: string };
  /** `externalId` as the file needs it: absent when it is the key. */
  external(kind: Kind, id: string, externalId: string | null): { externalId?: string | null };
  /** Courses, offerings and people that are not part of the export. */
  has(kind: Kind, id: string): boolean;
  passwordHashes: boolean;
}

export const subject = <T>(one: Subject<T>): Subject<T> => one;

/** Things after those they need, otherwise in their own order. A ring is left as it stands. */
export function inOrder<T>(
  things: readonly T[],
  keyOf: (thing: T) => string,
  needsOf: (thing: T) => readonly string[],
): T[] {
  const byKey = new Map(things.map((thing) => [keyOf(thing), thing]));
  const seen = new Set<string>();
  const ordered: T[] = [];
  for (const first of things) {
    // a stack of our own: chains of managers may be long
    const stack: { thing: T; needs: string[] }[] = [];
    const enter = (thing: T): void => {
      if (seen.has(keyOf(thing))) return;
      seen.add(keyOf(thing));
      stack.push({ thing, needs: [...needsOf(thing)] });
    };
    enter(first);
    while (stack.length > 0) {
      const { thing, needs } = stack.at(-1)!;
      const need = needs.shift();
      if (need === undefined) {
        ordered.push(thing);
        stack.pop();
      } else {
        const needed = byKey.get(need);
        if (needed) enter(needed);
      }
    }
  }
  return ordered;
}

export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** An object without its undefined members. */
export const without = <T extends object>(members: T): Present<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;

/** Those members of a thing that differ from what they would be if nobody said anything. */
export function unlike<T extends object>(thing: T, usual: Partial<Record<keyof T, unknown>>): Partial<T> {
  return Object.fromEntries(
    Object.entries(usual)
      .map(([member, standard]) => [member, thing[member as keyof T], standard])
      .filter(([, value, standard]) => JSON.stringify(value) !== JSON.stringify(standard))
      .map(([member, value]) => [member, value]),
  ) as Partial<T>;
}

export type { Entry };
