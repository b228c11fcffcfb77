import { transaction } from '../../database/transaction.ts';
import { equals } from '../kernel/condition.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { enrollmentFor, getEnrollmentDetails } from './details.ts';
import { readEnrollment } from './list-enrollments.ts';
import { givePlaceUp, heldPlace, listPlaces, placesOf, sessionFacts, takePlace } from './sessions.ts';
import type { Place } from './types.ts';

/** The places that an enrollment holds. Refuses `not_found` as `getEnrollmentDetails` does. */
export async function listEnrollmentPlaces(ctx: Context, enrollmentId: string, query: ListQuery): Promise<Page<Place>> {
  const { id, personId } = await getEnrollmentDetails(ctx, enrollmentId);
  return listPlaces(ctx, query, { enrollmentId: id, personId });
}

/** Everybody in sight who holds a place in a session. Refuses `not_found`. */
export async function listSessionPlaces(ctx: Context, sessionId: string, query: ListQuery): Promise<Page<Place>> {
  demandAnywhere(ctx, 'enrollments.read');
  const { id } = await sessionFacts(ctx, sessionId, { inSight: true });
  return listPlaces(ctx, query, { sessionId: id });
}

/**
 * Takes a place for a live enrollment; one in another session of the same activity is given up for it. Holding it already changes
 * nothing. Refuses `not_found`, `rule`: `wrong_course`, `not_enrolled` for a session of another offering, `session_full`.
 */
export async function putPlace(ctx: Context, enrollmentId: string, sessionId: string): Promise<Place> {
  const { personId } = await enrollmentFor(ctx, enrollmentId, 'enrollments.write');
  return transaction(
    ctx,
    async (inner) => {
      const enrollment = await readEnrollment(inner, enrollmentId);
      const session = await sessionFacts(inner, sessionId);
      if (session.courseId !== enrollment.courseId) against('wrong_course', 'session', session.id);
      if (session.offeringId !== enrollment.offeringId) against('not_enrolled', 'offering', session.offeringId);
      const held = await heldPlace(inner, personId, session);
      if (held?.sessionId !== session.id) {
        if (held) await givePlaceUp(inner, held);
        await takePlace(inner, enrollment, session);
      }
      return placeIn(inner, enrollment.id, session.id);
    },
    { learners: [personId] },
  );
}

/** Gives up the place of an enrollment in a session. Refuses `not_found` where none was held. */
export async function dropPlace(ctx: Context, enrollmentId: string, sessionId: string): Promise<void> {
  const { personId } = await enrollmentFor(ctx, enrollmentId, 'enrollments.write');
  await transaction(
    ctx,
    async (inner) => {
      const enrollment = await readEnrollment(inner, enrollmentId);
      const session = await sessionFacts(inner, sessionId);
      const held = await heldPlace(inner, personId, session);
      if (held?.enrollmentId !== enrollment.id || held.sessionId !== session.id)
        throw new Refusal({ kind: 'not_found', entity: 'session_enrollment' });
      await givePlaceUp(inner, held);
    },
    { learners: [personId] },
  );
}

async function placeIn(ctx: Context, enrollmentId: string, sessionId: string): Promise<Place> {
  const { rows } = await placesOf(ctx, enrollmentId, {
    where: equals('sessionId', sessionId),
    page: { kind: 'rows', offset: 0, limit: 1, total: false },
  });
  return rows[0]!;
}
