import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { against } from '../kernel/refusal.ts';
import { type EnrollmentDetails, enrollmentFor } from './details.ts';
import { enroll } from './enroll.ts';

/**
 * Starts a live enrollment over: it is superseded and keeps what it earned, a new one begins in the same offering, on the version that
 * this has now. Refuses `not_found`, `rule` `enrollment_finished` for one that has ended, and as `enroll`.
 */
export async function reEnroll(ctx: Context, id: string): Promise<EnrollmentDetails> {
  demand(ctx, 'enrollments.write');
  const { personId } = await enrollmentFor(ctx, id, 'enrollments.write');
  return transaction(
    ctx,
    async (inner) => {
      const { ending, offeringId } = await enrollmentFor(inner, id, 'enrollments.write');
      if (ending !== null) against('enrollment_finished', 'enrollment', id);
      const { enrollmentId } = await enroll(inner, { personId, offeringId }, { reEnroll: true });
      return enrollmentFor(inner, enrollmentId, 'enrollments.write');
    },
    { learners: [personId] },
  );
}
