import { createHmac, hash, timingSafeEqual } from 'node:crypto';

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

/** Whether something is a place: a list of plain values, of a length that a list's order can have. */
export const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 20 &&
  value.every((part) => part === null || ['string', 'boolean'].includes(typeof part) || Number.isFinite(part));
