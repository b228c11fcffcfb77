import type { About, Given } from '../../../http/about.ts';
import type { Clients } from '../../../record/access/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toClient = (client: Clients.Client): Schemas['Client'] => ({
  id: client.id,
  dialect: client.dialect as Schemas['Client']['dialect'],
  name: client.name,
  personId: client.personId,
  permissions: client.permissions,
  redirectUris: client.redirectUris,
  products: client.products,
  scopes: client.scopes,
  readOnly: client.readOnly,
  keyHint: client.keyHint,
  status: client.status,
  lastUsedAt: client.lastUsedAt,
  createdAt: client.createdAt,
  updatedAt: client.updatedAt,
});

/** What a program is given, this once. `baseUrl` is the dialect's as the caller addressed it. */
export const toCredentials = (made: Given, dialect: About, baseUrl: string): Schemas['ClientCredentials'] => ({
  clientId: made.client.id,
  dialect: dialect.name as Schemas['Client']['dialect'],
  baseUrl,
  credentials: dialect.client.credentials(made),
});
