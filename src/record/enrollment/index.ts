export { forgetActivityRows, moveActivityRows, saveActivityRows } from './activity-rows.ts';
export {
  getActivityState,
  getSectionState,
  listActivityEnrollments,
  listActivityStates,
  listSectionStates,
} from './activity-states.ts';
export { type AttemptResult, getAttempt, listAttempts, recordAttempt, startAttempt } from './attempts.ts';
export { exceptPeople } from './audience-exceptions.ts';
export {
  type Audience,
  getAudience,
  listAudiences,
  peopleOf as peopleOfAudience,
  removeAudience,
  setAudience,
  settleAudiences,
} from './audiences.ts';
export { forceComplete, recomputeEnrollment, resetEnrollment, touchEnrollment } from './complete.ts';
export { createEnrollment } from './create-enrollment.ts';
export { datesSql } from './dates.ts';
export {
  changeEnrollment,
  type EnrollmentDetails,
  enrollmentFor,
  getEnrollmentDetails,
  listEnrollmentDetails,
} from './details.ts';
export { enroll, enrollMany } from './enroll.ts';
export { dropPlace, listEnrollmentPlaces, listSessionPlaces, putPlace } from './enrollment-places.ts';
export {
  countEnrollments,
  findInOffering,
  findPrimary,
  getEnrollment,
  listEnrollments,
} from './list-enrollments.ts';
export { type BulkTie, loadOrganisation } from './load-organisation.ts';
export { countLearners, setOfferingRoles } from './offering-roles.ts';
export { demandJudging, judges } from './own-work.ts';
export {
  type EarnedCredit,
  type Grant,
  listCredits,
  listGrants,
  openAttempt,
  updateActivityState,
  updateAttempt,
} from './parts.ts';
export { reEnroll } from './re-enroll.ts';
export { pageAudiences } from './read-audiences.ts';
export { type Progress, recordProgress } from './record-progress.ts';
export { rollUp } from './roll-up.ts';
export { saveEnrollment } from './save-enrollment.ts';
export { beginAnewRows, changeEnrollmentRows, insertEnrollmentRows, moveVersionRows } from './save-enrollment-rows.ts';
export { type EnrollmentRowResult, saveEnrollments } from './save-enrollments.ts';
export { leaveSession, listPlaces, takeSession } from './sessions.ts';
export { type Outcome, setOutcome } from './set-outcome.ts';
export { WITHOUT_SEAT } from './states.ts';
export { transfer } from './transfer.ts';
export type * from './types.ts';
export { updateEnrollment } from './update-enrollment.ts';
export { dropGrant, end as endEnrollments, withdraw } from './withdraw.ts';
export { withdrawEnrollment } from './withdraw-enrollment.ts';
