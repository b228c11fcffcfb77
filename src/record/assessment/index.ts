export {
  type AssessmentInput,
  assessmentListing,
  countAssessments,
  createAssessment,
  deleteAssessment,
  getAssessment,
  listAssessments,
  updateAssessment,
} from './assessments.ts';
export {
  countMarks,
  countSubmissions,
  listMarks,
  listSubmissions,
  markListing,
  submissionListing,
} from './gradebook.ts';
export {
  listMarksOfAssessment,
  listMarksOfEnrollment,
  listMarksOfOffering,
  listSubmissionsOfAssessment,
  listSubmissionsOfEnrollment,
} from './lists-of.ts';
export {
  deleteMark,
  getMark,
  getSubmission,
  type MarkInput,
  type MarkOptions,
  saveMark,
  saveSubmission,
} from './marking.ts';
export type * from './types.ts';
