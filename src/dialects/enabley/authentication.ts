import { SignJWT } from 'jose';
import type { HttpCall } from '../../http/call.ts';
import type { Handlers } from '../../http/handlers.ts';
import { type Access, Tenants, Tokens } from '../../record/access/index.ts';
import { milliseconds } from '../../record/kernel/instant.ts';
import { invalid, refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import type { Operations } from './generated/operations.ts';

const LIFETIME_MS = 3_600_000;
const BEARER = /^bearer +(\S+)$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Whom the bearer token stands for. It is kept as a fingerprint of the whole text, so that a changed one is nobody's. */
export async function bearer(access: Access.Control, call: HttpCall): Promise<Access.Access> {
  const written = call.headers.authorization?.trim() ?? '';
  if (written === '') return refuse({ kind: 'unauthenticated', why: 'missing' });
  const token = BEARER.exec(written)?.[1] ?? '';
  if (!JWT.test(token)) return refuse({ kind: 'unauthenticated', why: 'malformed' });
  return access.resolveToken(token, { dialect: 'enabley', from: call.ip });
}

export function authenticationHandlers(access: Access.Control) {
  return {
    /** Earlier tokens stay good: clients ask for a new one before nearly every call. */
    async createToken(_guest, { query, body }, call) {
      const own = body && !Array.isArray(body) ? body : {};
      const clientKey = query.clientKey || own.clientKey || invalid(['clientKey'], 'required');
      const secret = query.secret || own.secret || invalid(['secret'], 'required');
      const found = await access.resolveClient({ key: clientKey }, { dialect: 'enabley', secret, from: call.ip });
      const ctx = access.contextOf(found, 'enabley');
      const key = await Tenants.signingKey(ctx, 'enabley token');
      const { token } = await Tokens.issue(ctx, {
        kind: 'access',
        clientId: found.client.id,
        personId: found.client.personId,
        lifetimeMs: LIFETIME_MS,
        form: (random, expiresAt) =>
          new SignJWT({ account: ctx.tenant.slug, accountName: ctx.tenant.name })
            .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
            .setIssuer('matricula')
            .setSubject(found.client.id)
            .setJti(random)
            .setIssuedAt(Math.floor(milliseconds(ctx.now) / 1000))
            .setExpirationTime(Math.floor(milliseconds(expiresAt) / 1000))
            .sign(key),
      });
      return {
        status: 200,
        body: { access_token: token, expires_in: LIFETIME_MS, token_type: 'bearer' },
        headers: { 'cache-control': 'no-store' },
      };
    },
  } satisfies Partial<Handlers<Operations, Caller>>;
}
