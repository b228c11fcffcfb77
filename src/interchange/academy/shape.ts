/** What an academy file may name by key. */
export type Kind =
  | 'attribute'
  | 'unit'
  | 'role'
  | 'person'
  | 'profile'
  | 'group'
  | 'credit_type'
  | 'term'
  | 'room'
  | 'course'
  | 'offering'
  | 'session'
  | 'join_key'
  | 'program'
  | 'assessment'
  | 'certificate';

export type Json = Record<string, unknown>;

/** One description of a value in the file: its JSON Schema, its type, and what is found in it on the way. */
export interface Shape<T> {
  readonly json: Json;
  readonly node: Node;
  readonly type?: T;
}

export type TypeOf<S> = S extends Shape<infer T> ? T : never;

type Node =
  | { is: 'value' }
  | { is: 'moment'; end: boolean }
  | { is: 'day' }
  | { is: 'key'; kind: Kind }
  | { is: 'ref'; kind: Kind }
  | { is: 'list'; of: Shape<unknown> }
  | { is: 'object'; members: Record<string, Shape<unknown>> }
  /** A bare value that stands for an object with this one member. */
  | { is: 'short'; member: string; of: Shape<unknown> }
  | { is: 'later'; of: () => Shape<unknown> };

const plain = <T>(json: Json): Shape<T> => ({ json, node: { is: 'value' } });

export const text = (longest = 4000, description?: string): Shape<string> =>
  plain({ type: 'string', maxLength: longest, ...(description ? { description } : {}) });

export const name = (description?: string): Shape<string> =>
  plain({ type: 'string', minLength: 1, maxLength: 500, pattern: '\\S', ...(description ? { description } : {}) });

export const flag = (description?: string): Shape<boolean> =>
  plain({ type: 'boolean', ...(description ? { description } : {}) });

export const number = (least: number, most: number, description?: string): Shape<number> =>
  plain({ type: 'number', minimum: least, maximum: most, ...(description ? { description } : {}) });

export const whole = (least: number, most: number, description?: string): Shape<number> =>
  plain({ type: 'integer', minimum: least, maximum: most, ...(description ? { description } : {}) });

export const choice = <const V extends string>(values: readonly V[], description?: string): Shape<V> =>
  plain({ type: 'string', enum: values, ...(description ? { description } : {}) });

/** Anything that JSON can say, by key. */
export const open = (description: string): Shape<Record<string, unknown>> => plain({ type: 'object', description });

