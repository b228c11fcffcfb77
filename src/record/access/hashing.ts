import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { refuse } from '../kernel/refusal.ts';

const derive = promisify(argon2);

/** 19 MiB, two passes: the floor that OWASP names for argon2id. Kept in each hash, so that it can be raised. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_LENGTH = 32;

/** Two of the four threads that Node has for files, names and compression too. */
const AT_ONCE = 2;
/** Some seconds of work; whoever comes then is asked to come again. */
const MOST_WAITING = 250;
/** Of them from one address, behind which may be a whole school. */
const MOST_WAITING_EACH = 50;

/** People who wait for an answer, and passwords that are set, many at once maybe: the two take turns. */
const signIns = new Map<string, (() => void)[]>();
const settings: (() => void)[] = [];
let waiting = 0;
let running = 0;
let turn: 0 | 1 = 0;

/** Waits for the place of somebody who signs in from this address, or for that of a password that is set. */
function queued(from: string | undefined, start: () => void): void {
  if (from === undefined) return void settings.push(start);
  signIns.set(from, [...(signIns.get(from) ?? []), start]);
  waiting++;
}

/** Addresses take turns, however many wait at one of them. */
function nextSignIn(): (() => void) | undefined {
  const [from, queue] = signIns.entries().next().value ?? [];
  if (from === undefined || !queue) return undefined;
  signIns.delete(from);
  waiting--;
  const [start, ...rest] = queue;
  if (rest.length > 0) signIns.set(from, rest);
  return start;
}

async function inTurn<T>(from: string | undefined, work: () => Promise<T>): Promise<T> {
  if (from !== undefined && (waiting >= MOST_WAITING || (signIns.get(from)?.length ?? 0) >= MOST_WAITING_EACH))
    refuse({ kind: 'unavailable' });
  if (running >= AT_ONCE) await new Promise<void>((start) => queued(from, start));
  else running++;
  try {
    return await work();
  } finally {
    turn = turn === 0 ? 1 : 0;
    const next = turn === 0 ? (nextSignIn() ?? settings.shift()) : (settings.shift() ?? nextSignIn());
    // the place goes on to the next
    if (next) next();
    else running--;
  }
}

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, the form other software reads too. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await inTurn(undefined, () => digest(password, nonce, COST));
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/**
 * Whether the password is the one that was hashed; takes the same time either way. With `from`, by somebody at that address who
 * signs in: refuses with `unavailable` when too many wait, there or altogether.
 */
export async function verifyPassword(password: string, hash: string, from?: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, expected] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? [];
  if (!salt || !expected) return false;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const tag = await inTurn(from, () => digest(password, Buffer.from(salt, 'base64'), cost));
  const wanted = Buffer.from(expected, 'base64');
  return tag.length === wanted.length && timingSafeEqual(tag, wanted);
}

const digest = (password: string, nonce: Buffer, cost: typeof COST): Promise<Buffer> =>
  derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength: TAG_LENGTH, ...cost });

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
