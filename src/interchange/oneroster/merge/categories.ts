import { EVENT, STAMP } from '../../../record/kernel/bulk.ts';
import { eventSql } from '../../../record/kernel/event-types.ts';
import { type Merged, noteRows, one, query, type Work } from '../work.ts';
import { rollUpScored } from './score.ts';

/** SQL over what is remembered of a category: its weight in the score of a class; 0 is left out, none has no say. */
export const weightOf = (data: string): string =>
  `case when not ${data} ? 'gone' then (${data}->>'weight')::numeric end`;

/**
 * Categories are only remembered: they become sections of the classes that use them (see `content.ts`). One that says `final` is where
 * classes keep their final result: its sourcedId ends in it, or its title is "Final result", "Final grade" or the like. "Final exam" is none.
 */
export async function mergeCategories(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table category_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, k.id, k.data as before,
            jsonb_strip_nulls(jsonb_build_object('title', coalesce(s.title, s.sourced_id), 'weight', case when s.weight >= 0 then s.weight end, 'gone', nullif(s.gone, false), 'final',
              nullif(s.sourced_id ~* '(^|[^[:alnum:]])final$' or btrim(s.title) ~* '^final( (result|grade|mark|outcome)s?)?$', false))) as data,
            array[case when s.weight < 0 then 'weight: ' || trim_scale(s.weight) || ' is below 0; left out' end] as noted
       from staged_categories s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'category' and k.key = s.sourced_id`,
  );
  await noteRows(w, 'category_match', 'categories');
  await query(
    w,
    `insert into source_key as k (tenant_id, system, entity, key, id, data)
     select {tenant}, {system}, 'category', key, coalesce(id, uuidv7()), data from category_match where (id is not null or not gone) and data is distinct from before
     on conflict (tenant_id, system, entity, key) do update set data = excluded.data`,
  );
  await reweigh(w);
  return one<Merged>(
    w,
    `select count(*) filter (where id is null and not gone) as created, count(*) filter (where id is not null and data is distinct from before) as changed from category_match`,
  );
}

/** A weight that comes, goes or moves is that of the line items that are there, and of the scores they make. */
async function reweigh(w: Work): Promise<void> {
  const offerings = await query<{ id: string }>(
    w,
    `with moved as (
       select k.id, ${weightOf('m.data')} as weight
         from category_match m
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'assessment' and k.data->>'category' = m.key
        where ${weightOf('m.data')} is distinct from ${weightOf('m.before')}
     ), t as (
       update assessment a set category_weight = n.weight, updated_at = {at} from moved n
        where a.tenant_id = {tenant} and a.id = n.id and a.category_weight is distinct from n.weight
       returning a.id, a.offering_id, old.category_weight as was, new.category_weight as weight
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, course_id, data)
       select ${STAMP}, ${eventSql('assessment.updated')}, t.id, o.course_id, jsonb_build_object('changed', jsonb_build_object('categoryWeight', jsonb_build_array(t.was, t.weight)))
         from t join offering o on o.tenant_id = {tenant} and o.id = t.offering_id
     )
     select distinct offering_id as id from t`,
  );
  await rollUpScored(
    w,
    offerings.map((offering) => offering.id),
  );
}
