import { Marks } from '../../../record/assessment/index.ts';
import { Enrollments } from '../../../record/enrollment/index.ts';
import { settled } from '../../../record/kernel/changes.ts';
import { NIL_ID } from '../../../record/kernel/ids.ts';
import type { Instant } from '../../../record/kernel/instant.ts';
import {
  firstMoment,
  lastMoment,
  MANY,
  type Merged,
  one,
  query,
  refuseRows,
  unknownReference,
  type Work,
} from '../work.ts';
import { endOn } from './enrollments.ts';

/**
 * Results become submissions and marks, those of a final line item the enrollment's outcome (rule 19). Then progress and score of every
 * enrollment touched are reckoned once.
 */
export async function mergeResults(w: Work): Promise<Merged> {
  await match(w);
  const marks = await saveMarks(w);
  const finals = await readFinals(w);
  await rollUpTouched(w);
  await endWithdrawn(w);
  return { created: marks.created + finals.created, changed: marks.changed + finals.changed };
}

/** Each row with its assessment and enrollment; of several rows for one piece of work the latest stands. */
async function match(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table result_item on commit drop as
     select k.key, a.id as assessment_id, a.activity_id, a.minimum, a.maximum, a.offering_id, coalesce(a.due_at, a.created_at) as day, false as final
       from source_key k join assessment a on a.tenant_id = {tenant} and a.id = k.id where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'assessment'
     union all
     select k.key, null, null, 0, (k.data->>'maximum')::numeric, k.id, null, true from source_key k where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'finalLineItem'`,
  );
  await query(
    w,
    `create temporary table result_learner on commit drop as
     select distinct on (k.key, e.offering_id) k.key, e.offering_id, e.id as enrollment_id, e.person_id, e.course_id
       from source_key k
       join enrollment e on e.tenant_id = {tenant} and e.person_id = k.id and e.offering_id in (select offering_id from result_item)
      where k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person'
        and k.key in (select student_sourced_id from staged_results)
      order by k.key, e.offering_id, e.ending is null desc, e.ending = 'withdrawn_kept' desc, e.number desc`,
  );
  await query(w, 'analyze result_item');
  await query(w, 'analyze result_learner');
  await query(
    w,
    `create temporary table result_match on commit drop as
     select s.line, s.gone, i.final, i.assessment_id, i.activity_id, i.maximum, l.enrollment_id, l.person_id, l.course_id,
            s.score_status, s.score, s.text_score, s.score_date, s.comment, coalesce(s.in_progress, false) as in_progress,
            coalesce(s.score is not null and s.comment ~* '\\mbanked\\M', false) as carried_over, coalesce(${firstMoment('s.score_date')}, i.day, {at}) as at,
            case when i.key is null then ${unknownReference('lineItemSourcedId', 's.line_item_sourced_id', 'line item')}
                 when l.key is null then 'studentSourcedId: "' || s.student_sourced_id || '" is not enrolled in the class of the line item'
                 when s.score < i.minimum then 'score: ' || trim_scale(s.score) || ' is below ' || trim_scale(i.minimum)
                 when s.score > i.maximum * 10000 then 'score: ' || trim_scale(s.score) || ' of ' || trim_scale(i.maximum) || ' is out of range' end as refused
       from staged_results s
       left join result_item i on i.key = s.line_item_sourced_id
       left join result_learner l on l.key = s.student_sourced_id and l.offering_id = i.offering_id`,
  );
  await query(w, `update result_match set refused = null where gone and refused like 'score%'`);
  await query(
    w,
    `with twice as (
       select assessment_id, enrollment_id from result_match where refused is null group by 1, 2 having count(*) > 1
     ), told as (
       select m.line, first_value(m.line) over (partition by m.assessment_id, m.enrollment_id order by m.gone, m.score_date desc, m.line desc) as standing
         from twice t join result_match m on m.assessment_id is not distinct from t.assessment_id and m.enrollment_id = t.enrollment_id and m.refused is null
     )
     update result_match m set refused = 'lineItemSourcedId: line ' || t.standing || ' tells a later result of the same work' from told t where t.line = m.line and t.standing <> m.line`,
  );
  await refuseRows(w, 'result_match', 'results');
  await query(
    w,
    `select 1 from person where tenant_id = {tenant} and id in (select person_id from result_match) order by id for no key update`,
  );
}

// What a row says of a piece of work. Exempt and not submitted ones left nothing behind; a carried-over mark was handed in elsewhere.
const WORK_SQL = `
  select m.*, round(m.score / m.maximum * 100, 4) as percent,
         not m.gone and (m.score is not null or m.text_score is not null) as marked,
         not m.gone and not m.carried_over and not m.in_progress
           and (m.score is not null or m.text_score is not null or m.score_status in ('fully graded', 'partially graded', 'submitted')) as submitted
    from result_match m where not m.final`;

async function saveMarks(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table result_work on commit drop as
     select n.*, b.submitted_at as had_submission_at, b.state as had_state, k.marked_at as had_mark_at,
            k.score as had_score, k.text_score as had_text_score,
            case when n.marked then 'marked' else 'submitted' end as submission_state,
            case when n.marked then 'complete' when n.submitted then 'ready_for_review' when n.gone then null
                 when n.score_status = 'exempt' then 'not_applicable' when n.in_progress then 'in_progress' end as state,
            (n.submitted, case when n.submitted then n.at end, case when n.submitted then case when n.marked then 'marked' else 'submitted' end end)
              is distinct from (b.state is not null, b.submitted_at, b.state) as moves_submission,
            (n.marked, case when n.marked then n.at end, case when n.marked then n.score end, case when n.marked then n.text_score end, case when n.marked then n.comment end, n.marked and n.carried_over)
              is distinct from (k.marked_at is not null, k.marked_at, k.score, k.text_score, k.comment, coalesce(k.carried_over, false)) as moves_mark
       from (${WORK_SQL}) n
       left join submission b on b.tenant_id = {tenant} and b.assessment_id = n.assessment_id and b.enrollment_id = n.enrollment_id
       left join mark k on k.tenant_id = {tenant} and k.assessment_id = n.assessment_id and k.enrollment_id = n.enrollment_id and k.counts
      -- rows of one learner together: they meet on the same pages of every index
      order by n.enrollment_id, n.line`,
  );
  const counts = await one<Merged>(
    w,
    `select count(*) filter (where moved and fresh) as created, count(*) filter (where moved and not fresh) as changed
       from (select moves_submission or moves_mark or (n.state = 'not_applicable' and not coalesce(x.state = 'not_applicable', false)) or (n.state = 'in_progress' and x.state is null) as moved,
                    had_submission_at is null and had_mark_at is null and x.state is null as fresh
               from result_work n left join activity_enrollment x on x.tenant_id = {tenant} and x.enrollment_id = n.enrollment_id and x.activity_id = n.activity_id) c`,
  );
  if (counts.created + counts.changed === 0) return counts;
  // with nothing there before, nothing is to be changed or taken away
  await Marks.saveRows(w, 'result_work', counts.changed > 0);
  return counts;
}

