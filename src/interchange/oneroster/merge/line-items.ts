import { Assessments } from '../../../record/assessment/index.ts';
import { settled } from '../../../record/kernel/changes.ts';
import { forgetKeys } from '../../../record/kernel/source-keys.ts';
import { saveContent } from '../content.ts';
import { saveThings } from '../things.ts';
import {
  firstMoment,
  keyTaken,
  lastMoment,
  leftOut,
  type Merged,
  noteRows,
  one,
  query,
  refuseRows,
  rememberKeys,
  rowsOf,
  unclaimed,
  unknownReference,
  type Work,
} from '../work.ts';
import { weightOf } from './categories.ts';
import { moveLineItems } from './moved-items.ts';
import { rollUpScored } from './score.ts';

const DATA = `jsonb_build_object('category', m.category_key)`;

/**
 * Line items become assessments, each from an activity of its class that is not required; "weight N" in the description is its weight.
 * Line items of a final category stand for the enrollment's result itself.
 */
export async function mergeLineItems(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table all_line_items on commit drop as
     select s.line, s.sourced_id as key, s.gone, o.id as offering_id, a.id, kf.id as final_id, false as fresh, uuidv7() as activity_id,
            case when y.id is null then s.sourced_id end as external_id, coalesce(s.title, s.sourced_id) as name, s.description,
            kg.data->>'title' as category, coalesce(case when kg.data ? 'gone' then null else kg.key end, '') as category_key,
            coalesce((kg.data->>'final')::boolean, false) as final,
            case when range.fault then 0 else range.low end as minimum, case when range.fault then 100 else range.high end as maximum,
            -- null stays null: a line item that names no weight has none
            (select least(round(found::numeric, 4), 99999) from (select (regexp_match(s.description, '\\mweight[ :=]*(\\d{1,9}(?:\\.\\d*)?|\\.\\d+)', 'i'))[1] as found) f
              where found is not null) as weight,
            -- that of the category; where the source says none, one set here stands as long as the category does
            case when kg.key is null or k.data->>'category' = kg.key then coalesce(${weightOf('kg.data')}, a.category_weight) else ${weightOf('kg.data')} end as category_weight,
            a.category_weight as had_category_weight,
            ${firstMoment('s.assign_date')} as opens_at, ${lastMoment('s.due_date')} as due_at,
            case when s.gone then null
                 when o.id is null then ${unknownReference('classSourcedId', 's.class_sourced_id', 'class')}
            end as refused,
            case when not s.gone and a.offering_id <> o.id then a.offering_id end as from_id,
            case when not s.gone then array[
              case when a.offering_id <> o.id then 'classSourcedId: moved here from another class; results of learners who are not in this one end' end,
              ${leftOut('categorySourcedId', 's.category_sourced_id', `case when kg.data ? 'gone' then null else kg.id end`, 'category')},
              case when range.fault then 'resultValueMax: not above 0 and resultValueMin; 0 to 100 taken' end,
              ${keyTaken('sourcedId', 'a.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_line_items s
      cross join lateral (select coalesce(s.result_value_min, 0) as low, coalesce(s.result_value_max, 100) as high,
                                 coalesce(s.result_value_max, 100) <= greatest(coalesce(s.result_value_min, 0), 0) as fault) range
       left join source_key kc on kc.tenant_id = {tenant} and kc.system = {system} and kc.entity = 'offering' and kc.key = s.class_sourced_id
       left join offering o on o.tenant_id = {tenant} and o.id = kc.id and o.deleted_at is null
       left join source_key kg on kg.tenant_id = {tenant} and kg.system = {system} and kg.entity = 'category' and kg.key = s.category_sourced_id
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'assessment' and k.key = s.sourced_id
       left join source_key kf on kf.tenant_id = {tenant} and kf.system = {system} and kf.entity = 'finalLineItem' and kf.key = s.sourced_id
       left join assessment x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and ${unclaimed('assessment', 'x.id')} and x.offering_id = o.id
       left join assessment a on a.tenant_id = {tenant} and a.id = coalesce(k.id, x.id)
       left join assessment y on y.tenant_id = {tenant} and y.external_id = s.sourced_id and y.id is distinct from a.id`,
  );
  await refuseRows(w, 'all_line_items', 'lineItems');
  await noteRows(w, 'all_line_items', 'lineItems');

  await query(
    w,
    `create temporary table final_item_match on commit drop as
     select line, key, gone, offering_id as id, final_id, maximum from all_line_items where case when gone then final_id is not null else final end`,
  );
  const finals = await saveFinals(w);

  await query(
    w,
    `create temporary table line_item_match on commit drop as
     select * from all_line_items where case when gone then final_id is null else not final end`,
  );
  const saved = await saveThings(w, 'line_item_match', Assessments.saveRows, { entity: 'assessment', data: DATA });
  const { moved } = await one<{ moved: number }>(
    w,
    `with moving as (insert into moving_item (id, from_id, offering_id) select id, from_id, offering_id from line_item_match where from_id is not null returning 1)
     select count(*) as moved from moving`,
  );
  // elsewhere it waits for the enrollments; here the row has its changes listed
  if (w.dryRun) await moveLineItems(w);
  const removed = await removeAssessments(w);
  await saveContent(w);
  const reweighed = await query<{ id: string }>(
    w,
    `select distinct offering_id as id from line_item_match where not gone and not fresh and category_weight is distinct from had_category_weight`,
  );
  await rollUpScored(
    w,
    reweighed.map((offering) => offering.id),
  );
  return { created: saved.created + finals.created, changed: saved.changed + moved + finals.changed + removed };
}

async function saveFinals(w: Work): Promise<Merged> {
  const counts = await one<Merged>(
    w,
    `select count(*) filter (where m.final_id is null) as created,
            count(*) filter (where m.final_id is not null and (m.gone or k.id <> m.id or k.data is distinct from jsonb_build_object('maximum', m.maximum))) as changed
       from final_item_match m
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'finalLineItem' and k.key = m.key`,
  );
  await forgetKeys(
    w,
    rowsOf(w, `select {system} as system, 'finalLineItem' as entity, key from final_item_match where gone`),
  );
  await rememberKeys(w, 'final_item_match', 'finalLineItem', { data: `jsonb_build_object('maximum', m.maximum)` });
  return counts;
}

/** Line items deleted at the source take their submissions and marks with them. */
async function removeAssessments(w: Work): Promise<number> {
  const count = await Assessments.deleteRows(w, rowsOf(w, 'select id from line_item_match where gone'));
  await forgetKeys(
    w,
    rowsOf(
      w,
      `select k.system, k.entity, k.key from source_key k join line_item_match m on m.id = k.id and m.gone where k.tenant_id = {tenant} and k.entity = 'assessment'`,
    ),
  );
  await settled(w.ctx);
  return count;
}
