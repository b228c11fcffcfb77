import type { At, Fault, Malformed, WireAnswer } from '../../http/dialect.ts';
import type { RefusalFact } from '../../record/kernel/refusal.ts';

type Code =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'server_error';

/** RFC 6749 error body; this endpoint has no envelope. */
export const oauthError = (code: Code, description: string, status = 400): WireAnswer & { status: number } => ({
  status,
  body: { error: code, error_description: description },
  headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
});

export const NO_CLIENT = 'Client credentials are missing.';

const hasBasic = (at: At): boolean => /^basic\s/i.test(at.call.headers.authorization ?? '');

function hasCredentials(at: At): boolean {
  const { client_id: id, client_secret: secret } = (at.body ?? {}) as Record<string, unknown>;
  return hasBasic(at) || (Boolean(id) && Boolean(secret));
}

/** Client credentials come before everything else, so their absence is told first. */
export function oauthFault(faults: readonly Fault[], at: At): WireAnswer {
  const [first] = faults;
  if (!hasCredentials(at)) return oauthError('invalid_client', NO_CLIENT);
  if (first?.path[0] === 'grant_type' && first.fault === 'unknown_value')
    return oauthError('unsupported_grant_type', 'Grants are authorization_code and refresh_token.');
  return oauthError('invalid_request', `${first?.path.join('.') || 'The request body'} cannot be used.`);
}

export function oauthMalformed(problem: Malformed, at: At): WireAnswer {
  if (problem.kind === 'no_body' && !hasBasic(at)) return oauthError('invalid_client', NO_CLIENT);
  if (problem.kind === 'too_large') return oauthError('invalid_request', 'The request is too large.', 413);
  if (problem.kind === 'media_type')
    return oauthError('invalid_request', `Send ${problem.accepted.join(' or ')}.`, problem.got === null ? 400 : 415);
  if (problem.kind === 'timeout') return oauthError('invalid_request', 'The request did not arrive in time.', 408);
  return oauthError('invalid_request', 'The request cannot be read.');
}

export function oauthRefusal(fact: RefusalFact): WireAnswer {
  switch (fact.kind) {
    case 'unauthenticated':
      return fact.why === 'missing'
        ? oauthError('invalid_client', NO_CLIENT)
        : oauthError('invalid_grant', 'The code or token is wrong, expired or used.');
    case 'too_many_requests':
      return {
        status: 429,
        body: { message: 'Too many requests.' },
        headers: { 'retry-after': String(Math.max(1, Math.ceil(fact.retryAfterSeconds))) },
      };
    case 'too_large':
      return oauthError('invalid_request', 'The request is too large.', 413);
    case 'unavailable':
      return {
        status: 503,
        body: { error: 'temporarily_unavailable', error_description: 'Try again later.' },
        headers: { 'retry-after': '1' },
      };
    case 'forbidden':
      return oauthError('unauthorized_client', 'The client may not use this grant.');
    case 'not_found':
    case 'taken':
    case 'stale':
    case 'rule':
      return oauthError('invalid_grant', 'The code or token is wrong, expired or used.');
    case 'invalid':
      return oauthError('invalid_request', 'The request cannot be used.');
  }
}
