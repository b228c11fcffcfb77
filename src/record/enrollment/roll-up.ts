import { run } from '../../database/run.ts';
import {
  ACTOR_ID,
  ACTOR_KIND,
  constant,
  DIALECT,
  NOW,
  nothing,
  type Sql,
  sql,
  TENANT,
  value,
} from '../../database/sql.ts';
import { withoutLoops } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import type { Context } from '../kernel/context.ts';
import { typeSql } from '../kernel/event-types.ts';
import type { Instant } from '../kernel/instant.ts';
import { COLLECTIONS_SQL, WITHOUT_SEAT_SQL } from './states.ts';

/**
 * The parts that an enrollment's progress is made of: its version's activities that the offering does not hide, or the courses of a
 * collection. An assessment of the offering may weigh its activity otherwise, and puts it into its category. `target` is a CTE of enrollment rows with `is_collection` and
 * `hidden_activity_ids`; what is asked is read once for each offering, not for each learner. A full join is never made by
 * comparing everybody with everything, whatever the planner thinks of sizes.
 */
export const PARTS_SQL = sql`
  with single as materialized (
    select * from target where not is_collection
  ), asked as materialized (
    select d.offering_id, d.version_id, a.id as part_id, a.section_id, a.position, a.required, coalesce(s.weight, a.weight) as weight,
           s.category, s.category_weight, a.kind = 'survey' as survey, a.attempts_allowed
      from (select distinct offering_id, version_id, hidden_activity_ids from single) d
      join activity a on a.tenant_id = ${TENANT} and a.version_id = d.version_id and a.id <> all (d.hidden_activity_ids)
      left join lateral (
           select w.weight, w.category, w.category_weight from assessment w
            where w.tenant_id = ${TENANT} and w.offering_id = d.offering_id and w.activity_id = a.id
            order by w.weight is null, w.category_weight is null, w.number limit 1) s on true
  )
  select t.id, k.part_id, k.section_id, k.position, k.required, k.weight, k.category, k.category_weight, k.survey,
         coalesce(x.state, 'not_started') as state, coalesce(x.progress, 0) as progress, x.score, coalesce(x.time_ticks, 0) as ticks,
         x.started_at, x.completed_at, x.updated_at,
         coalesce(x.state = 'failed' and x.attempts >= k.attempts_allowed, false) as lost
    from single t
    full join asked k on k.offering_id = t.offering_id and k.version_id = t.version_id
    left join activity_enrollment x on x.tenant_id = ${TENANT} and x.enrollment_id = t.id and x.activity_id = k.part_id
  union all
  select t.id, m.course_id, m.section_id, m.position, m.required, null, null, null, false,
         case when em.state is null or em.state in (${WITHOUT_SEAT_SQL}) then 'not_started' else em.state end, coalesce(em.progress, 0), em.score, coalesce(em.time_ticks, 0),
         em.started_at, em.completed_at, em.updated_at, coalesce(em.state = 'failed', false)
    from target t
    join collection_member m on m.tenant_id = ${TENANT} and m.version_id = t.version_id
    left join enrollment em on em.tenant_id = ${TENANT} and em.person_id = t.person_id and em.course_id between m.course_id and m.course_id and em.is_primary
   where t.is_collection`;

export const PROGRESS_SQL = sql`round(coalesce(avg(part.progress) filter (where part.required), avg(part.progress), 0), 2)`;

/** The weighted mean of marked parts: where weights are used, parts without one are left out as those of weight 0 are; where none is, all count alike. */
const meanSql = (part: Sql, counted = sql`true`): Sql => sql`coalesce(
    sum(${part}.score * ${part}.weight) filter (where ${counted} and ${part}.weight > 0)
      / nullif(sum(${part}.weight) filter (where ${counted} and ${part}.weight > 0 and ${part}.score is not null), 0),
    case when bool_or(${part}.weight > 0) filter (where ${counted}) is not true
         then avg(${part}.score) filter (where ${counted} and ${part}.weight is null) end)`;

