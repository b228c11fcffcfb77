import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import type { Told } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { reweigh as reweighIn } from './assessments.ts';
import { takeWorkAlong } from './take-along.ts';

// What assessments do when something happened; `record/consequences.ts` says when, and in which order.

export const reweigh = (ctx: Context, { weights_changed }: Told<'weights_changed'>): Promise<void> =>
  reweighIn(
    ctx,
    weights_changed.map((row) => row.offeringId),
  );

export const takeAlong = (ctx: Context, { transferred }: Told<'transferred'>): Promise<void> =>
  takeWorkAlong(ctx, transferred);

/** Marks of somebody whose data was erased stay, without what was written beside them (rule 16). */
export async function forgetComments(ctx: Context, { purged }: Told<'purged'>): Promise<void> {
  const people = purged.map((row) => row.personId);
  await run(
    ctx,
    sql`update mark k set comment = null where k.tenant_id = ${TENANT} and k.comment is not null
        and exists (select 1 from enrollment e where e.tenant_id = ${TENANT} and e.id = k.enrollment_id and e.person_id = any(${people}::uuid[]))`,
  );
}
