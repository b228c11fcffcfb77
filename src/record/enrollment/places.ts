import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { eventStamp } from '../kernel/event.ts';
import { eventSql } from '../kernel/event-types.ts';

/**
 * CTEs that give up the places in sessions of the enrollments in the CTE `ended` (id, person_id, course_id), each with its event.
 * $1 is the tenant; the others are the placeholders of the event's stamp.
 */
export const FREED_PLACES_SQL = (at: string, kind: string, actor: string, dialect: string): string => `
  freed as (
    delete from session_enrollment s using ended where s.tenant_id = $1 and s.enrollment_id = ended.id
    returning s.id, s.session_id, s.enrollment_id, ended.person_id, ended.course_id
  ), freed_noted as (
    insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
    select $1, ${at}::timestamptz, ${kind}, ${actor}::uuid, ${dialect}, ${eventSql('session_enrollment.cancelled')}, id, person_id, course_id,
           jsonb_build_object('sessionId', session_id, 'enrollmentId', enrollment_id) from freed
  )`;

/** Gives up all places in sessions of an enrollment. */
export async function leavePlaces(ctx: Context, enrollmentId: string): Promise<void> {
  const [tenant, at, kind, actor, dialect] = eventStamp(ctx);
  await run(
    ctx.db,
    `with ended as (select id, person_id, course_id from enrollment where tenant_id = $1 and id = $2::uuid), ${FREED_PLACES_SQL('$3', '$4', '$5', '$6')} select 1`,
    [tenant, enrollmentId, at, kind, actor, dialect],
  );
}
