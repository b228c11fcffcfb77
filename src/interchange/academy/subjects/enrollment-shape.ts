import {
  choice,
  ending,
  flag,
  list,
  maybe,
  moment,
  number,
  object,
  ref,
  short,
  special,
  type TypeOf,
  text,
  whole,
} from '../shape.ts';
import { PLACE } from './sessions.ts';

const activity = special<string>({ $ref: '#/$defs/key', description: 'Key or name of an activity.' });
const seconds = number(0, 900_000_000, 'Time spent.');

/** States of an enrollment that an entry may set; the others follow from what was done. */
const ENROLLMENT_STATES = [
  'not_started',
  'in_progress',
  'pending_approval',
  'pending_acceptance',
  'complete',
  'not_complete',
  'failed',
  'declined',
  'pending_evaluation_required',
  'on_waitlist',
  'absent',
  'not_applicable',
  'pending_proctor',
  'ready_for_review',
] as const;

const ACTIVITY_STATES = [
  'not_started',
  'in_progress',
  'complete',
  'failed',
  'not_complete',
  'absent',
  'not_applicable',
  'ready_for_review',
  'pending_evaluation_required',
  'pending_proctor',
] as const;

const progress = short(
  'activity',
  object(
    { activity },
    {
      state: choice(ACTIVITY_STATES, 'Complete, where neither progress nor tasks say otherwise.'),
      progress: number(0, 100, 'Percent.'),
      tasks: list(text(500), 'Names of the tasks that are done.'),
      seconds,
      startedAt: moment('When it was begun, if not at the same moment.'),
      at: moment('When it was done; on enrolling unless said otherwise.'),
    },
  ),
);

const attempt = object(
  { activity },
  {
    state: choice(
      ['in_progress', 'ready_for_review', 'complete', 'failed'],
      'Complete from the passing score up and failed below, unless said otherwise.',
    ),
    score: maybe(number(0, 1_000_000, 'Percent of the maximum.')),
    startedAt: moment('When it ended, unless said otherwise.'),
    finishedAt: maybe(moment('When it began, unless said otherwise.')),
    seconds,
    feedback: maybe(text(100_000)),
  },
);

const MARK_ROLES = ['marker', 'evaluator', 'moderator'] as const;

const marking = object(
  {},
  {
    marker: maybe(ref('person')),
    role: choice(MARK_ROLES, 'Marker unless said otherwise.'),
    score: maybe(number(-1_000_000, 1_000_000, 'In the measure of the assessment.')),
    text: maybe(text(100, 'A mark in words or letters.')),
    comment: maybe(text(100_000)),
    markedAt: moment('With the one that counts, unless said otherwise.'),
    carriedOver: flag('Brought from an earlier enrollment.'),
  },
);

const mark = object(
  { assessment: ref('assessment') },
  {
    state: choice(['draft', 'submitted'], 'Of work that has no mark yet; submitted unless said otherwise.'),
    submittedAt: moment('When the work was handed in; when it was marked, unless said otherwise.'),
    score: maybe(number(-1_000_000, 1_000_000, 'In the measure of the assessment.')),
    text: maybe(text(100, 'A mark in words or letters.')),
    comment: maybe(text(100_000)),
    marker: maybe(ref('person')),
    markedAt: moment('When it was handed in, unless said otherwise.'),
    carriedOver: flag('Brought from an earlier enrollment.'),
    role: choice(MARK_ROLES, 'Marker unless said otherwise.'),
    others: list(marking, 'What others gave, beside the one that counts.'),
  },
);

const grant = short(
  'kind',
  object(
    { kind: choice(['direct', 'collection', 'follow_up', 'join_key', 'audience', 'program', 'import']) },
    { course: ref('course'), joinKey: ref('join_key'), group: ref('group'), program: ref('program') },
  ),
);

const end = short(
  'how',
  object(
    {
      how: choice(
        ['superseded', 'withdrawn_kept', 'withdrawn_closed'],
        'Superseded by the next entry of the same person there; withdrawn so that a return resumes it, or starts afresh.',
      ),
    },
    { at: moment() },
  ),
);

export const enrollment = object(
  { person: ref('person') },
  {
    ...PLACE,
    version: whole(1, 100_000, 'Which of the versions of the course, if not that of the offering.'),
    enrolledAt: moment('When the first thing was done, unless said otherwise.'),
    source: choice(['self', 'admin', 'manager', 'automatic', 'import'], 'Admin unless said otherwise.'),
    grants: list(grant, 'Why they are in; direct unless said otherwise.'),
    joinKey: ref('join_key', 'The key they came by.'),
    accessAt: maybe(moment()),
    dueAt: maybe(ending()),
    expiresAt: maybe(ending()),
    termsAcceptedAt: moment(),
    lastAccessAt: moment(),
    sessions: list(short('session', object({ session: ref('session') }, { at: moment() })), 'Places taken.'),
    progress: list(progress, 'What was done outside attempts.'),
    attempts: list(attempt, 'In order.'),
    marks: list(mark, 'Work that was handed in, and what it was worth.'),
    state: choice(ENROLLMENT_STATES, 'Set by hand; it follows from what was done unless said.'),
    score: maybe(number(0, 1_000_000, 'Set by hand, in percent.')),
    completedAt: maybe(moment('Of a completion set by hand.')),
    result: maybe(text(255, 'A label such as Distinction.')),
    credits: maybe(number(0, 999_999, 'Set by hand.')),
    creditsByType: list(object({ type: ref('credit_type'), credits: number(0, 999_999) }, {})),
    rating: maybe(whole(1, 5)),
    ending: end,
  },
);

export type EnrollmentEntry = TypeOf<typeof enrollment>;
export type ProgressEntry = NonNullable<EnrollmentEntry['progress']>[number];
export type AttemptEntry = NonNullable<EnrollmentEntry['attempts']>[number];
export type MarkEntry = NonNullable<EnrollmentEntry['marks']>[number];
export type MarkingEntry = NonNullable<MarkEntry['others']>[number];
