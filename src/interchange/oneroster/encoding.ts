import { invalid } from '../../record/kernel/refusal.ts';
import type { Entry } from './source.ts';

/** What files may be in; told by the caller where it is not UTF-8. */
export const ENCODINGS = ['utf-8', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];
/** What files turn out to be in: those that say so themselves need not be told. */
export type FoundEncoding = Encoding | 'utf-16le' | 'utf-16be';

/**
 * Reads a file through to tell its encoding: UTF-16 by its byte-order mark, UTF-8 where it is that, else the one that the caller said.
 * Refuses `invalid`, with the encoding that it looks like, before anything of the set is written.
 */
export async function encodingOf(entry: Entry, said: Encoding): Promise<FoundEncoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const stream = await entry.open();
  let first = true;
  let chunk: Uint8Array = new Uint8Array();
  try {
    for await (chunk of stream as AsyncIterable<Uint8Array>) {
      if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
      if (first && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
      // plain letters of UTF-16 are UTF-8 too, with a NUL beside each
      if (first && (chunk[0] === 0 || chunk[1] === 0))
        return invalid(
          [`${entry.name}.csv`],
          'format',
          'it looks like UTF-16 without a byte-order mark: save it as UTF-8',
        );
      first = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (!(error instanceof TypeError) || (error as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw error;
    if (said !== 'utf-8') return said;
    return invalid(
      [`${entry.name}.csv`],
      'format',
      chunk.some((byte) => UNUSED.has(byte))
        ? 'not UTF-8: save it as UTF-8'
        : 'not UTF-8; it looks like Windows-1252: save it as UTF-8, or pass --encoding windows-1252',
    );
  } finally {
    stream.destroy();
  }
}

/** Bytes that Windows-1252 has no letter for. */
const UNUSED: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
