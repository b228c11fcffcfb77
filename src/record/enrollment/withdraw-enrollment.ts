import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import { may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { against } from '../kernel/refusal.ts';
import type { Precondition } from '../kernel/text.ts';
import { changeEnrollment, type EnrollmentDetails } from './details.ts';
import { type WithdrawOptions, withdraw } from './withdraw.ts';

/**
 * Ends one enrollment; repeating it changes nothing, and what was kept may be closed for good. Learners leave what they entered
 * themselves. Refuses `not_found`, `forbidden`, and `rule` `enrollment_finished` for keeping what is closed.
 */
export const withdrawEnrollment = (
  ctx: Context,
  id: string,
  options: Pick<WithdrawOptions, 'ending'>,
  seen?: Precondition<EnrollmentDetails>,
): Promise<EnrollmentDetails> =>
  changeEnrollment(ctx, id, seen, async (inner, current) => {
    if (!may(inner.actor, 'enrollments.write') && current.source !== 'self') demand(inner, 'enrollments.write');
    if (current.ending === null || current.ending === 'superseded') await withdraw(inner, [id], options);
    else if (current.ending === 'withdrawn_closed' && options.ending === 'kept')
      against('enrollment_finished', 'enrollment', current.id);
    else if (current.ending === 'withdrawn_kept' && options.ending === 'closed')
      await closeForGood(inner, [current.id]);
  });

/** Enrollments that were withdrawn and kept are closed: a return starts afresh. The caller holds the learners. */
export async function closeForGood(ctx: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await run(
    ctx,
    sql`with closed as (
       update enrollment set ending = 'withdrawn_closed', updated_at = ${NOW}
        where tenant_id = ${TENANT} and id = any(${ids}::uuid[]) and ending = 'withdrawn_kept' returning id, person_id, course_id, offering_id, state
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.withdrawn')}, id, person_id, course_id,
            jsonb_build_object('offeringId', offering_id, 'state', state, 'kept', false,
              'changed', jsonb_build_object('ending', jsonb_build_array('withdrawn_kept', 'withdrawn_closed'))) from closed`,
  );
}
