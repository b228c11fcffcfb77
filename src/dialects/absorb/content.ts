import type { Handlers } from '../../http/handlers.ts';
import { Content, Courses } from '../../record/catalog/index.ts';
import { type Condition, oneOf, type SortKey } from '../../record/kernel/condition.ts';
import type { ListQuery } from '../../record/kernel/page.ts';
import type { Caller } from './caller.ts';
import { CHAPTER_FIELDS, LESSON_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toChapter, toLesson } from './wire/catalog.ts';

const BY_NAME = ascending('name');
/** Most sections and activities a course may have; lists under a course are not paged. */
const MOST = 5000;

/** Sections of curricula and bundles hold courses, not lessons. */
const OF_COURSES: Condition = { op: 'not', of: oneOf('courseKind', Courses.COLLECTION_KINDS) };

const whole = (sort: SortKey[]): ListQuery => ({
  sort,
  page: { kind: 'rows', offset: 0, limit: MOST, total: false },
});

/** Chapters and lessons: sections and activities of the courses' current versions. */
export const contentHandlers = {
  async listChapters(caller, { query }, call) {
    const page = await Content.listSections(caller, listQuery(query, CHAPTER_FIELDS, BY_NAME, OF_COURSES));
    return pageAnswer(call, query, 'chapters', page, toChapter);
  },

  async getChapter(caller, { path }) {
    return { status: 200, body: toChapter(await Content.getSection(caller, path.id)) };
  },

  async listLessons(caller, { query }, call) {
    const page = await Content.listActivities(caller, listQuery(query, LESSON_FIELDS, BY_NAME));
    return pageAnswer(call, query, 'lessons', page, toLesson);
  },

  async getLesson(caller, { path }) {
    return { status: 200, body: toLesson(await Content.getActivity(caller, path.id)) };
  },

  async listCourseChapters(caller, { path }) {
    const { rows } = await Content.listSections(caller, whole(ascending('position')), { courseId: path.courseId });
    return { status: 200, body: rows.map(toChapter) };
  },

  async getCourseChapter(caller, { path }) {
    return { status: 200, body: toChapter(await Content.getSection(caller, path.chapterId, path.courseId)) };
  },

  async listCourseLessons(caller, { path }) {
    const inOrder = whole(ascending('sectionPosition', 'position'));
    const { rows } = await Content.listActivities(caller, inOrder, { courseId: path.courseId });
    return { status: 200, body: rows.map(toLesson) };
  },

  async getCourseLesson(caller, { path }) {
    return { status: 200, body: toLesson(await Content.getActivity(caller, path.lessonId, path.courseId)) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
