import type { About } from '../http/about.ts';
import type { Context } from '../record/kernel/context.ts';
import { PERMISSIONS } from '../record/kernel/permission.ts';
import { People } from '../record/people/index.ts';

export interface Credentials {
  /** Name of the dialect. */
  dialect: string;
  baseUrl: string;
  /** Everything the protocol asks for, by the protocol's own names. Shown once: only fingerprints are kept. */
  credentials: Record<string, string>;
}

export interface CredentialsOptions {
  dialect: About;
  name: string;
  publicUrl: string;
  redirectUris?: readonly string[];
  products?: readonly string[];
  scopes?: readonly string[];
  readOnly?: boolean;
}

/** Makes an API client with all that its protocol needs, such as an administrator to sign in as. */
export async function makeCredentials(
  ctx: Context,
  { dialect, name, publicUrl, redirectUris = [], products = [], scopes = [], readOnly = false }: CredentialsOptions,
): Promise<Credentials> {
  // whoever signs in may do what they may; a key alone may do everything
  const permissions = dialect.client.signsIn === null ? PERMISSIONS : [];
  const rights = { permissions, redirectUris, products, scopes, readOnly };
  const made = await People.connectClient(ctx, { dialect, name, ...rights });
  return {
    dialect: dialect.name,
    baseUrl: publicUrl + dialect.prefix,
    credentials: dialect.client.credentials(made),
  };
}
