import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { Groups } from '../people/index.ts';

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
  if (change.opening) await Groups.lock(ctx, 'exclusive');
  if (!change.seats && !change.closing && !change.hidden) return;
  await run(
    ctx,
    sql`select 1 from person p where p.tenant_id = ${TENANT}
        and p.id in (select e.person_id from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = ${offeringId}::uuid and e.ending is null
                        and (${(change.closing || change.hidden) ?? false}::boolean or e.state = 'on_waitlist'))
      order by p.id for no key update of p`,
  );
}
