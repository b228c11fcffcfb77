import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT, value } from '../../database/sql.ts';
import type { Changes } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { eventSql } from '../kernel/event-types.ts';
import { removeFiles } from './remove-files.ts';

/**
 * Files of work go where the work went, about the course of the enrollment there. They go away where the work ended, and where the same file
 * lies already.
 */
export async function moveFiles(ctx: Context, moved: readonly Changes['work_moved'][]): Promise<void> {
  const ids = (name: keyof Changes['work_moved']) =>
    value(
      moved.map((row) => row[name]),
      'uuid[]',
    );
  const moves = sql`unnest(${ids('assessmentId')}, ${ids('enrollmentId')}, ${ids('toAssessmentId')}, ${ids('toEnrollmentId')})
    as m (assessment_id, enrollment_id, to_assessment_id, to_enrollment_id)`;
  const its = sql`f.entity = 'submission' and f.entity_id = m.assessment_id and f.enrollment_id = m.enrollment_id`;
  const { rows } = await run<{ any: boolean }>(
    ctx,
    sql`select exists (select 1 from ${moves} join file f on f.tenant_id = ${TENANT} and ${its}) as any`,
  );
  if (!rows[0]!.any) return;
  await removeFiles(
    ctx,
    sql`exists (select 1 from ${moves} where ${its} and (m.to_enrollment_id is null or exists (
      select 1 from file o where o.tenant_id = ${TENANT} and o.entity = 'submission' and o.entity_id = m.to_assessment_id
         and o.enrollment_id = m.to_enrollment_id and o.name = f.name and o.content_id = f.content_id)))`,
  );
  await run(
    ctx,
    sql`with moved as (
          update file f set entity_id = m.to_assessment_id, enrollment_id = e.id, course_id = e.course_id
            from ${moves} join enrollment e on e.tenant_id = ${TENANT} and e.id = m.to_enrollment_id
           where f.tenant_id = ${TENANT} and ${its}
          returning f.id, f.person_id, f.course_id, old.entity_id as was, old.enrollment_id as was_of, new.entity_id, new.enrollment_id
        )
        insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
        select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, ${eventSql('file.moved')}, f.id, f.person_id, f.course_id,
               jsonb_build_object('entity', 'submission', 'entityId', f.entity_id, 'enrollmentId', f.enrollment_id, 'changed',
                 case when f.was <> f.entity_id then jsonb_build_object('entityId', jsonb_build_array(f.was, f.entity_id)) else '{}' end
                 || case when f.was_of <> f.enrollment_id then jsonb_build_object('enrollmentId', jsonb_build_array(f.was_of, f.enrollment_id)) else '{}' end)
          from moved f order by f.id`,
  );
}
