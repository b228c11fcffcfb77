import type { Handlers } from '../../http/handlers.ts';
import { Content, Courses, Versions } from '../../record/catalog/index.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { exactly, type List, listed } from './paging.ts';
import { toContent, toVersion } from './wire/courses.ts';

const VERSIONS: List<Operations['listCourseVersions']['query']> = {
  sort: '-ordinal',
  filters: { state: exactly('state') },
};

const asSeen = (headers: { 'if-match'?: string }) =>
  ifMatch<Versions.WithContent>(headers, 'course_version', toContent);

/** The versions of a course and the content in them. */
export const versionHandlers = {
  listCourseVersions: (caller, { path, query }, call) =>
    listed(caller, call, query, VERSIONS, (wanted) => Versions.list(caller, path.courseId, wanted), toVersion),

  createCourseVersion: async (caller, { path }, call) => {
    const { draft, created } = await Versions.startDraft(caller, path.courseId);
    return created
      ? shown(201, toContent(draft), `${call.baseUrl}/courses/${draft.courseId}/versions/${draft.id}`)
      : shown(200, toContent(draft));
  },

  getCourseVersion: async (caller, { path }) => {
    const version = await Content.get(caller, path.versionId);
    // of this course only
    return version.courseId === path.courseId
      ? shown(200, toContent(version))
      : notFound('course_version', path.versionId);
  },

  getCourseDraft: async (caller, { path }) => shown(200, toContent(await Versions.getDraft(caller, path.courseId))),

  putCourseDraft: async (caller, { path, headers, body }) =>
    shown(200, toContent(await Content.save(caller, path.courseId, body, asSeen(headers)))),

  deleteCourseDraft: async (caller, { path, headers }) => {
    await Versions.deleteDraft(caller, path.courseId, asSeen(headers));
    return { status: 204 };
  },

  putCoursePublication: async (caller, { path }) => ({
    status: 200,
    body: toVersion(await Courses.publish(caller, path.courseId)),
  }),
} satisfies Partial<Handlers<Operations, Caller>>;
