/**
 * Which room owns which tables of the record: it alone writes them, everybody else calls its verbs. `test/architecture/owners.unit.test.ts`
 * reads the statements of the source and finds those that stand elsewhere.
 */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  'record/kernel': ['event', 'source_key'],
  'record/access': [
    'api_client',
    'entitlement',
    'guess',
    'idempotency_key',
    'person_secret',
    'role',
    'role_assignment',
    'tenant',
    'token',
  ],
  'record/people': [
    'attribute',
    'group_member',
    'instructor_permission',
    'people_group',
    'person',
    'person_unit',
    'profile',
    'profile_member',
    'unit',
  ],
  'record/catalog': [
    'activity',
    'collection_member',
    'course',
    'course_credit',
    'course_follow_up',
    'course_prerequisite',
    'course_price',
    'course_version',
    'credit_type',
    'join_key',
    'lesson',
    'meeting',
    'offering',
    'offering_term',
    'room',
    'section',
    'session',
    'task',
    'term',
  ],
  'record/programs': [
    'program',
    'program_audience',
    'program_audience_exception',
    'program_content',
    'program_grant',
    'program_member',
    'program_path',
    'program_path_course',
  ],
  'record/enrollment': [
    'activity_enrollment',
    'attempt',
    'audience',
    'audience_exception',
    'enrollment',
    'enrollment_credit',
    'enrollment_grant',
    'session_enrollment',
  ],
  'record/assessment': ['assessment', 'mark', 'submission'],
  'record/credentials': ['certificate', 'certificate_award', 'certificate_course', 'certificate_span'],
  'record/delivery': ['mail', 'outbox_place'],
  'record/insight': ['feed', 'feed_epoch', 'import_run'],
  'record/files': ['file', 'file_content'],
};

export const OWNERS: ReadonlyMap<string, string> = new Map(
  Object.entries(OWNED).flatMap(([room, tables]) => tables.map((table): [string, string] => [table, room])),
);

/** Tables that every subject of the record may add rows to: what happens is told where it happens. */
export const APPENDED: readonly string[] = ['event'];

/** Files that put the name of a table into a statement, and which tables of the record that may be; temporary ones are not. */
export const SPLICED: Readonly<Record<string, readonly string[]>> = {
  // empties a tenant, whatever tables there are
  'record/access/clear-tenant.ts': [],
  'record/assessment/mark-rows.ts': ['mark', 'submission'],
  'record/enrollment/activity-rows.ts': ['activity_enrollment', 'attempt'],
  'record/catalog/version-rows.ts': ['section', 'activity', 'lesson', 'task', 'collection_member'],
  'record/catalog/save-content.ts': ['section', 'activity', 'lesson', 'collection_member'],
  'record/catalog/versions.ts': ['section', 'activity', 'lesson', 'task', 'collection_member'],
  // the kit: whoever calls it names the table
  'record/kernel/rows.ts': [],
  'record/kernel/save-rows.ts': [],
  'record/enrollment/complete.ts': ['attempt', 'activity_enrollment', 'mark'],
  // temporary tables
  'record/access/access-rows.ts': [],
  'record/enrollment/save-enrollment-rows.ts': [],
  'record/people/people-rows.ts': [],
  'interchange/oneroster/refused.ts': [],
  'interchange/oneroster/stage.ts': [],
  'interchange/oneroster/things.ts': [],
  'interchange/oneroster/work.ts': [],
};

/** Who still writes what is not theirs, and why. No line may be added; a line that is not needed any more has to go. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // a run is noted by who runs it
  'interchange/note-progress.ts': ['import_run'],
  'interchange/reports.ts': ['import_run'],
  // a tenant begins with a root unit, and its clients come back with their people
  'record/access/client-people.ts': ['person'],
  'record/access/foundations.ts': ['unit'],
  'record/access/passwords.ts': ['person'],
  // a mark completes its activity
  'record/assessment/assessments.ts': ['activity_enrollment'],
  'record/assessment/marking.ts': ['activity_enrollment'],
  // what ends with courses and offerings
  'record/catalog/update-offering.ts': ['audience'],
  // ties of organisations are loaded as one; a reset takes work back
  'record/enrollment/complete.ts': ['mark', 'submission'],
  'record/enrollment/due.ts': ['offering'],
};
