import { type Json, type Operation, resolve } from '../contract.ts';
import type { Dialect } from '../dialect.ts';
import { html, inline, type Markup, prose } from './html.ts';
import { sampleOf, schemaView, typeText } from './schema.ts';

const EVIDENCE: Record<string, string> = {
  seed: 'from the vendor’s own reference',
  'vendor-docs': 'from other pages of the vendor',
  'vendor-spec': 'from another description by the vendor',
  client: 'seen in public client code',
  inferred: 'our own reading',
};

/** A page that looks like all of ours. `root` is the path before all of ours, as the outside sees it. */
export function shell(title: string, root: string, body: Markup): string {
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title>
<link rel="icon" href="${root}/favicon.ico"><link rel="stylesheet" href="${root}/docs/assets/docs.css"><script src="${root}/docs/assets/docs.js" defer></script></head>
<body><a class="skip" href="#main">Skip to content</a>${body}</body></html>`.markup
  }\n`;
}

/** The list of dialects. `root` is the path before all of ours, as the outside sees it. */
export function indexPage(dialects: readonly Dialect[], root: string): string {
  return shell(
    'Matricula: protocols',
    root,
    html`<main id="main" class="single"><h1>One learning record, ${dialects.length} ${dialects.length === 1 ? 'protocol' : 'protocols'}</h1>
<ul class="cards">${dialects.map((dialect) => {
      const { operations } = dialect.contract;
      const done = operations.filter((operation) => Object.hasOwn(dialect.handlers, operation.id)).length;
      return html`<li><h2><a href="${root}/docs/${dialect.name}">${dialect.title}</a></h2>
<p>${inline(dialect.contract.document.info?.summary)}</p>
<p><code>${root}${dialect.prefix}</code> · ${done} of ${operations.length} operations ·
<a href="${root}${dialect.prefix}/openapi.json">OpenAPI</a>${dialect.contract.notes ? html` · <a href="${root}/docs/${dialect.name}/notes">notes</a>` : ''}</p></li>`;
    })}</ul></main>`,
  );
}

/** The reference of one dialect, to read and to try. */
export function referencePage(dialect: Dialect, root: string): string {
  const { contract, title, prefix, name } = dialect;
  const { document, operations } = contract;
  const tags = [...new Set(operations.map((operation) => operation.tags[0] ?? 'Other'))];
  const tagNote = new Map<string, string>((document.tags ?? []).map((tag: Json) => [tag.name, tag.description]));
  const inTag = (tag: string) => operations.filter((operation) => (operation.tags[0] ?? 'Other') === tag);
  const schemas = Object.entries<Json>(document.components?.schemas ?? {});
  return shell(
    `${title}: reference`,
    root,
    html`<header class="top"><p><a href="${root}/docs">All protocols</a></p><h1>${title}</h1>
<p>Base <code>${root}${prefix}</code> · <a href="${root}${prefix}/openapi.json">OpenAPI document</a>${
      contract.notes ? html` · <a href="${root}/docs/${name}/notes">Behaviour notes</a>` : ''
    } · ${operations.length} operations</p></header>
<div class="columns"><nav aria-label="Operations"><label for="find">Find an operation</label><input id="find" type="search" autocomplete="off">
${tags.map(
  (tag) =>
    html`<h2>${tag}</h2><ul>${inTag(tag).map(
      (
        operation,
      ) => html`<li data-find="${`${operation.id} ${operation.path} ${operation.raw.summary ?? ''}`.toLowerCase()}">
<a href="#${operation.id}"><span class="method ${operation.method.toLowerCase()}">${operation.method}</span> ${operation.raw.summary ?? operation.id}</a></li>`,
    )}</ul>`,
)}<h2><a href="#schemas">Schemas</a></h2></nav>
<main id="main" data-base="${root}${prefix}">${prose(document.info?.description)}${credentials(document)}
${tags.map((tag) => html`<section><h2>${tag}</h2>${prose(tagNote.get(tag))}${inTag(tag).map((operation) => operationView(dialect, operation))}</section>`)}
<section id="schemas"><h2>Schemas</h2>${schemas.map(
      ([
        schemaName,
        schema,
      ]) => html`<article id="schema-${schemaName}"><h3>${schemaName}${evidence(schema['x-evidence'])}</h3>
${prose(schema.description)}${schemaView(schema)}</article>`,
    )}</section></main></div>`,
  );
}

function evidence(label: unknown): Markup | null {
  if (typeof label !== 'string') return null;
  return html` <span class="label" title="${EVIDENCE[label] ?? 'origin of this part'}">${label}</span>`;
}

/** Fields for what the security schemes send. */
function credentials(document: Json): Markup | null {
  const fields = new Map<string, string>();
  for (const scheme of Object.values<Json>(document.components?.securitySchemes ?? {})) {
    if (scheme.type === 'apiKey' && scheme.in !== 'cookie')
      fields.set(`${scheme.in} ${scheme.name}`, scheme.description ?? '');
    else if (scheme.type !== 'apiKey') fields.set('header Authorization', 'Scheme word and token, such as: Bearer …');
  }
  if (fields.size === 0) return null;
  return html`<details class="credentials" open><summary>Credentials for trying</summary>
<p>Kept in this tab only, and sent with every request tried below.</p><form>
${[...fields].map(([key, note], index) => {
  const [place, ...rest] = key.split(' ');
  const name = rest.join(' ');
  return html`<p><label for="credential-${index}">${name} <small>${place}. ${inline(note)}</small></label>
<input id="credential-${index}" name="${name}" data-place="${place}" autocomplete="off" spellcheck="false"></p>`;
})}</form></details>`;
}

