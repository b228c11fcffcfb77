import type { Field } from '../../database/filtering.ts';
import { constant, join, type Sql, sql } from '../../database/sql.ts';
import { id, instant, type Patch, type Rule, whole } from './rules.ts';

/**
 * How a member is written: in a column of the thing's own, or beside it in rows of another table; once, when the thing is made; or
 * never by a caller.
 */
type Written = 'own' | 'beside' | 'once' | 'never';

/** One member of a thing. */
export interface Member<Out = unknown, In = Out, W extends Written = Written> extends Says {
  rule: Rule<Out, In>;
  written: W;
  /** Where it is not the column of its name. */
  sql?: string;
  /** Worked out for the rows of a page only, which it sees as `page`. */
  late?: Sql;
}

interface Says {
  /** What it is, in a sentence. */
  about?: string;
  /** What it is where nobody says anything, if not null, false or empty. */
  usual?: unknown;
  /** A moment at which something ends: a day alone is its last moment. */
  ends?: true;
  /** Only one thing of the tenant may have this value. */
  unique?: 'exact' | 'any case';
}

const says = (about?: string | Says): Says => (typeof about === 'string' ? { about } : (about ?? {}));

export const own = <Out, In>(rule: Rule<Out, In>, about?: string | Says): Member<Out, In, 'own'> => ({
  rule,
  written: 'own',
  ...says(about),
});

export const once = <Out, In>(rule: Rule<Out, In>, about?: string | Says): Member<Out, In, 'once'> => ({
  rule,
  written: 'once',
  ...says(about),
});

/** A list kept in rows of another table; `sql` reads it. */
export const beside = <Out, In>(
  rule: Rule<Out, In>,
  sql: string,
  about?: string | Says,
): Member<Out, In, 'beside'> => ({
  rule,
  written: 'beside',
  sql,
  ...says(about),
});

/** What callers only read: a column, or what `sql` works out. */
export const shown = <Out, In>(rule: Rule<Out, In>, sql?: string): Member<Out, In, 'never'> => ({
  rule,
  written: 'never',
  ...(sql && { sql }),
});

/** What callers only read, worked out for the rows of a page alone, which it sees as `page`. */
export const late = <Out, In>(rule: Rule<Out, In>, by: Sql): Member<Out, In, 'never'> => ({
  rule,
  written: 'never',
  late: by,
});

export type Members = Record<string, Member>;

/** A kind of thing: the one table that reading, writing, filtering, events and academy files are made from. */
export interface Thing<M extends Members = Members, T extends string = string> {
  /** What it is called in events and refusals. */
  entity: T;
  table: string;
  alias: string;
  members: M;
  /** `c.external_id as "externalId", …` */
  select: string;
  /** The late members, of rows called `page`. */
  late: Sql;
  /** What a list may be filtered and sorted by: every member that has an order. */
  fields: Record<string, Field>;
  /** What a change may say, and what a new thing may. */
  rules: { [K in keyof M as M[K]['written'] extends 'own' | 'beside' ? K : never]: M[K]['rule'] };
  first: { [K in keyof M as M[K]['written'] extends 'never' ? never : K]: M[K]['rule'] };
  /** Columns by the member they hold. */
  columns: Readonly<Record<string, { column: string; jsonb: boolean }>>;
  /** Whether deleted rows stay, marked, and free their keys. */
  marked: boolean;
}

/** The thing as it is read. */
export type Read<T extends Thing> = { -readonly [K in keyof T['members']]: OutOf<T['members'][K]> };
/** What may be said of it, in the form it is written in. */
export type Taken<T extends Thing, W extends Written = 'own' | 'beside'> = {
  -readonly [K in keyof T['members'] as T['members'][K]['written'] extends W ? K : never]: InOf<T['members'][K]>;
};
export type PatchOf<T extends Thing, W extends Written = 'own' | 'beside'> = Patch<Taken<T, W>>;

type OutOf<M> = M extends Member<infer Out, infer _In, infer _W> ? Out : never;
type InOf<M> = M extends Member<infer _Out, infer In, infer _W> ? In : never;

export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const HEAD = { id: shown(id()), number: shown(whole(1, Number.MAX_SAFE_INTEGER)) };
const TAIL = { createdAt: shown(instant), updatedAt: shown(instant) };

/** A thing of this name, which is its table's where none is told, named so in its lists' SQL, with these members beside its id, number and moments. */
export function thing<const T extends string, M extends Members>(
  entity: T,
  alias: string,
  own: M,
  { table = entity, marked = false }: { table?: string; marked?: boolean } = {},
): Thing<typeof HEAD & M & typeof TAIL, T> {
  const members = { ...HEAD, ...own, ...TAIL };
  const entries = Object.entries<Member>(members);
  const inColumns = entries.filter(([, member]) => member.sql === undefined && !member.late);
  const rulesOf = (written: readonly Written[]) =>
    Object.fromEntries(
      entries.filter(([, one]) => written.includes(one.written)).map(([name, { rule }]) => [name, rule]),
    );
  const sqlOf = ([name, { sql }]: [string, Member]): string =>
    `${sql ? `(${sql})` : `${alias}.${snake(name)}`} as "${name}"`;
  return {
    entity,
    table,
    alias,
    members,
    select: entries
      .filter(([, { late }]) => !late)
      .map(sqlOf)
      .join(', '),
    late: join(entries.flatMap(([name, { late }]) => (late ? sql`(${late}) as ${constant(`"${name}"`)}` : []))),
    fields: Object.fromEntries(
      entries.flatMap(([name, { rule, sql, late }]) =>
        rule.type === undefined || late ? [] : [[name, fieldOf(rule, sql ? `(${sql})` : `${alias}.${snake(name)}`)]],
      ),
    ),
    rules: rulesOf(['own', 'beside']) as never,
    first: rulesOf(['own', 'beside', 'once']) as never,
    columns: Object.fromEntries(
      inColumns.map(([name, { rule }]) => [name, { column: snake(name), jsonb: rule.jsonb ?? false }]),
    ),
    marked,
  };
}

/** A day as ISO text sorts as it should. */
const fieldOf = ({ type, nullable = false, exact = false, day }: Rule, sql: string): Field => ({
  sql: day ? `${sql}::text` : sql,
  type: type!,
  nullable,
  exact,
});

/** The two parts of what a caller said: columns of the thing, and lists kept beside it. */
export function partsOf<T extends Thing, G extends object>(
  { members }: T,
  given: G,
): { own: Omit<G, keyof Taken<T, 'beside'>>; links: Pick<G, keyof G & keyof Taken<T, 'beside'>> } {
  const parts = Object.groupBy(Object.entries(given), ([name]) =>
    members[name]?.written === 'beside' ? 'links' : 'own',
  );
  return { own: Object.fromEntries(parts.own ?? []), links: Object.fromEntries(parts.links ?? []) } as never;
}

/** What a member is where nobody says anything; undefined where somebody must. */
export function usualOf({ rule, usual }: Member): unknown {
  if (usual !== undefined) return usual;
  if (rule.nullable) return null;
  const kind = rule.json['type'];
  return kind === 'boolean' ? false : kind === 'array' ? [] : kind === 'object' ? {} : undefined;
}

/** The thing as it is read, of what was given and, for the rest, of what is usual. */
export const freshOf = <T extends Thing>({ members, columns }: T, given: object): Read<T> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => {
      const value = (given as Record<string, unknown>)[name];
      return value !== undefined ? [[name, value]] : name in columns ? [[name, usualOf(member)]] : [];
    }),
  ) as Read<T>;
