import type { Handlers } from '../../http/handlers.ts';
import { Attempts, Enrollments } from '../../record/enrollment/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { listedWhole } from './paging.ts';
import { given, moments } from './patches.ts';
import { toAttempt } from './wire/enrollments.ts';

/** Tries at activities. */
export const attemptHandlers = {
  listEnrollmentAttempts: async (caller, { path, query }, call) => {
    const enrollment = await Enrollments.getDetails(caller, path.enrollmentId);
    const attempts = await Attempts.list(caller, enrollment, query.activityId);
    return listedWhole(caller, call, query, attempts, ({ createdAt, id }) => [createdAt, id], toAttempt);
  },

  createEnrollmentAttempt: async (caller, { path, body }, call) => {
    const { attempt, created } = await Attempts.start(caller, path.enrollmentId, body.activityId);
    return created
      ? shown(201, toAttempt(attempt), `${call.baseUrl}/attempts/${attempt.id}`)
      : shown(200, toAttempt(attempt));
  },

  getAttempt: async (caller, { path }) => shown(200, toAttempt(await Attempts.get(caller, path.attemptId))),

  updateAttempt: async (caller, { path, headers, body }) => {
    const result = given(moments(body, 'startedAt', 'finishedAt'));
    const seen = ifMatch(headers, 'attempt', toAttempt);
    return shown(200, toAttempt(await Attempts.record(caller, path.attemptId, result, seen)));
  },
} satisfies Partial<Handlers<Operations, Caller>>;