/**
 * The final result stands over what is computed, until reset or set anew (rule 8): Pass and Distinction complete, Fail fails, on its date.
 * Other words are kept as the result's label; a score is the enrollment's.
 */
async function readFinals(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table result_final on commit drop as
     select n.*, e.result as had_result, e.set_state as had_state,
            (n.label, n.state, n.set_score, n.set_at) is distinct from (e.result, e.set_state, e.set_score, e.set_at) as moves
       from (select m.enrollment_id, m.score_date, case when not m.gone then m.text_score end as label,
                    case when m.gone then null when lower(m.text_score) in ('pass', 'distinction') then 'complete' when lower(m.text_score) = 'fail' then 'failed' end as state,
                    case when not m.gone then case when m.score > m.maximum then 100 else round(m.score / m.maximum * 100, 4) end end as set_score, case when not m.gone then m.at end as set_at
               from result_match m where m.final) n
       join enrollment e on e.tenant_id = {tenant} and e.id = n.enrollment_id`,
  );
  return one<Merged>(
    w,
    `select count(*) filter (where moves and had_result is null) as created, count(*) filter (where moves and had_result is not null) as changed from result_final`,
  );
}

interface Touched {
  id: string;
  undo: boolean;
  moves: boolean;
  result: string | null;
  state: 'complete' | 'failed' | null;
  score: number | null;
  at: Instant | null;
}

/** Each run over the learners reads what they did from end to end, so few large ones. */
const CHUNK = 40_000;

/** Rule 7, once for every enrollment that anything happened to, its final result included; completions that lost their ground go (rule 9). */
async function rollUpTouched(w: Work): Promise<void> {
  await query(w, 'analyze activity_enrollment');
  await query(
    w,
    `create temporary table result_touched on commit drop as
     select t.id, t.undo or coalesce(f.moves and f.had_state is not null, false) as undo, coalesce(f.moves, false) as moves, f.label as result, f.state, f.set_score as score, f.set_at as at
       from (select enrollment_id as id, bool_or(undo) as undo from (
               select enrollment_id, had_mark_at is not null as undo from result_work where moves_mark or moves_submission or state in ('not_applicable', 'in_progress')
               union all select enrollment_id, false from result_final where moves) t group by 1) t
       left join result_final f on f.enrollment_id = t.id order by t.id`,
  );
  for (const undo of [false, true])
    for (let last = NIL_ID; ; ) {
      const rows = await query<Touched>(
        w,
        `select id, undo, moves, result, state, score, at from result_touched where undo = {undo}::boolean and id > {last}::uuid order by id limit ${CHUNK}`,
        { undo, last },
      );
      await Enrollments.rollUp(
        w.ctx,
        rows.map((row) => row.id),
        undo,
        {
          left: true,
          many: rows.length >= MANY,
          outcomes: rows.flatMap(({ id, moves, result, state, score, at }) =>
            moves ? [{ enrollmentId: id, result, state, score, at }] : [],
          ),
        },
      );
      await settled(w.ctx);
      if (rows.length < CHUNK) break;
      last = rows.at(-1)!.id;
    }
}

/** Withdrawn ends the enrollment on that date; an endDate that came with the enrollment ended it already. */
async function endWithdrawn(w: Work): Promise<void> {
  const ends = await query<{ id: string; endsAt: Instant }>(
    w,
    `select e.id, least(${lastMoment('n.score_date')}, {at}) as "endsAt" from result_final n join enrollment e on e.tenant_id = {tenant} and e.id = n.enrollment_id
      where n.moves and lower(n.label) = 'withdrawn' and e.ending is null`,
  );
  await endOn(w, ends);
}
