/** Assessments of an offering. */

export { deleteAssessmentRows as deleteRows, saveAssessmentRows as saveRows, weighRows } from '../assessment-rows.ts';
export {
  createAssessment as create,
  deleteAssessment as delete,
  getAssessment as get,
  listAssessments as list,
  updateAssessment as update,
} from '../assessments.ts';
export { moveAssessmentRows as moveRows } from '../mark-rows.ts';
export type { Assessment } from '../types.ts';