// Categories with a weight make the score, once one of the group has it: the weighted mean of their means, those without anything marked
// left out. Their parts are carried to a statement of its own, so that whoever has none pays for none.
const SCORE_SQL = sql`case
    when bool_or(part.category_weight > 0) then (
      select sum(category.weight * category.mean) / sum(category.weight) from (
        select p.category_weight as weight, ${meanSql(sql`p`)} as mean
          from unnest(array_agg(row (part.category, part.category_weight, part.weight, part.score)) filter (where part.category_weight > 0))
            as p (category text, category_weight numeric, weight numeric, score numeric)
         group by p.category, p.category_weight) category
       where category.mean is not null)
    else ${meanSql(sql`part`, sql`part.category_weight is null`)} end`;

/**
 * Rule 7 over a group of parts: the mean of the required ones (of all, where none is required), complete when all required
 * are, failed when a required one can no longer be passed, the weighted mean of scores.
 */
export const FACTS_SQL = sql`
  ${PROGRESS_SQL} as progress,
  round(${SCORE_SQL}, 4) as score,
  least(coalesce(sum(part.ticks), 0), ${constant(Number.MAX_SAFE_INTEGER)})::bigint as ticks,
  min(part.started_at) as started_at,
  max(part.completed_at) filter (where part.required) as completed_at,
  max(part.updated_at) as updated_at,
  case
    when bool_or(part.required) and bool_and(part.state = 'complete') filter (where part.required) then 'complete'
    when bool_or(part.lost) filter (where part.required) then 'failed'
    when bool_or(part.state = 'complete') filter (where part.required) and bool_and(part.state = 'complete' or part.survey) filter (where part.required) then 'pending_evaluation_required'
    when bool_or(part.state = 'ready_for_review') filter (where part.required) and bool_and(part.state in ('complete', 'ready_for_review')) filter (where part.required) then 'ready_for_review'
    when bool_or(part.state not in ('not_started', 'absent', 'not_applicable')) then 'in_progress'
    else 'not_started'
  end as state`;

