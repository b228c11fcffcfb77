import type { Condition } from '../../record/kernel/condition.ts';
import { equals, oneOf } from '../../record/kernel/condition.ts';
import type { Schemas } from './generated/operations.ts';

/** Words of the record and the numbers and names that stand for them on the wire. */

export type StatusCode = Schemas['EnrollmentStatus'];

const STATUS = {
  not_started: 0,
  in_progress: 1,
  pending_approval: 2,
  pending_acceptance: 2,
  complete: 3,
  not_complete: 4,
  failed: 5,
  declined: 6,
  pending_evaluation_required: 7,
  on_waitlist: 8,
  absent: 9,
  not_applicable: 10,
  pending_proctor: 11,
  ready_for_review: 12,
} as const satisfies Record<string, StatusCode>;

export type State = keyof typeof STATUS;

export const statusOf = (state: State): StatusCode => STATUS[state];

/** States shown as a number, the usual one first. */
export const statesOf = (status: number): State[] =>
  (Object.keys(STATUS) as State[]).filter((state) => STATUS[state] === status);

export const whenStatus = (status: number): Condition => oneOf('state', statesOf(status));

export const STATUS_GROUPS = Array.from({ length: 13 }, (_, status) => statesOf(status));

export const STATUS_CASES = [...new Set(Object.values(STATUS))].map((status) => [status, whenStatus(status)] as const);

// one that waits for its marker is not over in this protocol
const ATTEMPT_STATUS = { in_progress: 1, ready_for_review: 1, complete: 3, failed: 5 } as const;

export const attemptStatusOf = (state: keyof typeof ATTEMPT_STATUS): Schemas['AttemptStatus'] => ATTEMPT_STATUS[state];

export const attemptStateOf = (status: Schemas['AttemptStatus']): keyof typeof ATTEMPT_STATUS =>
  status === 3 ? 'complete' : status === 5 ? 'failed' : 'in_progress';

const COURSE_TYPES = {
  OnlineCourse: ['online', 'stream', 'clip', 'job_aid'],
  InstructorLedCourse: ['instructor_led'],
  CourseBundle: ['bundle'],
  Curriculum: ['curriculum', 'certification', 'personal_path'],
} as const satisfies Record<Schemas['CourseType'], readonly string[]>;

export type CourseKind = (typeof COURSE_TYPES)[keyof typeof COURSE_TYPES][number];

const TYPE_OF_KIND = new Map<string, Schemas['CourseType']>(
  (Object.keys(COURSE_TYPES) as Schemas['CourseType'][]).flatMap((type) =>
    COURSE_TYPES[type].map((kind) => [kind, type] as const),
  ),
);

export const courseTypeOf = (kind: CourseKind): Schemas['CourseType'] => TYPE_OF_KIND.get(kind)!;

export const kindsOf = (type: Schemas['CourseType']): readonly CourseKind[] => COURSE_TYPES[type];

export const COURSE_TYPE_CASES = (Object.keys(COURSE_TYPES) as Schemas['CourseType'][]).map(
  (type) => [type, oneOf('kind', COURSE_TYPES[type])] as const,
);

/** Kinds in the order of the names of their types. */
export const COURSE_TYPE_GROUPS = (Object.keys(COURSE_TYPES) as Schemas['CourseType'][]).sort().map(kindsOf);

/** `live_session` to `LiveSession`. */
export const activityTypeOf = (kind: string): string =>
  kind
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const ACTIVITY_KINDS = [
  ...['page', 'video', 'document', 'package', 'quiz', 'assignment', 'open_response', 'poll', 'live_session'],
  ...['checklist', 'survey', 'link'],
];

export const ACTIVITY_TYPE_CASES = ACTIVITY_KINDS.map((kind) => [activityTypeOf(kind), equals('kind', kind)] as const);

/** 0 none, 1 male, 2 female; what has no number of its own shows as none. */
export const genderOf = (gender: string | null): Schemas['Gender'] =>
  gender === 'male' ? 1 : gender === 'female' ? 2 : 0;

export const genderFrom = (code: Schemas['Gender']): 'male' | 'female' | null =>
  code === 1 ? 'male' : code === 2 ? 'female' : null;

export const GENDER_CASES = [
  [0, { op: 'or', all: [equals('gender', null), equals('gender', 'other')] }],
  [1, equals('gender', 'male')],
  [2, equals('gender', 'female')],
] as const satisfies readonly (readonly [number, Condition])[];
