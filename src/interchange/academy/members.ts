import { type Member, type Taken, type Thing, usualOf } from '../../record/kernel/members.ts';
import { day, ending, type Kind, list, maybe, moment, ref, type Shape, special, WORDS } from './shape.ts';
import { filled } from './simple.ts';
import { type Library, without } from './subject.ts';
import type { World } from './world.ts';

/** What an academy file says of a thing, made of its member table. */
export interface FileMembers<T extends Thing, X extends Name<T>, R extends Refs<T>> {
  shapes: {
    [K in Exclude<Name<T>, X | keyof R>]: Shape<Taken<T>[K]>;
  } & { [K in keyof R & Name<T> as R[K] & string]: Shape<Taken<T>[K]> };
  /** The same as the record's verbs take it. */
  input(world: World, value: object): { [K in Exclude<Name<T>, X>]?: Taken<T>[K] };
  /** Those members that differ from what they would be if nobody said anything. */
  entry(library: Library, thing: object): object;
}

type Name<T extends Thing> = keyof Taken<T> & string;
type Refs<T extends Thing> = { readonly [K in Name<T>]?: string };

/** All that callers may set: `refs` are told by keys, under these names, and `except` are told in a form of their own. */
export function fileMembers<T extends Thing, const X extends Name<T>, const R extends Refs<T>>(
  thing: T,
  { except, refs }: { except: readonly X[]; refs: R },
): FileMembers<T, X, R> {
  const members = Object.keys(thing.rules)
    .filter((name) => !(except as readonly string[]).includes(name))
    .map((name) => ({ name, member: thing.members[name]!, as: (refs as Record<string, string>)[name] ?? name }));
  for (const { name, member, as } of members)
    if (kindOf(member) !== undefined && as === name)
      throw new Error(`${thing.entity}.${name} names another thing, which a file tells by its key`);
  return {
    shapes: Object.fromEntries(members.map(({ member, as }) => [as, shapeOf(member)])) as never,
    input: (world, value) =>
      without(
        Object.fromEntries(
          members.map(({ name, member, as }) => [name, toRecord(world, member, (value as Values)[as])]),
        ),
      ) as never,
    entry: (library, thing) =>
      without(
        Object.fromEntries(
          members.map(({ name, member, as }) => [as, toFile(library, member, (thing as Values)[name])]),
        ),
      ),
  };
}

type Values = Record<string, unknown>;

const kindOf = ({ rule }: Member): Kind | undefined =>
  rule.names && Object.hasOwn(WORDS, rule.names) ? (rule.names as Kind) : undefined;

function shapeOf(member: Member): Shape<unknown> {
  const { rule, about, ends } = member;
  const kind = kindOf(member);
  const one =
    rule.type === 'instant'
      ? (ends ? ending : moment)(about)
      : rule.day
        ? day(about)
        : kind === undefined
          ? special({ ...rule.json, ...(about && { description: about }) })
          : rule.type === 'id'
            ? ref(kind, about)
            : list(ref(kind), about);
  return rule.nullable ? maybe(one) : one;
}

function toRecord(world: World, member: Member, value: unknown): unknown {
  const kind = kindOf(member);
  if (kind === undefined || value === undefined) return value;
  return Array.isArray(value) ? value.map((key) => world.id(kind, key)) : world.idOf(kind, value as string | null);
}

function toFile(library: Library, member: Member, value: unknown): unknown {
  const kind = kindOf(member);
  if (kind !== undefined)
    return Array.isArray(value)
      ? filled(value.map((id) => library.key(kind, id)).sort())
      : library.keyOf(kind, value as string | null);
  return JSON.stringify(value) === JSON.stringify(usualOf(member)) ? undefined : value;
}
