import type { ActivityStates, Attempts, Places } from '../../../record/enrollment/index.ts';
import { activityTypeOf, attemptStatusOf, statusOf } from '../codes.ts';
import { type DateWriter, timeSpan } from '../formats.ts';
import type { Schemas } from '../generated/operations.ts';

/** A place in a session. */
export const toSessionEnrollment = (row: Places.Place, date: DateWriter): Schemas['SessionEnrollment'] => ({
  id: row.id,
  sessionId: row.sessionId,
  courseEnrollmentId: row.enrollmentId,
  name: row.sessionName,
  userId: row.personId,
  fullName: row.fullName,
  status: statusOf(row.state),
  progress: row.progress,
  score: row.score,
  timeSpent: timeSpan(row.timeTicks),
  dateEnrolled: date(row.enrolledAt),
  dateStarted: date(row.startedAt),
  dateCompleted: date(row.completedAt),
  dateEdited: date(row.updatedAt),
});

/** How a section stands. */
export const toChapterEnrollment = (
  row: ActivityStates.SectionState,
  date: DateWriter,
): Schemas['ChapterEnrollment'] => ({
  id: row.id,
  courseEnrollmentId: row.enrollmentId,
  chapterId: row.sectionId,
  sessionId: row.sessionId,
  lessonId: null,
  name: row.name,
  userId: row.personId,
  fullName: row.fullName,
  status: statusOf(row.state),
  progress: row.progress,
  score: row.score,
  timeSpent: timeSpan(row.timeTicks),
  dateEnrolled: date(row.enrolledAt),
  dateStarted: date(row.startedAt),
  dateCompleted: date(row.completedAt),
  lessonEnrollmentIds: row.activityStateIds,
});

/** How an activity stands. */
export const toLessonEnrollment = (
  row: ActivityStates.ActivityState,
  date: DateWriter,
): Schemas['LessonEnrollment'] => ({
  id: row.id,
  chapterEnrollmentId: row.sectionStateId,
  type: activityTypeOf(row.kind),
  attempts: row.attempts,
  failures: row.failures,
  lastAttempt: date(row.lastAttemptAt),
  courseEnrollmentId: row.enrollmentId,
  chapterId: row.sectionId,
  lessonId: row.activityId,
  name: row.name,
  userId: row.personId,
  fullName: row.fullName,
  status: statusOf(row.state),
  progress: row.progress,
  score: row.score,
  timeSpent: timeSpan(row.timeTicks),
  dateEnrolled: date(row.enrolledAt),
  dateStarted: date(row.startedAt),
  dateCompleted: date(row.completedAt),
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});

/** One try at a lesson. */
export const toAttempt = (row: Attempts.Attempt, date: DateWriter): Schemas['Attempt'] => ({
  id: row.id,
  timeSpentTicks: row.timeTicks,
  status: attemptStatusOf(row.state),
  score: row.score,
  startDate: date(row.startedAt),
  completionDate: date(row.state === 'ready_for_review' ? null : row.finishedAt),
});
