import type { Assessments, Marks, Submissions } from '../../../record/assessment/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toAssessment = (assessment: Assessments.Assessment): Schemas['Assessment'] => ({ ...assessment });

export function toSubmission(submission: Submissions.Submission): Schemas['Submission'] {
  const { personId: _, ...shown } = submission;
  return shown;
}

export const toMark = (mark: Marks.Mark): Schemas['Mark'] => ({ ...mark });
