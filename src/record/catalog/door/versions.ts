/** Versions of a course, the draft among them. */

export { deleteDraft, getDraft, startDraft } from '../drafts.ts';
export {
  carryOverRows,
  makeBareVersionRows as makeBareRows,
  showVersionRows as showRows,
  takeUpVersionRows as takeUpRows,
} from '../version-rows.ts';
export {
  type CourseVersion as Version,
  type CourseVersionContent as WithContent,
  listVersions as list,
} from '../versions.ts';
