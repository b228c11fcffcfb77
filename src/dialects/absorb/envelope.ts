import type { At, Fault, Malformed, WireAnswer } from '../../http/dialect.ts';
import type { Issue, RefusalFact } from '../../record/kernel/refusal.ts';
import { oauthFault, oauthMalformed, oauthRefusal } from './oauth-errors.ts';
import * as texts from './texts.ts';

export interface EnvelopeOptions {
  /** Validations as v1.5 sent them: one list of message objects inside the list. */
  nestedValidations: boolean;
}

export type Envelope = (status: number, message: string, validations?: readonly string[]) => WireAnswer;

/** The body of every answer that is no success. */
export const envelopeWriter =
  ({ nestedValidations }: EnvelopeOptions): Envelope =>
  (status, message, validations = []) => ({
    status,
    body: {
      validations:
        nestedValidations && validations.length > 0 ? [validations.map((text) => ({ message: text }))] : validations,
      code: status,
      message,
      term: 'ErrorGeneric',
      _meta: {},
    },
  });

const isOAuth = (at: At): boolean => at.operation?.id === 'createOAuthToken';

const lists = (at: At, status: number): boolean => at.operation?.answers.has(String(status)) ?? false;

/** The status where the operation lists it, else 422. */
const listed = (at: At, status: number): number => (lists(at, status) ? status : 422);

/** Of a malformed path or query; signing in alone knows no 422. */
const malformed = (at: At): number => (at.operation && !lists(at, 422) ? 400 : 422);

/** A refusal of the record as an answer: one branch for each kind, one text for each rule. */
export function refusalAnswer(write: Envelope, fact: RefusalFact, at: At): WireAnswer {
  if (isOAuth(at)) return oauthRefusal(fact);
  switch (fact.kind) {
    case 'not_found': {
      const text = texts.notFoundText(fact.entity, fact.id === undefined && fact.key !== undefined);
      return lists(at, 404) ? write(404, text) : write(422, texts.SEMANTIC, [text]);
    }
    case 'taken': {
      const text = texts.takenText(fact.entity, fact.field);
      return lists(at, 409) ? write(409, text) : write(422, texts.SEMANTIC, [text]);
    }
    case 'forbidden':
      return write(403, `Your role lacks the permission ${fact.permission}.`);
    case 'invalid':
      return invalidAnswer(write, fact.issues, at);
    case 'rule': {
      const [status, text] = texts.RULES[fact.rule];
      return write(status === 403 ? status : listed(at, status), text);
    }
    case 'stale':
      return write(listed(at, 409), 'Record was changed by somebody else.');
    case 'unauthenticated':
      return write(401, texts.DENIED);
    case 'too_many_requests':
      return {
        ...write(429, 'Too many requests.'),
        headers: { 'retry-after': String(Math.max(1, Math.ceil(fact.retryAfterSeconds))) },
      };
    case 'too_large':
      return write(413, `Request is larger than ${fact.limitBytes} bytes.`);
    case 'unavailable':
      return { ...write(503, 'Service is unavailable. Try again later.'), headers: { 'retry-after': '1' } };
  }
}

function invalidAnswer(write: Envelope, issues: readonly Issue[], at: At): WireAnswer {
  const [first] = issues;
  const name = first?.path[0];
  if (typeof name === 'string' && name.startsWith('_'))
    return write(422, texts.badFormat(name), first?.detail === undefined ? [] : [first.detail]);
  if (at.operation?.id === 'unenrollUsers')
    return write(
      422,
      texts.SEMANTIC,
      issues.map(
        ({ detail }) => `${texts.notFoundText('enrollment', false)}${detail === undefined ? '' : ` (${detail})`}`,
      ),
    );
  return write(
    422,
    texts.SEMANTIC,
    issues.map((issue) => texts.validationText(issue)),
  );
}

/** Values that the contract does not allow. A malformed path or query value is named alone, leftmost first. */
export function faultsAnswer(write: Envelope, faults: readonly [Fault, ...Fault[]], at: At): WireAnswer {
  if (isOAuth(at)) return oauthFault(faults, at);
  const [first] = faults;
  if (first.where !== 'body') {
    const detail = first.keyword === 'custom' && first.detail !== undefined ? [first.detail] : [];
    return write(malformed(at), texts.badFormat(String(first.path[0] ?? '')), detail);
  }
  const id = at.operation?.id;
  if (id === 'unenrollUsers' && first.path.length === 0) return write(400, texts.NO_ENROLLMENTS);
  if (id === 'createToken') {
    // a key that cannot be one is a wrong key
    if (faults.every((fault) => fault.keyword === 'format')) return write(401, texts.DENIED);
    return write(400, texts.SEMANTIC, bodyValidations(faults));
  }
  return write(422, texts.SEMANTIC, bodyValidations(faults));
}

/** A body that lacks something names it; one that cannot be bound says so, and where. */
function bodyValidations(all: readonly Fault[]): string[] {
  // what is missing need not be told to be malformed, too
  const missing = new Set(all.filter((fault) => fault.fault === 'required').map(({ path }) => path.join('.')));
  const faults = all.filter((fault) => fault.fault === 'required' || !missing.has(fault.path.join('.')));
  const unbound = faults.filter((fault) => fault.fault !== 'required');
  return [
    ...(unbound.length > 0 ? [texts.NOT_BOUND] : []),
    ...new Set(faults.map((fault) => texts.validationText(fault, (name) => name))),
  ];
}

/** Requests that cannot be read. */
export function malformedAnswer(write: Envelope, problem: Malformed, at: At): WireAnswer {
  if (isOAuth(at)) return oauthMalformed(problem, at);
  const unusable = lists(at, 400) ? 400 : 422;
  switch (problem.kind) {
    case 'url':
      return write(malformed(at), 'Request address cannot be read.');
    case 'http':
      return write(400, 'Request cannot be read.');
    case 'header_overflow':
      return write(431, 'Request headers are too large.');
    case 'media_type':
      return write(
        415,
        `The media type '${problem.got ?? ''}' is not supported; send ${problem.accepted.join(' or ')}.`,
      );
    case 'json':
      return write(unusable, JSON_TEXT[problem.why]);
    case 'too_many_values':
      return write(unusable, `Request body holds more than ${problem.limit} values.`);
    case 'too_large':
      return write(413, `Request is larger than ${problem.limitBytes} bytes.`);
    case 'too_many_rows':
      return write(422, texts.SEMANTIC, [`At most ${problem.limit} entries are accepted.`]);
    case 'no_body':
      if (at.operation?.id === 'unenrollUsers') return write(400, texts.NO_ENROLLMENTS);
      return write(unusable, texts.SEMANTIC, ['A non-empty request body is required.']);
    case 'timeout':
      return write(408, 'Request did not arrive in time.');
  }
}

const JSON_TEXT: Record<Extract<Malformed, { kind: 'json' }>['why'], string> = {
  syntax: 'Request body is not valid JSON.',
  encoding: 'Request body is not valid UTF-8.',
  depth: 'Request body is nested too deeply.',
  time: 'Request body takes too long to read.',
  memory: 'Request body takes too much memory to read.',
};
