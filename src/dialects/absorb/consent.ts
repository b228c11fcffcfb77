import type { AskingClient, Consent } from '../../http/consent/authorize.ts';
import { type Access, Clients, Passwords, Tokens } from '../../record/access/index.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import { about } from './about.ts';

export const SCOPE = 'admin.v1';
const CODE_LIFETIME_MS = 5 * 60_000;

interface Client extends AskingClient {
  found: Access.Access;
}

/** What `/oauth/authorize` asks and gives here. */
export const consentOf = (access: Access.Control): Consent<Client> => ({
  scope: SCOPE,

  async clientOf(id, secret, call) {
    try {
      const found = await access.resolveClient(
        { id },
        { dialect: about.name, from: call.ip, ...(secret ? { secret } : {}) },
      );
      const { name, redirectUris } = found.client;
      const portal = found.tenant.name;
      return {
        found,
        id: found.client.id,
        name,
        portal,
        scopes: [SCOPE],
        redirectUris: redirectUris.filter(Clients.isRedirectUri),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.fact.kind === 'unauthenticated') return 'The client is unknown.';
      if (error.fact.kind === 'rule') return 'The portal is disabled.';
      throw error;
    }
  },

  async codeFor({ found }, { username, password, redirectUri, scope }, call) {
    const ctx = access.contextOf(found, about.name);
    const person = await Passwords.signIn(ctx, username, password, call.ip);
    const { token } = await Tokens.issue(ctx, {
      kind: 'code',
      clientId: found.client.id,
      personId: person.id,
      scope,
      redirectUri,
      lifetimeMs: CODE_LIFETIME_MS,
    });
    return token;
  },
});
