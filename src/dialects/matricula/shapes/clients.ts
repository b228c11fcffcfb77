import type { ApiClient, MadeClient } from '../../../record/access/index.ts';
import type { SignInName } from '../../../record/people/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toClient = (client: ApiClient): Schemas['Client'] => ({
  id: client.id,
  dialect: client.dialect,
  name: client.name,
  personId: client.personId,
  permissions: client.permissions,
  redirectUris: client.redirectUris,
  keyHint: client.keyHint,
  status: client.status,
  lastUsedAt: client.lastUsedAt,
  createdAt: client.createdAt,
  updatedAt: client.updatedAt,
});

/** What a program is given, by the names of its protocol. `baseUrl` is ours as the caller addressed it. */
export function toCredentials(
  { client, key, secret, signIn = null }: MadeClient & { signIn?: SignInName | null },
  baseUrl: string,
): Schemas['ClientCredentials'] {
  return { clientId: client.id, dialect: client.dialect, baseUrl, credentials: named(client, key, secret, signIn) };
}

function named(
  client: ApiClient,
  key: string,
  secret: string | null,
  signIn: SignInName | null,
): Record<string, string> {
  if (client.dialect === 'absorb')
    return { ...signIn, privateKey: key, clientId: client.id, ...(secret === null ? {} : { clientSecret: secret }) };
  return { apiKey: key, ...(secret === null ? {} : { secret }) };
}
