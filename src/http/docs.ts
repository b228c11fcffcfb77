import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';
import { indexPage, referencePage } from './docs/page.ts';

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

/** `/docs`, a reference page and the notes of each dialect, and `openapi.json` below each prefix. */
export function serveDocs(
  app: FastifyInstance,
  dialects: readonly Dialect[],
  originOf: (request: FastifyRequest) => string,
): void {
  const page = (reply: FastifyReply, text: string): FastifyReply =>
    reply
      .headers({ 'content-security-policy': POLICY, 'x-frame-options': 'DENY', 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(text);
  const once = (make: () => string): (() => string) => {
    let made: string | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };

  const index = once(() => indexPage(dialects));
  app.get('/docs', (_request, reply) => page(reply, index()));
  for (const path of ['/', '/docs/']) app.get(path, (_request, reply) => reply.redirect('/docs', 302));
  for (const [name, type] of [
    ['docs.css', 'text/css; charset=utf-8'],
    ['docs.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const text = once(() => asset(name));
    app.get(`/docs/assets/${name}`, (_request, reply) =>
      reply.header('cache-control', 'no-cache').type(type).send(text()),
    );
  }

  for (const dialect of dialects) {
    const { name, prefix, contract } = dialect;
    const reference = once(() => referencePage(dialect));
    app.get(`/docs/${name}`, (_request, reply) => page(reply, reference()));
    const openapi = (request: FastifyRequest, reply: FastifyReply) =>
      reply
        .type('application/json; charset=utf-8')
        .send({ ...contract.document, servers: [{ url: originOf(request) + prefix }] });
    app.get(`/docs/${name}/openapi.json`, openapi);
    app.get(`${prefix}/openapi.json`, openapi);
    const { notes } = contract;
    if (notes) {
      const text = once(() => readFileSync(notes, 'utf8'));
      app.get(`/docs/${name}/notes`, (_request, reply) => reply.type('text/plain; charset=utf-8').send(text()));
    }
  }
}
