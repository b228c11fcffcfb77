import { randomBytes } from 'node:crypto';
import { transaction } from '../database/transaction.ts';
import { assignRole, bindClientPerson, createClient, type DialectName, setPassword } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';
import { PERMISSIONS } from '../record/kernel/permission.ts';
import { createPerson } from '../record/people/index.ts';

/** Where each dialect is mounted. */
export const PREFIXES: Partial<Record<DialectName, string>> = {
  matricula: '/matricula/v1',
  absorb: '/absorb',
  enabley: '/enabley',
};

export interface Credentials {
  dialect: DialectName;
  baseUrl: string;
  /** Everything the protocol asks for, by the protocol's own names. Shown once: only fingerprints are kept. */
  credentials: Record<string, string>;
}

export interface CredentialsOptions {
  dialect: DialectName;
  name: string;
  publicUrl: string;
  redirectUris?: readonly string[];
}

/** Makes an API client with all that its protocol needs, such as an administrator for Absorb's token to act for. */
export async function makeCredentials(
  ctx: Context,
  { dialect, name, publicUrl, redirectUris = [] }: CredentialsOptions,
): Promise<Credentials> {
  const baseUrl = `${publicUrl}${PREFIXES[dialect] ?? `/${dialect}`}`;
  return transaction(ctx, async (inner) => {
    switch (dialect) {
      case 'absorb': {
        const username = `absorb-${randomBytes(3).toString('hex')}`;
        const password = randomBytes(15).toString('base64url');
        const person = await createPerson(inner, { username, fullName: `Absorb API (${name})`.slice(0, 255) });
        await assignRole(inner, person.id, { role: 'admin' });
        await setPassword(inner, person.id, password);
        const made = await createClient(inner, { dialect, name, redirectUris });
        await bindClientPerson(inner, made.client.id, person.id);
        return {
          dialect,
          baseUrl,
          credentials: {
            username,
            password,
            privateKey: made.key,
            clientId: made.client.id,
            clientSecret: made.secret ?? '',
          },
        };
      }
      case 'enabley': {
        const made = await createClient(inner, { dialect, name, permissions: PERMISSIONS, redirectUris });
        return { dialect, baseUrl, credentials: { clientKey: made.key, secret: made.secret ?? '' } };
      }
      default: {
        const made = await createClient(inner, { dialect, name, permissions: PERMISSIONS, redirectUris });
        return { dialect, baseUrl, credentials: { apiKey: made.key, ...(made.secret ? { secret: made.secret } : {}) } };
      }
    }
  });
}
