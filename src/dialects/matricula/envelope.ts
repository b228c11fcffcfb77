import type { At, Fault, Malformed, WireAnswer } from '../../http/dialect.ts';
import { Answered, InvalidInput } from '../../http/dialect.ts';
import { type Issue, Refusal, type RefusalFact, type Rule } from '../../record/kernel/refusal.ts';
import type { Schemas } from './generated/operations.ts';

export type Problem = Schemas['Problem'];
type ProblemError = Schemas['ProblemError'];

/** Every type of problem: its status, and the title that all of its kind share. */
export const PROBLEMS = {
  'malformed-request': [400, 'The request cannot be read'],
  unauthenticated: [401, 'The caller is not known'],
  forbidden: [403, 'The caller may not do this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This address does not take the method'],
  'request-timeout': [408, 'The request did not arrive in time'],
  taken: [409, 'Another one has this value'],
  rule: [409, 'A rule of the record says no'],
  'idempotency-key-in-use': [409, 'The first request with this key is still at work'],
  'address-expired': [410, 'The address is not good any more'],
  'cursor-expired': [410, 'The feed cannot go on from this place'],
  stale: [412, 'The thing has changed meanwhile'],
  'too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is of another media type'],
  'range-not-satisfiable': [416, 'The file has no such part'],
  invalid: [422, 'The values cannot be taken'],
  'idempotency-key-reused': [422, 'The key belongs to another request'],
  'too-many-requests': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong on our side'],
  'not-implemented': [501, 'This operation is not built yet'],
  unavailable: [503, 'The service is not available at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof PROBLEMS;

type More = Partial<Pick<Problem, 'errors' | 'entity' | 'id' | 'rule' | 'permission'>>;

/** Problem details (RFC 9457) as a ready answer. */
export function problem(
  at: At,
  type: ProblemType,
  detail: string,
  more: More = {},
  headers: Record<string, string> = {},
): WireAnswer & { body: Problem } {
  const [status, title] = PROBLEMS[type];
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: {
      type: `urn:matricula:problem:${type}`,
      title,
      status,
      detail,
      instance: `urn:matricula:request:${encodeURIComponent(at.call.id)}`,
      errors: [],
      ...more,
    },
  };
}

const SIGN_IN = 'createToken';

/** A refusal of the record as an answer: one branch for each kind. */
export function refusalProblem(fact: RefusalFact, at: At): WireAnswer & { body: Problem } {
  switch (fact.kind) {
    case 'not_found':
      // a place in a list that the list does not have
      if (fact.entity === 'page') return badCursor(at);
      return problem(at, 'not-found', `There is no ${named(fact.entity, fact.id ?? fact.key)}.`, {
        entity: fact.entity,
        ...known({ id: fact.id }),
      });
    case 'taken':
      return problem(at, 'taken', `Another ${words(fact.entity)} has this ${fact.field}.`, {
        entity: fact.entity,
        errors: [{ in: 'body', path: pointer([fact.field]), fault: 'taken', detail: 'belongs to another one' }],
      });
    case 'forbidden':
      return problem(at, 'forbidden', `This takes the permission ${fact.permission}.`, { permission: fact.permission });
    case 'invalid':
      return invalidProblem(fact.issues, at);
    case 'rule':
      if (fact.rule === 'tenant_disabled') return problem(at, 'forbidden', 'The organisation is disabled.');
      if (fact.rule === 'cursor_expired') return problem(at, 'cursor-expired', RULES[fact.rule]);
      return problem(at, 'rule', RULES[fact.rule], { rule: fact.rule, ...known({ entity: fact.entity, id: fact.id }) });
    case 'stale':
      return problem(at, 'stale', `The ${words(fact.entity)} is no longer as the ETag in If-Match says.`, {
        entity: fact.entity,
        id: fact.id,
      });
    case 'unauthenticated':
      return unauthenticated(fact.why, at);
    case 'too_many_requests': {
      const seconds = Math.max(1, Math.ceil(fact.retryAfterSeconds));
      return problem(at, 'too-many-requests', `Wait ${seconds} s.`, {}, { 'retry-after': String(seconds) });
    }
    case 'too_large':
      return tooLarge(fact.limitBytes, at);
    case 'unavailable':
      return problem(
        at,
        'unavailable',
        fact.outcome === 'unknown'
          ? 'Whether it was done is not known; look before you try again, or repeat it with its Idempotency-Key.'
          : 'Nothing was done; try again later.',
        {},
        { 'retry-after': '1' },
      );
  }
}

