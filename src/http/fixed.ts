import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const SMALLEST_PACKED = 1500;

const PACKED = {
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Buffer) => gzipSync(bytes),
} as const;

export type Encoding = keyof typeof PACKED;

const fixed = new WeakSet<ServerResponse>();

/** Whether what is sent is shared with everybody else who asked for it. */
export const isFixed = (response: ServerResponse): boolean => fixed.has(response);

/** Sends a text that is the same for everybody. */
export type FixedAnswer = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * An answer made once, at its first request, and packed once for each encoding: however many clients ask and do not read, there is one
 * buffer, and no thread has to be free to pack it.
 */
export function fixedAnswer(type: string, make: () => string): FixedAnswer {
  let plain: Buffer | undefined;
  const packed = new Map<Encoding, Buffer>();
  return (request, reply) => {
    plain ??= Buffer.from(make());
    reply.type(type);
    fixed.add(reply.raw);
    if (plain.length < SMALLEST_PACKED) return reply.send(plain);
    reply.header('vary', varyWith(reply.getHeader('vary')));
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (!encoding) return reply.header('content-encoding', 'identity').send(plain);
    let bytes = packed.get(encoding);
    if (!bytes) {
      bytes = PACKED[encoding](plain);
      packed.set(encoding, bytes);
    }
    return reply.header('content-encoding', encoding).send(bytes);
  };
}

export const varyWith = (vary: unknown): string =>
  typeof vary === 'string' ? `${vary}, Accept-Encoding` : 'Accept-Encoding';

/** The better one of those that the client takes. */
export function encodingFor(header: string | string[] | undefined): Encoding | undefined {
  const taken = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
        return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
      }),
  );
  return (['br', 'gzip'] as const).find((name) => taken.get(name) ?? taken.get('*') ?? false);
}
