import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Encoding, encodingFor, varyWith } from './fixed.ts';

/** Smaller answers are packed at once, on the loop. */
const LARGE = 16_384;
/** Two of the four threads that Node has for files, names and passwords too. */
const AT_ONCE = 2;
const TEXT = /^text\/(?!event-stream)|[/+]json\b/;

const PACK: Record<Encoding, (text: string | Buffer) => Promise<Buffer>> = {
  br: (text) =>
    promisify(brotliCompress)(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 4,
        // a window of 256 KB: the usual one costs megabytes for each answer
        [constants.BROTLI_PARAM_LGWIN]: 18,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      },
    }),
  gzip: (text) => promisify(gzip)(text),
};

type Done = (error: Error | null, payload?: unknown) => void;

/** A hook that packs large answers in one go, a few at a time: an encoder for each that is under way would cost more than the answers. */
export function packLarge(): (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done) => void {
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function pack(encoding: Encoding, text: string | Buffer): Promise<Buffer> {
    if (busy >= AT_ONCE) await new Promise<void>((turn) => waiting.push(turn));
    else busy += 1;
    try {
      return await PACK[encoding](text);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  }

  return (request, reply, payload, done) => {
    if ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || payload.length < LARGE)
      return done(null, payload);
    if (reply.hasHeader('content-encoding') || reply.hasHeader('content-range')) return done(null, payload);
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (!encoding || !TEXT.test(String(reply.getHeader('content-type')))) return done(null, payload);
    reply.header('content-encoding', encoding).header('vary', varyWith(reply.getHeader('vary')));
    reply.removeHeader('content-length');
    pack(encoding, payload).then(
      (bytes) => done(null, bytes),
      (error: Error) => done(error),
    );
  };
}
