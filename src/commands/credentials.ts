import type { DialectName } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';
import { PERMISSIONS } from '../record/kernel/permission.ts';
import { connectClient, credentialsOf } from '../record/people/index.ts';

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
  // whoever signs in may do what they may; a key alone may do everything
  const permissions = dialect === 'absorb' ? [] : PERMISSIONS;
  const made = await connectClient(ctx, { dialect, name, permissions, redirectUris });
  return { dialect, baseUrl, credentials: credentialsOf(made, made.signIn) };
}
