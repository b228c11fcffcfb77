import type { Handlers } from '../../http/handlers.ts';
import { Courses } from '../../record/catalog/index.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, anyOf, atMost, exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { fromCourse, toCourse } from './wire/courses.ts';

const COURSES: List<Operations['listCourses']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    code: exactly('code'),
    kind: anyOf('kind'),
    state: anyOf('state'),
    unitId: exactly('unitId'),
    categoryId: exactly('categoryId'),
    language: anyOf('language'),
    level: exactly('level'),
    maxDurationMinutes: atMost('durationMinutes'),
    template: exactly('template'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'code', 'externalId'),
  },
};

/** Faults are told by the names that came, not by the record's. */
async function ourWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.fact.kind !== 'invalid') throw error;
    const issues = error.fact.issues.map((issue) => ({
      ...issue,
      path: issue.path.map((step, i) => (i === 0 && step === 'creditAwards' ? 'creditsByType' : step)),
    }));
    throw new Refusal({ kind: 'invalid', issues });
  }
}

/** Courses themselves; their versions and content stand in `versions.ts`. */
export const courseHandlers = {
  listCourses: (caller, { query }, call) =>
    listed(
      caller,
      call,
      query,
      COURSES,
      (wanted) => Courses.list(caller, wanted, { sourcedId: query.sourcedId }),
      toCourse,
    ),

  createCourse: async (caller, { body }, call) => {
    const course = toCourse(await ourWords(() => Courses.create(caller, fromCourse(given(body)))));
    return shown(201, course, `${call.baseUrl}/courses/${course.id}`);
  },

  getCourse: async (caller, { path }) => shown(200, toCourse(await Courses.get(caller, path.courseId))),

  updateCourse: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'course', toCourse);
    const course = await ourWords(() => Courses.update(caller, path.courseId, fromCourse(given(body)), seen));
    return shown(200, toCourse(course));
  },

  deleteCourse: async (caller, { path, headers }) => {
    await Courses.delete(caller, path.courseId, ifMatch(headers, 'course', toCourse));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
