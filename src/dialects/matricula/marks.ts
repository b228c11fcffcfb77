import type { Handlers } from '../../http/handlers.ts';
import { Marks, Submissions } from '../../record/assessment/index.ts';
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
const MARKINGS: List<Operations['listMarkings']['query']> = {
  sort: null,
  filters: {
    assessmentId: exactly('assessmentId'),
    enrollmentId: exactly('enrollmentId'),
    offeringId: exactly('offeringId'),
  },
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
      (wanted) => Submissions.listOfAssessment(caller, path.assessmentId, wanted),
      toSubmission,
    ),

  getSubmission: async (caller, { path }) =>
    shown(200, toSubmission(await Submissions.get(caller, path.assessmentId, path.enrollmentId))),

  putSubmission: async (caller, { path, headers, body }) => {
    const { submission, created } = await Submissions.save(
      caller,
      path.assessmentId,
      path.enrollmentId,
      given(moments(body ?? {}, 'submittedAt')),
      ifMatch<Submissions.Submission>(headers, 'submission', toSubmission, named),
    );
    return shown(created ? 201 : 200, toSubmission(submission));
  },

  listEnrollmentSubmissions: (caller, { path, query }, call) =>
    listed(
      caller,
      call,
      query,
      SUBMISSIONS,
      (wanted) => Submissions.listOfEnrollment(caller, path.enrollmentId, wanted),
      toSubmission,
    ),

  listAssessmentMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, MARKS, (wanted) => Marks.listOfAssessment(caller, path.assessmentId, wanted), toMark),

  getMark: async (caller, { path }) =>
    shown(200, toMark(await Marks.get(caller, path.assessmentId, path.enrollmentId))),

  putMark: async (caller, { path, headers, body }) => {
    const seen = ifMatch<Marks.Mark>(headers, 'mark', toMark, named);
    const input = given(moments(body, 'markedAt'));
    const options = { handIn: true, seen };
    const { mark, created } = await Marks.save(caller, path.assessmentId, path.enrollmentId, input, options);
    return shown(created ? 201 : 200, toMark(mark));
  },

  deleteMark: async (caller, { path, headers }) => {
    const seen = ifMatch<Marks.Mark>(headers, 'mark', toMark, named);
    await Marks.delete(caller, path.assessmentId, path.enrollmentId, seen);
    return { status: 204 };
  },

  listMarkings: (caller, { query }, call) =>
    listed(caller, call, query, MARKINGS, (wanted) => Marks.listAll(caller, wanted), toMark),

  createMarking: async (caller, { body }, call) => {
    const { assessmentId, enrollmentId, ...input } = given(moments(body, 'markedAt'));
    const mark = await Marks.create(caller, assessmentId, enrollmentId, input);
    return shown(201, toMark(mark), `${call.baseUrl}/markings/${mark.id}`);
  },

  getMarking: async (caller, { path }) => shown(200, toMark(await Marks.getOne(caller, path.markingId))),

  putMarking: async (caller, { path, headers, body }) => {
    const seen = ifMatch<Marks.Mark>(headers, 'mark', toMark);
    return shown(200, toMark(await Marks.update(caller, path.markingId, given(moments(body, 'markedAt')), seen)));
  },

  deleteMarking: async (caller, { path, headers }) => {
    await Marks.deleteOne(caller, path.markingId, ifMatch<Marks.Mark>(headers, 'mark', toMark));
    return { status: 204 };
  },

  putMarkingAgreement: async (caller, { path }) => shown(200, toMark(await Marks.agree(caller, path.markingId))),

  listEnrollmentMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, MARKS, (wanted) => Marks.listOfEnrollment(caller, path.enrollmentId, wanted), toMark),

  listOfferingMarks: (caller, { path, query }, call) =>
    listed(caller, call, query, GRADEBOOK, (wanted) => Marks.listOfOffering(caller, path.offeringId, wanted), toMark),
} satisfies Partial<Handlers<Operations, Caller>>;
