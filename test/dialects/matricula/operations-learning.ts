import assert from 'node:assert/strict';
import { list, of, type Recipe, taken } from './recipes.ts';
import type { World } from './world.ts';

const soon = '2030-01-01T09:00:00Z';

/** Somebody enrolled in the default offering of a course of their own. */
const enrolled = async (w: World, more: object = {}) => {
  const course = await w.course(more);
  return { course, enrollment: await w.enroll(course.defaultOfferingId) };
};
const waiting = async (w: World) => {
  const offering = await w.offering(undefined, { seats: 1, waitlistSeats: 5 });
  await w.enroll(offering.id);
  return w.enroll(offering.id);
};
const graded = async (w: World) => {
  const { course, enrollment } = await enrolled(w);
  return { course, enrollment, assessment: await w.assessment(course) };
};
const marked = async (w: World) => {
  const made = await graded(w);
  const path = `/assessments/${made.assessment.id}/marks/${made.enrollment.id}`;
  assert.equal((await w.api('PUT', path, { body: { score: 5 } })).status, 201);
  return { ...made, path };
};
/** A second opinion on work that is marked. */
const second = async (w: World) => {
  const { assessment, enrollment } = await marked(w);
  return { assessmentId: assessment.id, enrollmentId: enrollment.id, markerId: (await w.person()).id, score: 7 };
};
const attempt = async (w: World) => {
  const { course, enrollment } = await enrolled(w);
  const made = await w.post(`/enrollments/${enrollment.id}/attempts`, { activityId: course.activityId });
  return { course, enrollment, attempt: made };
};
const inSession = async (w: World, more: object = {}) => {
  const course = await w.live();
  const session = await w.session(course, more);
  const enrollment = await w.enroll(course.defaultOfferingId);
  return { course, session, enrollment, path: `/enrollments/${enrollment.id}/sessions/${session.id}` };
};
const seated = async (w: World, more: object = {}) => {
  const made = await inSession(w, more);
  assert.equal((await w.api('PUT', made.path)).status, 200);
  return made;
};
const superseded = async (w: World) => {
  const made = await attempt(w);
  await w.post(`/enrollments/${made.enrollment.id}/re-enrollments`, {});
  return made;
};
const courses: Record<string, Recipe> = {
  listCourses: list('/courses'),
  createCourse: { good: () => ({ path: '/courses', body: { kind: 'online', name: 'New' } }) },
  getCourse: { good: of('/courses/{}', (w) => w.course()) },
  updateCourse: {
    good: of('/courses/{}', (w) => w.course(), { notes: 'x' }),
    also: { 409: (w) => taken(w, 'courses', w.course) },
  },
  deleteCourse: {
    good: of('/courses/{}', (w) => w.course()),
    also: { 409: async (w) => ({ path: `/courses/${(await enrolled(w)).course.id}` }) },
  },
  listCourseVersions: { good: of('/courses/{}/versions', (w) => w.course()) },
  createCourseVersion: {
    good: of('/courses/{}/versions', (w) => w.course()),
    also: { 200: of('/courses/{}/versions', (w) => w.draft()) },
  },
  getCourseVersion: {
    good: async (w) => {
      const { id, versionId } = await w.course();
      return { path: `/courses/${id}/versions/${versionId}` };
    },
  },
  getCourseDraft: { good: of('/courses/{}/draft', (w) => w.draft()) },
  putCourseDraft: {
    good: of('/courses/{}/draft', (w) => w.draft(), { sections: [{ name: 'One' }] }),
    also: {
      409: async (w) => {
        const { id } = await w.post('/courses', { kind: 'curriculum', name: 'Ring' });
        return { path: `/courses/${id}/draft`, body: { sections: [{ name: 'x', members: [{ courseId: id }] }] } };
      },
    },
  },
  deleteCourseDraft: {
    good: async (w) => {
      const { id } = await w.course();
      await w.post(`/courses/${id}/versions`, {});
      return { path: `/courses/${id}/draft` };
    },
    also: { 409: of('/courses/{}/draft', (w) => w.draft()) },
  },
  putCoursePublication: {
    good: async (w) => {
      const { id } = await w.draft();
      const body = { sections: [{ name: 'One', activities: [{ kind: 'page', name: 'Page' }] }] };
      assert.equal((await w.api('PUT', `/courses/${id}/draft`, { body })).status, 200);
      return { path: `/courses/${id}/publication` };
    },
    also: { 409: of('/courses/{}/publication', (w) => w.course()) },
  },
  listCreditTypes: list('/credit-types'),
  createCreditType: { good: () => ({ path: '/credit-types', body: { name: 'New' } }) },
  getCreditType: { good: of('/credit-types/{}', (w) => w.creditType()) },
  updateCreditType: {
    good: of('/credit-types/{}', (w) => w.creditType(), { name: 'Other' }),
    also: { 409: (w) => taken(w, 'credit-types', w.creditType) },
  },
  deleteCreditType: {
    good: of('/credit-types/{}', (w) => w.creditType()),
    also: {
      409: async (w) => {
        const { id } = await w.creditType();
        await w.course({ creditsByType: [{ creditTypeId: id, credits: 2 }] });
        return { path: `/credit-types/${id}` };
      },
    },
  },
};

