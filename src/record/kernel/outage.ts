/**
 * Why the database cannot do now what it could do later.
 * unreachable: it does not answer or is going down. read_only: a standby, or set so. full: no room on its disk.
 * failing: it cannot read or write its files. busy: too slow, out of memory or connections, or somebody else was quicker.
 */
export type Outage = 'unreachable' | 'read_only' | 'full' | 'failing' | 'busy';

/** PostgreSQL's codes, the first match counts. */
const CODES: readonly (readonly [RegExp, Outage])[] = [
  [/^25006$/, 'read_only'],
  [/^53100$/, 'full'],
  [/^58030$/, 'failing'],
  [/^(08...|57P0[1-5])$/, 'unreachable'],
  [/^(53...|57014|40001|40P01|55P03|25P0[34])$/, 'busy'],
];

/** Codes of sockets and name servers. */
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What pg and its pool say without a code. */
const SAID: readonly (readonly [RegExp, Outage])[] = [
  [/timeout exceeded when trying to connect/i, 'busy'],
  [
    /Connection terminated|timeout expired|connection is closed|Client has encountered a connection error|Cannot use a pool after calling end|Client was closed/i,
    'unreachable',
  ],
];

/** The outage of the database that an exception tells of; null where it tells of something else. */
export function outageOf(error: unknown): Outage | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    const known = outageOfCode(code);
    if (known) return known;
    // a file that is missing is our fault, a socket that is missing is the database's
    if (LOST.has(code) && (code !== 'ENOENT' || syscall === 'connect')) return 'unreachable';
  }
  if (error instanceof AggregateError)
    for (const one of error.errors) {
      const outage = outageOf(one);
      if (outage) return outage;
    }
  return firstMatch(SAID, error.message) ?? (error.cause === undefined ? null : outageOf(error.cause));
}

export const outageOfCode = (code: string): Outage | null => firstMatch(CODES, code);

const firstMatch = (table: readonly (readonly [RegExp, Outage])[], text: string): Outage | null =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
