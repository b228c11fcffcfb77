import type { Content, Courses, Sessions } from '../../../record/catalog/index.ts';
import { activityTypeOf, courseTypeOf } from '../codes.ts';
import type { DateWriter } from '../formats.ts';
import type { Schemas } from '../generated/operations.ts';

const NEVER = { years: 0, months: 0, days: 0, hours: 0 };

/** A course of any kind. Drafts and retired courses are inactive. */
export const toCourse = (row: Courses.Course, date: DateWriter): Schemas['Course'] => ({
  id: row.id,
  courseType: courseTypeOf(row.kind),
  name: row.name,
  description: row.description,
  notes: row.notes,
  externalId: row.externalId,
  accessDate: date(row.accessAt),
  expireType: row.expiresAt !== null ? 1 : row.expireAfter !== null ? 2 : 0,
  expireDuration: { ...NEVER, ...row.expireAfter },
  expiryDate: date(row.expiresAt),
  activeStatus: row.state === 'published' ? 0 : 1,
  tagIds: row.tagIds,
  resourceIds: row.resourceIds,
  editorIds: row.editorIds,
  prices: row.prices.map(({ id, unitId, currency, amount }) => ({ id, departmentId: unitId, currency, amount })),
  competencyDefinitionIds: [],
  prerequisiteCourseIds: row.prerequisiteCourseIds,
  postEnrollmentCourseIds: row.followUpCourseIds,
  allowCourseEvaluation: row.evaluation,
  categoryId: row.categoryId,
  certificateUrl: row.certificateUrl,
  audience: row.audience,
  goals: row.goals,
  vendor: row.vendor,
  companyCost: row.companyCost,
  learnerCost: row.learnerCost,
  companyTime: row.companyTime,
  learnerTime: row.learnerTime,
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});

export const toOnlineCourse = (row: Courses.Course, date: DateWriter): Schemas['OnlineCourse'] => ({
  ...toCourse(row, date),
  chapterIds: row.sectionIds,
});

export const toInstructorLedCourse = (row: Courses.Course, date: DateWriter): Schemas['InstructorLedCourse'] => ({
  ...toCourse(row, date),
  sessionIds: row.sessionIds,
});

/** A section of a course's current version. */
export const toChapter = (row: Content.Section): Schemas['Chapter'] => ({
  id: row.id,
  name: row.name,
  lessonIds: row.activityIds,
});

/** An activity of a course's current version; those inside a lesson of the record stand under its section. */
export const toLesson = (row: Content.Activity): Schemas['Lesson'] => ({
  id: row.id,
  chapterId: row.sectionId,
  name: row.name,
  description: row.description,
  notes: row.notes,
  type: activityTypeOf(row.kind),
  width: row.width,
  height: row.height,
  url: row.url,
  usePopup: row.popup,
  passingScore: row.passingScore,
  weight: row.weight,
  refId: row.refId,
});

export const toSession = (row: Sessions.Session, date: DateWriter): Schemas['Session'] => ({
  id: row.id,
  courseId: row.courseId,
  name: row.name,
  description: row.description,
  sessionScheduleIds: row.meetingIds,
  dateEdited: date(row.updatedAt),
  dateAdded: date(row.createdAt),
});
