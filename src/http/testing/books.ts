import { Readable } from 'node:stream';
import { WITH_SECRET } from '../../../test/support/dialects.ts';
import { SYSTEM } from '../../record/kernel/actor.ts';
import { refuse } from '../../record/kernel/refusal.ts';
import type { HttpCall } from '../call.ts';
import { type Json, readContract } from '../contract.ts';
import { answerWith, type Dialect, type Reading } from '../dialect.ts';
import { createServer, type ServerOptions } from '../server.ts';

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
const json = (schema: Json) => ({ content: { 'application/json': { schema } } });
const book = { $ref: '#/components/schemas/Book' };
const refused = { 4: { description: 'No.', ...json({ $ref: '#/components/schemas/Problem' }) } };

/** A small contract that has one of everything. */
const document: Json = {
  openapi: '3.1.0',
  info: { title: 'Books', version: '1' },
  servers: [{ url: '/books' }],
  security: [{ key: [] }],
  paths: {
    '/shelves/{id}/bound-books/{number}': {
      get: {
        operationId: 'getBook',
        summary: 'One book',
        tags: ['Books'],
        'x-evidence': 'seed',
        'x-aliases': ['/shelf/{id}/bound-books/{number}'],
        parameters: [
          id,
          { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
          { name: 'pageSize', in: 'query', schema: { type: 'integer', maximum: 100 } },
          { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string', minLength: 2 } } },
          { name: 'key', in: 'query', schema: { type: 'integer' } },
          { name: 'old', in: 'query', schema: { type: 'boolean' } },
          {
            name: 'fields',
            in: 'query',
            style: 'deepObject',
            schema: { type: 'object', additionalProperties: { type: 'string' } },
          },
          { name: 'If-None-Match', in: 'header', schema: { type: 'string' } },
        ],
        responses: { 200: { description: 'It.', ...json(book) }, '4XX': refused[4] },
      },
    },
    '/shelves/{id}/books': {
      post: {
        operationId: 'createBook',
        tags: ['Books'],
        parameters: [id, { name: 'dry', in: 'query', schema: { type: 'boolean' } }],
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: book },
            'application/x-www-form-urlencoded': { schema: book },
          },
        },
        responses: {
          201: { description: 'Made.', ...json(book) },
          204: { description: 'Nothing.' },
          '4XX': refused[4],
        },
      },
    },
    '/books': {
      put: {
        operationId: 'putBooks',
        requestBody: {
          required: true,
          content: {
            'application/x-ndjson': { schema: book },
            'application/json': { 'x-rows': true, schema: { type: 'array', items: book } },
          },
        },
        responses: { 200: { description: 'Rows.', ...json({ type: 'array' }) } },
      },
      delete: { operationId: 'burnBooks', responses: { 204: { description: 'Gone.' } } },
    },
    '/files': {
      post: {
        operationId: 'upload',
        requestBody: { required: true, content: { 'application/zip': {} } },
        responses: { 200: { description: 'Size.', ...json({ type: 'integer' }) } },
      },
    },
    '/events': {
      get: {
        operationId: 'followEvents',
        responses: { 200: { description: 'Events.', content: { 'text/event-stream': {} } } },
      },
    },
    '/catalog.csv': {
      get: {
        operationId: 'exportCatalog',
        security: [],
        responses: { 200: { description: 'CSV.', content: { 'text/csv': { schema: { type: 'string' } } } } },
      },
    },
    '/door': {
      post: {
        operationId: 'knock',
        security: [],
        requestBody: { required: true, ...json(book) },
        responses: { 200: { description: 'In.', ...json(book) }, '4XX': refused[4] },
      },
    },
    '/troubles/{kind}': {
      post: {
        operationId: 'makeTrouble',
        parameters: [{ name: 'kind', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'None.', ...json(book) }, '4XX': refused[4] },
      },
    },
    '/letters': {
      post: {
        operationId: 'writeLetter',
        requestBody: { required: true, ...json({ type: 'object' }) },
        responses: { 200: { description: 'One.', ...json({ type: 'string' }) } },
      },
      delete: {
        operationId: 'tearLetters',
        requestBody: { required: true, ...json({ type: 'object' }) },
        responses: { 200: { description: 'Torn.', ...json({ type: 'string' }) } },
      },
    },
    '/letters#many': {
      post: {
        operationId: 'writeLetters',
        'x-wire-path': '/letters',
        requestBody: { required: true, ...json({ type: 'array' }) },
        responses: { 200: { description: 'Many.', ...json({ type: 'string' }) } },
      },
    },
    '/planned': { get: { operationId: 'planned', responses: { 200: { description: 'Later.' } } } },
  },
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } },
    schemas: {
      Thing: { type: 'object', required: ['title'], properties: { title: { type: 'string', minLength: 1 } } },
      Book: {
        allOf: [{ $ref: '#/components/schemas/Thing' }],
        type: 'object',
        properties: {
          pageCount: { type: 'integer', minimum: 1 },
          shelfId: { type: 'string', format: 'uuid' },
          author: { $ref: '#/components/schemas/Author' },
          parent: { $ref: '#/components/schemas/Book' },
        },
      },
      Author: { type: ['object', 'null'], properties: { fullName: { type: 'string' } } },
      Problem: { type: 'object', required: ['problem'], properties: { problem: { type: 'string' }, detail: {} } },
    },
  },
};

