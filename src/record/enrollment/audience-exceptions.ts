import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';

/** Remembers that these people were removed by name, so that their audiences do not bring them back at once. */
export const exceptFromAudiences = (ctx: Context, enrollmentIds: readonly string[]) =>
  run(
    ctx.db,
    `insert into audience_exception (tenant_id, audience_id, person_id, created_at)
     select $1, g.source_id, e.person_id, $3::timestamptz
       from enrollment_grant g join enrollment e on e.tenant_id = $1 and e.id = g.enrollment_id
       join audience a on a.tenant_id = $1 and a.id = g.source_id
      where g.tenant_id = $1 and g.kind = 'audience' and g.enrollment_id = any($2::uuid[]) on conflict do nothing`,
    [ctx.tenant.id, enrollmentIds, ctx.now],
  );

/** Remembers the same of people of one audience, but for those whom it holds; gives how many are new. */
export async function exceptPeople(ctx: Context, audienceId: string, personIds: readonly string[]): Promise<number> {
  const { rows } = await run(
    ctx.db,
    `insert into audience_exception (tenant_id, audience_id, person_id, created_at)
     select $1, $2::uuid, p.id, $4::timestamptz from unnest($3::uuid[]) as p (id)
      where not exists (
        select 1 from enrollment e join enrollment_grant g on g.tenant_id = $1 and g.enrollment_id = e.id and g.kind = 'audience' and g.source_id = $2::uuid
         where e.tenant_id = $1 and e.person_id = p.id and e.ending is null)
     on conflict do nothing returning 1`,
    [ctx.tenant.id, audienceId, personIds, ctx.now],
  );
  return rows.length;
}

/** Nothing is remembered of people who are gone. */
export const forgetExceptions = (ctx: Context, personIds: readonly string[]) =>
  run(ctx.db, 'delete from audience_exception where tenant_id = $1 and person_id = any($2::uuid[])', [
    ctx.tenant.id,
    personIds,
  ]);
