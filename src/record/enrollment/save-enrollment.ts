import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { enroll } from './enroll.ts';
import { readEnrollment } from './list-enrollments.ts';
import { type Outcome, setOutcome } from './set-outcome.ts';
import type { Enrollment, EnrollOptions, EnrollRequest } from './types.ts';

/** Enrolls, or finds the live enrollment, and sets what the outcome names: both or neither. Refuses as `enroll` and `setOutcome` do. */
export async function saveEnrollment(
  ctx: Context,
  request: EnrollRequest,
  outcome: Outcome,
  options: EnrollOptions = {},
): Promise<Enrollment> {
  return transaction(
    ctx,
    async (inner) => {
      const { enrollmentId } = await enroll(inner, request, { grant: null, ...options });
      return Object.values(outcome).some((value) => value !== undefined)
        ? setOutcome(inner, enrollmentId, outcome)
        : readEnrollment(inner, enrollmentId);
    },
    { learners: [request.personId] },
  );
}
