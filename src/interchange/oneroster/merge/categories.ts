import { type Merged, one, query, type Work } from '../work.ts';

/**
 * Categories are only remembered: they become sections of the classes that use them (see `content.ts`). One that says `final` is where
 * classes keep their final result: its sourcedId ends in it, or its title is "Final result", "Final grade" or the like. "Final exam" is none.
 */
export async function mergeCategories(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table category_match on commit drop as
     select s.sourced_id as key, s.gone, k.id, k.data as before,
            jsonb_strip_nulls(jsonb_build_object('title', coalesce(s.title, s.sourced_id), 'weight', s.weight, 'gone', nullif(s.gone, false), 'final',
              nullif(s.sourced_id ~* '(^|[^[:alnum:]])final$' or btrim(s.title) ~* '^final( (result|grade|mark|outcome)s?)?$', false))) as data
       from staged_categories s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'category' and k.key = s.sourced_id`,
  );
  await query(
    w,
    `insert into source_key as k (tenant_id, system, entity, key, id, data)
     select {tenant}, {system}, 'category', key, coalesce(id, uuidv7()), data from category_match where (id is not null or not gone) and data is distinct from before
     on conflict (tenant_id, system, entity, key) do update set data = excluded.data`,
  );
  return one<Merged>(
    w,
    `select count(*) filter (where id is null and not gone) as created, count(*) filter (where id is not null and data is distinct from before) as changed from category_match`,
  );
}
