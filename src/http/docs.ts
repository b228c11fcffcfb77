import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';
export function serveDocs(
  _app: FastifyInstance,
  _dialects: readonly Dialect[],
  _origin: (request: FastifyRequest) => string,
): void {}
