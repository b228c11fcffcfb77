import { createCipheriv, createHmac, hash, timingSafeEqual } from 'node:crypto';

const SEAL = 16;
const BLOCK = 64;
const DIGEST = 32;
/** Longer messages than cursors have are not made in the buffers that are kept. */
const ROOM = 2000;

/** What a place in a list is worth: texts, numbers, truth values and nothing. */
export type Place = readonly (string | number | boolean | null)[];

/** What HMAC hashes: the key as it is mixed in, and room behind it. */
interface Pads {
  inner: Buffer;
  outer: Buffer;
}
const pads = new WeakMap<Uint8Array, Pads>();

function padsOf(key: Uint8Array): Pads {
  const known = pads.get(key);
  if (known) return known;
  const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key;
  const padded = (byte: number, room: number): Buffer => {
    const pad = Buffer.alloc(BLOCK + room);
    for (let i = 0; i < BLOCK; i++) pad[i] = byte ^ (short[i] ?? 0);
    return pad;
  };
  const made = { inner: padded(0x36, ROOM), outer: padded(0x5c, DIGEST) };
  pads.set(key, made);
  return made;
}

/**
 * The first bytes of HMAC-SHA256 (RFC 2104), as latin1. By two hashes over kept buffers: a page of events has two hundred of them, and one
 * by `createHmac` takes five times as long.
 */
function sealOf(key: Uint8Array, message: string): string {
  if (message.length * 3 > ROOM) return createHmac('sha256', key).update(message).digest('latin1').slice(0, SEAL);
  const { inner, outer } = padsOf(key);
  const end = BLOCK + inner.write(message, BLOCK);
  outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK, 'latin1');
  return hash('sha256', outer, 'latin1').slice(0, SEAL);
}

/**
 * A text that goes out and comes back, such as a place in a list: opaque, and good only for the scope that it was made for. The key is one
 * of the tenant's own (`signingKey`), so that nobody else can make one.
 */
export function sealed(key: Uint8Array, scope: readonly unknown[], text: string): string {
  const seal = Buffer.from(sealOf(key, JSON.stringify(scope) + text), 'latin1');
  return Buffer.concat([seal, Buffer.from(text)]).toString('base64url');
}

/** What was sealed with this key for this scope; undefined for everything else. */
export function opened(key: Uint8Array, scope: readonly unknown[], text: string): string | undefined {
  const told = Buffer.from(text, 'base64url').subarray(SEAL).toString('utf8');
  // compared as it goes out: one spelling each, while base64url has several
  const [given, right] = [Buffer.from(text), Buffer.from(sealed(key, scope, told))];
  return given.length === right.length && timingSafeEqual(given, right) ? told : undefined;
}

const MOST_NAMES = 100;
const namedKeys = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

function keyFor(key: Uint8Array, name: string): Uint8Array {
  const known = namedKeys.get(key) ?? new Map<string, Uint8Array>();
  namedKeys.set(key, known);
  const made = known.get(name);
  if (made) return made;
  if (known.size >= MOST_NAMES) known.clear();
  const own = createHmac('sha256', key).update(`place ${name}`).digest();
  known.set(name, own);
  return own;
}

/**
 * As `sealed`, places that a name and a number tell, many at once. A number fits into one block of AES, and what that becomes under a key
 * of the name's own is its seal: a whole page takes one pass, where a hash for each would be most of what a page of the feed takes.
 */
export function sealedNumbers(key: Uint8Array, name: string, numbers: readonly number[]): string[] {
  const blocks = Buffer.alloc(numbers.length * SEAL);
  numbers.forEach((number, i) => {
    blocks.writeUInt32BE(Math.floor(number / 0x1_0000_0000), i * SEAL + 8);
    blocks.writeUInt32BE(number % 0x1_0000_0000, i * SEAL + 12);
  });
  const seals = createCipheriv('aes-256-ecb', keyFor(key, name), null).setAutoPadding(false).update(blocks);
  const room = Buffer.allocUnsafe(SEAL + name.length + 20);
  return numbers.map((number, i) => {
    seals.copy(room, 0, i * SEAL, (i + 1) * SEAL);
    return room.toString('base64url', 0, SEAL + room.write(`${name} ${number}`, SEAL, 'latin1'));
  });
}

/** Name and number of what `sealedNumbers` made with this key; undefined for everything else. */
export function openedNumber(key: Uint8Array, text: string): [name: string, number: number] | undefined {
  const told = Buffer.from(text, 'base64url').subarray(SEAL).toString('latin1');
  const [, name, digits] = /^([\w-]{1,100}) (\d{1,15})$/.exec(told) ?? [];
  if (name === undefined) return undefined;
  const number = Number(digits);
  // compared as it goes out: one spelling each
  const [given, right] = [Buffer.from(text), Buffer.from(sealedNumbers(key, name, [number])[0]!)];
  return given.length === right.length && timingSafeEqual(given, right) ? [name, number] : undefined;
}

/** Whether something is a place: a list of plain values, of a length that a list's order can have. */
export const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 20 &&
  value.every((part) => part === null || ['string', 'boolean'].includes(typeof part) || Number.isFinite(part));
