import { run } from '../../database/run.ts';
import { sql, TENANT, value } from '../../database/sql.ts';
import { lockPeople } from '../../database/transaction.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';

/**
 * Reports whose enrollments a change of their offerings touches: everybody where activities were `hidden`, those who are in the course
 * otherwise too where they `closed`. Who enrolled since the offering was locked is held now (rules 3 and 7).
 */
export async function touchLearners(
  ctx: Context,
  { hidden, closed }: { hidden: readonly string[]; closed: readonly string[] },
): Promise<void> {
  const hiddenSql = value(hidden, 'uuid[]');
  const { rows } = await run<{ enrollmentId: string; personId: string; courseId: string; hidden: boolean }>(
    ctx,
    sql`select e.id as "enrollmentId", e.person_id as "personId", e.course_id as "courseId", e.offering_id = any(${hiddenSql}) as hidden
       from enrollment e where e.tenant_id = ${TENANT} and e.offering_id = any(${hiddenSql} || ${closed}::uuid[]) and e.ending is null
        and (e.offering_id = any(${hiddenSql}) or exists (select 1 from enrollment other where other.tenant_id = ${TENANT} and other.person_id = e.person_id
                                                           and other.course_id = e.course_id and other.id <> e.id and other.ending is null))`,
  );
  await lockPeople(
    ctx,
    rows.map((row) => row.personId),
  );
  report(
    ctx,
    'work_changed',
    rows.filter((row) => row.hidden),
  );
  if (closed.length > 0) report(ctx, 'enrolled_beside', rows);
}