const known = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

const words = (entity: string): string => entity.replaceAll('_', ' ');
const named = (entity: string, key: string | undefined): string =>
  key === undefined ? `such ${words(entity)}` : `${words(entity)} ${key}`;

const badCursor = (at: At): WireAnswer & { body: Problem } =>
  problem(at, 'malformed-request', 'The cursor does not belong to this list.', {
    errors: [{ in: 'query', path: 'cursor', fault: 'unknown_value', detail: 'is not a cursor of this list' }],
  });

const WHY: Record<Extract<RefusalFact, { kind: 'unauthenticated' }>['why'], string> = {
  missing: 'Send `Authorization: Bearer` with an API key or a token.',
  malformed: 'The Authorization header holds no API key or token.',
  invalid: 'The API key or token is not known.',
  expired: 'The token has expired.',
  revoked: 'The API key or token has been revoked.',
};

function unauthenticated(why: keyof typeof WHY, at: At): WireAnswer & { body: Problem } {
  const signIn = at.operation?.id === SIGN_IN;
  const challenge = why === 'missing' || signIn ? 'Bearer' : 'Bearer error="invalid_token"';
  const detail = signIn ? 'Tenant, login and password do not fit together.' : WHY[why];
  return problem(at, 'unauthenticated', detail, {}, { 'www-authenticate': challenge });
}

function invalidProblem(issues: readonly Issue[], at: At): WireAnswer & { body: Problem } {
  const [first] = issues;
  if (first?.path[0] === 'filter') {
    const errors = issues.map((issue) => errorOf({ ...issue, path: issue.path.slice(1) }, 'query'));
    return problem(at, 'malformed-request', summary(errors), { errors });
  }
  const errors = issues.slice(0, 100).map((issue) => errorOf(issue, 'body'));
  return problem(at, 'invalid', summary(errors), { errors });
}

/** Values that the contract does not allow: in the body 422, anywhere else 400. */
export function faultsProblem(faults: readonly [Fault, ...Fault[]], at: At): WireAnswer {
  const errors = faults.map((fault) => errorOf(fault, fault.where));
  return problem(at, faults[0].where === 'body' ? 'invalid' : 'malformed-request', summary(errors), { errors });
}

