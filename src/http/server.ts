import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import compress from '@fastify/compress';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { addressesOf } from './addresses.ts';
import { type Sender, senderOf } from './answering.ts';
import { bodiesWithin } from './bodies.ts';
import { openCall } from './call.ts';
import { boundConnections } from './connections.ts';
import { allowOrigin } from './cors.ts';
import { type Dialect, MalformedRequest } from './dialect.ts';
import { serveDocs } from './docs.ts';
import { type Links, linksOf } from './links.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { HEAD_LIMITS, type Mount, mount, type Visit } from './mount.ts';
import { packLarge } from './packing.ts';
import { type Limit, rateLimiter } from './rate.ts';
import { takingTurns } from './taking-turns.ts';
import { unreadAnswers } from './unread.ts';
import { answerClientError, type ClientError } from './wire.ts';

export interface ServerOptions extends Gauges {
  dialects: readonly Dialect[];
  /** Where the outside reaches the server, such as `https://learn.example.org/courses`; null: as each caller addresses it. */
  publicUrl: string | null;
  /** Further host names, each the root of a dialect: `{ 'api.example.org': 'matricula' }`. */
  hosts?: Readonly<Record<string, string>>;
  corsOrigins?: readonly string[];
  /** Whose `X-Forwarded-*` is believed: that of so many proxies before us, or of those at these addresses. */
  trustProxy?: number | readonly string[];
  /** Requests per second and burst of each client; null for no limit. */
  rate?: Limit | null;
  /** Bytes of a body that is read as a whole; 10 MB by default. */
  bodyBytes?: number;
  /** Bytes of an uploaded file; 1 GB by default. */
  uploadBytes?: number;
  /** Connections that are open at once; 1000 by default. */
  connections?: number;
  /** Milliseconds for a request; 30 seconds by default. */
  requestMs?: number;
  /** Resolves while the database can be used; rejects with an error whose message may be shown to anybody. */
  ready(): Promise<unknown>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** For tests: answers that differ from the contract become a 500 that tells how. */
  checkAnswers?: boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    links: Links;
    /** From now on `/readyz` says so, while requests are still served. */
    drain(): void;
  }
  interface FastifyRequest {
    visit: Visit | null;
    dialect: Dialect | null;
    startedAt: number;
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const WITH_BODY = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const REQUEST_ID = /^[\w.:+/=@-]{1,128}$/;
const BASIC_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
/** For request line and headers to arrive. */
const HEAD_MS = 10_000;
/** Each may hold a head that never ends. */
const MOST_CONNECTIONS = 1000;

const LINGER_MS = 300;

/** The HTTP server with every dialect mounted, not listening yet. Close it by `closeServer`. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { dialects, log } = options;
  const addresses = addressesOf(dialects, options.hosts ?? {});
  const requestMs = options.requestMs ?? 30_000;
  const metrics = createMetrics(options);
  const streams = new Set<Visit>();
  const origins = new Set(options.corsOrigins ?? []);
  const links = linksOf(addresses, options.publicUrl, () => listeningAt(app));
  const secure = options.publicUrl?.startsWith('https:') ?? false;
  const unread = unreadAnswers();
  let closing = false;
  let draining = false;

  const surroundings = {
    limits: {
      bytes: options.bodyBytes ?? 10_000_000,
      uploadBytes: options.uploadBytes ?? 1_000_000_000,
      ms: Math.ceil(requestMs * 0.8),
      bodies: bodiesWithin(),
    },
    requestMs,
    rate: options.rate && options.rate.perSecond > 0 ? options.rate : null,
    limiter: rateLimiter(),
    checkAnswers: options.checkAnswers ?? false,
    log,
  };
  const failed = (error: unknown, visit: Visit) =>
    log.error({ requestId: visit.call.id, operation: visit.operation?.id, err: error }, 'stream failed');
  const mounted = new Map<Dialect, { mount: Mount; send: Sender }>(
    dialects.map((dialect) => [
      dialect,
      { mount: mount(dialect, surroundings), send: senderOf(dialect, streams, failed) },
    ]),
  );

  const app = fastify<http.Server>({
    logger: false,
    exposeHeadRoutes: false,
    serverFactory: (serve) =>
      http.createServer(
        // bodies have a limit of their own; that of the request is for uploads
        {
          maxHeaderSize: HEAD_LIMITS.bytes,
          headersTimeout: Math.min(HEAD_MS, requestMs),
          requestTimeout: 600_000,
          connectionsCheckingInterval: 1000,
          keepAliveTimeout: 72_000,
        },
        takingTurns(serve, unread, { passes: isProbe }),
      ),
    forceCloseConnections: 'idle',
    // what arrives while closing is still served, on a connection that ends with it
    return503OnClosing: false,
    trustProxy: proxiesOf(options.trustProxy ?? 0),
    routerOptions: { maxParamLength: 2000 },
    genReqId: (raw) => requestIdOf(raw),
    rewriteUrl: (raw) => addresses.rewrite(raw as IncomingMessage),
    frameworkErrors: (_error, request, reply) => void refuseUrl(request, reply),
    clientErrorHandler: (error, socket) =>
      answerClientError(error as unknown as ClientError, socket, (url, host) =>
        addresses.dialectOf(addresses.rewrite({ url, headers: { host } } as IncomingMessage)),
      ),
  });
  app.server.maxHeadersCount = HEAD_LIMITS.headers;
  boundConnections(app.server, options.connections ?? MOST_CONNECTIONS);
  // bodies are read by the mount, after path and query, as the contract says
  for (const method of WITH_BODY) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  app.decorateRequest('visit', null);
  app.decorateRequest('dialect', null);
  app.decorateRequest('startedAt', 0);
  await app.register(compress, { globalDecompression: false, encodings: ['br', 'gzip'], threshold: 1500 });

  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now();
    request.dialect = addresses.dialectOf(request.raw.url ?? '/') ?? null;
    reply.headers(BASIC_HEADERS).header('x-request-id', request.id);
    if (secure) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
    if (closing) reply.header('connection', 'close');
    if (allowOrigin(request, reply, origins, request.dialect ?? undefined)) return;
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { visit, dialect } = request;
    const ms = performance.now() - request.startedAt;
    const operation = visit?.operation?.id ?? (dialect ? 'unknown' : (request.routeOptions.url ?? 'unknown'));
    const status = reply.statusCode;
    metrics.observe({ dialect: dialect?.name ?? 'none', operation, status, seconds: ms / 1000 });
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: visit?.operation ? dialect!.prefix + visit.operation.path : (request.routeOptions.url ?? null),
        operation,
        dialect: dialect?.name ?? null,
        status,
        ms: Math.round(ms * 100) / 100,
        tenant: tenantOf(visit?.who),
      },
      'request',
    );
    done();
  });
  app.addHook('onSend', packLarge());
  app.addHook('preClose', (done) => {
    closing = true;
    for (const visit of streams) visit.call.abort();
    // whoever connected a moment ago is still heard: a closed listener would reset what waits to be accepted
    setTimeout(done, app.server.listening ? LINGER_MS : 0);
  });

  /** The mount's side of a request; `request.dialect` is known. */
  function visitOf(request: FastifyRequest, reply: FastifyReply, dialect: Dialect): Visit {
    const { raw } = request;
    const call = openCall({
      id: request.id,
      raw,
      res: reply.raw,
      url: (raw.url ?? '').slice(dialect.prefix.length) || '/',
      ip: () => request.ip,
      baseUrl: () => links.baseOf(request, dialect),
      siteUrl: () => links.siteOf(request),
    });
    const visit: Visit = { call, operation: null, who: undefined };
    request.visit = visit;
    request.dialect = dialect;
    return visit;
  }

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const dialect = request.dialect ?? addresses.dialectOf(request.raw.url ?? '/');
    if (!dialect) return neutral(reply, 404, 'Not found');
    const { mount: site, send } = mounted.get(dialect)!;
    const visit = visitOf(request, reply, dialect);
    const answer = await site.serve(visit, request.raw);
    if (answer === null) {
      request.raw.destroy();
      return reply.hijack();
    }
    if (answer.status === 408) reply.header('connection', 'close');
    return send(reply, visit, answer);
  }

  function refuseUrl(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const dialect = addresses.dialectOf(request.raw.url ?? '/');
    reply.headers(BASIC_HEADERS).header('x-request-id', request.id);
    if (!dialect) return neutral(reply, 400, 'Bad request');
    const visit = visitOf(request, reply, dialect);
    const { mount: site, send } = mounted.get(dialect)!;
    return send(reply, visit, site.trouble(new MalformedRequest({ kind: 'url' }), visit)!);
  }

  for (const dialect of dialects) {
    app.route({ method: METHODS, url: dialect.prefix, handler: serve });
    app.route({ method: METHODS, url: `${dialect.prefix}/*`, handler: serve });
  }
  // methods that Fastify does not route still get their dialect's words
  app.setNotFoundHandler((request, reply) => serve(request, reply));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    // Fastify's own refusals, of methods it knows and nobody serves among them
    if (error.statusCode && error.statusCode < 500 && !request.visit && !reply.sent) return serve(request, reply);
    log.error({ requestId: request.id, err: error }, 'request failed');
    const dialect = request.dialect;
    if (!dialect || reply.sent) return neutral(reply, 500, 'Internal server error');
    const visit = request.visit ?? visitOf(request, reply, dialect);
    reply.removeHeader('content-type');
    return mounted.get(dialect)!.send(reply, visit, dialect.crash(visit));
  });

  app.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    // from the signal on until the port closes, so that balancers send nobody here any more
    if (closing || draining) return reply.code(503).send({ status: 'draining' });
    const trouble = await Promise.race([
      options.ready().then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : 'database not available'),
      ),
      new Promise<string>((late) => setTimeout(() => late('database not available'), 2000).unref()),
    ]);
    return reply.code(trouble === null ? 200 : 503).send({ status: trouble ?? 'ready' });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  serveDocs(app, dialects, links, rootOf(options.publicUrl));
  app.decorate('links', links);
  app.decorate('drain', () => {
    draining = true;
  });
  return app;
}

