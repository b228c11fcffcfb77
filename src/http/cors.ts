import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const EXPOSED = ['link', 'etag', 'location', 'retry-after', 'x-request-id'];

/**
 * Cross-origin headers for configured origins (`*` for all). True when the request was a preflight and is answered;
 * preflights carry no credentials, so they are answered before anybody is authenticated.
 */
export function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: ReadonlySet<string>,
  dialect: Dialect | undefined,
): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  reply.header('vary', 'Origin');
  if (!origins.has(origin) && !origins.has('*')) return false;
  reply.header('access-control-allow-origin', origin);
  if (dialect?.cors?.credentials) reply.header('access-control-allow-credentials', 'true');
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
    reply.header('access-control-expose-headers', [...EXPOSED, ...(dialect?.cors?.exposedHeaders ?? [])].join(', '));
    return false;
  }
  const wanted = request.headers['access-control-request-headers'];
  reply.headers({
    vary: 'Origin, Access-Control-Request-Headers',
    'access-control-allow-methods': METHODS,
    'access-control-max-age': '600',
    ...(wanted ? { 'access-control-allow-headers': wanted } : {}),
  });
  reply.code(204).send();
  return true;
}
