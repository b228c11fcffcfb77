import { createHmac, timingSafeEqual } from 'node:crypto';

const SEAL = 16;

/** What a place in a list is worth: texts, numbers, truth values and nothing. */
export type Place = readonly (string | number | boolean | null)[];

const sealOf = (key: Uint8Array, scope: readonly unknown[], body: Buffer): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(scope)).update(body).digest().subarray(0, SEAL);

/**
 * A text that goes out and comes back, such as a place in a list: opaque, and good only for the scope that it was made for. The key is one
 * of the tenant's own (`signingKey`), so that nobody else can make one.
 */
export function sealed(key: Uint8Array, scope: readonly unknown[], text: string): string {
  const body = Buffer.from(text);
  return Buffer.concat([sealOf(key, scope, body), body]).toString('base64url');
}

/** What was sealed with this key for this scope; undefined for everything else. */
export function opened(key: Uint8Array, scope: readonly unknown[], text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const [seal, body] = [bytes.subarray(0, SEAL), bytes.subarray(SEAL)];
  // one spelling each: base64url has several
  if (seal.length !== SEAL || bytes.toString('base64url') !== text) return undefined;
  return timingSafeEqual(seal, sealOf(key, scope, body)) ? body.toString('utf8') : undefined;
}

/** Whether something is a place: a list of plain values, of a length that a list's order can have. */
export const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 20 &&
  value.every((part) => part === null || ['string', 'boolean'].includes(typeof part) || Number.isFinite(part));
