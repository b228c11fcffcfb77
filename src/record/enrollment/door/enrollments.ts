/** Enrollments: people in offerings, from the first grant to the last change of the outcome. */

export {
  forceComplete as complete,
  recomputeEnrollment as recompute,
  resetEnrollment as reset,
  touchEnrollment as touch,
} from '../complete.ts';
export { createEnrollment as create } from '../create-enrollment.ts';
export { datesSql } from '../dates.ts';
export {
  changeEnrollment as change,
  type EnrollmentDetails as Details,
  enrollmentFor as getFor,
  getEnrollmentDetails as getDetails,
  listEnrollmentDetails as listDetails,
} from '../details.ts';
export { enroll, enrollMany } from '../enroll.ts';
export { getEnrollment as get, getInOffering, getPrimary, listEnrollments as list } from '../list-enrollments.ts';
export { type EarnedCredit, type Grant, listCredits, listGrants } from '../parts.ts';
export { reEnroll as startOver } from '../re-enroll.ts';
export { rollUp } from '../roll-up.ts';
export { saveEnrollment as save } from '../save-enrollment.ts';
export {
  beginAnewRows,
  changeEnrollmentRows as changeRows,
  insertEnrollmentRows as insertRows,
  moveVersionRows,
} from '../save-enrollment-rows.ts';
export { saveEnrollments as saveMany } from '../save-enrollments.ts';
export { type Outcome, setOutcome } from '../set-outcome.ts';
export { WITHOUT_SEAT } from '../states.ts';
export { transfer } from '../transfer.ts';
export type { Enrollment, EnrollOptions as Options, GrantKind } from '../types.ts';
export { updateEnrollment as update } from '../update-enrollment.ts';
export { end, withdraw } from '../withdraw.ts';
export { withdrawEnrollment as withdrawOne } from '../withdraw-enrollment.ts';
