import { type Json, resolve } from '../contract.ts';
import { html, inline, type Markup } from './html.ts';

/** A schema's type in a few words, components as links. */
export function typeText(schema: Json): Markup {
  if (schema === true || schema === undefined || schema === null) return html`any`;
  if (schema === false) return html`nothing`;
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if ('const' in schema) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return html`${join(
      schema.enum.map((value: unknown) => html`<code>${JSON.stringify(value)}</code>`),
      ' | ',
    )}`;
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return html`${join(choice.map(typeText), ' or ')}`;
  if (schema.allOf) return html`${join(schema.allOf.map(typeText), ' with ')}${schema.properties ? ' with more' : ''}`;
  const types: string[] = [schema.type ?? (schema.properties ? 'object' : [])].flat();
  if (types.includes('array'))
    return html`list of ${typeText(schema.items)}${types.includes('null') ? ' or null' : ''}`;
  const words = types.length > 0 ? types.join(' or ') : 'any';
  return html`${words}${schema.format ? html` <small>${schema.format}</small>` : ''}${limits(schema)}`;
}

function limits(schema: Json): Markup | string {
  const told = [
    schema.minimum !== undefined && `from ${schema.minimum}`,
    schema.maximum !== undefined && `to ${schema.maximum}`,
    schema.minLength !== undefined && `at least ${schema.minLength} characters`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
    schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  ].filter((one) => one !== false);
  return told.length > 0 ? html` <small>${told.join(', ')}</small>` : '';
}

/** A schema's members as a table, or its type alone. */
export function schemaView(schema: Json, depth = 0): Markup {
  const rows = membersOf(schema);
  const inner = schema?.type === 'array' && schema.items && !schema.items.$ref ? membersOf(schema.items) : [];
  if (rows.length === 0 && inner.length === 0) return html`<p class="type">${typeText(schema)}</p>`;
  const note = inner.length > 0 ? html`<p class="type">a list of objects with</p>` : '';
  const parts = schema?.allOf?.filter((part: Json) => part.$ref) ?? [];
  return html`${note}${parts.length > 0 ? html`<p class="type">${join(parts.map(typeText), ' and ')}, and</p>` : ''}
<div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>
${[...rows, ...inner].map(([name, member, required]) => row(name, member, required, depth))}</tbody></table></div>`;
}

function row(name: string, member: Json, required: boolean, depth: number): Markup {
  const object = member?.type === 'array' ? member.items : member;
  const nested = object && !object.$ref && membersOf(object).length > 0 && depth < 3;
  return html`<tr><th scope="row"><code>${name}</code>${required ? html` <abbr title="always there">*</abbr>` : ''}</th>
<td>${typeText(member)}</td><td>${inline(member?.description)}${nested ? schemaView(object, depth + 1) : ''}</td></tr>`;
}

function membersOf(schema: Json): [string, Json, boolean][] {
  if (!schema || typeof schema !== 'object') return [];
  const required = new Set<string>(schema.required ?? []);
  const own = Object.entries<Json>(schema.properties ?? {}).map(([name, member]): [string, Json, boolean] => [
    name,
    member,
    required.has(name),
  ]);
  return [...(schema.allOf ?? []).flatMap(membersOf), ...own];
}

/** A value that fits a schema, from its examples, defaults and first choices; for forms to start from. */
export function sampleOf(document: Json, entry: Json, depth = 0): unknown {
  const [schema] = resolve(document, entry, '');
  if (!schema || typeof schema !== 'object') return null;
  if (Array.isArray(schema.examples)) return schema.examples[0];
  for (const word of ['example', 'const', 'default']) if (word in schema) return schema[word];
  if (schema.enum) return schema.enum[0];
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return sampleOf(document, choice.find((one: Json) => one.type !== 'null') ?? choice[0], depth);
  const type = [schema.type ?? (schema.properties || schema.allOf ? 'object' : 'string')].flat()[0];
  if (type === 'object') {
    if (depth > 3) return {};
    const parts = (schema.allOf ?? []).map((part: Json) => sampleOf(document, part, depth));
    const required = new Set<string>(schema.required ?? []);
    const members = Object.entries<Json>(schema.properties ?? {})
      .filter(([name, member]) => !member?.readOnly && (depth === 0 || required.has(name)))
      .map(([name, member]) => [name, sampleOf(document, member, depth + 1)]);
    return Object.assign({}, ...parts, Object.fromEntries(members));
  }
  if (type === 'array') return depth > 3 ? [] : [sampleOf(document, schema.items, depth + 1)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return SAMPLES[schema.format as string] ?? 'text';
}

const SAMPLES: Record<string, string> = {
  uuid: '00000000-0000-0000-0000-000000000000',
  'date-time': '2026-01-15T08:00:00.000Z',
  date: '2026-01-15',
  'idn-email': 'ada@example.org',
  uri: 'https://example.org/',
};

const join = (parts: Markup[], between: string): Markup[] =>
  parts.map((part, index) => (index === 0 ? part : html`${between}${part}`));
