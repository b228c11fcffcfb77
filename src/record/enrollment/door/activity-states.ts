/** How activities and sections of an enrollment stand, and who may say so. */

export {
  forgetActivityRows as forgetRows,
  moveActivityRows as moveRows,
  saveActivityRows as saveRows,
} from '../activity-rows.ts';
export {
  getActivityState as get,
  getSectionState as getSection,
  listActivityEnrollments as listOfActivity,
  listActivityStates as list,
  listSectionStates as listSections,
} from '../activity-states.ts';
export { demandJudging, judges } from '../own-work.ts';
export { recordProgress as record } from '../record-progress.ts';
export type { ActivityStateRow as ActivityState, SectionState } from '../types.ts';
