export {
  getActivityState,
  getSectionState,
  listActivityEnrollments,
  listActivityStates,
  listSectionStates,
} from './activity-states.ts';
export { type AttemptResult, getAttempt, listAttempts, recordAttempt, startAttempt } from './attempts.ts';
export { forceComplete, recomputeEnrollment, resetEnrollment, touchEnrollment } from './complete.ts';
export { datesSql } from './dates.ts';
export { enroll, enrollMany } from './enroll.ts';
export {
  countEnrollments,
  type EnrollmentScope,
  enrollmentListing,
  findInOffering,
  findPrimary,
  getEnrollment,
  listEnrollments,
} from './list-enrollments.ts';
export { settlePrimary } from './primary.ts';
export { type Progress, recordProgress } from './record-progress.ts';
export { rollUp } from './roll-up.ts';
export { saveEnrollment } from './save-enrollment.ts';
export { leaveSession, listPlaces, type TakenSession, type TakeSessionOptions, takeSession } from './sessions.ts';
export { type Outcome, setOutcome } from './set-outcome.ts';
export { type OfferingChange, settleOffering } from './settle-offering.ts';
export { takesSeat, WITHOUT_SEAT } from './states.ts';
export { type TransferOptions, transfer } from './transfer.ts';
export type * from './types.ts';
export { advanceWaitlists } from './waitlist.ts';
export { dropGrant, end as endEnrollments, type WithdrawOptions, withdraw } from './withdraw.ts';
