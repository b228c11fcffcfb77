import type { Handlers } from '../../http/handlers.ts';
import { Sessions } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, before, exactly, from, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toSession } from './wire/offerings.ts';

const SESSIONS: List<Operations['listSessions']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    offeringId: exactly('offeringId'),
    courseId: exactly('courseId'),
    activityId: exactly('activityId'),
    startsAfter: from('startsAt'),
    startsBefore: before('startsAt'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'externalId'),
  },
};

export const sessionHandlers = {
  listSessions: (caller, { query }, call) =>
    listed(caller, call, query, SESSIONS, (wanted) => Sessions.list(caller, wanted), toSession),

  createSession: async (caller, { body }, call) => {
    const session = toSession(await Sessions.create(caller, given(body)));
    return shown(201, session, `${call.baseUrl}/sessions/${session.id}`);
  },

  getSession: async (caller, { path }) => shown(200, toSession(await Sessions.get(caller, path.sessionId))),

  updateSession: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'session', toSession);
    return shown(200, toSession(await Sessions.update(caller, path.sessionId, given(body), seen)));
  },

  deleteSession: async (caller, { path, headers }) => {
    await Sessions.delete(caller, path.sessionId, ifMatch(headers, 'session', toSession));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
