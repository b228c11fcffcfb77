import { EVENT, STAMP } from '../../../record/kernel/bulk.ts';
import { report, settled } from '../../../record/kernel/changes.ts';
import { eventSql, typeSql } from '../../../record/kernel/event-types.ts';
import { saveContent } from '../content.ts';
import { one, query, type Work } from '../work.ts';

/** Line items that go over to another class, once the file that says who is in it was read; of the connection. */
export const MOVING_ITEMS =
  'create temporary table moving_item (id uuid not null, from_id uuid not null, offering_id uuid not null)';

/** A mark is kept as a row of each of these. */
const KEPT_IN = {
  submission: 'assessment_id = r.assessment_id',
  mark: 'assessment_id = r.assessment_id',
  activity_enrollment: 'activity_id = r.activity_id',
} as const;

/** Moves line items with the results of learners who are in the new class too; results of others end. */
export async function moveLineItems(work: Work): Promise<void> {
  const { count } = await one<{ count: number }>(work, 'select count(*) from moving_item');
  if (count === 0) return;
  const w = { ...work, many: true };
  await findResults(w);
  await query(
    w,
    `with t as (
       update assessment a set offering_id = m.offering_id, updated_at = {at} from moving_item m where a.tenant_id = {tenant} and a.id = m.id returning a.id, m.from_id, a.offering_id
     )
     insert into event (${EVENT}, type, entity, entity_id, course_id, data)
     select ${STAMP}, ${eventSql('assessment.updated')}, t.id, o.course_id, jsonb_build_object('changed', jsonb_build_object('offeringId', jsonb_build_array(t.from_id, t.offering_id)))
       from t join offering o on o.tenant_id = {tenant} and o.id = t.offering_id`,
  );
  await query(
    w,
    `insert into event (${EVENT}, type, entity, entity_id, person_id, course_id, data)
     select ${STAMP}, n.type, 'mark', r.assessment_id, r.person_id, n.course_id, jsonb_build_object('enrollmentId', n.id) || n.data
       from moved_result r join mark k on k.tenant_id = {tenant} and k.assessment_id = r.assessment_id and k.enrollment_id = r.old_id
      cross join lateral (values
        (${typeSql('mark.deleted')}, r.old_id, r.old_course, jsonb_build_object('was', jsonb_build_object('score', k.score, 'textScore', k.text_score))),
        (${typeSql('mark.recorded')}, r.new_id, r.new_course, jsonb_build_object('carriedOver', k.carried_over, 'changed', jsonb_strip_nulls(jsonb_build_object(
          'score', case when k.score is not null then jsonb_build_array(null, k.score) end,
          'textScore', case when k.text_score is not null then jsonb_build_array(null, k.text_score) end))))) as n (type, id, course_id, data)
      where n.id is not null`,
  );
  for (const [table, same] of Object.entries(KEPT_IN)) {
    await query(
      w,
      `delete from ${table} t using moved_result r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is null and t.${same}`,
    );
    await query(
      w,
      `update ${table} t set enrollment_id = r.new_id from moved_result r where t.tenant_id = {tenant} and t.enrollment_id = r.old_id and r.new_id is not null and t.${same}`,
    );
  }
  await saveContent(w);
  const touched = await query<{ enrollmentId: string }>(
    w,
    `select old_id as "enrollmentId" from moved_result union select new_id from moved_result where new_id is not null`,
  );
  report(
    w.ctx,
    'marks_changed',
    touched.map((row) => ({ ...row, undo: true })),
  );
  await settled(w.ctx);
  await query(w, 'drop table moved_result');
  await query(w, 'delete from moving_item');
}

/** Where each result goes; of two of one learner the later enrollment's. */
async function findResults(w: Work): Promise<void> {
  await query(
    w,
    `create temporary table moved_result on commit drop as
     select f.assessment_id, f.activity_id, f.old_id, f.person_id, f.old_course, case when f.place = 1 then f.new_id end as new_id, f.new_course
       from (select a.id as assessment_id, a.activity_id, e.id as old_id, e.person_id, e.course_id as old_course, n.id as new_id, n.course_id as new_course,
                    row_number() over (partition by a.id, e.person_id order by e.ending is null desc, e.number desc) as place
               from moving_item m join assessment a on a.tenant_id = {tenant} and a.id = m.id
               join enrollment e on e.tenant_id = {tenant} and e.offering_id = m.from_id
               left join lateral (
                 select x.id, x.course_id from enrollment x where x.tenant_id = {tenant} and x.person_id = e.person_id and x.offering_id = m.offering_id
                    and (x.ending is null or x.ending = 'withdrawn_kept') order by x.ending is null desc, x.number desc limit 1) n on true
              where exists (select 1 from activity_enrollment t where t.tenant_id = {tenant} and t.enrollment_id = e.id and t.activity_id = a.activity_id)
                 or exists (select 1 from submission t where t.tenant_id = {tenant} and t.enrollment_id = e.id and t.assessment_id = a.id)
                 or exists (select 1 from mark t where t.tenant_id = {tenant} and t.enrollment_id = e.id and t.assessment_id = a.id)) f`,
  );
  await query(
    w,
    `select 1 from person where tenant_id = {tenant} and id in (select person_id from moved_result) order by id for no key update`,
  );
}
