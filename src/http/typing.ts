import { type Json, resolve } from './contract.ts';
import { rowPaths } from './rows-in-bodies.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/**
 * TypeScript for one OpenAPI 3.1 document: `Schemas` by component name, `Operations` by operationId, in the form of
 * `handlers.ts`. Works on the document alone, so it is bound to no version of the compiler.
 */
export function typesOfContract(document: Json, source: string): string {
  const operations: string[] = [];
  for (const item of Object.values<Json>(document.paths ?? {})) {
    for (const method of METHODS) if (item[method]) operations.push(operationType(document, item, item[method]));
  }
  const schemas = Object.entries<Json>(document.components?.schemas ?? {}).map(
    ([name, schema]) => `${note(schema, '  ')}  ${key(name)}: ${typeOf(schema)};`,
  );
  const text = [...schemas, ...operations].join('\n');
  const imports = [
    /\bRow</.test(text) && "import type { Row } from '../../../http/handlers.ts';",
    /\bStreamed\b/.test(text) && "import type { Streamed } from '../../../http/handlers.ts';",
    /\bReadable\b/.test(text) && "import type { Readable } from 'node:stream';",
  ].filter(Boolean);
  return [
    `// Generated from contracts/${source} by scripts/generate.ts. Do not edit.`,
    ...imports,
    '',
    'export interface Schemas {',
    ...schemas,
    '}',
    '',
    'export interface Operations {',
    ...operations,
    '}',
    '',
  ].join('\n');
}

function operationType(document: Json, item: Json, raw: Json): string {
  const at = (entry: Json): Json => resolve(document, entry, '')[0];
  const parameters = new Map<string, Json>();
  for (const entry of [...(item.parameters ?? []), ...(raw.parameters ?? [])].map(at)) {
    parameters.set(`${entry.in} ${entry.name}`, entry);
  }
  const group = (where: string): string => {
    const members = [...parameters.values()]
      .filter((p) => p.in === where)
      .map(
        (p) =>
          `${key(where === 'header' ? p.name.toLowerCase() : p.name)}${p.required ? '' : '?'}: ${typeOf(p.schema)}`,
      );
    return members.length > 0 ? `{ ${members.join('; ')} }` : '{}';
  };
  const request = raw.requestBody && at(raw.requestBody);
  const body = request
    ? union([
        ...Object.entries<Json>(request.content).map((each) => bodyType(document, each)),
        ...(request.required ? [] : ['undefined']),
      ])
    : 'undefined';
  const answers = Object.entries<Json>(raw.responses ?? {}).map(([status, entry]) => {
    const content = Object.entries<Json>(at(entry).content ?? {});
    return `${/^\d+$/.test(status) ? status : JSON.stringify(status)}: ${content.length > 0 ? union(content.map(answerType)) : 'undefined'}`;
  });
  const shape = [`path: ${group('path')}`, `query: ${group('query')}`, `headers: ${group('header')}`, `body: ${body}`];
  const summary = raw.summary ? `  /** ${String(raw.summary).replace(/\*\//g, '* /')} */\n` : '';
  return `${summary}  ${key(raw.operationId)}: {\n    ${shape.join(';\n    ')};\n    answers: { ${answers.join('; ')} };\n  };`;
}

/** What a body arrives as: rows, text, a stream of bytes, or a value. */
function bodyType(document: Json, [type, media]: [string, Json]): string {
  if (/ndjson|jsonl/.test(type)) return `Row<${typeOf(media.schema)}>[]`;
  if (media['x-rows']) return rowsType(document, media.schema, rowPaths(media['x-rows']));
  if (isJson(type) || type === 'application/x-www-form-urlencoded') return typeOf(media.schema);
  return type.startsWith('text/') ? 'string' : 'Readable';
}

/** The type of a schema in which rows stand at these paths. */
function rowsType(document: Json, schema: Json, paths: readonly string[][]): string {
  const [own] = resolve(document, schema, '');
  const choices: Json[] | undefined = own?.oneOf ?? own?.anyOf;
  if (choices) return union(choices.map((one) => rowsType(document, one, paths)));
  if (own?.items) return paths.some((path) => path.length === 0) ? `Row<${typeOf(own.items)}>[]` : typeOf(schema);
  const names = [
    ...new Set(paths.flatMap(([first]) => (first !== undefined && own?.properties?.[first] ? [first] : []))),
  ];
  if (names.length === 0) return typeOf(schema);
  const members = names.map((name) => {
    const inner = paths.flatMap(([first, ...more]) => (first === name ? [more] : []));
    const type = rowsType(document, own.properties[name], inner);
    return `${key(name)}${(own.required ?? []).includes(name) ? `: ${type}` : `?: ${type} | undefined`}`;
  });
  return `(Omit<${typeOf(schema)}, ${union(names.map((name) => JSON.stringify(name)))}> & { ${members.join('; ')} })`;
}

function answerType([type, media]: [string, Json]): string {
  if (isJson(type)) return typeOf(media.schema);
  if (type === 'text/event-stream' || /ndjson|jsonl/.test(type)) return 'Streamed';
  return type.startsWith('text/') ? 'string | Streamed' : 'Uint8Array | Streamed';
}

const isJson = (type: string): boolean => /^application\/(.*\+)?json$/.test(type);

const union = (types: string[]): string => [...new Set(types)].join(' | ');

function typeOf(schema: Json): string {
  if (schema === true || schema === undefined || schema === null) return 'unknown';
  if (schema === false) return 'never';
  if (schema.$ref) return `Schemas[${JSON.stringify(schema.$ref.split('/').at(-1))}]`;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return `(${union(schema.enum.map((value: unknown) => JSON.stringify(value)))})`;
  const { oneOf, anyOf, allOf, ...own } = schema;
  const choices = oneOf ?? anyOf;
  if (choices) {
    const picked = `(${union(choices.map(typeOf))})`;
    // branches that only say which members are required add nothing to the type
    if (picked === '(unknown)') return typeOf(own);
    return own.properties ? `(${picked} & ${typeOf(own)})` : picked;
  }
  if (allOf) return `(${[...allOf.map(typeOf), ...(own.properties ? [typeOf(own)] : [])].join(' & ')})`;
  const types: string[] = [schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : [])].flat();
  if (types.length === 0) return 'unknown';
  const text = union(types.map((type) => plainType(type, schema)));
  return types.length > 1 ? `(${text})` : text;
}

function plainType(type: string, schema: Json): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return schema.prefixItems && schema.items === false
        ? `[${schema.prefixItems.map(typeOf).join(', ')}]`
        : `(${typeOf(schema.items)})[]`;
    case 'object': {
      const required = new Set<string>(schema.required ?? []);
      const members = Object.entries<Json>(schema.properties ?? {}).map(
        // undefined is what JSON.stringify leaves out, so a member that may be absent may also be that
        ([name, member]) =>
          `${key(name)}${required.has(name) ? `: ${typeOf(member)}` : `?: ${typeOf(member)} | undefined`}`,
      );
      if (members.length > 0) return `{ ${members.join('; ')} }`;
      const more = schema.additionalProperties;
      if (more === false) return '{}';
      return `{ [key: string]: ${more && more !== true ? typeOf(more) : 'unknown'} }`;
    }
    default:
      return type;
  }
}

const note = (schema: Json, indent: string): string =>
  typeof schema?.description === 'string' && schema.description.length < 160
    ? `${indent}/** ${schema.description.trim().replace(/\s+/g, ' ').replace(/\*\//g, '* /')} */\n`
    : '';
