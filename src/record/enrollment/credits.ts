import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';

/** Completing a course earns its credits; losing the completion takes them back. Credits set by hand stay (rules 8, 9). */
export async function settleCredits(ctx: Context, enrollmentIds: readonly string[]): Promise<void> {
  if (enrollmentIds.length === 0) return;
  await run(
    ctx,
    sql`with target as (
       select e.id, e.course_id, e.state = 'complete' as earned
         from enrollment e where e.tenant_id = ${TENANT} and e.id = any(${enrollmentIds}::uuid[]) and e.set_credits is null
     ), worth as (
       select t.id, case when t.earned then
                coalesce((select sum(k.credits) from course_credit k where k.tenant_id = ${TENANT} and k.course_id = t.course_id), c.credits) end as credits
         from target t join course c on c.tenant_id = ${TENANT} and c.id = t.course_id
     ), typed as (
       insert into enrollment_credit (tenant_id, enrollment_id, credit_type_id, credits)
       select ${TENANT}, t.id, k.credit_type_id, k.credits
         from target t join course_credit k on k.tenant_id = ${TENANT} and k.course_id = t.course_id
        where t.earned
       on conflict (tenant_id, enrollment_id, credit_type_id) do nothing
     ), untyped as (
       delete from enrollment_credit k using target t where k.tenant_id = ${TENANT} and k.enrollment_id = t.id and not t.earned
     ), changed as (
       update enrollment e set credits = w.credits, updated_at = ${NOW} from worth w
        where e.tenant_id = ${TENANT} and e.id = w.id and e.credits is distinct from w.credits
        returning new.id, new.person_id, new.course_id, old.credits as had, new.credits
     )
     insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
     select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('enrollment.credited')}, id, person_id, course_id,
            jsonb_build_object('changed', jsonb_build_object('credits', jsonb_build_array(had, credits))) from changed`,
  );
}
