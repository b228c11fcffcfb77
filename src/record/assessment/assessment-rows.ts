import { ActivityStates } from '../enrollment/index.ts';
import { type Bulk, EVENT, one, query, type Rows, STAMP } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import { eventSql } from '../kernel/event-types.ts';
import { type Saved, saveRows, shapeOf } from '../kernel/save-rows.ts';

const ASSESSMENT = shapeOf('assessment', {
  columns: [
    'external_id',
    'name',
    'description',
    'category',
    'minimum',
    'maximum',
    'weight',
    'category_weight',
    'opens_at',
    'due_at',
  ],
  first: { offering_id: 'm.offering_id', activity_id: 'm.activity_id' },
  updated: {
    // a description that names no weight any more takes it away; one set here stands as long as the description does
    weight: `case when m.description is distinct from t.description and m.description is not null then m.weight else coalesce(m.weight, t.weight) end`,
    category_weight: 'm.category_weight',
  },
  courseId: '(select o.course_id from offering o where o.tenant_id = t.tenant_id and o.id = t.offering_id)',
});

/** Saves assessments from a temporary table. Whoever calls reports weights that moved, once the content is there (`reweigh`). */
export const saveAssessmentRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, ASSESSMENT);

/** Sets what categories weigh: rows `id, weight`. Everybody who has a score in their offerings is worked out anew. */
export async function weighRows(bulk: Bulk, rows: Rows): Promise<void> {
  const offerings = await query<{ offeringId: string }>(
    bulk,
    `with n as (${rows.sql}), t as (
       update assessment a set category_weight = n.weight, updated_at = {at} from n
        where a.tenant_id = {tenant} and a.id = n.id and a.category_weight is distinct from n.weight
       returning a.id, a.offering_id, old.category_weight as was, new.category_weight as weight
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id, data)
       select ${STAMP}, ${eventSql('assessment.updated')}, t.id, o.course_id, jsonb_build_object('changed', jsonb_build_object('categoryWeight', jsonb_build_array(t.was, t.weight)))
         from t join offering o on o.tenant_id = {tenant} and o.id = t.offering_id
     )
     select distinct offering_id as "offeringId" from t`,
    rows.values,
  );
  report(bulk.ctx, 'weights_changed', offerings);
}

/** Deletes assessments with their submissions and marks: rows `id`. What they counted for is worked out anew. Gives how many there were. */
export async function deleteAssessmentRows(bulk: Bulk, rows: Rows): Promise<number> {
  const learners = await query<{ enrollmentId: string }>(
    bulk,
    `select distinct s.enrollment_id as "enrollmentId" from (${rows.sql}) m
       join (select tenant_id, assessment_id, enrollment_id from submission union select tenant_id, assessment_id, enrollment_id from mark) s
         on s.tenant_id = {tenant} and s.assessment_id = m.id`,
    rows.values,
  );
  const ids = await query<{ assessmentId: string }>(
    bulk,
    `select m.id as "assessmentId" from (${rows.sql}) m`,
    rows.values,
  );
  await ActivityStates.forgetRows(bulk, {
    sql: `select a.offering_id, a.activity_id from (${rows.sql}) m join assessment a on a.tenant_id = {tenant} and a.id = m.id`,
    ...(rows.values ? { values: rows.values } : {}),
  });
  const { count } = await one<{ count: number }>(
    bulk,
    `with m as (${rows.sql}), t as (
       delete from assessment a using m where a.tenant_id = {tenant} and a.id = m.id returning a.id, a.offering_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id, data)
       select ${STAMP}, ${eventSql('assessment.deleted')}, t.id, o.course_id, jsonb_build_object('offeringId', t.offering_id) from t join offering o on o.tenant_id = {tenant} and o.id = t.offering_id
     )
     select count(*) from t`,
    rows.values,
  );
  report(bulk.ctx, 'assessment_deleted', ids);
  report(bulk.ctx, 'work_changed', learners);
  return count;
}
