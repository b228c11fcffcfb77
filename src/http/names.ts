import { type Json, lookUp, resolve } from './contract.ts';

interface Member {
  name: string;
  schema: Json;
}

const known = new WeakMap<object, Map<string, Member>>();

/** A JSON value with its member names spelled as the schema at `pointer` spells them; ids become lower case on the way. */
export function namesOf(document: Json, pointer: string, value: unknown): unknown {
  return spell(document, lookUp(document, pointer), value);
}

function spell(document: Json, schema: Json, value: unknown): unknown {
  if (typeof value === 'string') return isUuid(document, schema) ? value.toLowerCase() : value;
  if (value === null || typeof value !== 'object') return value;
  const [own] = resolve(document, schema, '');
  if (Array.isArray(value)) {
    const items = itemsOf(document, own);
    return value.map((part) => spell(document, items, part));
  }
  const members = membersOf(document, own);
  const more = own?.additionalProperties;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const member = members.get(name.toLowerCase());
    const spelled = member?.name ?? name;
    // the exact spelling wins where a name comes in several
    if (spelled !== name && Object.hasOwn(value, spelled)) continue;
    copy[spelled] = spell(document, member?.schema ?? (typeof more === 'object' ? more : {}), part);
  }
  return copy;
}

function membersOf(document: Json, schema: Json): Map<string, Member> {
  if (!schema || typeof schema !== 'object') return new Map();
  let members = known.get(schema);
  if (members) return members;
  members = new Map();
  known.set(schema, members);
  for (const part of branches(schema)) {
    for (const [key, member] of membersOf(document, resolve(document, part, '')[0])) members.set(key, member);
  }
  for (const [name, member] of Object.entries<Json>(schema.properties ?? {})) {
    members.set(name.toLowerCase(), { name, schema: member });
  }
  return members;
}

function itemsOf(document: Json, schema: Json): Json {
  if (schema?.items) return schema.items;
  for (const part of branches(schema)) {
    const items = itemsOf(document, resolve(document, part, '')[0]);
    if (items) return items;
  }
  return undefined;
}

const branches = (schema: Json): Json[] => [
  ...(schema?.allOf ?? []),
  ...(schema?.oneOf ?? []),
  ...(schema?.anyOf ?? []),
];

const isUuid = (document: Json, schema: Json): boolean =>
  schema !== undefined && resolve(document, schema, '')[0]?.format === 'uuid';
