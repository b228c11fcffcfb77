import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { against, Refusal } from '../kernel/refusal.ts';
import { takesSeat } from './states.ts';
import type { Enrollment } from './types.ts';

/** Rule 5: nothing starts without a seat, before access, after expiry, in a read-only offering or behind an enforced prerequisite. */
export async function demandOpen(ctx: Context, enrollment: Enrollment): Promise<void> {
  if (!takesSeat(enrollment.state)) against('not_enrolled', 'enrollment', enrollment.id);
  if (enrollment.accessAt !== null && ctx.now < enrollment.accessAt)
    against('not_open_yet', 'enrollment', enrollment.id);
  if (enrollment.expiresAt !== null && ctx.now > enrollment.expiresAt) against('expired', 'enrollment', enrollment.id);
  const personIdSql = value(enrollment.personId, 'uuid');
  const { rows } = await run<{ status: string; readOnly: boolean; missing: string | null }>(
    ctx,
    sql`select p.status, o.read_only as "readOnly",
            (select q.prerequisite_id from course_prerequisite q
              where q.tenant_id = ${TENANT} and q.course_id = ${enrollment.courseId}::uuid and q.enforced
                and not exists (select 1 from enrollment d where d.tenant_id = ${TENANT} and d.person_id = ${personIdSql} and d.course_id = q.prerequisite_id
                                   and d.state = 'complete' and (d.ending is null or d.ending = 'superseded'))
              order by q.prerequisite_id limit 1) as missing
       from offering o join person p on p.tenant_id = ${TENANT} and p.id = ${personIdSql}
      where o.tenant_id = ${TENANT} and o.id = ${enrollment.offeringId}::uuid`,
  );
  const row = rows[0];
  if (!row) throw new Refusal({ kind: 'not_found', entity: 'offering', id: enrollment.offeringId });
  if (row.status !== 'active') against('person_inactive', 'person', enrollment.personId);
  if (row.readOnly) against('closed', 'offering', enrollment.offeringId);
  if (row.missing !== null) against('prerequisite_missing', 'course', row.missing);
}
