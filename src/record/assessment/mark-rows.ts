import { ActivityStates } from '../enrollment/index.ts';
import { type Bulk, EVENT, insertHolding, query, STAMP } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import { eventSql, typeSql } from '../kernel/event-types.ts';

/**
 * Saves submissions and marks, with how their activities stand, from a temporary table: what each row says (submitted, marked, score, …), what
 * stood before (`had_…`) and what of it is another (`moves_…`). `standing`: some stood before.
 */
export async function saveMarkRows(bulk: Bulk, work: string, standing: boolean): Promise<void> {
  await insertHolding(
    bulk,
    [
      ['assessment', work, 'assessment_id'],
      ['enrollment', work, 'enrollment_id'],
    ],
    async () => {
      await saveSubmissions(bulk, work, standing);
      await saveScores(bulk, work, standing);
      await ActivityStates.saveRows(bulk, work, standing);
    },
  );
}

async function saveSubmissions(bulk: Bulk, work: string, standing: boolean): Promise<void> {
  if (standing)
    await query(
      bulk,
      `with changed as (
         update submission b set state = n.submission_state, submitted_at = n.at, updated_at = {at} from ${work} n
          where n.submitted and n.moves_submission and n.had_state is not null and b.tenant_id = {tenant} and b.assessment_id = n.assessment_id and b.enrollment_id = n.enrollment_id
       )
       delete from submission b using ${work} n
        where not n.submitted and n.had_state is not null and b.tenant_id = {tenant} and b.assessment_id = n.assessment_id and b.enrollment_id = n.enrollment_id`,
    );
  await query(
    bulk,
    `insert into submission (tenant_id, assessment_id, enrollment_id, state, submitted_at, created_at, updated_at)
     select {tenant}, assessment_id, enrollment_id, submission_state, at, {at}, {at} from ${work} where submitted and moves_submission and had_state is null`,
  );
  // a submission that came with its mark needs no word of its own
  await query(
    bulk,
    `insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
     select ${STAMP}, case when submitted then ${typeSql('submission.submitted')} else ${typeSql('submission.deleted')} end, 'submission', assessment_id, person_id, course_id,
            jsonb_build_object('enrollmentId', enrollment_id)
       from ${work} where moves_submission and not moves_mark`,
  );
}

/** A mark has no id of its own: its events stand with the assessment. Their data is built in one piece: put together of pieces it takes twice as long. */
async function saveScores(bulk: Bulk, work: string, standing: boolean): Promise<void> {
  if (standing) {
    await query(
      bulk,
      `update mark k set score = n.score, text_score = n.text_score, carried_over = n.carried_over, comment = n.comment, marked_at = n.at, updated_at = {at}
         from ${work} n where k.counts and n.marked and n.moves_mark and n.had_mark_at is not null and k.tenant_id = {tenant} and k.assessment_id = n.assessment_id and k.enrollment_id = n.enrollment_id`,
    );
    await query(
      bulk,
      `delete from mark k using ${work} n
        where not n.marked and n.had_mark_at is not null and k.tenant_id = {tenant} and k.assessment_id = n.assessment_id and k.enrollment_id = n.enrollment_id`,
    );
  }
  await query(
    bulk,
    `insert into mark (tenant_id, assessment_id, enrollment_id, score, text_score, carried_over, comment, marked_at, created_at, updated_at)
     select {tenant}, assessment_id, enrollment_id, score, text_score, carried_over, comment, at, {at}, {at} from ${work} where marked and moves_mark and had_mark_at is null`,
  );
  await query(
    bulk,
    `insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
     select ${STAMP}, case when not marked then ${typeSql('mark.deleted')} when had_mark_at is null then ${typeSql('mark.recorded')} else ${typeSql('mark.changed')} end, 'mark', assessment_id, person_id, course_id,
            case when not marked then jsonb_build_object('enrollmentId', enrollment_id, 'was', jsonb_build_object('score', had_score, 'textScore', had_text_score))
              else jsonb_build_object('enrollmentId', enrollment_id, 'carriedOver', carried_over, 'changed', case
                when text_score is not distinct from had_text_score and score is not distinct from had_score then '{}'
                when text_score is not distinct from had_text_score then jsonb_build_object('score', jsonb_build_array(had_score, score))
                when score is not distinct from had_score then jsonb_build_object('textScore', jsonb_build_array(had_text_score, text_score))
                else jsonb_build_object('score', jsonb_build_array(had_score, score), 'textScore', jsonb_build_array(had_text_score, text_score)) end) end
       from ${work} where moves_mark`,
  );
}

/**
 * Moves assessments to other offerings: rows `id, from_id, offering_id`. Their results go to the enrollment there, rows `assessment_id,
 * activity_id, person_id, old_id, old_course, new_id, new_course`; those without one end.
 */
export async function moveAssessmentRows(bulk: Bulk, moving: string, results: string): Promise<void> {
  await query(
    bulk,
    `with t as (
       update assessment a set offering_id = m.offering_id, updated_at = {at} from ${moving} m where a.tenant_id = {tenant} and a.id = m.id returning a.id, m.from_id, a.offering_id
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, ${eventSql('assessment.updated')}, t.id, o.course_id, jsonb_build_object('changed', jsonb_build_object('offeringId', jsonb_build_array(t.from_id, t.offering_id)))
       from t join offering o on o.tenant_id = {tenant} and o.id = t.offering_id`,
  );
  await query(
    bulk,
    `insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
     select ${STAMP}, n.type, 'mark', r.assessment_id, r.person_id, n.course_id, jsonb_build_object('enrollmentId', n.id) || n.data
       from ${results} r join mark k on k.tenant_id = {tenant} and k.assessment_id = r.assessment_id and k.enrollment_id = r.old_id and k.counts
      cross join lateral (values
        (${typeSql('mark.deleted')}, r.old_id, r.old_course, jsonb_build_object('was', jsonb_build_object('score', k.score, 'textScore', k.text_score))),
        (${typeSql('mark.recorded')}, r.new_id, r.new_course, jsonb_build_object('carriedOver', k.carried_over, 'changed', jsonb_strip_nulls(jsonb_build_object(
          'score', case when k.score is not null then jsonb_build_array(null, k.score) end,
          'textScore', case when k.text_score is not null then jsonb_build_array(null, k.text_score) end))))) as n (type, id, course_id, data)
      where n.id is not null`,
  );
  for (const table of ['submission', 'mark'] as const) {
    await query(
      bulk,
      `delete from ${table} t using ${results} r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is null and t.assessment_id = r.assessment_id`,
    );
    await query(
      bulk,
      `update ${table} t set enrollment_id = r.new_id from ${results} r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is not null and t.assessment_id = r.assessment_id`,
    );
  }
  await ActivityStates.moveRows(bulk, results);
  const moved = await query<{ assessmentId: string; enrollmentId: string; toEnrollmentId: string | null }>(
    bulk,
    `select assessment_id as "assessmentId", old_id as "enrollmentId", new_id as "toEnrollmentId" from ${results}`,
  );
  report(
    bulk.ctx,
    'work_moved',
    moved.map((row) => ({ ...row, toAssessmentId: row.assessmentId })),
  );
}
