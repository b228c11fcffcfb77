import type { Handlers } from '../../http/handlers.ts';
import { Assessments } from '../../record/assessment/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { after, before, exactly, from, type List, listed, searching } from './paging.ts';
import { given, moments } from './patches.ts';
import { toAssessment } from './wire/marks.ts';

const ASSESSMENTS: List<Operations['listAssessments']['query']> = {
  filters: {
    externalId: exactly('externalId'),
    number: exactly('number'),
    offeringId: exactly('offeringId'),
    activityId: exactly('activityId'),
    category: exactly('category'),
    dueAfter: from('dueAt'),
    dueBefore: before('dueAt'),
    updatedAfter: after('updatedAt'),
    search: searching('name', 'category', 'externalId'),
  },
};

const DATES = ['opensAt', 'dueAt', 'closesAt'] as const;

/** The graded pieces of offerings. */
export const assessmentHandlers = {
  listAssessments: (caller, { query }, call) =>
    listed(caller, call, query, ASSESSMENTS, (wanted) => Assessments.list(caller, wanted), toAssessment),

  createAssessment: async (caller, { body }, call) => {
    const assessment = toAssessment(await Assessments.create(caller, given(moments(body, ...DATES))));
    return shown(201, assessment, `${call.baseUrl}/assessments/${assessment.id}`);
  },

  getAssessment: async (caller, { path }) => shown(200, toAssessment(await Assessments.get(caller, path.assessmentId))),

  updateAssessment: async (caller, { path, headers, body }) => {
    const seen = ifMatch(headers, 'assessment', toAssessment);
    const changes = given(moments(body, ...DATES));
    return shown(200, toAssessment(await Assessments.update(caller, path.assessmentId, changes, seen)));
  },

  deleteAssessment: async (caller, { path, headers }) => {
    await Assessments.delete(caller, path.assessmentId, ifMatch(headers, 'assessment', toAssessment));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
