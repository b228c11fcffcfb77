import { isIPv4 } from 'node:net';
import { run } from '../../database/run.ts';
import { constant, type Sql, sql, value } from '../../database/sql.ts';
import type { Database } from '../kernel/context.ts';
import { withoutHalt } from '../kernel/halt.ts';
import { refuse } from '../kernel/refusal.ts';
import { fingerprint } from './secrets.ts';

/**
 * How many misses are free, how many are forgotten each second, and how long the pause grows (in seconds). Beyond the free ones each
 * miss doubles the pause, from one second.
 */
interface Limit {
  free: number;
  forgotten: number;
  longest: number;
}

const LIMITS = {
  /** One account from one address. */
  pair: { free: 5, forgotten: 1 / 600, longest: 900 },
  /** One account from everywhere: short pauses, so that its owner finds a way in while others guess. */
  account: { free: 20, forgotten: 1 / 60, longest: 60 },
  /** Every account from one address; behind it may be a whole school. */
  address: { free: 100, forgotten: 1 / 6, longest: 300 },
  /** Keys, tokens and secrets of 122 bits or more from one address, and for one client. */
  secret: { free: 100, forgotten: 1, longest: 60 },
  /** Something that one person guesses under their own name. */
  person: { free: 10, forgotten: 1 / 60, longest: 300 },
} as const satisfies Record<string, Limit>;

/** What misses are counted against. */
export interface Counter {
  kind: keyof typeof LIMITS;
  key: string;
}

export const counter = (kind: Counter['kind'], ...of: string[]): Counter => ({
  kind,
  key: fingerprint(JSON.stringify([kind, ...of])),
});

/** Somebody with IPv6 has 64 bits of addresses at least: they count as one. */
export function addressOf(ip: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped || isIPv4(ip)) return mapped ?? ip;
  const [head = '', tail = ''] = ip.toLowerCase().split('%')[0]!.split('::');
  const parts = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const whole = ip.includes('::')
    ? [...parts, ...Array.from({ length: Math.max(0, 8 - parts.length - rest.length) }, () => '0'), ...rest]
    : parts;
  return whole
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** When the pause ends, for a row `g`. */
const pauseEnd = ({ free, longest }: Limit): Sql =>
  sql`(g.at + least(${constant(longest)}, power(2, least(30, round(g.level) - ${constant(free)}))) * interval '1 second')`;

const paused = (limit: Limit, at: Sql): Sql =>
  sql`(round(g.level) >= ${constant(limit.free)} and ${pauseEnd(limit)} > ${at})`;

const left = ({ forgotten }: Limit, at: Sql): Sql =>
  sql`greatest(0, g.level - ${constant(forgotten)} * greatest(0, extract(epoch from ${at} - g.at)))`;

/** The moment of the process, as no tenant's clock moves a pause. */
const moment = (): Sql => value(new Date(), 'timestamptz');

function counting({ kind, key }: Counter): Sql {
  const [limit, at] = [LIMITS[kind], moment()];
  return sql`insert into guess as g (key, level, at) values (${key}, 1, ${at})
        on conflict (key) do update set level = ${left(limit, at)} + 1, at = ${at} where not ${paused(limit, at)}
        returning known_at > ${at} - interval '30 days' as known`;
}

function waiting({ kind, key }: Counter): Sql {
  const [limit, at] = [LIMITS[kind], moment()];
  return sql`select ceil(extract(epoch from ${pauseEnd(limit)} - ${at}))::int as seconds
        from guess g where g.key = ${key} and ${paused(limit, at)}`;
}

/**
 * Pauses as this process last saw them, for a second at most: whoever guesses by the thousand costs the database no more than a statement
 * a second.
 */
const seen = new Map<string, { until: number; seconds: number }>();
const MOST_SEEN = 10_000;

function tooMany(key: string, seconds: number): never {
  if (seen.size >= MOST_SEEN) seen.delete(seen.keys().next().value!);
  seen.set(key, { until: Date.now() + 1000, seconds });
  return refuse({ kind: 'too_many_requests', retryAfterSeconds: seconds });
}

function demandUnseen({ key }: Counter): void {
  const found = seen.get(key);
  if (!found) return;
  if (found.until > Date.now()) refuse({ kind: 'too_many_requests', retryAfterSeconds: found.seconds });
  seen.delete(key);
}

/** Whoever is right about an account may forget what came before; being right about one code says nothing about others. */
const cleared = (key: string): Sql => sql`update guess set level = 0, known_at = ${moment()} where key = ${key}`;

/** Counting is no part of what the request does: it neither ends with its time nor makes its outcome unknown. */
const counted = <Row>(db: Database, statement: Sql) => withoutHalt(() => run<Row>(db, statement));
const giveBack = (db: Database, key: string) =>
  withoutHalt(() => run(db, sql`update guess set level = greatest(0, level - 1) where key = ${key}`));

async function demandOpen(db: Database, one: Counter): Promise<void> {
  const { rows } = await counted<{ seconds: number }>(db, waiting(one));
  if (rows[0]) tooMany(one.key, Math.max(1, rows[0].seconds));
}

/** Counts a miss, or refuses in a pause; gives whether the right word came lately. */
async function miss(db: Database, one: Counter): Promise<{ known: boolean }> {
  demandUnseen(one);
  const { rows } = await counted<{ known: boolean | null }>(db, counting(one));
  if (!rows[0]) await demandOpen(db, one);
  return { known: rows[0]?.known === true };
}

/**
 * Counts misses with long random secrets, after the fact: a right one is always taken. Refuses with `too_many_requests` in place of the
 * answer about to be given.
 */
export async function missed(db: Database, counters: readonly Counter[]): Promise<void> {
  for (const one of counters) await miss(db, one);
}

export interface Guarding {
  /** Counted before the attempt, so that a hundred at once are a hundred. */
  own: Counter;
  /** Asked before the attempt and counted after a miss; somebody who was right here lately does not suffer from others' misses. */
  shared?: readonly Counter[];
}

/**
 * Makes an attempt that gives undefined when what was shown is wrong; it hears whether the right word came here lately. Refuses with `too_many_requests`, without making it, in a pause.
 * Counted in the database, so that all processes count together; `db` must not be in a transaction that may be taken back.
 */
export async function guarded<T>(
  db: Database,
  { own, shared = [] }: Guarding,
  attempt: (known: boolean) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { known } = await miss(db, own);
  let result: T | undefined;
  try {
    if (!known)
      for (const one of shared) {
        demandUnseen(one);
        await demandOpen(db, one);
      }
    result = await attempt(known);
  } catch (error) {
    await giveBack(db, own.key);
    throw error;
  }
  if (result !== undefined) await (own.kind === 'pair' ? counted(db, cleared(own.key)) : giveBack(db, own.key));
  else for (const one of shared) await counted(db, counting(one));
  return result;
}

/** Forgets what no longer counts. */
export async function removeOldGuesses(db: Database): Promise<void> {
  const now = moment();
  await run(
    db,
    sql`delete from guess where at < ${now} - interval '4 hours'
      and (known_at is null or known_at < ${now} - interval '30 days')`,
  );
}
