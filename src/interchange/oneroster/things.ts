import type { Bulk } from '../../record/kernel/bulk.ts';
import { giveIds, type Saved } from '../../record/kernel/save-rows.ts';
import type { Units } from '../../record/people/index.ts';
import { goneAbove, query, rememberKeys, type Work } from './work.ts';

/** Saves a table of matches by the verb of its things, and remembers which row became what; `data` is SQL over `m` of what to remember of it. */
export async function saveThings(
  w: Work,
  matches: string,
  save: (bulk: Bulk, matches: string) => Promise<Saved>,
  { entity, data }: { entity: string; data?: string },
): Promise<Saved> {
  const saved = await save(w, matches);
  await rememberKeys(w, matches, entity, data ? { data } : {});
  return saved;
}

/**
 * Sets `parent_id`; `top` is the parent of rows without one. Below what is to be deleted, things stand below what is above it (`gone_up`),
 * those of earlier imports too. Rows whose parent is not there stand on top, as those do that would stand in a ring. All with a note.
 */
export async function settleParents(
  w: Work,
  matches: string,
  thing: { table: 'unit' | 'term'; top: string | null; lift: typeof Units.liftRows },
): Promise<void> {
  const given = { entity: thing.table, top: thing.top ?? '' };
  const top = `nullif({top}, '')::uuid`;
  await giveIds(w, matches);
  await query(w, 'drop table if exists gone_up');
  await query(
    w,
    `create temporary table gone_up on commit drop as
     with recursive climb as (
       select m.id, t.parent_id as up from ${matches} m join ${thing.table} t on t.tenant_id = {tenant} and t.id = m.id where m.gone
       union all
       select c.id, t.parent_id from climb c join ${matches} m on m.id = c.up and m.gone join ${thing.table} t on t.tenant_id = {tenant} and t.id = c.up
     )
     select c.id, c.up from climb c where not exists (select 1 from ${matches} m where m.id = c.up and m.gone)`,
  );
  await query(
    w,
    `update ${matches} m set parent_id = coalesce(f.id, g.up, t.id, case when m.parent_key is null then ${top} end),
            noted = m.noted || ${goneAbove('parentSourcedId', 'm.parent_key', 'f.id is null and (g.id is not null or f.was)')}
       from (select m.line, p.id, k.id as known, coalesce(k.data ? 'gone', false) as was
               from ${matches} m left join ${matches} p on p.key = m.parent_key and not p.gone
               left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = {entity} and k.key = m.parent_key) f
       left join gone_up g on g.id = f.known
       left join ${thing.table} t on t.tenant_id = {tenant} and t.id = f.known
      where f.line = m.line and not m.gone and not m.is_root`,
    given,
  );
  await query(
    w,
    `update ${matches} set parent_id = ${top}, noted = noted || ('parentSourcedId: there is no "' || parent_key || '"; left out')
      where parent_key is not null and parent_id is null and not gone and not is_root`,
    given,
  );
  await query(
    w,
    `with recursive tree as (
       select u.id, u.parent_id from ${thing.table} u where u.tenant_id = {tenant} and not exists (select 1 from ${matches} m where m.id = u.id and not m.gone)
       union all select id, parent_id from ${matches} where not gone
     ), reached as (
       select id from tree where parent_id is null union select t.id from tree t join reached r on t.parent_id = r.id
     ), above as (
       select t.id, t.parent_id as at from tree t where t.id not in (select id from reached)
       union select a.id, t.parent_id from above a join tree t on t.id = a.at
     )
     update ${matches} m set parent_id = ${top}, noted = noted || 'parentSourcedId: in a ring; left out'::text
       from (select id from above where at = id) ring where m.id = ring.id and not m.gone`,
    given,
  );
  await thing.lift(w, 'gone_up', matches);
}
