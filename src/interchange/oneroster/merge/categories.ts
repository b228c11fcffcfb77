import { Assessments } from '../../../record/assessment/index.ts';
import { settled } from '../../../record/kernel/changes.ts';
import { saveKeys } from '../../../record/kernel/source-keys.ts';
import { type Merged, noteRows, one, query, rowsOf, type Work } from '../work.ts';

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
  await saveKeys(
    w,
    w.system,
    rowsOf(
      w,
      `select 'category' as entity, key, coalesce(id, uuidv7()) as id, data from category_match where (id is not null or not gone) and data is distinct from before`,
    ),
  );
  await reweigh(w);
  return one<Merged>(
    w,
    `select count(*) filter (where id is null and not gone) as created, count(*) filter (where id is not null and data is distinct from before) as changed from category_match`,
  );
}

/** A weight that comes, goes or moves is that of the line items that are there, and of the scores they make. */
async function reweigh(w: Work): Promise<void> {
  await Assessments.weighRows(
    w,
    rowsOf(
      w,
      `select k.id, ${weightOf('m.data')} as weight
         from category_match m
         join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'assessment' and k.data->>'category' = m.key
        where ${weightOf('m.data')} is distinct from ${weightOf('m.before')}`,
    ),
  );
  await settled(w.ctx);
}