// Who has no seat stays without one. More points than there are to be had stay with the parts: the score of all stops at 100. An outcome set by hand stands over what is computed. Completion stays when facts get worse, and what was begun stays begun, unless
// `undo` says to take it back. With `given`, columns beside the ids bring outcomes from outside, written by the same update: a second one costs as much again.
const rollUpSql = (ids: Sql, undo: Sql, left: Sql, given?: Sql): Sql => {
  const set = (column: Sql, by: Sql): Sql =>
    given ? sql`case when t.given then ${by} else t.${column} end` : sql`t.${column}`;
  return sql`
with target as materialized (
  select e.*, c.kind in (${COLLECTIONS_SQL}) as is_collection, o.hidden_activity_ids${given ? sql`, r.given, r.result as given_result, r.state as given_state, r.score as given_score, r.at as given_at, r.by as given_by` : nothing}
    from ${
      given
        ? sql`unnest(${ids}, ${given}) as r (id, given, result, state, score, at, by)`
        : sql`unnest(${ids}) as r (id)`
    }
    join enrollment e on e.tenant_id = ${TENANT} and e.id = r.id
    join offering o on o.tenant_id = ${TENANT} and o.id = e.offering_id
    join course c on c.tenant_id = ${TENANT} and c.id = e.course_id
   where e.ending is null or e.ending = ${left}
), part as (${PARTS_SQL}
), fact as materialized (
  select part.id, ${FACTS_SQL} from part group by part.id
), standing as materialized (
  select t.*, coalesce(fact.state, 'not_started') as fact_state, coalesce(fact.progress, 0) as fact_progress, case when fact.score > 100 then 100 else fact.score end as fact_score,
         coalesce(fact.ticks, 0) as fact_ticks, fact.started_at as fact_started_at, fact.completed_at as fact_completed_at,
         ${set(sql`set_state`, sql`t.given_state`)} as now_state,
         ${set(sql`set_progress`, sql`case when t.given_state = 'complete' then 100 end`)} as now_progress,
         ${set(sql`set_score`, sql`t.given_score`)} as now_score,
         ${set(sql`set_completed_at`, sql`case when t.given_state = 'complete' then t.given_at end`)} as now_completed_at
    from target t full join fact on fact.id = t.id
), outcome as materialized (
  select s.id, s.now_completed_at as set_completed_at, ${given ? sql`s.given, s.given_result as result, s.given_at as set_at, s.given_by as set_by, s.now_state as set_state, s.now_progress as set_progress, s.now_score as set_score,` : nothing}
         case when s.state in (${WITHOUT_SEAT_SQL}) then s.state
              when s.now_state is not null then s.now_state
              when ${undo} then s.fact_state
              when s.state = 'complete' then 'complete'
              when s.state = 'in_progress' and s.fact_state = 'not_started' then 'in_progress'
              else s.fact_state end as state,
         coalesce(s.now_progress, case when s.state = 'complete' and not ${undo} and s.now_state is null then greatest(s.progress, s.fact_progress)
                                       when s.fact_state = 'complete' then 100 else s.fact_progress end) as progress,
         coalesce(s.now_score, s.fact_score) as score,
         case when s.fact_ticks > 0 then s.fact_ticks else s.time_ticks end as ticks,
         coalesce(s.started_at, s.fact_started_at, ${given ? sql`case when s.given and s.given_state is not null then s.given_at end,` : nothing} case when s.fact_state <> 'not_started' then ${NOW} end) as started_at,
         s.fact_completed_at as completed_at
    from standing s
), changed as (
  update enrollment e
     set state = n.state, progress = n.progress, score = n.score, time_ticks = n.ticks, started_at = n.started_at,
         completed_at = case when n.state <> 'complete' then null
                             else coalesce(n.set_completed_at, e.completed_at, n.completed_at, ${NOW}) end,
         ${
           given
             ? sql`result = case when n.given then n.result else e.result end, set_state = n.set_state, set_progress = n.set_progress, set_score = n.set_score,
         set_completed_at = n.set_completed_at, set_by = case when n.given then n.set_by else e.set_by end, set_at = case when n.given then n.set_at else e.set_at end,`
             : nothing
         }
         updated_at = ${NOW}
    from outcome n
   where e.tenant_id = ${TENANT} and e.id = n.id
     and ((e.state, e.progress, e.score, e.time_ticks, e.started_at) is distinct from (n.state, n.progress, n.score, n.ticks, n.started_at)
          ${given ? sql`or (n.given and (e.result, e.set_state, e.set_score, e.set_at) is distinct from (n.result, n.set_state, n.set_score, n.set_at))` : nothing})
  returning new.id, new.person_id, new.course_id, new.offering_id, new.state, new.progress, new.score, new.time_ticks, new.result, old.state as was, old.completed_at,
            old.progress as had, old.score as scored, old.time_ticks as spent, old.result as called, ${given ? sql`n.given` : sql`false as given`}
), noted as (
  insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
  select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT},
         case when state = 'complete' and was <> 'complete' then ${typeSql('enrollment.completed')}
              when was = 'complete' and state <> 'complete' then ${typeSql('enrollment.reopened')}
              when state <> was and state = 'failed' then ${typeSql('enrollment.failed')}
              when given then ${typeSql('enrollment.outcome_set')}
              when was = 'not_started' and state = 'in_progress' then ${typeSql('enrollment.started')}
              else ${typeSql('enrollment.progressed')} end,
         'enrollment', id, person_id, course_id,
         jsonb_build_object('offeringId', offering_id, 'changed', jsonb_build_object(
           'state', jsonb_build_array(was, state), 'progress', jsonb_build_array(had, progress), 'score', jsonb_build_array(scored, score), 'timeTicks', jsonb_build_array(spent, time_ticks))
           || case when given then jsonb_build_object('result', jsonb_build_array(called, result)) else '{}' end)
    from changed
)
select id, person_id as "personId", course_id as "courseId", state, was, completed_at as "completedAt" from changed`;
};

