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
