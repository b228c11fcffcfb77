import { PassThrough, type Readable } from 'node:stream';
import type { Chunks } from './handlers.ts';

const PING_MS = 15_000;

/**
 * Chunks as a stream that ends when the source does. When `signal` is aborted before, events end cleanly; of anything else half would be
 * taken for the whole, so that it is cut. Server-sent events get a comment at once, so that headers go out, and every 15 seconds, so that dead connections and idle proxies are noticed.
 */
export function flow(chunks: Chunks, events: boolean, signal: AbortSignal, failed: (error: unknown) => void): Readable {
  const out = new PassThrough();
  const source = (chunks as AsyncIterable<string | Uint8Array>)[Symbol.asyncIterator]();
  let ended = false;
  const ping = events ? setInterval(() => out.write(':\n\n'), PING_MS).unref() : undefined;
  const end = (whole: boolean) => {
    if (ended) return;
    ended = true;
    clearInterval(ping);
    if (whole) out.end();
    else out.destroy(new Error('cut before its end'));
    // a source that waits for its next event notices `signal`; its return is not waited for
    void Promise.resolve(source.return?.()).catch(() => {});
  };
  if (events) out.write(':\n\n');
  const stop = () => end(events);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  out.once('close', stop);
  void (async () => {
    try {
      while (!ended) {
        const next = await source.next();
        if (next.done || ended) break;
        if (!out.write(next.value)) await room(out);
      }
      end(true);
    } catch (error) {
      if (ended) return;
      failed(error);
      // a broken stream must not look complete
      end(false);
    }
  })();
  return out;
}

/** Resolves when a stream takes more or is gone. What waited leaves nothing behind: a large answer waits thousands of times. */
function room(out: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      out.off('drain', done).off('close', done);
      resolve();
    };
    out.on('drain', done).on('close', done);
  });
}