function operationView(dialect: Dialect, operation: Operation): Markup {
  const { document } = dialect.contract;
  const { raw, id, method, path } = operation;
  const built = Object.hasOwn(dialect.handlers, id);
  const parameters: Json[] = operation.parameters.map((parameter) => ({
    ...parameter,
    raw: rawParameter(document, parameter.pointer),
  }));
  return html`<article id="${id}" class="operation"><h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></h3>
<p class="summary"><strong>${raw.summary ?? id}</strong> <code class="id">${id}</code>${evidence(operation.evidence)}${
    built ? null : html` <span class="label todo">not built: answers 501</span>`
  }${raw.deprecated ? html` <span class="label todo">deprecated</span>` : null}</p>
${prose(raw.description)}<p class="security">${securityText(operation)}</p>
${
  parameters.length > 0
    ? html`<h4>Parameters</h4><div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map(
        (
          parameter,
        ) => html`<tr><th scope="row"><code>${parameter.name}</code>${parameter.required ? html` <abbr title="required">*</abbr>` : ''}</th>
<td>${parameter.in}</td><td>${typeText(parameter.raw.schema)}</td><td>${inline(parameter.raw.description)}${evidence(parameter.raw['x-evidence'])}${
          parameter.raw.deprecated ? html` <span class="label todo">deprecated</span>` : ''
        }</td></tr>`,
      )}</tbody></table></div>`
    : ''
}
${bodyView(document, operation)}
<h4>Answers</h4><dl class="answers">${Object.entries<Json>(raw.responses ?? {}).map(([status, entry]) => answerView(document, status, entry))}</dl>
${tryForm(document, operation, parameters)}</article>`;
}

const rawParameter = (document: Json, pointer: string): Json =>
  pointer
    .split('/')
    .slice(1, -1)
    .reduce((thing, part) => thing[decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~')], document);

function securityText(operation: Operation): string {
  const ways = operation.security.map((way) =>
    Object.entries(way)
      .map(([name, scopes]) => (scopes.length > 0 ? `${name} (${scopes.join(', ')})` : name))
      .join(' + '),
  );
  return ways.length === 0 ? 'Open to everybody.' : `Needs ${ways.map((way) => way || 'nothing').join(', or ')}.`;
}

function bodyView(document: Json, operation: Operation): Markup | null {
  if (!operation.body) return null;
  const [body] = resolve(document, operation.raw.requestBody, '');
  return html`<h4>Body${operation.body.required ? '' : ' (optional)'}</h4>${prose(body.description)}
${Object.entries<Json>(body.content).map(([type, media]) => html`<p><code>${type}</code></p>${schemaView(media?.schema)}`)}`;
}

function answerView(document: Json, status: string, entry: Json): Markup {
  const [answer] = resolve(document, entry, '');
  const content = Object.entries<Json>(answer.content ?? {});
  return html`<dt><code>${status}</code></dt><dd>${inline(answer.description)}${evidence(answer['x-evidence'])}
${content.map(([type, media]) => html`<div><small>${type}</small> ${typeText(media?.schema)}</div>`)}</dd>`;
}

function tryForm(document: Json, operation: Operation, parameters: Json[]): Markup {
  const { id, method, path } = operation;
  const type = operation.body?.media[0]?.type;
  const [body] = operation.body ? resolve(document, operation.raw.requestBody, '') : [null];
  const media: Json =
    type && (Object.entries<Json>(body.content).find(([name]) => name.toLowerCase() === type)?.[1] ?? null);
  const textual = type !== undefined && /json|text|form/.test(type);
  const sample = textual && media?.schema ? sampleText(type, sampleOf(document, media.schema)) : '';
  const named = parameters.filter(
    (parameter) => !(parameter.in === 'header' && /^(x-api-key|authorization)$/i.test(parameter.name)),
  );
  return html`<details class="try"><summary>Try it</summary><form data-method="${method}" data-path="${path}" data-type="${type ?? ''}">
${named.map(
  (
    parameter,
  ) => html`<p><label for="${id}-${parameter.in}-${parameter.name}">${parameter.name}${parameter.required ? ' (required)' : ''} <small>${parameter.in}</small></label>
<input id="${id}-${parameter.in}-${parameter.name}" name="${parameter.name}" data-place="${parameter.in}" autocomplete="off"${parameter.required ? html` required` : ''}></p>`,
)}
${textual ? html`<p><label for="${id}-body">Body <small>${type}</small></label><textarea id="${id}-body" name="body" rows="8" spellcheck="false">${sample}</textarea></p>` : ''}
${type !== undefined && !textual ? html`<p><label for="${id}-file">File <small>${type}</small></label><input id="${id}-file" name="file" type="file"></p>` : ''}
<p><button type="submit">Send</button> <button type="button" data-curl>Copy as curl</button></p>
<div class="result" role="status" aria-live="polite"></div></form></details>`;
}

function sampleText(type: string, sample: unknown): string {
  if (/form/.test(type) && sample && typeof sample === 'object') {
    return Object.entries(sample)
      .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
      .join('&');
  }
  if (/ndjson/.test(type)) return JSON.stringify(sample);
  return typeof sample === 'string' && type.startsWith('text/') ? sample : JSON.stringify(sample, null, 2);
}
