import type { DB } from '../../database/tables.generated.ts';
import type { Instant } from '../kernel/instant.ts';
import type { RefusalFact } from '../kernel/refusal.ts';

export type EnrollmentState = DB['enrollment']['state'];
type EnrollmentEnding = NonNullable<DB['enrollment']['ending']>;
export type EnrollmentSource = 'self' | 'admin' | 'manager' | 'automatic' | 'import';
export type ActivityState = DB['activity_enrollment']['state'];
export type AttemptState = DB['attempt']['state'];
export type GrantKind = DB['enrollment_grant']['kind'];

/** A learner in an offering. Progress and score are percent; time is in ticks of 100 ns. */
export interface Enrollment {
  id: string;
  number: number;
  personId: string;
  fullName: string;
  jobTitle: string | null;
  avatar: string | null;
  courseId: string;
  courseName: string;
  offeringId: string;
  versionId: string;
  state: EnrollmentState;
  ending: EnrollmentEnding | null;
  endedAt: Instant | null;
  isPrimary: boolean;
  source: EnrollmentSource;
  collectionId: string | null;
  joinKeyId: string | null;
  progress: number;
  score: number | null;
  result: string | null;
  outcomeBy: string | null;
  credits: number | null;
  /** The award that completing earned, if any; only where a list was asked for certificates. */
  certificateId?: string | null;
  timeTicks: number;
  termsAcceptedAt: Instant | null;
  enrolledAt: Instant;
  accessAt: Instant | null;
  dueAt: Instant | null;
  expiresAt: Instant | null;
  startedAt: Instant | null;
  completedAt: Instant | null;
  lastAccessAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** How one section of an enrollment stands; computed from its activities. `id` is stable and belongs to enrollment and section. */
export interface SectionState {
  id: string;
  enrollmentId: string;
  sectionId: string;
  name: string;
  position: number;
  personId: string;
  fullName: string;
  state: ActivityState;
  progress: number;
  score: number | null;
  timeTicks: number;
  enrolledAt: Instant;
  startedAt: Instant | null;
  completedAt: Instant | null;
  updatedAt: Instant;
  /** Ids of the activity states in it, in order. */
  activityStateIds: string[];
  /** Session held in the section's live session, if it has one. */
  sessionId: string | null;
}

/** How one activity of an enrollment stands. `id` belongs to enrollment and activity and is not the activity's. */
export interface ActivityStateRow {
  id: string;
  enrollmentId: string;
  activityId: string;
  sectionId: string;
  sectionStateId: string;
  kind: DB['activity']['kind'];
  name: string;
  required: boolean;
  personId: string;
  fullName: string;
  state: ActivityState;
  progress: number;
  score: number | null;
  timeTicks: number;
  attempts: number;
  failures: number;
  lastAttemptAt: Instant | null;
  /** Ids of the tasks done. */
  tasksDone: string[];
  enrolledAt: Instant;
  startedAt: Instant | null;
  completedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** One try at an activity. */
export interface Attempt {
  id: string;
  enrollmentId: string;
  activityId: string;
  personId: string;
  courseId: string;
  ordinal: number;
  state: AttemptState;
  score: number | null;
  feedback: string | null;
  timeTicks: number;
  startedAt: Instant | null;
  finishedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
}

/** A place in a session. */
export interface Place {
  id: string;
  sessionId: string;
  sessionName: string;
  activityId: string;
  enrollmentId: string;
  personId: string;
  fullName: string;
  courseId: string;
  state: EnrollmentState;
  /** How the live session itself stands for the learner. */
  activityState: ActivityState;
  progress: number;
  score: number | null;
  timeTicks: number;
  enrolledAt: Instant;
  startedAt: Instant | null;
  completedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
}

export interface EnrollRequest {
  personId: string;
  /** Either the offering, or the course: then the one the person is live in, else its default offering. */
  offeringId?: string | undefined;
  courseId?: string | undefined;
  /** Of this request, before what the options of the call say. */
  source?: EnrollmentSource | undefined;
  enrolledAt?: Instant | undefined;
  /** Refuse instead of putting the person on the waitlist: the seat is needed at once. */
  noQueue?: boolean | undefined;
}

export interface EnrollOptions {
  source?: EnrollmentSource;
  /** The person enrolls themselves: enrollment dates and approval bind. */
  self?: boolean;
  /** Start over although there is a live one, which becomes historical. */
  reEnroll?: boolean;
  /** Why the person is in; `direct` unless named. Null: whoever is in already is not held by a further reason. */
  grant?: { kind: GrantKind; sourceId: string } | null;
  joinKeyId?: string | null;
  /** Another version of the course than the offering's, published once. */
  versionId?: string | undefined;
  /** When the enrollment took place, for imports; the clock's time otherwise. */
  enrolledAt?: Instant | undefined;
  /** Starts as an offer that the person has to accept. */
  nominated?: boolean;
  /** Refuse a new enrollment where a session meets more than once (`many_meetings`): not every protocol can say which to take. */
  oneMeeting?: boolean;
  /** Put people on the waitlist beyond its limit instead of refusing (audiences). */
  queueBeyondLimit?: boolean;
}

export type EnrollResult =
  | {
      outcome: 'created' | 'resumed' | 'unchanged';
      enrollmentId: string;
      personId: string;
      courseId: string;
      offeringId: string;
      state: EnrollmentState;
    }
  | { outcome: 'refused'; personId: string; fact: RefusalFact };