/** Ends within `ms`: requests in flight are finished, streams ended, what is left is cut. */
export async function closeServer(app: FastifyInstance, ms = 1800): Promise<void> {
  const from = performance.now();
  const idle = setInterval(() => {
    if (performance.now() - from > 2 * LINGER_MS) app.server.closeIdleConnections();
  }, 50);
  const cut = setTimeout(() => app.server.closeAllConnections(), ms);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
  }
}

/** Whoever looks after the server hears how it is, however many wait. */
const isProbe = ({ url }: IncomingMessage): boolean => /^\/(healthz|readyz)(\?|$)/.test(url ?? '');

function requestIdOf(raw: { headers: IncomingMessage['headers'] }): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Counted proxies are the hops next to us. */
const proxiesOf = (
  trusted: number | readonly string[],
): false | string[] | ((address: string, hop: number) => boolean) =>
  typeof trusted === 'number' ? trusted > 0 && ((_address, hop) => hop < trusted) : trusted.length > 0 && [...trusted];

/** The path of the public URL, which a proxy may strip. */
export const rootOf = (publicUrl: string | null): string =>
  publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');

/** For callers whose host no link can be made of. */
function listeningAt(app: FastifyInstance): string {
  const address = app.server.address() as AddressInfo | string | null;
  if (address === null || typeof address === 'string') return 'http://localhost';
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

function tenantOf(who: unknown): string | null {
  const tenant = (who as { tenant?: { slug?: string } } | null | undefined)?.tenant;
  return tenant?.slug ?? null;
}

const neutral = (reply: FastifyReply, status: number, title: string): FastifyReply =>
  reply.code(status).type('application/problem+json').send({ type: 'about:blank', status, title });
