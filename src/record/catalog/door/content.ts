/** Sections and activities of a version. */

export {
  ACTIVITY_KINDS,
  type Activity,
  type ActivityInput,
  type ContentActivity,
  type ContentInput as Input,
  type ContentSection,
  type Section,
} from '../content.ts';
export { getActivity, getSection, listActivities, listSections } from '../read-content.ts';
export { saveContent as save } from '../save-content.ts';
export { addActivityRows, addSectionRows, changeActivityRows, dropEmptySectionRows } from '../version-rows.ts';
export { getContent as get } from '../versions.ts';
