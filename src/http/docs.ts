import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';
import { indexPage, referencePage } from './docs/page.ts';
import { type FixedAnswer, fixedAnswer } from './fixed.ts';
import type { Links } from './links.ts';

/** Pages run only what this server serves itself, and talk only to it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const asset = (name: string): string => readFileSync(new URL(`docs/${name}`, import.meta.url), 'utf8');

/** Host names that openapi.json is kept for, beside the public URL; to others it names its server by a path alone. */
const MOST_BASES = 8;

/** `/docs`, a reference page and the notes of each dialect, and `openapi.json` below each prefix. `root` is the path of PUBLIC_URL. */
export function serveDocs(app: FastifyInstance, dialects: readonly Dialect[], links: Links, root: string): void {
  const page = (make: () => string) => {
    const answer = fixedAnswer('text/html; charset=utf-8', make);
    return (request: FastifyRequest, reply: FastifyReply) =>
      answer(
        request,
        reply.headers({ 'content-security-policy': POLICY, 'x-frame-options': 'DENY', 'cache-control': 'no-cache' }),
      );
  };

  app.get(
    '/docs',
    page(() => indexPage(dialects, root)),
  );
  for (const path of ['/', '/docs/'])
    app.get(path, (request, reply) => reply.redirect(`${links.siteOf(request)}/docs`, 302));
  for (const [name, type] of [
    ['docs.css', 'text/css; charset=utf-8'],
    ['docs.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const answer = fixedAnswer(type, () => asset(name));
    app.get(`/docs/assets/${name}`, (request, reply) => answer(request, reply.header('cache-control', 'no-cache')));
  }

  for (const dialect of dialects) {
    const { name, prefix, contract } = dialect;
    app.get(
      `/docs/${name}`,
      page(() => referencePage(dialect, root)),
    );
    const openapi = openapiOf(dialect, links, root);
    app.get(`/docs/${name}/openapi.json`, openapi);
    app.get(`${prefix}/openapi.json`, openapi);
    const { notes } = contract;
    if (notes)
      app.get(
        `/docs/${name}/notes`,
        fixedAnswer('text/plain; charset=utf-8', () => readFileSync(notes, 'utf8')),
      );
  }
}

/** The contract with the address by which this caller reaches it. */
function openapiOf(dialect: Dialect, links: Links, root: string): FixedAnswer {
  const made = (url: string): FixedAnswer =>
    fixedAnswer('application/json; charset=utf-8', () =>
      JSON.stringify({ ...dialect.contract.document, servers: [{ url }] }),
    );
  const anywhere = made(root + dialect.prefix);
  const answers = new Map<string, FixedAnswer>();
  return (request, reply) => {
    const base = links.baseOf(request, dialect);
    let answer = answers.get(base);
    if (!answer && answers.size < MOST_BASES) {
      answer = made(base);
      answers.set(base, answer);
    }
    return (answer ?? anywhere)(request, reply);
  };
}