const offerings: Record<string, Recipe> = {
  listTerms: list('/terms'),
  createTerm: { good: () => ({ path: '/terms', body: { name: 'New' } }) },
  getTerm: { good: of('/terms/{}', (w) => w.term()) },
  updateTerm: {
    good: of('/terms/{}', (w) => w.term(), { schoolYear: '2026' }),
    also: { 409: (w) => taken(w, 'terms', w.term) },
  },
  deleteTerm: {
    good: of('/terms/{}', (w) => w.term()),
    also: {
      409: async (w) => {
        const { id } = await w.term();
        await w.post('/terms', { name: 'Below', parentId: id });
        return { path: `/terms/${id}` };
      },
    },
  },
  listOfferings: list('/offerings'),
  createOffering: {
    good: async (w) => ({ path: '/offerings', body: { courseId: (await w.course()).id, name: 'New' } }),
  },
  getOffering: { good: of('/offerings/{}', (w) => w.offering()) },
  updateOffering: {
    good: of('/offerings/{}', (w) => w.offering(), { location: 'Here' }),
    also: { 409: (w) => taken(w, 'offerings', () => w.offering()) },
  },
  deleteOffering: {
    good: of('/offerings/{}', (w) => w.offering()),
    also: {
      409: async (w) => {
        const { id } = await w.offering();
        await w.enroll(id);
        return { path: `/offerings/${id}` };
      },
    },
  },
  listSessions: list('/sessions'),
  createSession: {
    good: async (w) => ({
      path: '/sessions',
      body: { offeringId: (await w.live()).defaultOfferingId, name: 'New' },
    }),
  },
  getSession: { good: async (w) => ({ path: `/sessions/${(await w.session(await w.live())).id}` }) },
  updateSession: {
    good: async (w) => ({ path: `/sessions/${(await w.session(await w.live())).id}`, body: { seats: 5 } }),
    also: { 409: (w) => taken(w, 'sessions', async () => w.session(await w.live())) },
  },
  deleteSession: {
    good: async (w) => ({ path: `/sessions/${(await w.session(await w.live())).id}` }),
    also: { 409: async (w) => ({ path: `/sessions/${(await seated(w)).session.id}` }) },
  },
  listRooms: list('/rooms'),
  createRoom: { good: () => ({ path: '/rooms', body: { name: 'New' } }) },
  getRoom: { good: of('/rooms/{}', (w) => w.room()) },
  updateRoom: { good: of('/rooms/{}', (w) => w.room(), { seats: 3 }) },
  deleteRoom: {
    good: of('/rooms/{}', (w) => w.room()),
    also: {
      409: async (w) => {
        const { id } = await w.room();
        const meetings = [{ startsAt: soon, endsAt: '2030-01-01T10:00:00Z', roomId: id }];
        await w.session(await w.live(), { meetings });
        return { path: `/rooms/${id}` };
      },
    },
  },
  listJoinKeys: list('/join-keys'),
  createJoinKey: { good: () => ({ path: '/join-keys', body: { name: 'New' } }) },
  getJoinKey: { good: of('/join-keys/{}', (w) => w.joinKey()) },
  updateJoinKey: {
    good: of('/join-keys/{}', (w) => w.joinKey(), { usesAllowed: 3 }),
    also: { 409: (w) => taken(w, 'join-keys', () => w.joinKey()) },
  },
  deleteJoinKey: {
    good: of('/join-keys/{}', (w) => w.joinKey()),
    also: {
      409: async (w) => {
        const { id, code } = await w.joinKey();
        await w.post('/enrollments', { personId: (await w.person()).id, joinKeyCode: code });
        return { path: `/join-keys/${id}` };
      },
    },
  },
};

