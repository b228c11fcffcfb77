/** Things the record can name in a refusal or an event. */
export type Entity =
  | 'tenant'
  | 'person'
  | 'unit'
  | 'group'
  | 'role'
  | 'attribute'
  | 'entitlement'
  | 'join_key'
  | 'course'
  | 'course_version'
  | 'section'
  | 'lesson'
  | 'activity'
  | 'term'
  | 'offering'
  | 'session'
  | 'meeting'
  | 'room'
  | 'enrollment'
  | 'session_enrollment'
  | 'activity_enrollment'
  | 'attempt'
  | 'assessment'
  | 'submission'
  | 'mark'
  | 'credit_type'
  | 'api_client'
  | 'token'
  | 'event'
  | 'import_run'
  | 'file'
  | 'page'
  | 'profile'
  | 'audience'
  | 'program'
  | 'path'
  | 'certificate'
  | 'certificate_award'
  | 'mail';

/** Rules of the record that say no to well-formed input. */
export type Rule =
  | 'person_inactive'
  | 'course_not_published'
  | 'offering_retired'
  | 'offering_full'
  | 'not_open_yet'
  | 'closed'
  | 'expired'
  | 'prerequisite_missing'
  | 'attempts_used_up'
  | 'attempt_finished'
  | 'enrollment_finished'
  | 'not_enrolled'
  | 'already_enrolled'
  | 'session_held'
  | 'session_full'
  | 'many_meetings'
  | 'not_instructor_led'
  | 'not_a_collection'
  | 'wrong_course'
  | 'wrong_version'
  | 'cycle'
  | 'in_use'
  | 'published'
  | 'nothing_to_publish'
  | 'not_a_sandbox'
  | 'self_enrollment_closed'
  | 'approval_required'
  | 'tenant_disabled'
  | 'last_of_its_kind'
  | 'key_reused'
  | 'key_used_up'
  | 'absolute_dates_only'
  | 'not_earned'
  | 'cursor_expired'
  | 'program_retired'
  | 'program_full'
  | 'not_a_member'
  | 'not_in_program'
  | 'shown_once';

export interface Issue {
  /** Where the fault is: property names and indexes from the input's root. */
  path: readonly (string | number)[];
  fault:
    | 'required'
    | 'format'
    | 'type'
    | 'too_long'
    | 'too_many'
    | 'out_of_range'
    | 'unknown_value'
    | 'unknown_field'
    | 'not_found'
    | 'taken'
    | 'syntax'
    | 'read_only';
  /** What was expected, in a few English words; for people, never parsed. */
  detail?: string;
}

/** Why the record says no: facts, never text or status codes. Each dialect owns a total map to its own answers. */
export type RefusalFact =
  | { kind: 'not_found'; entity: Entity; id?: string | undefined; key?: string | undefined }
  | { kind: 'taken'; entity: Entity; field: string; value?: string | undefined }
  | { kind: 'forbidden'; permission: string }
  | { kind: 'invalid'; issues: readonly Issue[] }
  | { kind: 'rule'; rule: Rule; entity?: Entity | undefined; id?: string | undefined }
  | { kind: 'stale'; entity: Entity; id: string }
  | { kind: 'unauthenticated'; why: 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked' }
  | { kind: 'too_many_requests'; retryAfterSeconds: number }
  | { kind: 'too_large'; limitBytes: number }
  /** Nothing was done, unless the outcome is unknown. */
  | { kind: 'unavailable'; outcome?: 'unknown' };

export class Refusal extends Error {
  readonly fact: RefusalFact;
  constructor(fact: RefusalFact) {
    super(JSON.stringify(fact));
    this.name = 'Refusal';
    this.fact = fact;
  }
}

export function refuse(fact: RefusalFact): never {
  throw new Refusal(fact);
}

export const notFound = (entity: Entity, id?: string): never => refuse({ kind: 'not_found', entity, id });

export const invalid = (path: readonly (string | number)[], fault: Issue['fault'], detail?: string): never =>
  refuse({ kind: 'invalid', issues: [detail === undefined ? { path, fault } : { path, fault, detail }] });

export const against = (rule: Rule, entity?: Entity, id?: string): never => refuse({ kind: 'rule', rule, entity, id });
