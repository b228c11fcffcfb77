import { isUtf8 } from 'node:buffer';
import { createCrew, Stopped } from './crew.ts';
import { type Piece, putTogether } from './pieces.ts';
import { type Limits, type Trouble, Unreadable, unreadable } from './unreadable.ts';

export type { Why } from './unreadable.ts';
export { Unreadable } from './unreadable.ts';

/** What `parse-worker.ts` is asked for, and what it says at the end; the value itself comes in pieces. */
export interface Task {
  source: string | Uint8Array;
  format: Format;
  limits: Limits;
}
/** CSV says what stands between its cells. */
export type Format = 'json' | 'yaml' | { csv: string };
export type Outcome = { trouble: Trouble | null };

const crew = createCrew<Task, Outcome>({
  script: new URL('./parse-worker.ts', import.meta.url),
  most: 2,
  waiting: 32,
  megabytes: 512,
  ms: 10_000,
});

const USUAL: Limits = { depth: 100, values: 1_000_000, aliases: 100 };

/**
 * Reads JSON, YAML or CSV (`CsvRecord[]`) from outside on a thread beside the loop: bounded in time, memory, depth, values and aliases, and handed over in
 * slices. Bytes must be UTF-8. Rejects with `Unreadable`, whose `why` tells what was wrong. For texts worth a thread: from about 1 MB.
 */
export async function parseOutside(
  source: string | Uint8Array,
  { format, limits = {} }: { format: Format; limits?: Partial<Limits> },
): Promise<unknown> {
  if (typeof source !== 'string' && !isUtf8(source)) throw unreadable('encoding', 'it is no UTF-8');
  const parts = putTogether();
  const { trouble } = await crew
    .run({ source, format, limits: { ...USUAL, ...limits } }, (piece: Piece) => parts.take(piece))
    .catch(stopped);
  if (trouble) throw new Unreadable(trouble);
  return parts.value();
}

const WORDS = {
  time: 'reading it takes too long',
  memory: 'reading it takes too much memory',
  busy: 'too many others are being read',
};

export function stopped(error: unknown): never {
  throw error instanceof Stopped ? unreadable(error.why, WORDS[error.why]) : error;
}