const enrollments: Record<string, Recipe> = {
  listEnrollments: list('/enrollments'),
  createEnrollment: {
    good: async (w) => ({
      path: '/enrollments',
      body: { personId: (await w.person()).id, offeringId: (await w.course()).defaultOfferingId },
    }),
    also: {
      200: async (w) => {
        const { enrollment } = await enrolled(w);
        return {
          path: '/enrollments',
          body: { personId: enrollment.personId, offeringId: enrollment.offeringId },
        };
      },
    },
  },
  getEnrollment: { good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}` }) },
  updateEnrollment: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}`, body: { rating: 4 } }),
    also: { 409: of('/enrollments/{}', waiting, { state: 'complete' }) },
  },
  putEnrollmentWithdrawal: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/withdrawal`, body: {} }),
    also: {
      409: async (w) => {
        const path = `/enrollments/${(await enrolled(w)).enrollment.id}/withdrawal`;
        assert.equal((await w.api('PUT', path, { body: { kept: false } })).status, 200);
        return { path, body: { kept: true } };
      },
    },
  },
  putEnrollmentCompletion: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/completion` }),
    also: { 409: of('/enrollments/{}/completion', waiting) },
  },
  createEnrollmentTransfer: {
    good: async (w) => {
      const { course, enrollment } = await enrolled(w);
      const { id } = await w.offering(course);
      return { path: `/enrollments/${enrollment.id}/transfers`, body: { offeringId: id } };
    },
  },
  createReEnrollment: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/re-enrollments` }),
  },
  createEnrollmentReset: { good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/resets` }) },
  createEnrollmentRecomputation: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/recomputations` }),
  },
  listEnrollmentGrants: { good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/grants` }) },
  listEnrollmentCredits: { good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/credits` }) },
  listEnrollmentSections: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/sections` }),
  },
  listEnrollmentActivities: {
    good: async (w) => ({ path: `/enrollments/${(await enrolled(w)).enrollment.id}/activities` }),
  },
  getEnrollmentActivity: {
    good: async (w) => {
      const { course, enrollment } = await enrolled(w);
      return { path: `/enrollments/${enrollment.id}/activities/${course.pageId}` };
    },
  },
  updateEnrollmentActivity: {
    good: async (w) => {
      const { course, enrollment } = await enrolled(w);
      return {
        path: `/enrollments/${enrollment.id}/activities/${course.pageId}`,
        body: { tasksDone: [course.taskIds[0]] },
      };
    },
    also: {
      409: async (w) => {
        const { course, enrollment } = await enrolled(w, { accessAt: soon });
        return { path: `/enrollments/${enrollment.id}/activities/${course.pageId}`, body: { progress: 50 } };
      },
    },
  },
  listEnrollmentSessions: {
    good: async (w) => ({ path: `/enrollments/${(await inSession(w)).enrollment.id}/sessions` }),
  },
  putEnrollmentSession: {
    good: async (w) => ({ path: (await inSession(w)).path }),
    also: {
      409: async (w) => {
        const { course, session } = await seated(w, { seats: 1 });
        const late = await w.enroll(course.defaultOfferingId);
        return { path: `/enrollments/${late.id}/sessions/${session.id}` };
      },
    },
  },
  deleteEnrollmentSession: { good: async (w) => ({ path: (await seated(w)).path }) },
  listSessionEnrollments: {
    good: async (w) => ({ path: `/sessions/${(await seated(w)).session.id}/enrollments` }),
  },
  listEnrollmentAttempts: {
    good: async (w) => ({ path: `/enrollments/${(await attempt(w)).enrollment.id}/attempts` }),
  },
  createEnrollmentAttempt: {
    good: async (w) => {
      const { course, enrollment } = await enrolled(w);
      return { path: `/enrollments/${enrollment.id}/attempts`, body: { activityId: course.activityId } };
    },
    also: {
      200: async (w) => {
        const { course, enrollment } = await attempt(w);
        return { path: `/enrollments/${enrollment.id}/attempts`, body: { activityId: course.activityId } };
      },
    },
  },
  getAttempt: { good: async (w) => ({ path: `/attempts/${(await attempt(w)).attempt.id}` }) },
  updateAttempt: {
    good: async (w) => ({ path: `/attempts/${(await attempt(w)).attempt.id}`, body: { state: 'complete', score: 80 } }),
    also: { 409: async (w) => ({ path: `/attempts/${(await superseded(w)).attempt.id}`, body: { score: 1 } }) },
  },
  createEnrollmentBatch: {
    good: async (w) => ({
      path: '/enrollment-batches',
      body: [{ personId: (await w.person()).id, offeringId: (await w.course()).defaultOfferingId }],
    }),
  },
};

