import type { Entity, Issue, Rule } from '../../record/kernel/refusal.ts';

/** What Absorb calls things, at the beginning of a sentence. */
const NAMES: Record<Entity, string> = {
  tenant: 'Portal',
  person: 'User',
  unit: 'Department',
  group: 'Group',
  role: 'Role',
  audience: 'Audience',
  profile: 'Profile',
  certificate: 'Certificate',
  certificate_award: 'Certificate',
  attribute: 'Custom field',
  entitlement: 'Entitlement',
  join_key: 'Enrollment key',
  course: 'Course',
  course_version: 'Course version',
  section: 'Chapter',
  lesson: 'Lesson',
  activity: 'Lesson',
  term: 'Term',
  offering: 'Course',
  session: 'Session',
  meeting: 'Session schedule',
  room: 'Venue',
  enrollment: 'Enrollment',
  session_enrollment: 'Session enrollment',
  activity_enrollment: 'Lesson enrollment',
  attempt: 'Attempt',
  assessment: 'Assessment',
  submission: 'Submission',
  mark: 'Mark',
  credit_type: 'Credit type',
  api_client: 'API client',
  token: 'Token',
  event: 'Event',
  import_run: 'Import',
  file: 'File',
  page: 'Page',
  mail: 'Mail',
  program: 'Program',
  path: 'Path',
};

export const notFoundText = (entity: Entity, byKey: boolean): string =>
  byKey
    ? `${NAMES[entity]} with specified external ID not found.`
    : `${NAMES[entity]} with specified id was not found.`;

export const takenText = (entity: Entity, field: string): string =>
  `${NAMES[entity]} with specified ${wireName(field)} already exists.`;

export const DENIED = 'Authorization has been denied for this request.';
export const SEMANTIC = 'Submitted resource cannot be processed due to semantic errors';
export const NOT_BOUND = 'Request Model Validation Error';
export const NO_ADMIN = 'Updating of user management settings for a non-admin user is not supported';
export const NO_ENROLLMENTS = 'Request requires at least 1 enrollment ID.';
export const badFormat = (name: string): string => `Invalid format provided for ${name}`;

/** Status and text of each rule. 404 and 400 give way to 422 where the operation does not list them. */
export const RULES: Record<Rule, readonly [status: 400 | 403 | 404 | 409 | 422, text: string]> = {
  person_inactive: [422, 'User is inactive.'],
  course_not_published: [422, 'Course is inactive.'],
  offering_retired: [422, 'Course is inactive.'],
  offering_full: [422, 'Course is full.'],
  not_open_yet: [422, 'Course is not available yet.'],
  closed: [422, 'Course is no longer available.'],
  expired: [422, 'Enrollment has expired.'],
  prerequisite_missing: [422, 'Prerequisites of the course are not complete.'],
  attempts_used_up: [422, 'No attempts are left for the lesson.'],
  attempt_finished: [422, 'Lesson is already finished.'],
  enrollment_finished: [422, 'Enrollment is already finished.'],
  not_enrolled: [422, 'Enrollment is not active.'],
  already_enrolled: [422, 'User is already enrolled.'],
  session_held: [422, 'User is already enrolled in a session of the course. Send cancelSession=true to change it.'],
  session_full: [422, 'Session is full.'],
  many_meetings: [400, 'Multi-session instructor-led courses are not supported.'],
  not_instructor_led: [400, 'Session enrollments of a course that is not instructor-led are not supported.'],
  not_a_collection: [422, 'Course is neither a curriculum nor a bundle.'],
  wrong_course: [404, 'Session with specified id was not found.'],
  wrong_version: [422, 'Course version does not belong to the course.'],
  cycle: [422, 'Department cannot be placed below itself.'],
  in_use: [409, 'Record is in use.'],
  published: [409, 'Course version is published.'],
  nothing_to_publish: [409, 'Course has no changes to publish.'],
  not_a_sandbox: [422, 'Portal is not a sandbox.'],
  self_enrollment_closed: [422, 'Course is not open for enrollment.'],
  approval_required: [422, 'Course requires approval.'],
  tenant_disabled: [403, 'Portal is disabled.'],
  last_of_its_kind: [409, 'Record is the last of its kind.'],
  key_reused: [409, 'Key was used for another request.'],
  key_used_up: [422, 'Enrollment key is used up.'],
  absolute_dates_only: [422, 'Dates of the course are relative.'],
  not_earned: [422, 'Certificate has not been earned.'],
  program_retired: [422, 'Program is retired.'],
  program_full: [422, 'Program has no seats left.'],
  not_a_member: [422, 'User is not a member of the program.'],
  not_in_program: [422, 'Program does not hold the course.'],
  cursor_expired: [409, 'Place in the feed has expired.'],
  shown_once: [409, 'Credentials are shown once.'],
};

const FAULTS: Record<Issue['fault'], string> = {
  required: 'is required.',
  format: 'is not in the expected format.',
  type: 'has a value of the wrong type.',
  too_long: 'is too long.',
  too_many: 'has too many entries.',
  out_of_range: 'is out of range.',
  unknown_value: 'has an unknown value.',
  unknown_field: 'is unknown.',
  not_found: 'refers to a record that was not found.',
  taken: 'is already in use.',
  syntax: 'cannot be read.',
  read_only: 'cannot be changed.',
};

/** One validation entry: `The FirstName field is required.`; `named` spells a property as the wire does. */
export function validationText({ path, fault, detail }: Issue, named: (name: string) => string = wireName): string {
  const name = fieldName(path, named);
  const text = name === '' ? `The request body ${FAULTS[fault]}` : `The ${name} field ${FAULTS[fault]}`;
  return fault === 'required' || detail === undefined ? text : `${text.slice(0, -1)}: ${detail}.`;
}

/** `[2].CustomFields.String1`: PascalCase, indexes in brackets. */
function fieldName(path: Issue['path'], named: (name: string) => string): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += `${name === '' ? '' : '.'}${pascal(named(step))}`;
  }
  return name;
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Names of the record that differ on the wire. */
const WIRE_NAMES = new Map(
  Object.entries({
    unitId: 'departmentId',
    givenName: 'firstName',
    familyName: 'lastName',
    fullName: 'firstName',
    email: 'emailAddress',
    ccEmails: 'ccEmailAddresses',
    managerId: 'supervisorId',
    hiredAt: 'dateHired',
    terminatedAt: 'dateTerminated',
    status: 'activeStatus',
    attributes: 'customFields',
    useOwnContact: 'useDepartmentContactDetails',
    versionId: 'courseVersionId',
    joinKeyId: 'enrollmentKeyId',
    completedAt: 'dateCompleted',
    expiresAt: 'dateExpires',
    creditsByType: 'creditTypeCredits',
    termsAccepted: 'acceptedTermsAndConditions',
    startedAt: 'startDate',
    finishedAt: 'completionDate',
    personId: 'userId',
    state: 'status',
  }),
);

const wireName = (name: string): string => WIRE_NAMES.get(name) ?? name;
