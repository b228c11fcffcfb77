import { createHash } from 'node:crypto';
import { createCrew } from '../../workers/crew.ts';
import { stopped } from '../../workers/parse-outside.ts';
import { putTogether } from '../../workers/pieces.ts';
import { type Limits, Unreadable } from '../../workers/unreadable.ts';
import { AcademyError, type Fault, type Found, Misread } from './error.ts';
import type { Secret } from './secrets.ts';

/** What a server takes on beside its other work. */
export const MOST_BESIDE = 8_000_000;
/** What the command line takes; see `docs/academy-files.md` for what was measured. */
export const MOST_CHARACTERS = 100_000_000;

/** What the thread is asked for: to read the file, or where the faults of one that was read stand. */
export interface ReadTask {
  text: string;
  limits: Limits;
  found?: readonly Found[];
  /** Or for the file without its secrets. */
  keep?: boolean;
}

/** The file itself comes in pieces, if it has no faults. */
export interface ReadOutcome {
  faults: Fault[];
  kept?: { kept: string; secrets: Secret[] };
}

/** An academy file as it was read: well-formed by the published schema. */
export interface Source {
  data: Record<string, unknown>;
  /** Of the text. */
  digest: string;
  /** The error that tells these faults with their lines. */
  blame(found: readonly Found[]): Promise<AcademyError>;
}

const script = new URL('./reader-worker.ts', import.meta.url);
const beside = createCrew<ReadTask, ReadOutcome>({ script, most: 1, waiting: 16, megabytes: 768, ms: 20_000 });
const large = createCrew<ReadTask, ReadOutcome>({ script, most: 1, waiting: 1, megabytes: 6000, ms: 1_800_000 });

/** Shared parts may be repeated so often, all in all. */
const MOST_REPEATS = 1000;

const limitsOf = (text: string): Limits => ({
  depth: 100,
  values: Math.max(2_000_000, text.length / 4),
  aliases: MOST_REPEATS,
});

/**
 * Reads a file on a thread beside the loop. Refuses with `AcademyError` what is no YAML, what the schema does not allow, what cannot be
 * stored, and what takes too long or too much memory.
 */
export async function readAcademy(text: string, most = MOST_BESIDE, signal?: AbortSignal): Promise<Source> {
  if (text.length > most) throw whole('too_long', `the file has more than ${most.toLocaleString('en')} characters`);
  const crew = text.length > MOST_BESIDE ? large : beside;
  const limits = limitsOf(text);
  const ask = (found?: readonly Found[], onPiece?: Parameters<typeof crew.run>[1]) =>
    crew
      .run({ text, limits, ...(found ? { found } : {}) }, onPiece, signal)
      .catch(stopped)
      .catch(told);
  const parts = putTogether();
  const { faults } = await ask(undefined, parts.take);
  if (faults.length > 0) throw new AcademyError(faults);
  return {
    data: parts.value() as Record<string, unknown>,
    digest: createHash('sha256').update(text).digest('hex'),
    blame: async (found) => new AcademyError((await ask(found.slice(0, MOST_TOLD))).faults),
  };
}

/** Faults that are told with their lines. */
const MOST_TOLD = 1000;

/** The file, which was imported, without its secrets, and these. */
export async function withoutSecrets(text: string): Promise<{ kept: string; secrets: Secret[] }> {
  const { faults, kept } = await beside
    .run({ text, limits: limitsOf(text), keep: true })
    .catch(stopped)
    .catch(told);
  if (!kept) throw new AcademyError(faults);
  return kept;
}

/** Runs what finds faults in the file; they are told with their lines. */
export async function toldBy<T>(source: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Misread ? await source.blame(error.found) : error;
  }
}

const whole = (fault: Fault['fault'], message: string): AcademyError =>
  new AcademyError([{ line: 1, column: 1, path: [], fault, message }]);

function told(error: unknown): never {
  throw error instanceof Unreadable ? whole('too_long', error.message) : error;
}
