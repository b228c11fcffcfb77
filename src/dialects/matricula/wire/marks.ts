import type { Assessment, Mark, Submission } from '../../../record/assessment/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toAssessment = (assessment: Assessment): Schemas['Assessment'] => ({ ...assessment });

export function toSubmission(submission: Submission): Schemas['Submission'] {
  const { personId: _, ...shown } = submission;
  return shown;
}

export const toMark = (mark: Mark): Schemas['Mark'] => ({ ...mark });