interface Changed {
  id: string;
  personId: string;
  courseId: string;
  state: string;
  was: string;
  /** When it was complete before. */
  completedAt: Instant | null;
}

/** An outcome that comes from outside, as an import's final result (rules 8 and 19). Members that are null take away what was set. */
interface GivenOutcome {
  enrollmentId: string;
  /** A label such as Distinction. */
  result: string | null;
  state: 'complete' | 'failed' | null;
  /** Percent. */
  score: number | null;
  at: Instant | null;
}

export interface RollUpOptions {
  /** Withdrawn, kept ones too: marks given after leaving count for the enrollment they belong to (rule 19). */
  left?: boolean;
  /** Outcomes of some of them, to be set by the way. */
  outcomes?: readonly GivenOutcome[];
  /** There are so many that reading what all did costs less than asking for each. */
  many?: boolean;
}

/**
 * Brings enrollments in line with what their activities (or members) say, and reports what changed, in the transaction of the change
 * (rule 7). `undo` lets facts that got
 * worse take a completion back, as a corrected result, a reset or a recompute may (rule 9).
 */
export async function rollUp(
  ctx: Context,
  enrollmentIds: readonly string[],
  undo = false,
  { left = false, outcomes, many = false }: RollUpOptions = {},
): Promise<void> {
  if (enrollmentIds.length === 0) return;
  const ids = [...new Set(enrollmentIds)];
  const statement = rollUpSql(
    value(ids, 'uuid[]'),
    value(undo, 'boolean'),
    value(left ? 'withdrawn_kept' : null, 'text'),
    outcomes && givenTo(ids, outcomes, ctx.actor.id ?? ctx.dialect),
  );
  const send = () => run<Changed>(ctx, statement);
  const { rows } = await (many ? withoutLoops(ctx, send) : send());
  reportMoved(ctx, rows, undo);
}

/** The outcomes as columns beside the ids, so that they need not be looked up. */
function givenTo(ids: readonly string[], outcomes: readonly GivenOutcome[], by: string): Sql {
  const byId = new Map(outcomes.map((outcome) => [outcome.enrollmentId, outcome]));
  const of = <T>(value: (outcome: GivenOutcome) => T) =>
    ids.map((id) => {
      const outcome = byId.get(id);
      return outcome ? value(outcome) : null;
    });
  return sql`${ids.map((id) => byId.has(id))}::boolean[], ${of((outcome) => outcome.result)}::text[], ${of((outcome) => outcome.state)}::text[],
    ${of((outcome) => outcome.score)}::numeric[], ${of((outcome) => outcome.at)}::timestamptz[], ${of((outcome) => (outcome.at === null ? null : by))}::text[]`;
}

/** Tells of changed states, progress and scores; also of those set by hand. Only with `undo` a completion taken back takes those of collections back. */
export function reportMoved(ctx: Context, changed: readonly Changed[], undo: boolean): void {
  const moved = changed.filter((row) => row.state !== row.was);
  const reopened = moved.filter((row) => row.was === 'complete');
  report(ctx, 'state_changed', moved);
  report(ctx, 'completed', moved.filter((row) => row.state === 'complete').map(named));
  report(ctx, 'completion_undone', reopened.map(named));
  const undone = new Set(undo ? reopened : []);
  report(
    ctx,
    'progressed',
    changed.map((row) => ({ personId: row.personId, courseId: row.courseId, undo: undone.has(row) })),
  );
}

const named = ({ id, personId, courseId, completedAt }: Changed) => ({
  enrollmentId: id,
  personId,
  courseId,
  completedAt,
});
