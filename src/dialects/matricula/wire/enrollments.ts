import type { ActivityStates, Attempts, Enrollments, Places } from '../../../record/enrollment/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toEnrollment = (enrollment: Enrollments.Details): Schemas['Enrollment'] => ({
  id: enrollment.id,
  number: enrollment.number,
  personId: enrollment.personId,
  personName: enrollment.fullName,
  courseId: enrollment.courseId,
  courseName: enrollment.courseName,
  offeringId: enrollment.offeringId,
  offeringName: enrollment.offeringName,
  versionId: enrollment.versionId,
  programId: enrollment.programId,
  state: enrollment.state,
  ending: enrollment.ending,
  endedAt: enrollment.endedAt,
  isPrimary: enrollment.isPrimary,
  source: enrollment.source,
  collectionId: enrollment.collectionId,
  joinKeyId: enrollment.joinKeyId,
  progress: enrollment.progress,
  score: enrollment.score,
  result: enrollment.result,
  outcomeBy: enrollment.outcomeBy,
  credits: enrollment.credits,
  rating: enrollment.rating,
  timeTicks: enrollment.timeTicks,
  termsAcceptedAt: enrollment.termsAcceptedAt,
  late: enrollment.late,
  enrolledAt: enrollment.enrolledAt,
  accessAt: enrollment.accessAt,
  dueAt: enrollment.dueAt,
  expiresAt: enrollment.expiresAt,
  startedAt: enrollment.startedAt,
  completedAt: enrollment.completedAt,
  lastAccessAt: enrollment.lastAccessAt,
  createdAt: enrollment.createdAt,
  updatedAt: enrollment.updatedAt,
});

export const toGrant = (grant: Enrollments.Grant): Schemas['Grant'] => ({ ...grant });

export const toEarnedCredit = (credit: Enrollments.EarnedCredit): Schemas['EarnedCredit'] => ({ ...credit });

export const toSectionEnrollment = (section: ActivityStates.SectionState): Schemas['SectionEnrollment'] => ({
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

export const toActivityEnrollment = (activity: ActivityStates.ActivityState): Schemas['ActivityEnrollment'] => ({
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

export const toSessionEnrollment = (place: Places.Place): Schemas['SessionEnrollment'] => ({
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

export const toAttempt = (attempt: Attempts.Attempt): Schemas['Attempt'] => ({ ...attempt });
