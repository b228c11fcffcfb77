import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { Access } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';

/**
 * What deleting people means (rule 16), for any number of them: access, memberships, entitlements and seats go, enrollments end as
 * withdrawn and kept, keys are free, the rows stay. For verbs and imports that have checked who may, in their transaction.
 */
export async function endPeople(ctx: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const people = value(ids, 'uuid[]');
  await run(
    ctx,
    sql`select 1 from person where tenant_id = ${TENANT} and id = any(${people}) order by id for no key update`,
  );
  const { rows: groups } = await run<{ group_id: string; person_id: string }>(
    ctx,
    sql`with units as (delete from person_unit where tenant_id = ${TENANT} and person_id = any(${people})),
          profiles as (delete from profile_member where tenant_id = ${TENANT} and person_id = any(${people})),
          permissions as (delete from instructor_permission where tenant_id = ${TENANT} and person_id = any(${people}))
     delete from group_member where tenant_id = ${TENANT} and person_id = any(${people}) returning group_id, person_id`,
  );
  const { rows: reports } = await run<{ id: string; was: string }>(
    ctx,
    sql`update person set manager_id = null, updated_at = ${NOW}
      where tenant_id = ${TENANT} and manager_id = any(${people}) and status <> 'deleted' returning id, old.manager_id as was`,
  );
  const { rows: gone } = await run<{ id: string }>(
    ctx,
    sql`update person set status = 'deleted', deleted_at = ${NOW}, updated_at = ${NOW}
      where tenant_id = ${TENANT} and id = any(${people}) and status <> 'deleted' returning id`,
  );
  const events: NewEvent[] = [
    ...groups.map(
      (row): NewEvent => ({
        type: 'group.member_removed',
        entityId: row.group_id,
        personId: row.person_id,
      }),
    ),
    ...reports.map(
      (row): NewEvent => ({
        type: 'person.updated',
        entityId: row.id,
        personId: row.id,
        data: { changed: { managerId: [row.was, null] } },
      }),
    ),
    ...gone.map(({ id }): NewEvent => ({ type: 'person.deleted', entityId: id, personId: id })),
  ];
  await Access.end(ctx, ids);
  await append(ctx, events);
  report(
    ctx,
    'deleted',
    gone.map(({ id }) => ({ personId: id })),
  );
}
