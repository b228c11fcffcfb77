import type { Handlers } from '../../http/handlers.ts';
import { Sessions } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { SESSION_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toSession } from './wire/catalog.ts';

/** Sessions under a course are not paged. */
const MOST = 10_000;

export const sessionHandlers = {
  async listSessions(caller, { query }, call) {
    const page = await Sessions.list(caller, listQuery(query, SESSION_FIELDS, ascending('name')));
    return pageAnswer(call, query, 'sessions', page, (row) => toSession(row, caller.date));
  },

  async getSession(caller, { path }) {
    return { status: 200, body: toSession(await Sessions.get(caller, path.id), caller.date) };
  },

  async listCourseSessions(caller, { path }) {
    const { rows } = await Sessions.list(
      caller,
      { sort: ascending('startsAt', 'name'), page: { kind: 'rows', offset: 0, limit: MOST, total: false } },
      { courseId: path.courseId },
    );
    return { status: 200, body: rows.map((row) => toSession(row, caller.date)) };
  },

  async getCourseSession(caller, { path }) {
    return { status: 200, body: toSession(await Sessions.get(caller, path.sessionId, path.courseId), caller.date) };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
