import type { At, Fault, Malformed, WireAnswer } from '../../http/dialect.ts';
import type { Entity, Issue, RefusalFact, Rule } from '../../record/kernel/refusal.ts';
import type { Schemas } from './generated/operations.ts';

export type Code = Schemas['ErrorResponse']['error'];

/** The body of every answer that is no success; `message` repeats the text, because clients read that first. */
export const failed = (status: number, error: Code, text: string): WireAnswer => ({
  status,
  body: { error, error_description: text, message: text },
});

const lists = (at: At, status: number): boolean => at.operation?.answers.has(String(status)) ?? false;

/** Clients look for `not found`, `already exists`, `invalid email`, `unauthorized`, and `password` with `weak`. */
const NOUNS: Partial<Record<Entity, string>> = {
  person: 'User',
  group: 'Group',
  unit: 'Sub-account',
  course: 'Course',
  offering: 'Channel',
  profile: 'User profile',
  certificate: 'Certificate',
  enrollment: 'Enrollment',
  role: 'Role',
};
const noun = (entity: Entity): string =>
  NOUNS[entity] ?? `${entity[0]!.toUpperCase()}${entity.slice(1).replaceAll('_', ' ')}`;

/** Members of the record as this protocol calls them. */
const MEMBERS: Readonly<Record<string, string>> = {
  externalId: 'identifier',
  givenName: 'firstName',
  familyName: 'lastName',
  fullName: 'firstName or lastName',
  level: 'type',
  kind: 'type',
  parentId: 'parentIdentifier',
  unitId: 'subAccountName',
  masterKey: 'masterCourseIdentifier',
  attributes: 'customAttributes',
  personId: 'userIdentifier',
  entityId: 'entityIdentifier',
  status: 'isActive',
};
type Names = Readonly<Record<string, string>>;
const member = (path: readonly (string | number)[], names: Names): string =>
  path.map((part) => nameOf(part, names)).join('.') || 'body';

// what callers name may be called as a member of every object is
const nameOf = (part: string | number | undefined, names: Names): string =>
  (Object.hasOwn(names, part ?? '') && names[part!]) || String(part ?? '');

/** What a body names, by the member that names it. */
const REFERENCES: Readonly<Record<string, string>> = {
  parentIdentifier: 'Parent group',
  subAccountName: 'Sub-account',
  userIdentifier: 'User',
  currentUserIdentifier: 'User',
  entityIdentifier: 'Entity',
  masterCourseIdentifier: 'Master channel',
  certificateIdentifier: 'Certificate',
  groupIdentifier: 'Group',
};

const FAULTS: Record<Issue['fault'], string> = {
  required: 'is required',
  format: 'has a wrong format',
  type: 'has a wrong type',
  too_long: 'is too long',
  too_many: 'has too many entries',
  out_of_range: 'is out of range',
  unknown_value: 'has an unknown value',
  unknown_field: 'is unknown',
  not_found: 'not found',
  taken: 'already exists',
  syntax: 'cannot be read',
  read_only: 'cannot be changed',
};

/** One thing that is wrong with the input, as code and text; `names` are ours for members of the record. */
function issueWords(issue: Issue, names: Names = MEMBERS): { error: Code; text: string } {
  const name = member(issue.path, names);
  const first = nameOf(issue.path[0], names);
  if (issue.fault === 'not_found') return { error: 'item_not_exists', text: `${REFERENCES[first] ?? name} not found` };
  if (issue.fault === 'taken') return { error: 'item_exists', text: `This ${name} already exists` };
  if (first === 'email' && issue.fault !== 'required')
    return { error: 'invalid_request', text: 'Invalid input: invalid email address' };
  if (first === 'password' && issue.fault !== 'type')
    return { error: 'invalid_request', text: 'Invalid input: password is too weak, it needs at least 8 characters' };
  const detail = issue.detail && issue.fault !== 'required' ? ` (${issue.detail})` : '';
  return { error: 'invalid_request', text: `Invalid input: ${name} ${FAULTS[issue.fault]}${detail}` };
}

const RULES: Partial<Record<Rule, string>> = {
  person_inactive: 'User is not active',
  course_not_published: 'Course is not published',
  offering_retired: 'Channel is not active',
  offering_full: 'Channel is full',
  not_enrolled: 'User is not a learner of the channel',
  cycle: 'Group cannot be placed below itself',
  last_of_its_kind: 'The account needs somebody who may give roles',
};

