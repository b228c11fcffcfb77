import type { Handlers } from '../../http/handlers.ts';
import {
  deleteMark,
  getMark,
  getSubmission,
  listMarksOfAssessment,
  listMarksOfEnrollment,
  listMarksOfOffering,
  listSubmissionsOfAssessment,
  listSubmissionsOfEnrollment,
  type Mark,
  type Submission,
  saveMark,
  saveSubmission,
} from '../../record/assessment/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, anyOf, exactly, type List, listed } from './paging.ts';
import { given, moments } from './patches.ts';
import { toMark, toSubmission } from './wire/marks.ts';

const SUBMISSIONS: List<Operations['listAssessmentSubmissions']['query']> = {
  sort: null,
  filters: { state: anyOf('state'), updatedAfter: after('updatedAt') },
};
const MARKS: List<Operations['listAssessmentMarks']['query']> = {
  sort: null,
  filters: { updatedAfter: after('updatedAt') },
};
const GRADEBOOK: List<Operations['listOfferingMarks']['query']> = {
  sort: null,
  filters: {
    assessmentId: exactly('assessmentId'),
    personId: exactly('personId'),
    updatedAfter: after('updatedAt'),
  },
};

const named = ({ assessmentId }: { assessmentId: string }): string => assessmentId;

/** What was handed in, and what it was worth. */
export const markHandlers = {
  listAssessmentSubmissions: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      SUBMISSIONS,
      (wanted) => listSubmissionsOfAssessment(caller, path.assessmentId, wanted),
      toSubmission,
    ),

  getSubmission: async (caller, { path }) =>
    shown(200, toSubmission(await getSubmission(caller, path.assessmentId, path.enrollmentId))),

  putSubmission: async (caller, { path, headers, body }) => {
    const { submission, created } = await saveSubmission(
      caller,
      path.assessmentId,
      path.enrollmentId,
      given(moments(body ?? {}, 'submittedAt')),
      ifMatch<Submission>(headers, 'submission', toSubmission, named),
    );
    return shown(created ? 201 : 200, toSubmission(submission));
  },

  listEnrollmentSubmissions: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      SUBMISSIONS,
      (wanted) => listSubmissionsOfEnrollment(caller, path.enrollmentId, wanted),
      toSubmission,
    ),

  listAssessmentMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, MARKS, (wanted) => listMarksOfAssessment(caller, path.assessmentId, wanted), toMark),

  getMark: async (caller, { path }) => shown(200, toMark(await getMark(caller, path.assessmentId, path.enrollmentId))),

  putMark: async (caller, { path, headers, body }) => {
    const seen = ifMatch<Mark>(headers, 'mark', toMark, named);
    const input = given(moments(body, 'markedAt'));
    const options = { handIn: true, seen };
    const { mark, created } = await saveMark(caller, path.assessmentId, path.enrollmentId, input, options);
    return shown(created ? 201 : 200, toMark(mark));
  },

  deleteMark: async (caller, { path, headers }) => {
    const seen = ifMatch<Mark>(headers, 'mark', toMark, named);
    await deleteMark(caller, path.assessmentId, path.enrollmentId, seen);
    return { status: 204 };
  },

  listEnrollmentMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, MARKS, (wanted) => listMarksOfEnrollment(caller, path.enrollmentId, wanted), toMark),

  listOfferingMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, GRADEBOOK, (wanted) => listMarksOfOffering(caller, path.offeringId, wanted), toMark),
} satisfies Partial<Handlers<Operations, Caller>>;
