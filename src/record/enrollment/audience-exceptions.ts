import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';

/** Remembers that these people were removed by name, so that their audiences do not bring them back at once. */
export const exceptFromAudiences = (ctx: Context, enrollmentIds: readonly string[]) =>
  run(
    ctx,
    sql`insert into audience_exception (tenant_id, audience_id, person_id, created_at)
     select ${TENANT}, g.source_id, e.person_id, ${NOW}
       from enrollment_grant g join enrollment e on e.tenant_id = ${TENANT} and e.id = g.enrollment_id
       join audience a on a.tenant_id = ${TENANT} and a.id = g.source_id
      where g.tenant_id = ${TENANT} and g.kind = 'audience' and g.enrollment_id = any(${enrollmentIds}::uuid[]) on conflict do nothing`,
  );

/** Remembers the same of people of one audience, but for those whom it holds; gives how many are new. */
export async function exceptPeople(ctx: Context, audienceId: string, personIds: readonly string[]): Promise<number> {
  const audienceIdSql = value(audienceId, 'uuid');
  const { rows } = await run(
    ctx,
    sql`insert into audience_exception (tenant_id, audience_id, person_id, created_at)
     select ${TENANT}, ${audienceIdSql}, p.id, ${NOW} from unnest(${personIds}::uuid[]) as p (id)
      where not exists (
        select 1 from enrollment e join enrollment_grant g on g.tenant_id = ${TENANT} and g.enrollment_id = e.id and g.kind = 'audience' and g.source_id = ${audienceIdSql}
         where e.tenant_id = ${TENANT} and e.person_id = p.id and e.ending is null)
     on conflict do nothing returning 1`,
  );
  return rows.length;
}

/** Nothing is remembered of people who are gone. */
export const forgetExceptions = (ctx: Context, personIds: readonly string[]) =>
  run(ctx, sql`delete from audience_exception where tenant_id = ${TENANT} and person_id = any(${personIds}::uuid[])`);
