/** The catalog: courses and their content, versions, collections, offerings, sessions, keys and what they refer to. */
export {
  ACTIVITY_KINDS,
  type Activity,
  type ActivityFields,
  type ActivityInput,
  type ActivityKind,
  type AttemptCounts,
  activityListing,
  type CollectionMember,
  type ContentActivity,
  type ContentInput,
  type ContentLesson,
  type ContentSection,
  type LessonInput,
  type MemberInput,
  type Section,
  type SectionInput,
  sectionListing,
  type Task,
  type TaskInput,
} from './content.ts';
export {
  COLLECTION_KINDS,
  COURSE,
  COURSE_KINDS,
  type Course,
  type CourseFields,
  type CourseKind,
  type CourseLinks,
  type CoursePatch,
  type CourseState,
  type CreditAward,
  courseListing,
  type Duration,
  isCollection,
  type Prerequisite,
  type Price,
} from './course.ts';
export {
  type CourseFollowUp,
  type CoursePrerequisite,
  listFollowUps,
  listPrerequisites,
  removeFollowUp,
  removePrerequisite,
  setFollowUp,
  setPrerequisite,
} from './course-relations.ts';
export { createCourse, type NewCourse } from './create-course.ts';
export { createOffering, ensureDefaultOffering, type NewOffering } from './create-offering.ts';
export {
  CREDIT_TYPE,
  type CreditType,
  type CreditTypePatch,
  createCreditType,
  creditTypeListing,
  deleteCreditType,
  getCreditType,
  listCreditTypes,
  updateCreditType,
} from './credit-types.ts';
export { deleteCourse } from './delete-course.ts';
export {
  type Delivery,
  type DeliveryInput,
  findDeliveries,
  findDelivery,
  listDeliveries,
  placeOfWord,
  type SavedDelivery,
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
  type JoinKeyPatch,
  joinKeyListing,
  listJoinKeys,
  type NewJoinKey,
  updateJoinKey,
} from './join-keys.ts';
export { findMaster, findMasters, type InstanceInput, listMasters, type Master, saveInstance } from './masters.ts';
export {
  type EnrollmentType,
  OFFERING,
  type Offering,
  type OfferingFields,
  type OfferingPatch,
  type OfferingState,
  offeringListing,
} from './offering.ts';
export { publishCourse, publishVersion } from './publish-version.ts';
export { getActivity, getSection, listActivities, listSections } from './read-content.ts';
export { type CourseSelection, countCourses, findCourse, getCourse, listCourses } from './read-courses.ts';
export { findOffering, getOffering, listOfferings } from './read-offerings.ts';
export { getMeeting, getSession, listMeetings, listSessions, meetingListing } from './read-sessions.ts';
export {
  createRoom,
  deleteRoom,
  getRoom,
  listRooms,
  ROOM,
  type Room,
  type RoomPatch,
  roomListing,
  updateRoom,
} from './rooms.ts';
export { saveContent, saveVersionContent } from './save-content.ts';
export { createMeeting, deleteMeeting, updateMeeting } from './save-meeting.ts';
export { type MembersInput, saveMembers } from './save-members.ts';
export { createSession, deleteSession, type NewSession, updateSession } from './save-session.ts';
export {
  type Meeting,
  type MeetingInput,
  SESSION,
  type Session,
  type SessionPatch,
  sessionListing,
} from './session.ts';
export {
  createTerm,
  deleteTerm,
  getTerm,
  listTerms,
  TERM,
  type Term,
  type TermPatch,
  termListing,
  updateTerm,
} from './terms.ts';
export { listTrainingEvents, type TrainingEvent } from './training-events.ts';
export { retireCourse, updateCourse } from './update-course.ts';
export { deleteOffering, retireOffering, updateOffering } from './update-offering.ts';
export {
  deleteVersionCourse,
  listVersionCourses,
  putVersionCourse,
  type VersionCourse,
  type VersionCoursePlace,
} from './version-courses.ts';
export {
  type CourseVersion,
  type CourseVersionContent,
  createVersion,
  deleteVersion,
  getContent,
  getCurrentContent,
  getVersion,
  listVersions,
  openDraft,
  versionListing,
} from './versions.ts';