const summary = (errors: readonly ProblemError[]): string => {
  const [first] = errors;
  if (!first) return 'The values cannot be taken.';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.path === '' ? 'The body' : first.path} ${first.detail}${more}.`;
};

const errorOf = (issue: Issue, where: ProblemError['in']): ProblemError => ({
  in: where,
  path: where === 'body' ? pointer(issue.path) : String(issue.path[0] ?? ''),
  fault: issue.fault,
  detail: issue.detail || FAULTS[issue.fault],
});

/** A JSON pointer (RFC 6901). */
const pointer = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const FAULTS: Record<Issue['fault'], string> = {
  required: 'is required',
  format: 'is not of the right form',
  type: 'is of another type',
  too_long: 'is too long',
  too_many: 'has too many entries',
  out_of_range: 'is out of range',
  unknown_value: 'is not one of the known values',
  unknown_field: 'is not known here',
  not_found: 'names nothing that is there',
  taken: 'belongs to another one',
  syntax: 'cannot be read',
  read_only: 'cannot be changed',
};

/** Requests that cannot be read. */
export function malformedProblem(trouble: Malformed, at: At): WireAnswer {
  const bad = (detail: string, errors: ProblemError[] = []) => problem(at, 'malformed-request', detail, { errors });
  const body = (fault: Issue['fault'], detail: string): ProblemError => ({ in: 'body', path: '', fault, detail });
  switch (trouble.kind) {
    case 'url':
      return bad('The address cannot be read.');
    case 'http':
      return bad('This is not HTTP.');
    case 'header_overflow':
      return problem(at, 'headers-too-large', 'Request line and headers are larger than 64 KiB, or more than 200.');
    case 'media_type': {
      const accepted = trouble.accepted.join(', ');
      const detail = `Send ${accepted}${trouble.got === null ? '' : `, not ${trouble.got}`}.`;
      return problem(at, 'unsupported-media-type', detail, {}, { accept: accepted });
    }
    case 'json':
      return bad(JSON_TROUBLE[trouble.why], [body('syntax', 'is not readable JSON')]);
    case 'too_many_values': {
      const detail = `holds more than ${trouble.limit} values`;
      return bad(`The body ${detail}.`, [body('too_many', detail)]);
    }
    case 'too_large':
      return tooLarge(trouble.limitBytes, at);
    case 'too_many_rows': {
      const detail = `has more than ${trouble.limit} rows`;
      return problem(at, 'invalid', `The body ${detail}; nothing was done.`, { errors: [body('too_many', detail)] });
    }
    case 'no_body':
      return bad('The body is missing.', [body('required', 'is required')]);
    case 'timeout':
      return problem(at, 'request-timeout', 'The request did not arrive in time.');
  }
}

const JSON_TROUBLE: Record<Extract<Malformed, { kind: 'json' }>['why'], string> = {
  syntax: 'The body is not JSON.',
  encoding: 'The body is not UTF-8.',
  depth: 'The body is nested too deeply.',
  time: 'Reading the body takes too long.',
  memory: 'Reading the body takes too much memory.',
};

const tooLarge = (limitBytes: number, at: At): WireAnswer & { body: Problem } =>
  problem(at, 'too-large', `A body may have ${limitBytes} bytes at most.`);

/** What a handler threw, as the answer it stands for; undefined for real errors. */
export function problemOf(error: unknown, at: At): WireAnswer | undefined {
  if (error instanceof Refusal) return refusalProblem(error.fact, at);
  if (error instanceof InvalidInput) return faultsProblem(error.faults, at);
  if (error instanceof Answered) return error.answer;
  return undefined;
}

const RULES: Record<Rule, string> = {
  person_inactive: 'The person is suspended or deleted.',
  course_not_published: 'The course is not published.',
  offering_retired: 'The offering is retired.',
  offering_full: 'The offering has no seat left.',
  not_open_yet: 'It is not open yet.',
  closed: 'It is closed.',
  expired: 'It has expired.',
  prerequisite_missing: 'A course that comes first is not complete.',
  attempts_used_up: 'There are no attempts left.',
  attempt_finished: 'The attempt is finished.',
  enrollment_finished: 'The enrollment is over.',
  not_enrolled: 'The person is not enrolled there.',
  already_enrolled: 'The person is enrolled there already.',
  session_held: 'Somebody holds a place in the session.',
  session_full: 'The session has no place left.',
  many_meetings: 'The session has more than one meeting.',
  not_instructor_led: 'The course is not led by an instructor.',
  not_a_collection: 'The course is not a collection.',
  wrong_course: 'It belongs to another course.',
  wrong_version: 'It belongs to another version.',
  cycle: 'It would stand below itself.',
  in_use: 'It is in use.',
  published: 'It is published and cannot be changed.',
  nothing_to_publish: 'There is nothing to publish.',
  not_a_sandbox: 'Only sandboxes can do this.',
  self_enrollment_closed: 'People cannot enroll themselves here.',
  approval_required: 'It takes an approval.',
  tenant_disabled: 'The organisation is disabled.',
  last_of_its_kind: 'It is the last of its kind.',
  key_reused: 'The key was used for something else.',
  key_used_up: 'The key is used up.',
  absolute_dates_only: 'Only dates that do not depend on the learner are taken here.',
  not_earned: 'The certificate has not been earned.',
  program_retired: 'The program is retired.',
  program_full: 'The program has no seat left.',
  not_a_member: 'The person is not in the program.',
  not_in_program: 'The program does not hold the course.',
  cursor_expired: 'The place is of before a reset or a restore: read the record anew, then the feed from its end.',
  shown_once: 'The credentials were shown when they were made, and cannot be shown again; make new ones.',
};
