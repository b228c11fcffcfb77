export { deleteAssessmentRows, saveAssessmentRows, weighRows } from './assessment-rows.ts';
export {
  createAssessment,
  deleteAssessment,
  getAssessment,
  listAssessments,
  updateAssessment,
} from './assessments.ts';
export { listMarks } from './gradebook.ts';
export {
  listMarksOfAssessment,
  listMarksOfEnrollment,
  listMarksOfOffering,
  listSubmissionsOfAssessment,
  listSubmissionsOfEnrollment,
} from './lists-of.ts';
export { moveAssessmentRows, saveMarkRows } from './mark-rows.ts';
export {
  deleteMark,
  getMark,
  getSubmission,
  saveMark,
  saveSubmission,
} from './marking.ts';
export type * from './types.ts';
