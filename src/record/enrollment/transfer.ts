import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { getEnrollment } from './list-enrollments.ts';
import { settlePrimary } from './primary.ts';
import { rollUp } from './roll-up.ts';
import { takesSeat } from './states.ts';
import type { Enrollment } from './types.ts';
import { advanceWaitlists, lockSeats } from './waitlist.ts';

export interface TransferOptions {
  /** Refuse unless both offerings run the same version. */
  sameVersion?: boolean;
}

/**
 * Moves an enrollment itself to another offering of the same course; the state stays, progress follows its activities (rule 13).
 * Refuses `not_found`, `rule`: `wrong_course`, `wrong_version`, `offering_retired`, `offering_full`, `already_enrolled`.
 */
export async function transfer(
  ctx: Context,
  enrollmentId: string,
  offeringId: string,
  options: TransferOptions = {},
): Promise<Enrollment> {
  demand(ctx, 'enrollments.write');
  const { personId } = await getEnrollment(ctx, enrollmentId, 'live');
  return transaction(
    ctx,
    async (inner) => {
      const before = await getEnrollment(inner, enrollmentId, 'live');
      const { rows } = await run<{
        courseId: string;
        state: string;
        versionId: string | null;
        accessAt: Instant | null;
        dueAt: Instant | null;
        expiresAt: Instant | null;
        held: boolean;
      }>(
        inner.db,
        `select o.course_id as "courseId", o.state, o.version_id as "versionId", o.access_at as "accessAt",
                coalesce(o.due_at, $4::timestamptz + make_interval(days => o.due_after_days)) as "dueAt", o.expires_at as "expiresAt",
                exists (select 1 from enrollment e where e.tenant_id = $1 and e.person_id = $3::uuid and e.offering_id = o.id and e.ending is null) as held
           from offering o where o.tenant_id = $1 and o.id = $2::uuid and o.deleted_at is null`,
        [inner.tenant.id, offeringId, personId, inner.now],
      );
      const to = rows[0];
      if (!to) throw new Refusal({ kind: 'not_found', entity: 'offering', id: offeringId });
      if (before.offeringId === offeringId.toLowerCase()) return before;
      if (to.courseId !== before.courseId) against('wrong_course', 'offering', offeringId);
      if (to.state === 'retired') against('offering_retired', 'offering', offeringId);
      if (to.versionId === null) against('course_not_published', 'offering', offeringId);
      if (options.sameVersion && to.versionId !== before.versionId) against('wrong_version', 'offering', offeringId);
      if (to.held) against('already_enrolled', 'offering', offeringId);
      if (takesSeat(before.state)) {
        const seats = (await lockSeats(inner, [before.offeringId, offeringId])).get(offeringId.toLowerCase());
        if (seats && seats.seats !== null && seats.taken >= seats.seats)
          against('offering_full', 'offering', offeringId);
      }
      await run(
        inner.db,
        `update enrollment set offering_id = $3::uuid, version_id = $4::uuid, access_at = $5::timestamptz, due_at = $6::timestamptz, expires_at = $7::timestamptz, updated_at = $8::timestamptz
          where tenant_id = $1 and id = $2::uuid`,
        [
          inner.tenant.id,
          enrollmentId,
          offeringId,
          to.versionId,
          to.accessAt ?? before.accessAt,
          to.dueAt ?? before.dueAt,
          to.expiresAt ?? before.expiresAt,
          inner.now,
        ],
      );
      await run(inner.db, 'delete from session_enrollment where tenant_id = $1 and enrollment_id = $2::uuid', [
        inner.tenant.id,
        enrollmentId,
      ]);
      await append(inner, [
        {
          type: 'enrollment.transferred',
          entity: 'enrollment',
          entityId: enrollmentId,
          personId,
          courseId: before.courseId,
          data: {
            changed: { offeringId: [before.offeringId, offeringId], versionId: [before.versionId, to.versionId] },
          },
        },
      ]);
      if (to.versionId !== before.versionId) await rollUp(inner, [enrollmentId]);
      await settlePrimary(inner, [before]);
      await advanceWaitlists(inner, [before.offeringId]);
      return getEnrollment(inner, enrollmentId, 'live');
    },
    { learners: [personId] },
  );
}
