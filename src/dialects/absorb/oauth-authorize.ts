import type { HttpCall } from '../../http/call.ts';
import type { WireAnswer } from '../../http/dialect.ts';
import { type Access, type AccessControl, isRedirectUri, issueToken, signIn } from '../../record/access/index.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import { type AuthorizationRequest, consentPage, pageHeaders, problemPage } from './oauth-page.ts';

export const SCOPE = 'admin.v1';
const CODE_LIFETIME_MS = 5 * 60_000;

/** `/oauth/authorize` in a browser: GET shows login and consent, POST gives a one-time code to the client's own address. */
export async function authorizePage(
  access: AccessControl,
  call: HttpCall,
  form: () => Promise<URLSearchParams>,
): Promise<WireAnswer> {
  const posted = call.method === 'POST';
  if (!posted && call.method !== 'GET' && call.method !== 'HEAD')
    return {
      ...problem(405, 'Open this address in a browser.'),
      headers: { ...pageHeaders(), allow: 'GET, HEAD, POST' },
    };
  const given = posted ? await form() : new URLSearchParams(call.query);
  if (!given.get('client_id')) return problem(403, 'The request names no client.');
  const checked = await clientOf(access, call, given);
  if (typeof checked === 'string') return problem(400, checked);
  const { found, redirectUri } = checked;
  const state = given.get('state');
  const back = (facts: Record<string, string>): WireAnswer =>
    redirect(redirectUri, { ...facts, ...(state === null ? {} : { state }) });
  if (given.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  const scope = given.get('scope') || SCOPE;
  if (scope.trim() !== SCOPE) return back({ error: 'invalid_scope' });

  const asked: AuthorizationRequest = { clientId: found.client.id, redirectUri, scope: SCOPE, state };
  const names = { client: found.client.name, portal: found.tenant.name };
  if (!posted) return { status: 200, body: consentPage(names, asked), headers: pageHeaders(redirectUri) };
  if (given.get('decision') !== 'allow') return back({ error: 'access_denied' });
  const ctx = access.contextOf(found, 'absorb');
  try {
    const person = await signIn(ctx, given.get('username') ?? '', given.get('password') ?? '', call.ip);
    const { token } = await issueToken(ctx, {
      kind: 'code',
      clientId: found.client.id,
      personId: person.id,
      scope: SCOPE,
      redirectUri,
      lifetimeMs: CODE_LIFETIME_MS,
    });
    return back({ code: token });
  } catch (error) {
    const [status, text, seconds] = toldOf(error);
    const wait = seconds === undefined ? {} : { 'retry-after': String(seconds) };
    return { status, body: consentPage(names, asked, text), headers: { ...pageHeaders(redirectUri), ...wait } };
  }
}

/** What is said to people who could not be signed in: status, words, seconds to wait. */
function toldOf(error: unknown): [status: number, text: string, seconds?: number] {
  const fact = error instanceof Refusal ? error.fact : undefined;
  if (fact?.kind === 'unauthenticated') return [401, 'Username or password is wrong.'];
  if (fact?.kind === 'too_many_requests')
    return [429, `Too many attempts. Try again in ${fact.retryAfterSeconds} seconds.`, fact.retryAfterSeconds];
  if (fact?.kind === 'unavailable') return [503, 'Too much is going on. Try again.', 1];
  throw error;
}

/** Client and address have to be right before anything is sent there; what is wrong, for people, otherwise. */
async function clientOf(
  access: AccessControl,
  call: HttpCall,
  given: URLSearchParams,
): Promise<string | { found: Access; redirectUri: string }> {
  const secret = given.get('client_secret');
  try {
    const found = await access.resolveClient(
      { id: given.get('client_id')! },
      { dialect: 'absorb', from: call.ip, ...(secret ? { secret } : {}) },
    );
    const wanted =
      given.get('redirect_uri') ?? (found.client.redirectUris.length === 1 ? found.client.redirectUris[0]! : '');
    if (!found.client.redirectUris.includes(wanted) || !isRedirectUri(wanted))
      return 'The address to return to is not registered for this client.';
    return { found, redirectUri: wanted };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.fact.kind === 'unauthenticated') return 'The client is unknown.';
    if (error.fact.kind === 'rule') return 'The portal is disabled.';
    throw error;
  }
}

function redirect(to: string, facts: Record<string, string>): WireAnswer {
  const url = new URL(to);
  for (const [name, value] of Object.entries(facts)) url.searchParams.set(name, value);
  return {
    status: 303,
    headers: { location: url.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  };
}

const problem = (status: number, text: string): WireAnswer => ({
  status,
  body: problemPage(text),
  headers: pageHeaders(),
});
