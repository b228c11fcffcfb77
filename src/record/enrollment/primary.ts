import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';

// Rule 3: complete (first completed), then open (first enrolled), then failed or in a closed offering (last enrolled).
const RANKED_SQL = `
  select e.id, e.is_primary,
         row_number() over (partition by e.person_id, e.course_id order by
           case when e.state = 'complete' then 0
                when e.state in ('failed', 'declined') or o.state = 'retired' or o.ends_at < $4::timestamptz then 2
                else 1 end,
           case when e.state = 'complete' then e.completed_at end,
           case when not (e.state in ('failed', 'declined') or o.state = 'retired' or o.ends_at < $4::timestamptz) then e.enrolled_at end,
           e.enrolled_at desc, e.number) = 1 as first
    from (select distinct person_id, course_id from unnest($2::uuid[], $3::uuid[]) as r (person_id, course_id)) r
    join enrollment e on e.tenant_id = $1 and e.person_id = r.person_id and e.course_id = r.course_id and e.ending is null
    join offering o on o.tenant_id = $1 and o.id = e.offering_id`;

/** Gives the primary mark of each person and course to the enrollment that rule 3 names. */
export async function settlePrimary(
  ctx: Context,
  pairs: readonly { personId: string; courseId: string }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const values = [ctx.tenant.id, pairs.map((pair) => pair.personId), pairs.map((pair) => pair.courseId), ctx.now];
  // the mark is taken away before it is given: two holders at once would break the unique key
  await run(
    ctx.db,
    `with ranked as (${RANKED_SQL}) update enrollment e set is_primary = false from ranked where e.tenant_id = $1 and e.id = ranked.id and e.is_primary and not ranked.first`,
    values,
  );
  await run(
    ctx.db,
    `with ranked as (${RANKED_SQL}) update enrollment e set is_primary = true from ranked where e.tenant_id = $1 and e.id = ranked.id and not e.is_primary and ranked.first`,
    values,
  );
}
