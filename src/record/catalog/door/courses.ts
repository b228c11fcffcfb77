/** Courses, and collections of them. */

export { CATALOG_OF_UNIT, retireCourseRows as retireRows, saveCourseRows as saveRows } from '../catalog-rows.ts';
export {
  COLLECTION_KINDS,
  COURSE as MEMBERS,
  COURSE_KINDS as KINDS,
  type Course,
  type CourseKind as Kind,
  type CoursePatch as Patch,
  type CourseState as State,
} from '../course.ts';
export { createCourse as create } from '../create-course.ts';
export { deleteCourse as delete } from '../delete-course.ts';
export { holdCourse as hold } from '../hold-course.ts';
export { publishCourse as publish } from '../publish-version.ts';
export { getCourse as get, listCourses as list } from '../read-courses.ts';
export { updateCourse as update } from '../update-course.ts';
