import type { Handlers } from '../../http/handlers.ts';
import { Courses } from '../../record/catalog/index.ts';
import { equals, oneOf } from '../../record/kernel/condition.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { courseTypeOf, kindsOf } from './codes.ts';
import { COURSE_FIELDS } from './fields.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toCourse, toInstructorLedCourse, toOnlineCourse } from './wire/catalog.ts';

const BY_NAME = ascending('name');

const ofType = (type: Schemas['CourseType']) => oneOf('kind', kindsOf(type));

async function courseOfType(caller: Caller, id: string, type: Schemas['CourseType']): Promise<Courses.Course> {
  const course = await Courses.get(caller, id);
  return courseTypeOf(course.kind) === type ? course : notFound('course', id);
}

export const courseHandlers = {
  async listCourses(caller, { query }, call) {
    const external = query.externalId !== undefined && equals('externalId', query.externalId);
    const page = await Courses.list(caller, listQuery(query, COURSE_FIELDS, BY_NAME, external));
    return pageAnswer(call, query, 'courses', page, (row) => toCourse(row, caller.date));
  },

  async getCourse(caller, { path }) {
    return { status: 200, body: toCourse(await Courses.get(caller, path.courseId), caller.date) };
  },

  async listOnlineCourses(caller, { query }, call) {
    const page = await Courses.list(caller, listQuery(query, COURSE_FIELDS, BY_NAME, ofType('OnlineCourse')));
    return pageAnswer(call, query, 'onlineCourses', page, (row) => toOnlineCourse(row, caller.date));
  },

  async getOnlineCourse(caller, { path }) {
    return { status: 200, body: toOnlineCourse(await courseOfType(caller, path.id, 'OnlineCourse'), caller.date) };
  },

  async listInstructorLedCourses(caller, { query }, call) {
    const page = await Courses.list(caller, listQuery(query, COURSE_FIELDS, BY_NAME, ofType('InstructorLedCourse')));
    return pageAnswer(call, query, 'instructorLedCourses', page, (row) => toInstructorLedCourse(row, caller.date));
  },

  async getInstructorLedCourse(caller, { path }) {
    const course = await courseOfType(caller, path.id, 'InstructorLedCourse');
    return { status: 200, body: toInstructorLedCourse(course, caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
