import { Assessments } from '../../../record/assessment/index.ts';
import { report, settled } from '../../../record/kernel/changes.ts';
import { saveContent } from '../content.ts';
import { one, query, type Work } from '../work.ts';

/** Line items that go over to another class, once the file that says who is in it was read; of the connection. */
export const MOVING_ITEMS =
  'create temporary table moving_item (id uuid not null, from_id uuid not null, offering_id uuid not null)';

/** Moves line items with the results of learners who are in the new class too; results of others end. */
export async function moveLineItems(work: Work): Promise<void> {
  const { count } = await one<{ count: number }>(work, 'select count(*) from moving_item');
  if (count === 0) return;
  const w = { ...work, many: true };
  await findResults(w);
  await Assessments.moveRows(w, 'moving_item', 'moved_result');
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
