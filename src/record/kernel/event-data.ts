/**
 * What a member of an event's data holds; a trailing `?` allows null. `texts` and `ids` are lists, `counts` numbers by name, `list` a list
 * of objects. Of what is `withheld` an event says that it changed, never what it is.
 */
type Kind =
  | 'text'
  | 'id'
  | 'instant'
  | 'day'
  | 'number'
  | 'boolean'
  | 'texts'
  | 'ids'
  | 'counts'
  | 'list'
  | 'object'
  | 'withheld';
export type Value = Kind | `${Kind}?`;

/** Stands under `changed` for every member of the thing that may be written, as its member table says. */
export const MEMBERS = '*';

/**
 * The members of an event's data; a name with a trailing `?` may be absent. Under `changed` stand the members that may have changed, each
 * as a pair of before and after; other objects are what they look like.
 */
export interface Members {
  readonly [name: string]: Value | { readonly [name: string]: Value };
}

interface Types {
  text: string;
  id: string;
  instant: string;
  day: string;
  number: number;
  boolean: boolean;
  texts: readonly string[];
  ids: readonly string[];
  counts: Readonly<Record<string, number>>;
  list: readonly object[];
  object: object;
  withheld: null;
}

type TypeOf<V> = V extends `${infer K extends Kind}?` ? Types[K] | null : V extends Kind ? Types[V] : never;
type Name<N> = N extends `${infer Plain}?` ? Plain : N;
type Held<N, V> = V extends string
  ? TypeOf<V>
  : Name<N> extends 'changed'
    ? // put together by comparing: what the pairs hold is checked where events are read
      typeof MEMBERS extends keyof V
      ? Readonly<Record<string, readonly [before: unknown, after: unknown]>>
      : { readonly [M in keyof V]?: readonly [before: unknown, after: unknown] }
    : { readonly [M in keyof V]: TypeOf<V[M]> };

/** The data of an event as TypeScript sees it. */
export type DataOf<M> = {
  readonly [N in keyof M as N extends `${string}?` ? never : N]: Held<N, M[N]>;
} & {
  readonly [N in keyof M as N extends `${string}?` ? Name<N> : never]?: Held<N, M[N]>;
};

type Schema = Readonly<Record<string, unknown>>;

const SCHEMAS: Record<Kind, Schema> = {
  text: { type: 'string' },
  id: { type: 'string', format: 'uuid' },
  instant: { type: 'string', format: 'date-time' },
  day: { type: 'string', format: 'date' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  texts: { type: 'array', items: { type: 'string' } },
  ids: { type: 'array', items: { type: 'string', format: 'uuid' } },
  counts: { type: 'object', additionalProperties: { type: 'number' } },
  list: { type: 'array', items: { type: 'object' } },
  object: { type: 'object' },
  withheld: { type: 'null' },
};

const optional = (name: string): boolean => name.endsWith('?');
const plain = (name: string): string => name.replace(/\?$/, '');

function valueSchema(value: Value): Schema {
  const schema = SCHEMAS[plain(value) as Kind];
  return optional(value) ? { ...schema, type: [schema.type, 'null'] } : schema;
}

function objectSchema(members: Readonly<Record<string, Schema>>): Schema {
  const required = Object.keys(members).filter((name) => !optional(name));
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(members).map(([name, schema]) => [plain(name), schema])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** JSON Schema of an event's data: what the table of types says, for programs elsewhere. */
export function dataSchema(members: Members): Schema {
  const within = (name: string, held: Members[string]): Schema => {
    if (typeof held === 'string') return valueSchema(held);
    const pairs = plain(name) === 'changed';
    const entries = Object.entries(held).map(([own, value]): [string, Schema] =>
      pairs
        ? [`${own}?`, { type: 'array', items: valueSchema(value), minItems: 2, maxItems: 2 }]
        : [own, valueSchema(value)],
    );
    return objectSchema(Object.fromEntries(entries));
  };
  return objectSchema(Object.fromEntries(Object.entries(members).map(([name, held]) => [name, within(name, held)])));
}
