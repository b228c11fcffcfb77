import type { HttpCall } from '../../http/call.ts';
import { answerWith } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { type Access, Passwords, Tokens } from '../../record/access/index.ts';
import { Refusal, refuse } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { SCOPE } from './consent.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { NO_CLIENT, oauthError } from './oauth-errors.ts';

const ACCESS_MS = 4 * 3_600_000;
const REFRESH_MS = 365 * 86_400_000;

/** A refusal that never reached the application has a body of its own. */
const forbidden = (): never => answerWith({ status: 403, body: { message: 'Forbidden' } });

/** The client whose private key stands in `x-api-key`; 403 without one, in the wrong case, or with a wrong one. */
export async function clientByKey(access: Access.Control, call: HttpCall): Promise<Access.Access> {
  const key = call.headers['x-api-key'];
  if (typeof key !== 'string' || key === '') return forbidden();
  try {
    return await access.resolveClient({ key }, { dialect: 'absorb', from: call.ip });
  } catch (error) {
    if (error instanceof Refusal && error.fact.kind === 'unauthenticated') return forbidden();
    throw error;
  }
}

/** The bearer of the token in `Authorization`, with or without `Bearer`. Key and token have to be of one portal. */
export async function bearer(access: Access.Control, call: HttpCall, key: Access.Access): Promise<Access.Access> {
  const written = call.headers.authorization?.trim() ?? '';
  const token = written.replace(/^bearer(?:\s+|$)/i, '');
  if (token === '') return refuse({ kind: 'unauthenticated', why: 'missing' });
  const found = await access.resolveToken(token, { dialect: 'absorb', from: call.ip });
  return found.tenant.id === key.tenant.id ? found : refuse({ kind: 'unauthenticated', why: 'invalid' });
}

export function authenticationHandlers(access: Access.Control) {
  return {
    /** Earlier tokens stay good until they expire, so that workers do not end each other's. */
    async createToken(caller, { body }, call) {
      if (body.privateKey !== String(call.headers['x-api-key']).toLowerCase())
        return refuse({ kind: 'unauthenticated', why: 'invalid' });
      const person = await Passwords.signIn(caller, body.username, body.password, call.ip);
      const { token } = await Tokens.issue(caller, {
        kind: 'access',
        clientId: caller.client.id,
        personId: person.id,
        lifetimeMs: ACCESS_MS,
      });
      return { status: 200, body: token };
    },

    async createOAuthToken(_caller, { body }, call) {
      const client = await oauthClient(access, body, call);
      const isCode = body.grant_type === 'authorization_code';
      const traded = await Tokens.trade(access.contextOf(client, 'absorb'), {
        kind: isCode ? 'code' : 'refresh',
        token: isCode ? demanded('code', body.code) : demanded('refresh_token', body.refresh_token),
        clientId: client.client.id,
        redirectUri: body.redirect_uri ?? null,
        access: { lifetimeMs: ACCESS_MS },
        refresh: { lifetimeMs: REFRESH_MS, use: 'next' },
        scope: SCOPE,
      });
      const answer = {
        access_token: traded.access,
        token_type: 'Bearer',
        expires_in: ACCESS_MS / 1000,
        refresh_token: traded.refresh,
        scope: traded.scope,
      } as Schemas['OAuthTokenResponse'];
      return { status: 200, body: answer, headers: NO_STORE };
    },
  } satisfies Partial<Handlers<Operations, Caller>>;
}

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Client credentials from HTTP Basic or the body; they are checked before anything else. */
async function oauthClient(
  access: Access.Control,
  body: Schemas['OAuthTokenRequest'],
  call: HttpCall,
): Promise<Access.Access> {
  const [id, secret] = basic(call) ?? [body.client_id, body.client_secret];
  if (!id || !secret) return answerWith(oauthError('invalid_client', NO_CLIENT));
  try {
    return await access.resolveClient({ id }, { dialect: 'absorb', secret, from: call.ip });
  } catch (error) {
    const told = error instanceof Refusal && (error.fact.kind === 'unauthenticated' || error.fact.kind === 'rule');
    if (!told) throw error;
    return answerWith(oauthError('invalid_client', 'Client credentials are wrong.'));
  }
}

function basic(call: HttpCall): [string, string] | undefined {
  const [, encoded] = /^basic\s+(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))];
}

/** RFC 6749, 2.3.1: both halves are form-encoded. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const demanded = (name: string, value: string | undefined): string =>
  value ? value : answerWith(oauthError('invalid_request', `${name} is missing.`));
