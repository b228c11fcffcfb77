import type { Enrollments } from '../../../record/enrollment/index.ts';
import { statusOf } from '../codes.ts';
import { type DateWriter, timeSpan } from '../formats.ts';
import type { Schemas } from '../generated/operations.ts';

/** A course enrollment as seen from a course. */
export const toCourseEnrollment = (row: Enrollments.Enrollment, date: DateWriter): Schemas['CourseEnrollment'] => ({
  id: row.id,
  courseId: row.courseId,
  courseName: row.courseName,
  progress: row.progress,
  score: row.score,
  status: statusOf(row.state),
  dateCompleted: date(row.completedAt),
  dateExpires: date(row.expiresAt),
  fullName: row.fullName,
  jobTitle: row.jobTitle,
  courseVersionId: row.versionId,
  userId: row.personId,
  acceptedTermsAndConditions: row.termsAcceptedAt !== null,
  timeSpent: timeSpan(row.timeTicks),
  dateStarted: date(row.startedAt),
  enrollmentKeyId: row.joinKeyId,
  certificateId: row.certificateId ?? null,
  credits: row.credits,
  isActive: row.isPrimary,
  dateDue: date(row.dueAt),
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});

/** The same as seen from a user, with four more properties. */
export const toUserCourseEnrollment = (
  row: Enrollments.Enrollment,
  date: DateWriter,
): Schemas['UserCourseEnrollment'] => ({
  id: row.id,
  courseId: row.courseId,
  courseName: row.courseName,
  progress: row.progress,
  score: row.score,
  status: statusOf(row.state),
  dateCompleted: date(row.completedAt),
  dateExpires: date(row.expiresAt),
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
  fullName: row.fullName,
  courseVersionId: row.versionId,
  userId: row.personId,
  acceptedTermsAndConditions: row.termsAcceptedAt !== null,
  timeSpentTicks: row.timeTicks,
  timeSpent: timeSpan(row.timeTicks),
  dateStarted: date(row.startedAt),
  enrollmentKeyId: row.joinKeyId,
  certificateId: row.certificateId ?? null,
  credits: row.credits,
  isActive: row.isPrimary,
  dateDue: date(row.dueAt),
  accessDate: date(row.accessAt),
  jobTitle: row.jobTitle,
  courseCollectionId: row.collectionId,
  avatar: row.avatar,
});
