import type { Handlers } from '../../http/handlers.ts';
import {
  getAttempt,
  getEnrollmentDetails,
  listAttempts,
  openAttempt,
  updateAttempt,
} from '../../record/enrollment/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { listedWhole } from './paging.ts';
import { given, moments } from './patches.ts';
import { toAttempt } from './wire/enrollments.ts';

/** Tries at activities. */
export const attemptHandlers = {
  listEnrollmentAttempts: async (caller, { path, query }, call) => {
    const enrollment = await getEnrollmentDetails(caller, path.enrollmentId);
    const attempts = await listAttempts(caller, enrollment, query.activityId);
    return listedWhole(caller, call, query, attempts, ({ createdAt, id }) => [createdAt, id], toAttempt);
  },

  createEnrollmentAttempt: async (caller, { path, body }, call) => {
    const { attempt, created } = await openAttempt(caller, path.enrollmentId, body.activityId);
    return created
      ? shown(201, toAttempt(attempt), `${call.baseUrl}/attempts/${attempt.id}`)
      : shown(200, toAttempt(attempt));
  },

  getAttempt: async (caller, { path }) => shown(200, toAttempt(await getAttempt(caller, path.attemptId))),

  updateAttempt: async (caller, { path, headers, body }) => {
    const result = given(moments(body, 'startedAt', 'finishedAt'));
    const seen = ifMatch(headers, 'attempt', toAttempt);
    return shown(200, toAttempt(await updateAttempt(caller, path.attemptId, result, seen)));
  },
} satisfies Partial<Handlers<Operations, Caller>>;
