import type { Handlers } from '../../http/handlers.ts';
import { ActivityStates, Enrollments, Places } from '../../record/enrollment/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { listed, listedWhole } from './paging.ts';
import {
  toActivityEnrollment,
  toEarnedCredit,
  toGrant,
  toSectionEnrollment,
  toSessionEnrollment,
} from './wire/enrollments.ts';

const OWN_ORDER = { sort: null } as const;

/** What an enrollment is made of: why it is, its sections, activities and places in sessions, what it earned. */
export const enrollmentPartHandlers = {
  listEnrollmentGrants: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      OWN_ORDER,
      (wanted) => Enrollments.listGrants(caller, path.enrollmentId, wanted),
      toGrant,
    ),

  listEnrollmentCredits: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      OWN_ORDER,
      (wanted) => Enrollments.listCredits(caller, path.enrollmentId, wanted),
      toEarnedCredit,
    ),

  listEnrollmentSections: async (caller, { path, query }, call) => {
    const sections = await ActivityStates.listSections(caller, await Enrollments.getDetails(caller, path.enrollmentId));
    return listedWhole(
      caller,
      call,
      query,
      sections,
      ({ position, sectionId }) => [position, sectionId],
      toSectionEnrollment,
    );
  },

  listEnrollmentActivities: async (caller, { path, query }, call) => {
    const enrollment = await Enrollments.getDetails(caller, path.enrollmentId);
    const activities = (await ActivityStates.list(caller, enrollment, query.sectionId)).entries();
    return listedWhole(
      caller,
      call,
      query,
      [...activities],
      ([place]) => [place],
      ([, activity]) => toActivityEnrollment(activity),
    );
  },

  getEnrollmentActivity: async (caller, { path }) => {
    const enrollment = await Enrollments.getDetails(caller, path.enrollmentId);
    return shown(200, toActivityEnrollment(await ActivityStates.get(caller, enrollment, path.activityId)));
  },

  updateEnrollmentActivity: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'activity_enrollment', toActivityEnrollment);
    const { enrollmentId, activityId } = path;
    return shown(200, toActivityEnrollment(await ActivityStates.record(caller, enrollmentId, activityId, body, seen)));
  },

  listEnrollmentSessions: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: 'sessionName' },
      (wanted) => Places.listOfEnrollment(caller, path.enrollmentId, wanted),
      toSessionEnrollment,
    ),

  putEnrollmentSession: async (caller, { path }) => ({
    status: 200,
    body: toSessionEnrollment(await Places.put(caller, path.enrollmentId, path.sessionId)),
  }),

  deleteEnrollmentSession: async (caller, { path }) => {
    await Places.drop(caller, path.enrollmentId, path.sessionId);
    return { status: 204 };
  },

  listSessionEnrollments: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      { sort: 'fullName' },
      (wanted) => Places.listOfSession(caller, path.sessionId, wanted),
      toSessionEnrollment,
    ),
} satisfies Partial<Handlers<Operations, Caller>>;