export const contract = readContract('books', document);

export interface Seen {
  input?: Json;
  call?: HttpCall;
  streams: { ended: number };
}

/** A dialect over that contract; `seen` holds what the last handler read. */
export function booksDialect(reading: Reading, more: Partial<Dialect> = {}): { dialect: Dialect; seen: Seen } {
  const seen: Seen = { streams: { ended: 0 } };
  const keep = (input: unknown, call: HttpCall) => Object.assign(seen, { input, call });
  const say = (status: number, problem: string, detail?: unknown) => ({ status, body: { problem, detail } });
  const dialect: Dialect = {
    ...WITH_SECRET,
    name: 'books',
    prefix: '/books',
    title: 'Books',
    contract,
    reading,
    dispatch: [
      {
        operations: ['writeLetter', 'writeLetters'],
        choose: (_query, body) => (Array.isArray(body) ? 'writeLetters' : 'writeLetter'),
      },
    ],
    handlers: {
      getBook: async (_who, input, call) => {
        keep(input, call);
        return { status: 200, body: { title: 'x'.repeat(input.query.pageSize ?? 1) }, headers: { etag: '"1"' } };
      },
      createBook: async (_who, input, call) => {
        keep(input, call);
        return input.query.dry ? { status: 204 } : { status: 201, body: input.body };
      },
      putBooks: async (_who, input, call) => {
        keep(input, call);
        return { status: 200, body: input.body };
      },
      burnBooks: async (_who, input, call) => {
        keep(input, call);
        return { status: 204 };
      },
      upload: async (_who, input) => {
        let size = 0;
        for await (const chunk of input.body as Readable) size += chunk.length;
        return { status: 200, body: size };
      },
      followEvents: async (_who, _input, call) => {
        async function* events() {
          try {
            yield 'data: 1\n\n';
            await new Promise((done) => call.signal.addEventListener('abort', done));
          } finally {
            seen.streams.ended += 1;
          }
        }
        return { status: 200, stream: events() };
      },
      exportCatalog: async () => ({ status: 200, stream: Readable.from(['a;b\n', '1;2\n']) }),
      knock: async (_who, input) => ({ status: 200, body: input.body }),
      makeTrouble: async (_who, { path }) => trouble(path.kind),
      tearLetters: async (_who, input, call) => {
        keep(input, call);
        return { status: 200, body: 'torn' };
      },
      writeLetter: async () => ({ status: 200, body: 'one' }),
      writeLetters: async () => ({ status: 200, body: 'many' }),
    },
    authenticate: async (call, operation) => {
      if (operation.security.length === 0) return null;
      if (call.headers['x-key'] === undefined) refuse({ kind: 'unauthenticated', why: 'missing' });
      if (call.headers['x-key'] === 'bare') answerWith({ status: 403, body: { message: 'Forbidden' } });
      return { tenant: { slug: 'library' }, actor: { ...SYSTEM, kind: 'client', id: call.headers['x-key'] } };
    },
    refusal: (fact) => {
      const status =
        { unauthenticated: 401, too_many_requests: 429, unavailable: 503, not_found: 404 }[fact.kind as string] ?? 422;
      return say(status, fact.kind, fact);
    },
    invalid: (faults) =>
      say(
        422,
        'invalid',
        faults.map((f) => `${f.where} ${f.path.join('.')} ${f.fault} ${f.keyword}`),
      ),
    malformed: (problem) =>
      say(
        { header_overflow: 431, too_large: 413, media_type: 415, timeout: 408 }[problem.kind as string] ?? 400,
        problem.kind,
        problem,
      ),
    notFound: ({ call }) => say(404, 'no path', `${call.method} ${call.url}`),
    methodNotAllowed: () => say(405, 'method'),
    notImplemented: (operation) => say(501, 'later', operation.id),
    crash: ({ call }) => say(500, 'crash', call.id),
    ...more,
  };
  return { dialect, seen };
}

async function trouble(kind: string): Promise<Json> {
  if (kind === 'lost') throw Object.assign(new Error('terminating connection'), { code: '57P01' });
  if (kind === 'slow') await new Promise((done) => setTimeout(done, 5000).unref());
  if (kind === 'drift') return { status: 200, body: { title: 'x', author: { fullName: 'y', age: 3 } } };
  if (kind === 'unlisted') return { status: 202, body: {} };
  if (kind === 'circle') {
    const circle: Json = {};
    circle.circle = circle;
    return { status: 200, body: circle };
  }
  throw new Error('a secret of the house');
}

interface Lines {
  lines: { level: string; facts: Json; text: string }[];
}

/** A server with that dialect alone, and what it logged. */
export async function booksServer(dialect: Dialect, more: Partial<ServerOptions> = {}) {
  const lines: Lines['lines'] = [];
  const log = (level: string) => (facts: object, text: string) => void lines.push({ level, facts, text });
  const app = await createServer({
    dialects: [dialect],
    publicUrl: null,
    ready: async () => {},
    log: { info: log('info'), warn: log('warn'), error: log('error') } as unknown as ServerOptions['log'],
    ...more,
  });
  return { app, lines };
}

export const ID = '0198f0a0-0000-7000-8000-00000000000a';
