/** What learners hand in for an assessment. */

export {
  listSubmissionsOfAssessment as listOfAssessment,
  listSubmissionsOfEnrollment as listOfEnrollment,
} from '../lists-of.ts';
export { getSubmission as get, saveSubmission as save } from '../marking.ts';
export type { Submission } from '../types.ts';
