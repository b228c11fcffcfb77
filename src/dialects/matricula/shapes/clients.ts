import type { ApiClient, MadeClient } from '../../../record/access/index.ts';
import { credentialsOf, type SignInName } from '../../../record/people/index.ts';
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

/** What a program is given, this once. `baseUrl` is ours as the caller addressed it. */
export const toCredentials = (
  made: MadeClient & { signIn?: SignInName | null },
  baseUrl: string,
): Schemas['ClientCredentials'] => ({
  clientId: made.client.id,
  dialect: made.client.dialect,
  baseUrl,
  credentials: credentialsOf(made, made.signIn ?? null),
});
