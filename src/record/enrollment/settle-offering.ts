import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { lockGroups, settleAudiencesOf } from './audiences.ts';
import { settlePrimary } from './primary.ts';
import { advanceWaitlists } from './waitlist.ts';

/** What of an offering was changed. */
export interface OfferingChange {
  /** More seats may let people in from the waitlist. */
  seats?: boolean;
  /** Retired, or over at another time: the primary mark may move. */
  closing?: boolean;
  /** Taken up again: its audiences come back in. */
  opening?: boolean;
  /** Other activities hidden: progress is made of others. */
  hidden?: boolean;
}

/**
 * What a change of an offering may have to settle, locked before the offering itself: groups, then learners. Who enrolls between is
 * locked when it is settled.
 */
export async function lockForOffering(ctx: Context, offeringId: string, change: OfferingChange): Promise<void> {
  if (change.opening) await lockGroups(ctx, 'exclusive');
  if (!change.seats && !change.closing && !change.hidden) return;
  await run(
    ctx.db,
    `select 1 from person p where p.tenant_id = $1
        and p.id in (select e.person_id from enrollment e where e.tenant_id = $1 and e.offering_id = $2::uuid and e.ending is null
                        and ($3::boolean or e.state = 'on_waitlist'))
      order by p.id for no key update of p`,
    [ctx.tenant.id, offeringId, (change.closing || change.hidden) ?? false],
  );
}

/** Brings everybody's enrollments in line with a changed offering, in the transaction of the change (rules 2, 3 and 7). */
export async function settleOffering(ctx: Context, offeringId: string, change: OfferingChange): Promise<void> {
  if (change.opening) await settleAudiencesOf(ctx, offeringId);
  if (change.seats) await advanceWaitlists(ctx, [offeringId]);
  if (!change.closing && !change.hidden) return;
  const { rows } = await run<{ id: string; personId: string; courseId: string }>(
    ctx.db,
    `select e.id, e.person_id as "personId", e.course_id as "courseId"
       from enrollment e where e.tenant_id = $1 and e.offering_id = $2::uuid and e.ending is null
        and ($3::boolean or exists (select 1 from enrollment other where other.tenant_id = $1 and other.person_id = e.person_id
                                        and other.course_id = e.course_id and other.id <> e.id and other.ending is null))`,
    [ctx.tenant.id, offeringId, change.hidden ?? false],
  );
  if (rows.length === 0) return;
  await transaction(
    ctx,
    async (inner) => {
      if (change.hidden)
        report(
          inner,
          'work_changed',
          rows.map((row) => ({ enrollmentId: row.id })),
        );
      if (change.closing) await settlePrimary(inner, rows);
    },
    { learners: rows.map((row) => row.personId) },
  );
}