/** A refusal of the record as error code, text and status. */
export function refusalWords(fact: RefusalFact): { status: number; error: Code; text: string } {
  switch (fact.kind) {
    case 'not_found':
      return fact.entity === 'page'
        ? { status: 404, error: 'not_found', text: 'Pagination key not found' }
        : { status: 404, error: 'item_not_exists', text: `${noun(fact.entity)} not found` };
    case 'taken': {
      const of = noun(fact.entity).toLowerCase();
      return {
        status: 400,
        error: 'item_exists',
        text: `${/^[aeio]/.test(of) ? 'An' : 'A'} ${of} with this ${MEMBERS[fact.field] ?? fact.field} already exists`,
      };
    }
    case 'forbidden':
      return { status: 401, error: 'access_denied', text: `Unauthorized: permission ${fact.permission} is missing` };
    case 'invalid': {
      const [first] = fact.issues;
      return { status: 400, ...issueWords(first ?? { path: [], fault: 'format' }) };
    }
    case 'rule':
      if (fact.rule === 'tenant_disabled')
        return { status: 401, error: 'access_denied', text: 'Unauthorized: the account is disabled' };
      if (fact.rule === 'in_use' && fact.entity === 'group')
        return { status: 400, error: 'invalid_request', text: 'Group has groups below it, or fills itself' };
      return {
        status: 400,
        error: 'invalid_request',
        text: RULES[fact.rule] ?? `Refused: ${fact.rule.replaceAll('_', ' ')}`,
      };
    case 'stale':
      return { status: 400, error: 'invalid_request', text: 'Changed by somebody else in the meantime' };
    case 'unauthenticated':
      return { status: 401, error: 'access_denied', text: 'Unauthorized: invalid JWT token' };
    case 'too_many_requests':
      return { status: 429, error: 'service_unavailable', text: 'Too many requests' };
    case 'too_large':
      return { status: 413, error: 'invalid_request', text: `Request is larger than ${fact.limitBytes} bytes` };
    case 'unavailable':
      return { status: 503, error: 'service_unavailable', text: 'Service is unavailable, try again later' };
  }
}

export function refusalAnswer(fact: RefusalFact, at: At): WireAnswer {
  const { status, error, text } = refusalWords(fact);
  const token = at.operation?.id === 'createToken';
  if (fact.kind === 'unauthenticated' && token)
    return failed(401, 'invalid_client', 'Unauthorized: invalid client key or secret');
  if (fact.kind === 'too_many_requests')
    return {
      ...failed(status, error, text),
      headers: { 'retry-after': String(Math.max(1, Math.ceil(fact.retryAfterSeconds))) },
    };
  if (fact.kind === 'unavailable') return { ...failed(status, error, text), headers: { 'retry-after': '1' } };
  if (at.operation?.id === 'setCertificateRequirement') {
    if (fact.kind === 'rule' && fact.rule === 'not_enrolled')
      return failed(409, 'item_not_exists', 'No existing user-certificate connection');
    if (status === 404) return failed(404, 'item_not_exists', 'User or certificate not found');
  }
  // what no path or query names is a fault of the body
  return failed(status === 404 && !lists(at, 404) ? 400 : status, error, text);
}

/** Values that the contract does not allow; the first is told. */
export function faultsAnswer([first]: readonly [Fault, ...Fault[]]): WireAnswer {
  // the contract calls members as the caller does
  const { error, text } = issueWords(first, {});
  return failed(400, error, text);
}

export function malformedAnswer(problem: Malformed): WireAnswer {
  switch (problem.kind) {
    case 'url':
      return failed(400, 'invalid_request', 'Invalid input: the address cannot be read');
    case 'http':
      return failed(400, 'invalid_request', 'Invalid input: the request cannot be read');
    case 'header_overflow':
      return failed(431, 'invalid_request', 'Invalid input: the headers are too large');
    case 'media_type':
      return failed(415, 'invalid_request', `Invalid input: send ${problem.accepted.join(' or ')}`);
    case 'json':
      return failed(400, 'invalid_request', 'Invalid input: the body is not valid JSON');
    case 'too_many_values':
      return failed(400, 'invalid_request', `Invalid input: more than ${problem.limit} values`);
    case 'too_large':
      return failed(413, 'invalid_request', `Invalid input: larger than ${problem.limitBytes} bytes`);
    case 'too_many_rows':
      return failed(400, 'invalid_request', `Invalid input: more than ${problem.limit} entries`);
    case 'no_body':
      return failed(400, 'invalid_request', 'Invalid input: a body is required');
    case 'timeout':
      return failed(408, 'invalid_request', 'The request did not arrive in time');
  }
}