export const uuid = (description: string): Shape<string> =>
  plain({ type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', description });

/** A value of some other form, as JSON Schema has it. */
export const special = <T>(json: Json): Shape<T> => plain(json);

/** JSON Schema's word, kept from being taken for a promise's. */
const THEN = 'then';

const noted = (pointer: string, description?: string): Json =>
  description ? { $ref: `#/$defs/${pointer}`, description } : { $ref: `#/$defs/${pointer}` };

/** A moment. A day without time is its first moment. */
export const moment = (description?: string): Shape<string> => ({
  json: noted('moment', description),
  node: { is: 'moment', end: false },
});

/** A moment at which something ends. A day without time is its last moment. */
export const ending = (description?: string): Shape<string> => ({
  json: noted('moment', description),
  node: { is: 'moment', end: true },
});

export const day = (description?: string): Shape<string> => ({ json: noted('day', description), node: { is: 'day' } });

/** The key under which the thing is known in the file; unique among its kind. */
export const key = (kind: Kind, description?: string): Shape<string> => ({
  json: noted('key', description),
  node: { is: 'key', kind },
});

/** The key of a thing in the file or in the record. */
export const ref = (kind: Kind, description?: string): Shape<string> => ({
  json: noted('key', description ?? `Key of ${WORDS[kind]}.`),
  node: { is: 'ref', kind },
});

export const WORDS: Record<Kind, string> = {
  attribute: 'an attribute',
  unit: 'a unit',
  role: 'a role',
  person: 'a person',
  profile: 'a profile',
  group: 'a group',
  credit_type: 'a credit type',
  term: 'a term',
  room: 'a room',
  course: 'a course',
  offering: 'an offering',
  session: 'a session',
  join_key: 'a join key',
  program: 'a program',
  assessment: 'an assessment',
  certificate: 'a certificate',
};

export const maybe = <T>({ json, node }: Shape<T>): Shape<T | null> => ({
  json:
    typeof json.type === 'string'
      ? {
          ...json,
          type: [json.type, 'null'],
          ...(json.enum ? { enum: [...(json.enum as string[]), null] } : {}),
        }
      : {
          if: { not: { type: 'null' } },
          [THEN]: json,
          ...(json.description ? { description: json.description } : {}),
        },
  node,
});

export const list = <T>(of: Shape<T>, description?: string): Shape<T[]> => ({
  json: { type: 'array', items: of.json, ...(description ? { description } : {}) },
  node: { is: 'list', of },
});

type Members = Record<string, Shape<unknown>>;
type Typed<R extends Members, O extends Members> = { [K in keyof R]: TypeOf<R[K]> } & {
  [K in keyof O]?: TypeOf<O[K]> | undefined;
};

/** An object with these members and no others. */
export function object<R extends Members, O extends Members>(
  required: R,
  optional: O,
  description?: string,
): Shape<Typed<R, O>> {
  const members = { ...required, ...optional };
  return {
    json: {
      type: 'object',
      ...(description ? { description } : {}),
      properties: Object.fromEntries(Object.entries(members).map(([member, shape]) => [member, shape.json])),
      ...(Object.keys(required).length > 0 ? { required: Object.keys(required) } : {}),
      additionalProperties: false,
    },
    node: { is: 'object', members },
  };
}

/** An object that may be written as the bare value of one of its members. */
export function short<T extends object>(member: keyof T & string, of: Shape<T>): Shape<T> {
  if (of.node.is !== 'object') throw new Error('only an object has a short form');
  return {
    json: { if: { type: 'object' }, [THEN]: of.json, else: of.node.members[member]!.json },
    node: { is: 'short', member, of },
  };
}

/** A shape that contains itself; it stands under `#/$defs/<pointer>`. */
export const later = <T>(pointer: string, of: () => Shape<T>): Shape<T> => ({
  json: { $ref: `#/$defs/${pointer}` },
  node: { is: 'later', of },
});

export type Path = readonly (string | number)[];

/** What the walk meets. Dates are answered with what stands for them from here on. */
export interface Visitor {
  moment(text: string, end: boolean, path: Path): string | undefined;
  day(text: string, path: Path): string | undefined;
  /** `owner` is the object that the key names. */
  key(kind: Kind, key: string, path: Path, owner: object): void;
  ref(kind: Kind, key: string, path: Path): void;
}

/** The value with dates worked out and short forms written out. The schema has found it well-formed. */
export function walk<T>({ node }: Shape<T>, value: unknown, path: Path, visitor: Visitor, owner: object = {}): T {
  if (value === null || value === undefined) return value as T;
  switch (node.is) {
    case 'value':
      return value as T;
    case 'moment':
      return visitor.moment(value as string, node.end, path) as T;
    case 'day':
      return visitor.day(value as string, path) as T;
    case 'key':
      visitor.key(node.kind, value as string, path, owner);
      return value as T;
    case 'ref':
      visitor.ref(node.kind, value as string, path);
      return value as T;
    case 'list':
      return (value as unknown[]).map((each, i) => walk(node.of, each, [...path, i], visitor)) as T;
    case 'object':
      return Object.fromEntries(
        Object.entries(value as object)
          .filter(([member]) => Object.hasOwn(node.members, member))
          .map(([member, each]) => [
            member,
            walk(node.members[member]!, each, [...path, member], visitor, value as object),
          ]),
      ) as T;
    case 'short':
      return typeof value === 'object'
        ? (walk(node.of, value, path, visitor) as T)
        : ({ [node.member]: walkShort(node.of, node.member, value, path, visitor) } as T);
    case 'later':
      return walk(node.of(), value, path, visitor) as T;
  }
}

function walkShort(of: Shape<unknown>, member: string, value: unknown, path: Path, visitor: Visitor): unknown {
  if (of.node.is !== 'object') throw new Error('only an object has a short form');
  return walk(of.node.members[member]!, value, path, visitor);
}
