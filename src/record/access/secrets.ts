import { createHash, randomBytes } from 'node:crypto';

/** SHA-256 of a key, token or secret, the only form in which any of them is kept: they are long and random. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** 256 random bits, 43 characters of base64url. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');