const marks: Record<string, Recipe> = {
  listAssessments: list('/assessments'),
  createAssessment: {
    good: async (w) => {
      const { defaultOfferingId: offeringId, activityId } = await w.course();
      return { path: '/assessments', body: { offeringId, activityId, name: 'New' } };
    },
  },
  getAssessment: { good: async (w) => ({ path: `/assessments/${(await graded(w)).assessment.id}` }) },
  updateAssessment: {
    good: async (w) => ({ path: `/assessments/${(await graded(w)).assessment.id}`, body: { weight: 2 } }),
    also: { 409: (w) => taken(w, 'assessments', async () => (await graded(w)).assessment) },
  },
  deleteAssessment: {
    good: async (w) => ({ path: `/assessments/${(await graded(w)).assessment.id}` }),
    also: { 409: async (w) => ({ path: `/assessments/${(await marked(w)).assessment.id}` }) },
  },
  listAssessmentSubmissions: {
    good: async (w) => ({ path: `/assessments/${(await marked(w)).assessment.id}/submissions` }),
  },
  getSubmission: {
    good: async (w) => {
      const { assessment, enrollment } = await marked(w);
      return { path: `/assessments/${assessment.id}/submissions/${enrollment.id}` };
    },
  },
  putSubmission: {
    good: async (w) => {
      const { assessment, enrollment } = await graded(w);
      return { path: `/assessments/${assessment.id}/submissions/${enrollment.id}`, body: { state: 'draft' } };
    },
    also: {
      200: async (w) => {
        const { assessment, enrollment } = await graded(w);
        const path = `/assessments/${assessment.id}/submissions/${enrollment.id}`;
        assert.equal((await w.api('PUT', path, { body: { state: 'draft' } })).status, 201);
        return { path, body: { state: 'submitted' } };
      },
      409: async (w) => {
        const { assessment, enrollment } = await marked(w);
        return { path: `/assessments/${assessment.id}/submissions/${enrollment.id}`, body: { state: 'submitted' } };
      },
    },
  },
  listEnrollmentSubmissions: {
    good: async (w) => ({ path: `/enrollments/${(await marked(w)).enrollment.id}/submissions` }),
  },
  listAssessmentMarks: { good: async (w) => ({ path: `/assessments/${(await marked(w)).assessment.id}/marks` }) },
  getMark: { good: async (w) => ({ path: (await marked(w)).path }) },
  putMark: {
    good: async (w) => {
      const { assessment, enrollment } = await graded(w);
      return { path: `/assessments/${assessment.id}/marks/${enrollment.id}`, body: { score: 7 } };
    },
    also: { 200: async (w) => ({ path: (await marked(w)).path, body: { score: 6 } }) },
  },
  deleteMark: { good: async (w) => ({ path: (await marked(w)).path }) },
  listMarkings: list('/markings'),
  createMarking: {
    good: async (w) => ({ path: '/markings', body: await second(w) }),
    also: {
      409: async (w) => {
        const body = await second(w);
        await w.post('/markings', body);
        return { path: '/markings', body };
      },
    },
  },
  getMarking: { good: async (w) => ({ path: `/markings/${(await w.post('/markings', await second(w))).id}` }) },
  putMarking: {
    good: async (w) => ({ path: `/markings/${(await w.post('/markings', await second(w))).id}`, body: { score: 6 } }),
  },
  deleteMarking: { good: async (w) => ({ path: `/markings/${(await w.post('/markings', await second(w))).id}` }) },
  putMarkingAgreement: {
    good: async (w) => ({ path: `/markings/${(await w.post('/markings', await second(w))).id}/agreement` }),
  },
  listEnrollmentMarks: { good: async (w) => ({ path: `/enrollments/${(await marked(w)).enrollment.id}/marks` }) },
  listOfferingMarks: {
    good: async (w) => ({ path: `/offerings/${(await marked(w)).course.defaultOfferingId}/marks` }),
  },
};

/** What is learnt, by whom and how well. */
export const LEARNING: Readonly<Record<string, Recipe>> = { ...courses, ...offerings, ...enrollments, ...marks };
