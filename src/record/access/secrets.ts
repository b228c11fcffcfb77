import { createHash, createHmac, randomBytes } from 'node:crypto';

/** SHA-256 of a key, token or secret, the only form in which any of them is kept: they are long and random. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** 256 random bits, 43 characters of base64url. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** As good as random to whoever does not have the key, and the same for the same name: 256 bits, 43 characters of base64url. */
export const derivedSecret = (key: Uint8Array, name: string): string =>
  createHmac('sha256', key).update(name).digest('base64url');
