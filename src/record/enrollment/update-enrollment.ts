import { elevated, may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Precondition } from '../kernel/text.ts';
import { changeEnrollment, type EnrollmentDetails } from './details.ts';
import { type Outcome, setOutcome } from './set-outcome.ts';

/** What learners set themselves. */
const OWN: ReadonlySet<string> = new Set<keyof Outcome>(['rating', 'termsAccepted']);

/**
 * Sets outcome and dates of an enrollment, as `setOutcome` does; learners rate their own and accept its terms. `seen` tests it
 * before. Refuses `not_found`, `forbidden`, and as `setOutcome`.
 */
export const updateEnrollment = (
  ctx: Context,
  id: string,
  outcome: Outcome,
  seen?: Precondition<EnrollmentDetails>,
): Promise<EnrollmentDetails> =>
  changeEnrollment(ctx, id, seen, (inner) => {
    const own = Object.entries(outcome).every(([name, value]) => value === undefined || OWN.has(name));
    if (!own || inner.actor.kind !== 'person' || may(inner.actor, 'enrollments.write')) {
      demand(inner, 'enrollments.write');
      return setOutcome(inner, id, outcome);
    }
    return setOutcome({ ...inner, actor: elevated(inner.actor) }, id, outcome);
  });
