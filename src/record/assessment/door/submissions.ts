/** What learners hand in for an assessment. */

export {
  listSubmissionsOfAssessment as listOfAssessment,
  listSubmissionsOfEnrollment as listOfEnrollment,
} from '../lists-of.ts';
export { demandOpenWork, getSubmission as get, placeOfWork, saveSubmission as save } from '../marking.ts';
export type { Submission } from '../types.ts';
