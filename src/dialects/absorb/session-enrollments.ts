import type { Handlers } from '../../http/handlers.ts';
import { Sessions } from '../../record/catalog/index.ts';
import { type Enrollments, Places } from '../../record/enrollment/index.ts';
import { equals } from '../../record/kernel/condition.ts';
import { demand } from '../../record/kernel/context.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { currentEnrollment, demandThere } from './existence.ts';
import { SESSION_ENROLLMENT_FIELDS } from './fields.ts';
import type { Operations } from './generated/operations.ts';
import { demandMatch, narrowed } from './matching.ts';
import { ascending, listQuery, pageAnswer } from './paging.ts';
import { toSessionEnrollment } from './wire/parts.ts';

/** A learner takes one place for each live session of a course; no list is ever longer. */
const MOST_PLACES = 1000;

async function placesOf(
  caller: Caller,
  enrollment: Enrollments.Enrollment,
  sessionId?: string,
): Promise<Places.Place[]> {
  const { rows } = await Places.list(
    caller,
    {
      where: sessionId === undefined ? undefined : equals('sessionId', sessionId),
      sort: ascending('sessionName'),
      page: { kind: 'rows', offset: 0, limit: MOST_PLACES, total: false },
    },
    { enrollmentId: enrollment.id, personId: enrollment.personId },
  );
  return rows;
}

export const sessionEnrollmentHandlers = {
  async listUserCourseSessionEnrollments(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const places = narrowed(await placesOf(caller, enrollment), query);
    return { status: 200, body: places.map((row) => toSessionEnrollment(row, caller.date)) };
  },

  async getUserCourseSessionEnrollment(caller, { path, query }) {
    const enrollment = await currentEnrollment(caller, path.userId, path.courseId);
    const [place] = await placesOf(caller, enrollment, path.sessionId);
    if (!place) return notFound('session_enrollment', path.sessionId);
    return {
      status: 200,
      body: toSessionEnrollment(demandMatch(place, query, 'session_enrollment'), caller.date),
    };
  },

  async createUserSessionEnrollment(caller, { path, query }) {
    demand(caller, 'enrollments.write');
    await demandThere(caller, { userId: path.userId, courseId: path.courseId });
    const taken = await Places.take(caller, path.userId, path.courseId, path.sessionId, {
      reEnroll: query.reEnroll ?? false,
      cancel: query.cancelSession ?? false,
    });
    return {
      status: 201,
      body: {
        userId: taken.personId,
        courseId: taken.courseId,
        sessionId: taken.sessionId,
        enrollmentId: taken.enrollmentId,
        sessionEnrollmentId: taken.placeId,
      },
    };
  },

  async listSessionEnrollments(caller, { path, query }, call) {
    demand(caller, 'enrollments.read');
    const session = await Sessions.get(caller, path.sessionId, path.courseId);
    const page = await Places.list(caller, listQuery(query, SESSION_ENROLLMENT_FIELDS, ascending('fullName')), {
      sessionId: session.id,
    });
    return pageAnswer(call, query, 'enrollments', page, (row) => toSessionEnrollment(row, caller.date));
  },
} satisfies Partial<Handlers<Operations, Caller>>;
