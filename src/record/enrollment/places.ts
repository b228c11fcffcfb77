import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';

/**
 * CTEs that give up the places in sessions of the enrollments in the CTE `ended` (id, person_id, course_id), each with its event.
 */
export const FREED_PLACES_SQL = sql`
  freed as (
    delete from session_enrollment s using ended where s.tenant_id = ${TENANT} and s.enrollment_id = ended.id
    returning s.id, s.session_id, s.enrollment_id, ended.person_id, ended.course_id
  ), freed_noted as (
    insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
    select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('session_enrollment.cancelled')}, id, person_id, course_id,
           jsonb_build_object('sessionId', session_id, 'enrollmentId', enrollment_id) from freed
  )`;

/** Gives up all places in sessions of an enrollment. */
export async function leavePlaces(ctx: Context, enrollmentId: string): Promise<void> {
  await run(
    ctx,
    sql`with ended as (select id, person_id, course_id from enrollment where tenant_id = ${TENANT} and id = ${enrollmentId}::uuid), ${FREED_PLACES_SQL} select 1`,
  );
}
