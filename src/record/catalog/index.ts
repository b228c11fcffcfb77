/** The catalog: courses and their content, versions, collections, offerings, sessions, keys and what they refer to. */

export {
  CATALOG_OF_UNIT,
  deleteTermRows,
  liftTermRows,
  retireCourseRows,
  retireOfferingRows,
  saveCourseRows,
  saveOfferingRows,
  saveOfferingTermRows,
  saveTermRows,
} from './catalog-rows.ts';
export {
  ACTIVITY_KINDS,
  type Activity,
  type ActivityInput,
  type ContentActivity,
  type ContentInput,
  type ContentSection,
  type Section,
  type SectionInput,
} from './content.ts';
export {
  COLLECTION_KINDS,
  COURSE,
  COURSE_KINDS,
  type Course,
  type CoursePatch,
} from './course.ts';
export { createCourse, type NewCourse } from './create-course.ts';
export { createOffering, ensureDefaultOffering } from './create-offering.ts';
export {
  CREDIT_TYPE,
  type CreditType,
  createCreditType,
  deleteCreditType,
  getCreditType,
  listCreditTypes,
  updateCreditType,
} from './credit-types.ts';
export { deleteCourse } from './delete-course.ts';
export {
  type Delivery,
  findDeliveries,
  findDelivery,
  listDeliveries,
  placeOfWord,
  saveDelivery,
} from './deliveries.ts';
export { deleteDraft, getDraft, startDraft } from './drafts.ts';
export {
  createJoinKey,
  deleteJoinKey,
  findJoinKey,
  getJoinKey,
  JOIN_KEY,
  type JoinKey,
  listJoinKeys,
  updateJoinKey,
} from './join-keys.ts';
export { findMaster, findMasters, listMasters, type Master, saveInstance } from './masters.ts';
export {
  OFFERING,
  type Offering,
  type OfferingPatch,
} from './offering.ts';
export { publishCourse, publishVersion } from './publish-version.ts';
export { getActivity, getSection, listActivities, listSections } from './read-content.ts';
export { findCourse, getCourse, listCourses } from './read-courses.ts';
export { findOffering, getOffering, listOfferings } from './read-offerings.ts';
export { getMeeting, getSession, listMeetings, listSessions } from './read-sessions.ts';
export {
  createRoom,
  deleteRoom,
  getRoom,
  listRooms,
  ROOM,
  type Room,
  updateRoom,
} from './rooms.ts';
export { saveContent, saveVersionContent } from './save-content.ts';
export { createMeeting, deleteMeeting, updateMeeting } from './save-meeting.ts';
export { saveMembers } from './save-members.ts';
export { createSession, deleteSession, updateSession } from './save-session.ts';
export {
  type MeetingInput,
  SESSION,
  type Session,
} from './session.ts';
export {
  createTerm,
  deleteTerm,
  getTerm,
  listTerms,
  TERM,
  type Term,
  updateTerm,
} from './terms.ts';
export { listTrainingEvents, type TrainingEvent } from './training-events.ts';
export { retireCourse, updateCourse } from './update-course.ts';
export { deleteOffering, retireOffering, updateOffering } from './update-offering.ts';
export {
  deleteVersionCourse,
  listVersionCourses,
  putVersionCourse,
} from './version-courses.ts';
export {
  addActivityRows,
  addSectionRows,
  carryOverRows,
  changeActivityRows,
  dropEmptySectionRows,
  makeBareVersionRows,
  showVersionRows,
  takeUpVersionRows,
} from './version-rows.ts';
export {
  type CourseVersion,
  type CourseVersionContent,
  createVersion,
  deleteVersion,
  getContent,
  getCurrentContent,
  getVersion,
  listVersions,
} from './versions.ts';
