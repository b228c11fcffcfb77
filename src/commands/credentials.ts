import { randomBytes } from 'node:crypto';
import { transaction } from '../database/transaction.ts';
import { assignRole, bindClientPerson, createClient, type DialectName, setPassword } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';
import { PERMISSIONS } from '../record/kernel/permission.ts';
import { createPerson, credentialsOf, type SignInName } from '../record/people/index.ts';

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
    const signIn = dialect === 'absorb' ? await makeAdministrator(inner, `Absorb API (${name})`) : null;
    const made = await createClient(inner, {
      dialect,
      name,
      redirectUris,
      ...(signIn ? {} : { permissions: PERMISSIONS }),
    });
    if (signIn) await bindClientPerson(inner, made.client.id, signIn.personId);
    const named = signIn && { username: signIn.username, password: signIn.password };
    return { dialect, baseUrl, credentials: credentialsOf(made, named) };
  });
}

async function makeAdministrator(ctx: Context, fullName: string): Promise<SignInName & { personId: string }> {
  const username = `absorb-${randomBytes(3).toString('hex')}`;
  const password = randomBytes(15).toString('base64url');
  const person = await createPerson(ctx, { username, fullName: fullName.slice(0, 255) });
  await assignRole(ctx, person.id, { role: 'admin' });
  await setPassword(ctx, person.id, password);
  return { username, password, personId: person.id };
}
