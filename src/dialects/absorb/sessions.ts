import type { Handlers } from '../../http/handlers.ts';
import { getCourse, getSession, listSessions } from '../../record/catalog/index.ts';
import { equals } from '../../record/kernel/condition.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { SESSION_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toSession } from './wire/catalog.ts';

/** Sessions under a course are not paged. */
const MOST = 10_000;

export const sessionHandlers = {
  async listSessions(caller, { query }, call) {
    const page = await listSessions(caller, listQuery(query, SESSION_FIELDS, ascending('name')));
    return pageAnswer(call, query, 'sessions', page, (row) => toSession(row, caller.date));
  },

  async getSession(caller, { path }) {
    return { status: 200, body: toSession(await getSession(caller, path.id), caller.date) };
  },

  async listCourseSessions(caller, { path }) {
    await getCourse(caller, path.courseId);
    const { rows } = await listSessions(caller, {
      where: equals('courseId', path.courseId),
      sort: ascending('startsAt', 'name'),
      page: { kind: 'rows', offset: 0, limit: MOST, total: false },
    });
    return { status: 200, body: rows.map((row) => toSession(row, caller.date)) };
  },

  async getCourseSession(caller, { path }) {
    await getCourse(caller, path.courseId);
    const session = await getSession(caller, path.sessionId);
    if (session.courseId !== path.courseId) return notFound('session', path.sessionId);
    return { status: 200, body: toSession(session, caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
