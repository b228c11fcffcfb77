/** Marks: one a marker, assessment and enrollment; one counts. */

export { listMarkings as listAll } from '../gradebook.ts';
export {
  listMarksOfAssessment as listOfAssessment,
  listMarksOfEnrollment as listOfEnrollment,
  listMarksOfOffering as listOfOffering,
} from '../lists-of.ts';
export { saveMarkRows as saveRows } from '../mark-rows.ts';
export {
  agreeOnMark as agree,
  createMarking as create,
  deleteMark as delete,
  deleteMarking as deleteOne,
  getMark as get,
  getMarking as getOne,
  saveMark as save,
  saveMarking,
  updateMarking as update,
} from '../marks.ts';
export type { Mark, MarkRole as Role } from '../types.ts';
