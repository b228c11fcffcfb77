import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const [SALT, NONCE, TAG] = [16, 12, 16];

const keyOf = (secret: string, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, 'kept answer', 32));

/** Text that only the holder of the secret reads back: credentials in a kept answer must not lie open in the database. */
export function encrypted(text: string, secret: string): string {
  const [salt, nonce] = [randomBytes(SALT), randomBytes(NONCE)];
  const cipher = createCipheriv(ALGORITHM, keyOf(secret, salt), nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), hidden]).toString('base64url');
}

/** Undefined when it was encrypted with another secret. */
export function decrypted(text: string, secret: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const [salt, nonce] = [bytes.subarray(0, SALT), bytes.subarray(SALT, SALT + NONCE)];
  const tag = bytes.subarray(SALT + NONCE, SALT + NONCE + TAG);
  const decipher = createDecipheriv(ALGORITHM, keyOf(secret, salt), nonce).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(bytes.subarray(SALT + NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** What tells one request from another. Of a password it takes two bytes: enough to notice another, useless for guessing. */
export const requestPrint = (...parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(parts, (name, value: unknown) =>
        name === 'password' && typeof value === 'string'
          ? createHash('sha256').update(value).digest('hex').slice(0, 4)
          : value,
      ),
    )
    .digest('hex');
