import { run } from '../../database/run.ts';
import { constant, NOW, type Sql, sql, TENANT, value } from '../../database/sql.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';

// Rule 3: complete (first completed), then open (first enrolled), then failed or in a closed offering (last enrolled). Who starts the
// marked enrollment over keeps the mark on the new one: it stands before the open ones, and before what was complete already. Enrollments are
// looked up learner by learner (hence `offset 0`), whatever the planner thinks of sizes.
const ranked = (people: Sql, courses: Sql): Sql => sql`
  select e.id, e.person_id, e.course_id, e.is_primary,
         row_number() over (partition by e.person_id, e.course_id order by
           case when e.state = 'complete' then case when e.completed_at <= e.restarted_at then 2 else 0 end
                when e.handed_on then 1
                when not e.closed then 3
                else 4 end,
           case when e.state = 'complete' then e.completed_at end,
           case when not e.closed then e.enrolled_at end,
           case when not e.closed then e.number end,
           e.enrolled_at desc, e.number desc) = 1 as first
    from (select e.*, max(case when e.handed_on then e.enrolled_at end) over (partition by e.person_id, e.course_id) as restarted_at
            from (select e.*, x.closed, e.is_primary and e.state <> 'complete' and not x.closed and exists (
                           select 1 from enrollment s where s.tenant_id = ${TENANT} and s.person_id = e.person_id and s.course_id = e.course_id
                              and s.offering_id = e.offering_id and s.ending = 'superseded') as handed_on
                    from (select distinct person_id, course_id from unnest(${people}, ${courses}) as r (person_id, course_id)) r
                   cross join lateral (
                         select * from enrollment e
                          where e.tenant_id = ${TENANT} and e.person_id = r.person_id and e.course_id between r.course_id and r.course_id and e.ending is null offset 0) e
                    join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id
                   cross join lateral (select coalesce(e.state in ('failed', 'declined') or o.state = 'retired' or o.ends_at < ${NOW}, false) as closed) x
                 ) e
         ) e`;

interface Pair {
  personId: string;
  courseId: string;
}

/**
 * Gives the primary mark of each person and course to the enrollment that rule 3 names, and reports whose mark moved.
 */
export async function settlePrimary(ctx: Context, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const marks = ranked(
    value(
      pairs.map((pair) => pair.personId),
      'uuid[]',
    ),
    value(
      pairs.map((pair) => pair.courseId),
      'uuid[]',
    ),
  );
  // the mark is taken away before it is given: two holders at once would break the unique key
  const write = (from: boolean) =>
    run<Pair>(
      ctx,
      sql`with ranked as (${marks}) update enrollment e set is_primary = ${constant(String(!from))} from ranked
      where e.tenant_id = ${TENANT} and e.id = ranked.id and ranked.is_primary = ${constant(String(from))} and ranked.first = ${constant(String(!from))}
      returning e.person_id as "personId", e.course_id as "courseId"`,
    );
  const taken = await write(true);
  const given = await write(false);
  report(ctx, 'primary_moved', [...taken.rows, ...given.rows]);
}
