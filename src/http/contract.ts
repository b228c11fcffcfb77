import { readFileSync } from 'node:fs';
import { type Json, resolve, step } from './pointers.ts';
import { type RowsAt, rowsIn } from './rows-in-bodies.ts';

export { type Json, lookUp, resolve } from './pointers.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  /** JSON pointer of its schema in the contract. */
  pointer: string;
  /** Types that the schema allows, references followed. */
  types: readonly string[];
  /** Of arrays: types of their items. */
  itemTypes: readonly string[];
  format: string | null;
  style: string;
  explode: boolean;
}

export interface MediaType {
  type: string;
  /** JSON pointer of its schema; null where the contract gives none. */
  pointer: string | null;
  /** Arrays whose items are checked one by one: `x-rows` is `true` for the body itself, or lists JSON pointers into it. */
  rows: readonly RowsAt[];
}

export interface Operation {
  id: string;
  method: string;
  /** Path template below the prefix. */
  path: string;
  aliases: readonly string[];
  tags: readonly string[];
  parameters: readonly Parameter[];
  body: { required: boolean; media: readonly MediaType[] } | null;
  /** Media types by status as written in the contract: `200`, `5XX`, `default`. */
  answers: ReadonlyMap<string, readonly MediaType[]>;
  /** Alternatives; empty for operations that anybody may call. */
  security: readonly Readonly<Record<string, readonly string[]>>[];
  evidence: string | null;
  /** The operation as it stands in the contract, for extensions (`x-role`, `x-products`, …). */
  raw: Json;
}

export interface Contract {
  name: string;
  document: Json;
  operations: readonly Operation[];
  byId: ReadonlyMap<string, Operation>;
  /** Behaviour notes, Markdown. */
  notes: URL | null;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** The contract of a dialect from its generated JSON, with `contracts/<name>.md` as notes. */
export function loadContract(name: string): Contract {
  const file = new URL(`../dialects/${name}/generated/contract.json`, import.meta.url);
  return readContract(
    name,
    JSON.parse(readFileSync(file, 'utf8')),
    new URL(`../../contracts/${name}.md`, import.meta.url),
  );
}

/** Lists what a contract holds; the document itself is kept as it is. */
export function readContract(name: string, document: Json, notes: URL | null = null): Contract {
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries<Json>(document.paths ?? {})) {
    for (const method of METHODS) {
      if (item[method]) operations.push(operationOf(document, path, item, method));
    }
  }
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  if (byId.size !== operations.length) throw new Error(`${name}: an operationId stands twice in the contract`);
  return { name, document, operations, byId, notes };
}

function operationOf(document: Json, path: string, item: Json, method: string): Operation {
  const raw = item[method];
  const at = `/paths/${step(path)}`;
  const own = `${at}/${method}`;
  const parameters = new Map<string, Parameter>();
  const add = (list: Json[] | undefined, base: string): void => {
    for (const [index, entry] of (list ?? []).entries()) {
      const [found, pointer] = resolve(document, entry, `${base}/parameters/${index}`);
      if (found.in === 'cookie') continue;
      parameters.set(`${found.in} ${found.name}`, parameterOf(document, found, pointer));
    }
  };
  add(item.parameters, at);
  add(raw.parameters, own);
  const order = (p: Parameter) => (p.in === 'path' ? path.indexOf(`{${p.name}}`) : p.in === 'query' ? 1e6 : 2e6);
  const [body, bodyAt] = raw.requestBody ? resolve(document, raw.requestBody, `${own}/requestBody`) : [null, ''];
  const answers = new Map<string, MediaType[]>();
  for (const [status, entry] of Object.entries<Json>(raw.responses ?? {})) {
    const [response, pointer] = resolve(document, entry, `${own}/responses/${status}`);
    answers.set(status, mediaOf(document, response.content, pointer));
  }
  return {
    id: raw.operationId,
    method: method.toUpperCase(),
    path: raw['x-wire-path'] ?? path.replace(/#.*$/, ''),
    aliases: raw['x-aliases'] ?? [],
    tags: raw.tags ?? [],
    parameters: [...parameters.values()].sort((a, b) => order(a) - order(b)),
    body: body && { required: body.required === true, media: mediaOf(document, body.content, bodyAt) },
    answers,
    security: (raw.security ?? document.security ?? []) as Operation['security'],
    evidence: raw['x-evidence'] ?? null,
    raw,
  };
}

function parameterOf(document: Json, raw: Json, pointer: string): Parameter {
  const [schema] = resolve(document, raw.schema ?? {}, '');
  const [items] = resolve(document, schema.items ?? {}, '');
  const style = raw.style ?? (raw.in === 'query' ? 'form' : 'simple');
  return {
    name: raw.name,
    in: raw.in,
    required: raw.required === true,
    pointer: `${pointer}/schema`,
    types: typesOf(document, schema),
    itemTypes: typesOf(document, items),
    format: schema.format ?? (schema.type === 'array' ? items.format : null) ?? null,
    style,
    explode: raw.explode ?? style === 'form',
  };
}

/** The JSON types that a schema allows, references and compositions followed. */
export function typesOf(document: Json, entry: Json): string[] {
  const [schema] = resolve(document, entry, '');
  if (schema.type) return [schema.type].flat();
  const parts: Json[] = schema.oneOf ?? schema.anyOf ?? schema.allOf ?? [];
  if (parts.length > 0) return [...new Set(parts.flatMap((part) => typesOf(document, part)))];
  const values: unknown[] = schema.enum ?? ('const' in schema ? [schema.const] : []);
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

const mediaOf = (document: Json, content: Json, base: string): MediaType[] =>
  Object.entries<Json>(content ?? {}).map(([type, media]) => {
    const pointer = media?.schema === undefined ? null : `${base}/content/${step(type)}/schema`;
    return {
      type: type.toLowerCase(),
      pointer,
      rows: pointer === null ? [] : rowsIn(document, media.schema, pointer, media['x-rows']),
    };
  });
