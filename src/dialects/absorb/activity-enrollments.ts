import type { Handlers } from '../../http/handlers.ts';
import { Content } from '../../record/catalog/index.ts';
import { ActivityStates } from '../../record/enrollment/index.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { currentEnrollment, demandThere } from './existence.ts';
import { LESSON_ENROLLMENT_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { demandMatch, narrowed } from './matching.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toChapterEnrollment, toLessonEnrollment } from './wire/parts.ts';

/** Chapters and lessons of an enrollment: the record's sections and activities. */
export const activityEnrollmentHandlers = {
  async listUserChapterEnrollments(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const sections = narrowed(await ActivityStates.listSections(caller, enrollment), query);
    return { status: 200, body: sections.map((row) => toChapterEnrollment(row, caller.date)) };
  },

  async getUserChapterEnrollment(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const section = demandMatch(await ActivityStates.getSection(caller, enrollment, path.chapterId), query, 'section');
    return { status: 200, body: toChapterEnrollment(section, caller.date) };
  },

  async listUserLessonEnrollments(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const activities = narrowed(await ActivityStates.list(caller, enrollment), query);
    return { status: 200, body: activities.map((row) => toLessonEnrollment(row, caller.date)) };
  },

  async listUserChapterLessonEnrollments(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const section = await ActivityStates.getSection(caller, enrollment, path.chapterId);
    const activities = narrowed(await ActivityStates.list(caller, enrollment, section.sectionId), query);
    return { status: 200, body: activities.map((row) => toLessonEnrollment(row, caller.date)) };
  },

  async getUserLessonEnrollment(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const activity = demandMatch(await ActivityStates.get(caller, enrollment, path.lessonId), query, 'activity');
    return { status: 200, body: toLessonEnrollment(activity, caller.date) };
  },

  async getUserChapterLessonEnrollment(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const section = await ActivityStates.getSection(caller, enrollment, path.chapterId);
    const activity = await ActivityStates.get(caller, enrollment, path.lessonId);
    if (activity.sectionId !== section.sectionId) return notFound('activity', path.lessonId);
    return { status: 200, body: toLessonEnrollment(demandMatch(activity, query, 'activity'), caller.date) };
  },

  async listLessonEnrollments(caller, { path, query }, call) {
    const page = await ActivityStates.listOfActivity(
      caller,
      path.courseId,
      path.lessonId,
      listQuery(query, LESSON_ENROLLMENT_FIELDS, ascending('fullName')),
    );
    // a lesson of an older version has learners, but is none of the course any more
    if (page.total === 0 || caller.actor.units !== null) {
      await demandThere(caller, { courseId: path.courseId });
      if (page.total === 0) await Content.getActivity(caller, path.lessonId, path.courseId);
    }
    return pageAnswer(call, query, 'lessonEnrollments', page, (row) => toLessonEnrollment(row, caller.date));
  },
} satisfies Partial<Handlers<Operations, Caller>>;
