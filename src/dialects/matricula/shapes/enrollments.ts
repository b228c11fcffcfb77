import type {
  ActivityStateRow,
  Attempt,
  EarnedCredit,
  EnrollmentDetails,
  Grant,
  Place,
  SectionState,
} from '../../../record/enrollment/index.ts';
import type { Schemas } from '../generated/operations.ts';

export function toEnrollment(enrollment: EnrollmentDetails): Schemas['Enrollment'] {
  const { fullName, jobTitle: _j, avatar: _a, ...shown } = enrollment;
  return { ...shown, personName: fullName };
}

export const toGrant = (grant: Grant): Schemas['Grant'] => ({ ...grant });

export const toEarnedCredit = (credit: EarnedCredit): Schemas['EarnedCredit'] => ({ ...credit });

export const toSectionEnrollment = (section: SectionState): Schemas['SectionEnrollment'] => ({
  id: section.id,
  enrollmentId: section.enrollmentId,
  sectionId: section.sectionId,
  name: section.name,
  position: section.position,
  state: section.state,
  progress: section.progress,
  score: section.score,
  timeTicks: section.timeTicks,
  enrolledAt: section.enrolledAt,
  startedAt: section.startedAt,
  completedAt: section.completedAt,
  updatedAt: section.updatedAt,
});

export const toActivityEnrollment = (activity: ActivityStateRow): Schemas['ActivityEnrollment'] => ({
  id: activity.id,
  enrollmentId: activity.enrollmentId,
  activityId: activity.activityId,
  sectionId: activity.sectionId,
  name: activity.name,
  kind: activity.kind,
  required: activity.required,
  state: activity.state,
  progress: activity.progress,
  score: activity.score,
  timeTicks: activity.timeTicks,
  attempts: activity.attempts,
  failures: activity.failures,
  tasksDone: activity.tasksDone,
  startedAt: activity.startedAt,
  completedAt: activity.completedAt,
  lastAttemptAt: activity.lastAttemptAt,
  createdAt: activity.createdAt,
  updatedAt: activity.updatedAt,
});

export const toSessionEnrollment = (place: Place): Schemas['SessionEnrollment'] => ({
  id: place.id,
  enrollmentId: place.enrollmentId,
  personId: place.personId,
  personName: place.fullName,
  sessionId: place.sessionId,
  sessionName: place.sessionName,
  activityId: place.activityId,
  state: place.activityState,
  timeTicks: place.timeTicks,
  enrolledAt: place.enrolledAt,
  createdAt: place.createdAt,
  updatedAt: place.updatedAt,
});

export const toAttempt = (attempt: Attempt): Schemas['Attempt'] => ({ ...attempt });
