import type { Handlers } from '../../http/handlers.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import { demand } from '../../record/kernel/context.ts';
import { NIL_ID } from '../../record/kernel/ids.ts';
import { invalid, Refusal } from '../../record/kernel/refusal.ts';
import { type Caller, ownId } from './caller.ts';
import { statesOf } from './codes.ts';
import { currentEnrollment, demandThere, explainEmpty } from './existence.ts';
import { COURSE_ENROLLMENT_FIELDS } from './fields.ts';
import { idsOf, lower, maybeInstantOf } from './formats.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import { demandMatch } from './matching.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toCourseEnrollment, toUserCourseEnrollment } from './wire/enrollments.ts';

const BY_COURSE = ascending('courseName');
const BY_NAME = ascending('fullName');
const MOST_IDS = 1000;
const MOST_BULK_ROWS = 100_000;

const getUserCourseEnrollment: Handlers<Operations, Caller>['getUserCourseEnrollment'] = async (
  caller,
  { path, query },
) => {
  const current = await currentEnrollment(caller, path.userId, path.courseId, { certificates: true });
  const found = demandMatch(current, query, 'enrollment');
  return { status: 200, body: toUserCourseEnrollment(found, caller.date) };
};

export const enrollmentHandlers = {
  async listUserEnrollments(caller, { path, query }, call) {
    const page = await Enrollments.list(caller, listQuery(query, COURSE_ENROLLMENT_FIELDS, BY_COURSE), {
      personId: path.userId,
      certificates: true,
    });
    await explainEmpty(caller, page, { userId: path.userId });
    return pageAnswer(call, query, 'enrollments', page, (row) => toUserCourseEnrollment(row, caller.date));
  },

  async listCourseEnrollments(caller, { path, query }, call) {
    const page = await Enrollments.list(caller, listQuery(query, COURSE_ENROLLMENT_FIELDS, BY_NAME), {
      courseId: path.courseId,
      certificates: true,
    });
    await explainEmpty(caller, page, { courseId: path.courseId });
    return pageAnswer(call, query, 'enrollments', page, (row) => toCourseEnrollment(row, caller.date));
  },

  async listMyEnrollments(caller, { query }, call) {
    const page = await Enrollments.list(caller, listQuery(query, COURSE_ENROLLMENT_FIELDS, BY_COURSE), {
      personId: ownId(caller),
      certificates: true,
    });
    return pageAnswer(call, query, 'enrollments', page, (row) => toUserCourseEnrollment(row, caller.date));
  },

  /** Users and courses given: both have to hold; one alone: that one; none: nothing. */
  async listBulkEnrollments(caller, { query }) {
    const personIds = bulkIds('userIds', query.userIds);
    const courseIds = bulkIds('courseIds', query.courseIds);
    demand(caller, 'enrollments.read');
    if (!personIds && !courseIds) return { status: 200, body: [] };
    const { rows } = await Enrollments.list(
      caller,
      {
        sort: ascending('fullName', 'courseName'),
        page: { kind: 'rows', offset: 0, limit: MOST_BULK_ROWS + 1, total: false },
      },
      { personIds, courseIds, certificates: true },
    );
    // the list is not paged: more would neither fit into memory here nor there
    if (rows.length > MOST_BULK_ROWS)
      return invalid(['courseIds'], 'too_many', `more than ${MOST_BULK_ROWS} enrollments; name fewer`);
    return { status: 200, body: rows.map((row) => toUserCourseEnrollment(row, caller.date)) };
  },

  getUserCourseEnrollment,
  getUserCourseGrade: getUserCourseEnrollment,

  async getMyEnrollment(caller, { path, query }) {
    const current = await currentEnrollment(caller, ownId(caller), path.courseId, { certificates: true });
    const found = demandMatch(current, query, 'enrollment');
    return { status: 200, body: toUserCourseEnrollment(found, caller.date) };
  },

  async getEnrollment(caller, { path }) {
    const found = await Enrollments.get(caller, path.id, 'standing', { certificates: true });
    return { status: 200, body: toUserCourseEnrollment(found, caller.date) };
  },

  async createUserCourseEnrollment(caller, { path, query }) {
    return enrolled(caller, path.userId, path.courseId, { reEnroll: query.reEnroll ?? false });
  },

  async createMyEnrollment(caller, { path }) {
    return enrolled(caller, ownId(caller), path.courseId, { self: true });
  },

  async upsertUserCourseEnrollment(caller, { path, query, body }) {
    if (body.courseId === NIL_ID) return invalid(['courseId'], 'required');
    demand(caller, 'enrollments.write');
    await demandThere(caller, { userId: path.userId, courseId: body.courseId });
    const outcome = await outcomeOf(caller, path.userId, body);
    const saved = await Enrollments.save(caller, { personId: path.userId, courseId: body.courseId }, outcome, {
      reEnroll: query.reEnroll ?? false,
      oneMeeting: true,
    });
    return { status: 201, body: resultOf(saved.id, saved.courseId, saved.personId) };
  },

  async unenrollUsers(caller, { body }) {
    demand(caller, 'enrollments.write');
    await Enrollments.withdraw(caller, idsOf(body), { ending: 'closed' });
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;

/** A malformed entry is refused by the contract before; here they are counted, each once. */
function bulkIds(name: string, ids: readonly string[] | undefined): string[] | undefined {
  if (ids === undefined || ids.length === 0) return undefined;
  const own = idsOf(ids);
  return own.length > MOST_IDS ? invalid([name], 'too_many', `at most ${MOST_IDS}`) : own;
}

async function enrolled(
  caller: Caller,
  personId: string,
  courseId: string,
  options: { reEnroll?: boolean; self?: boolean },
): Promise<{ status: 201; body: Schemas['EnrollmentResult'] }> {
  const result = await Enrollments.enroll(caller, { personId, courseId }, { ...options, oneMeeting: true });
  return { status: 201, body: resultOf(result.enrollmentId, result.courseId, result.personId) };
}

const resultOf = (enrollmentId: string, courseId: string, userId: string): Schemas['EnrollmentResult'] => ({
  enrollmentId,
  courseId,
  userId,
});

/** The eight settable properties; a number that stands for the state it has already leaves the state alone. */
async function outcomeOf(
  caller: Caller,
  personId: string,
  body: Schemas['CourseEnrollmentUpsert'],
): Promise<Enrollments.Outcome> {
  const states = body.status === undefined ? [] : statesOf(body.status);
  const now = states.length > 1 ? await standing(caller, personId, body.courseId) : undefined;
  return {
    state: now && states.includes(now.state) ? undefined : states[0],
    score: body.score,
    completedAt: maybeInstantOf(body.dateCompleted),
    expiresAt: maybeInstantOf(body.dateExpires),
    versionId: lower(body.courseVersionId) ?? undefined,
    termsAccepted: body.acceptedTermsAndConditions,
    joinKeyId: lower(body.enrollmentKeyId),
    credits: body.credits,
    creditsByType: body.creditTypeCredits?.flatMap(({ creditTypeId, credits }) =>
      creditTypeId === undefined ? [] : [{ creditTypeId: creditTypeId.toLowerCase(), credits: credits ?? 0 }],
    ),
  };
}

async function standing(
  caller: Caller,
  personId: string,
  courseId: string,
): Promise<Enrollments.Enrollment | undefined> {
  try {
    return await Enrollments.getPrimary(caller, personId, courseId);
  } catch (error) {
    if (error instanceof Refusal && error.fact.kind === 'not_found') return undefined;
    throw error;
  }
}
