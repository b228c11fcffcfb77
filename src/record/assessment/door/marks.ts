/** Marks: one an assessment and enrollment. */

export {
  listMarksOfAssessment as listOfAssessment,
  listMarksOfEnrollment as listOfEnrollment,
  listMarksOfOffering as listOfOffering,
} from '../lists-of.ts';
export { saveMarkRows as saveRows } from '../mark-rows.ts';
export { deleteMark as delete, getMark as get, saveMark as save } from '../marking.ts';
export type { Mark } from '../types.ts';
