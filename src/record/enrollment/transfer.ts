import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { changesOf } from '../kernel/text.ts';
import { visibleOfferings } from '../kernel/visibility.ts';
import { datesSql } from './dates.ts';
import { readEnrollment } from './list-enrollments.ts';
import { leavePlaces } from './places.ts';
import { takesSeat } from './states.ts';
import type { Enrollment } from './types.ts';
import { lockSeats } from './waitlist.ts';

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
  const { personId } = await readEnrollment(ctx, enrollmentId);
  return transaction(
    ctx,
    async (inner) => {
      const { offeringId: from } = await readEnrollment(inner, enrollmentId);
      const seatsOf = await lockSeats(inner, [from, ...(isId(offeringId) ? [offeringId.toLowerCase()] : [])]);
      // a seat may have come free meanwhile for who waits, and either offering may have changed
      const before = await readEnrollment(inner, enrollmentId);
      if (before.offeringId === offeringId.toLowerCase()) return before;
      const to = await target(inner, before, offeringId);
      if (to.courseId !== before.courseId) against('wrong_course', 'offering', to.offeringId);
      if (to.state === 'retired') against('offering_retired', 'offering', to.offeringId);
      if (to.versionId === null) against('course_not_published', 'offering', to.offeringId);
      if (options.sameVersion && to.versionId !== before.versionId) against('wrong_version', 'offering', to.offeringId);
      if (to.held) against('already_enrolled', 'offering', to.offeringId);
      const seats = seatsOf.get(to.offeringId)!;
      const room =
        seats.seats === null ||
        seats.taken < seats.seats ||
        (before.state === 'on_waitlist' && seats.waiting < seats.waitlistSeats);
      if (!room && (takesSeat(before.state) || before.state === 'on_waitlist'))
        against('offering_full', 'offering', to.offeringId);
      const dates = { accessAt: to.accessAt, dueAt: to.dueAt, expiresAt: to.expiresAt };
      await run(
        inner,
        sql`update enrollment set offering_id = ${to.offeringId}::uuid, version_id = ${to.versionId}::uuid, access_at = ${to.accessAt}::timestamptz,
               due_at = ${to.dueAt}::timestamptz, expires_at = ${to.expiresAt}::timestamptz, updated_at = ${NOW}
          where tenant_id = ${TENANT} and id = ${enrollmentId}::uuid`,
      );
      await leavePlaces(inner, enrollmentId);
      const after = { ...before, ...dates, offeringId: to.offeringId, versionId: to.versionId };
      const changed = changesOf(before, after, ['offeringId', 'versionId', 'accessAt', 'dueAt', 'expiresAt']);
      await append(inner, [
        {
          type: 'enrollment.transferred',
          entityId: enrollmentId,
          personId,
          courseId: before.courseId,
          data: { changed: changed ?? {} },
        },
      ]);
      report(inner, 'transferred', [{ enrollmentId, fromId: before.offeringId }]);
      // the version may be another one, and other activities hidden
      report(inner, 'work_changed', [{ enrollmentId }]);
      if (to.versionId !== before.versionId) report(inner, 'collection_entered', [{ enrollmentId }]);
      report(inner, 'enrolled_beside', [before]);
      report(inner, 'seat_freed', [before, { offeringId: to.offeringId }]);
      await settled(inner);
      return readEnrollment(inner, enrollmentId);
    },
    { learners: [personId] },
  );
}

interface Target {
  offeringId: string;
  courseId: string;
  state: string;
  versionId: string | null;
  accessAt: Instant | null;
  dueAt: Instant | null;
  expiresAt: Instant | null;
  /** The person has a live enrollment there already. */
  held: boolean;
}

/** Where to, with the dates it gives; a date that is the learner's own, not what the earlier offering gave, stays. */
async function target(ctx: Context, enrollment: Enrollment, offeringId: string): Promise<Target> {
  const wanted = value(offeringId, 'uuid');
  const { rows } = isId(offeringId)
    ? await run<Target>(
        ctx,
        sql`select o.id as "offeringId", o.course_id as "courseId", o.state, o.version_id as "versionId",
                case when e.access_at is distinct from given."accessAt" then e.access_at else gives."accessAt" end as "accessAt",
                case when e.due_at is distinct from given."dueAt" then e.due_at else gives."dueAt" end as "dueAt",
                case when e.expires_at is distinct from given."expiresAt" then e.expires_at else gives."expiresAt" end as "expiresAt",
                exists (select 1 from enrollment h where h.tenant_id = ${TENANT} and h.person_id = e.person_id and h.offering_id = o.id and h.ending is null) as held
           from enrollment e
           join offering o on o.tenant_id = ${TENANT} and o.id = ${wanted} and o.deleted_at is null
           join offering f on f.tenant_id = ${TENANT} and f.id = e.offering_id
           join course c on c.tenant_id = ${TENANT} and c.id = e.course_id
          cross join lateral (select ${datesSql('o', 'c', sql`e.enrolled_at`)}) gives
          cross join lateral (select ${datesSql('f', 'c', sql`e.enrolled_at`)}) given
          where e.tenant_id = ${TENANT} and e.id = ${enrollment.id}::uuid${visibleOfferings(ctx, wanted)}`,
      )
    : { rows: [] };
  if (!rows[0]) throw new Refusal({ kind: 'not_found', entity: 'offering', id: offeringId });
  return rows[0];
}
