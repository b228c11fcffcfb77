import { Refusal } from '../../record/kernel/refusal.ts';
import type { HttpCall } from '../call.ts';
import type { WireAnswer } from '../dialect.ts';
import { type AuthorizationRequest, consentPage, pageHeaders, problemPage } from './page.ts';

/** A client that asks for consent. */
export interface AskingClient {
  id: string;
  name: string;
  /** The portal that whoever signs in belongs to. */
  portal: string;
  /** Where it may be sent back to. */
  redirectUris: readonly string[];
  /** What it may ask for. */
  scopes: readonly string[];
}

/** What a dialect brings: `/oauth/authorize` of RFC 6749, 4.1, is the same for all. */
export interface Consent<Client extends AskingClient> {
  /** What is meant where no scope is named. */
  scope: string;
  /** The client of this id, and of this secret where one came along; else a sentence for people. */
  clientOf(id: string, secret: string | null, call: HttpCall): Promise<Client | string>;
  /** Signs somebody in and gives the one-time code for it. Refuses as signing in does. */
  codeFor(client: Client, asked: Asked, call: HttpCall): Promise<string>;
}

interface Asked {
  username: string;
  password: string;
  redirectUri: string;
  /** Words that the client may ask for, with blanks between. */
  scope: string;
}

/** The page in a browser: GET shows login and consent, POST gives a one-time code to the client's own address. */
export async function authorizePage<Client extends AskingClient>(
  consent: Consent<Client>,
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
  const id = given.get('client_id');
  if (!id) return problem(403, 'The request names no client.');
  // client and address have to be right before anything is sent there
  const client = await consent.clientOf(id, given.get('client_secret'), call);
  if (typeof client === 'string') return problem(400, client);
  const redirectUri = given.get('redirect_uri') ?? onlyOne(client.redirectUris);
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri))
    return problem(400, 'The address to return to is not registered for this client.');
  const state = given.get('state');
  const back = (facts: Record<string, string>): WireAnswer =>
    redirect(redirectUri, { ...facts, ...(state === null ? {} : { state }) });
  if (given.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  // RFC 6749 has blanks between them; some protocols write commas
  const scopes = (given.get('scope') || consent.scope).split(/[\s,]+/).filter((word) => word !== '');
  if (scopes.length === 0 || !scopes.every((word) => client.scopes.includes(word)))
    return back({ error: 'invalid_scope' });
  const scope = [...new Set(scopes)].join(' ');

  const asked: AuthorizationRequest = { clientId: client.id, redirectUri, scope, state };
  const names = { client: client.name, portal: client.portal };
  if (!posted) return { status: 200, body: consentPage(names, asked), headers: pageHeaders(redirectUri) };
  if (given.get('decision') !== 'allow') return back({ error: 'access_denied' });
  try {
    const [username, password] = [given.get('username') ?? '', given.get('password') ?? ''];
    return back({ code: await consent.codeFor(client, { username, password, redirectUri, scope }, call) });
  } catch (error) {
    const [status, text, seconds] = toldOf(error);
    const wait = seconds === undefined ? {} : { 'retry-after': String(seconds) };
    return { status, body: consentPage(names, asked, text), headers: { ...pageHeaders(redirectUri), ...wait } };
  }
}

const onlyOne = (uris: readonly string[]): string | undefined => (uris.length === 1 ? uris[0] : undefined);

/** What is said to people who could not be signed in: status, words, seconds to wait. */
function toldOf(error: unknown): [status: number, text: string, seconds?: number] {
  const fact = error instanceof Refusal ? error.fact : undefined;
  if (fact?.kind === 'unauthenticated') return [401, 'Username or password is wrong.'];
  if (fact?.kind === 'too_many_requests')
    return [429, `Too many attempts. Try again in ${fact.retryAfterSeconds} seconds.`, fact.retryAfterSeconds];
  if (fact?.kind === 'unavailable') return [503, 'Too much is going on. Try again.', 1];
  throw error;
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
