import type { Handlers } from '../../http/handlers.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import { compare, equals } from '../../record/kernel/condition.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { noting } from './joining.ts';
import { after, anyOf, before, exactly, from, type List, listed, searching } from './paging.ts';
import { moments } from './patches.ts';
import { toEnrollment } from './wire/enrollments.ts';

const ENROLLMENTS: List<Operations['listEnrollments']['query']> = {
  sortFields: { personName: 'fullName' },
  filters: {
    personId: exactly('personId'),
    courseId: exactly('courseId'),
    offeringId: exactly('offeringId'),
    versionId: exactly('versionId'),
    unitId: exactly('unitId'),
    collectionId: exactly('collectionId'),
    joinKeyId: exactly('joinKeyId'),
    state: anyOf('state'),
    live: (live) => (live ? equals('ending', null) : compare('ending', 'ne', null)),
    ending: anyOf('ending'),
    isPrimary: exactly('isPrimary'),
    source: anyOf('source'),
    enrolledAfter: from('enrolledAt'),
    enrolledBefore: before('enrolledAt'),
    completedAfter: from('completedAt'),
    completedBefore: before('completedAt'),
    dueBefore: before('dueAt'),
    number: exactly('number'),
    updatedAfter: after('updatedAt'),
    search: searching('fullName', 'courseName'),
  },
};

const asSeen = (headers: { 'if-match'?: string }) => ifMatch(headers, 'enrollment', toEnrollment);

/** Who is enrolled, and what happens to an enrollment as a whole. */
export const enrollmentHandlers = {
  listEnrollments: (caller, { query }, call) =>
    listed(
      caller,
      call,
      query,
      ENROLLMENTS,
      (wanted) => Enrollments.listDetails(caller, wanted, { sourcedId: query.sourcedId }),
      toEnrollment,
    ),

  createEnrollment: async (caller, { body }, call) => {
    const wanted = moments(body, 'enrolledAt', 'accessAt', 'dueAt', 'expiresAt');
    const { enrollment, created } = await noting(call, () => Enrollments.create(caller, wanted));
    return created
      ? shown(201, toEnrollment(enrollment), `${call.baseUrl}/enrollments/${enrollment.id}`)
      : shown(200, toEnrollment(enrollment));
  },

  getEnrollment: async (caller, { path }) =>
    shown(200, toEnrollment(await Enrollments.getDetails(caller, path.enrollmentId))),

  updateEnrollment: async (caller, { path, headers, body }) => {
    const outcome = moments(body, 'accessAt', 'dueAt', 'expiresAt', 'completedAt');
    return shown(200, toEnrollment(await Enrollments.update(caller, path.enrollmentId, outcome, asSeen(headers))));
  },

  putEnrollmentWithdrawal: async (caller, { path, headers, body }) => {
    const ending = body?.kept === false ? 'closed' : 'kept';
    const ended = await Enrollments.withdrawOne(caller, path.enrollmentId, { ending }, asSeen(headers));
    return shown(200, toEnrollment(ended));
  },

  putEnrollmentCompletion: async (caller, { path: { enrollmentId }, headers }) => {
    const complete = await Enrollments.change(caller, enrollmentId, asSeen(headers), (ctx) =>
      Enrollments.complete(ctx, enrollmentId),
    );
    return shown(200, toEnrollment(complete));
  },

  createEnrollmentTransfer: async (caller, { path: { enrollmentId }, body }) => {
    const moved = await Enrollments.change(caller, enrollmentId, undefined, (ctx) =>
      Enrollments.transfer(ctx, enrollmentId, body.offeringId),
    );
    return shown(201, toEnrollment(moved));
  },

  createReEnrollment: async (caller, { path }, call) => {
    const fresh = toEnrollment(await Enrollments.startOver(caller, path.enrollmentId));
    return shown(201, fresh, `${call.baseUrl}/enrollments/${fresh.id}`);
  },

  createEnrollmentReset: async (caller, { path: { enrollmentId } }) => {
    const fresh = await Enrollments.change(caller, enrollmentId, undefined, (ctx) =>
      Enrollments.reset(ctx, enrollmentId),
    );
    return shown(201, toEnrollment(fresh));
  },

  createEnrollmentRecomputation: async (caller, { path: { enrollmentId } }) => {
    const computed = await Enrollments.change(caller, enrollmentId, undefined, (ctx) =>
      Enrollments.recompute(ctx, enrollmentId),
    );
    return shown(201, toEnrollment(computed));
  },
} satisfies Partial<Handlers<Operations, Caller>>;
