import { saveThings, settleParents } from '../things.ts';
import { keyTaken, type Merged, noteRows, one, present, query, refuseRows, unclaimed, type Work } from '../work.ts';

const UNIT = {
  table: 'unit',
  entity: 'unit',
  keyEntity: 'unit',
  columns: ['external_id', 'name', 'kind', 'parent_id'],
  merged: ['attributes'],
} as const;

/**
 * Orgs become units. At the very first import a single org on top is the tenant's root unit; any other org without a parent stands
 * below the root. Units that are still used are not deleted.
 */
export async function mergeOrgs(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table org_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, u.id, false as fresh, false as is_root, s.parent_sourced_id as parent_key, null::uuid as parent_id,
            case when y.id is null then s.sourced_id end as external_id, coalesce(s.name, s.sourced_id) as name, s.type as kind,
            ${present({ identifier: 's.identifier' })} || coalesce(s.metadata, '{}') as attributes, null::text as refused,
            case when not s.gone then array[${keyTaken('sourcedId', 'u.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_orgs s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'unit' and k.key = s.sourced_id
       left join unit x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and ${unclaimed('unit', 'x.id')}
       left join unit u on u.tenant_id = {tenant} and u.id = coalesce(k.id, x.id)
       left join unit y on y.tenant_id = {tenant} and y.external_id = s.sourced_id and y.id is distinct from u.id`,
  );
  const root = await one<{ id: string; first: boolean }>(
    w,
    `select u.id, u.external_id is null and not exists (select 1 from source_key k where k.tenant_id = {tenant} and k.entity = 'unit' and k.system like 'oneroster%') as first
       from unit u where u.tenant_id = {tenant} and u.parent_id is null`,
  );
  if (root.first)
    await query(
      w,
      `update org_match m set id = {root}::uuid
        where m.parent_key is null and not m.gone and m.id is null
          and (select count(*) from org_match o where o.parent_key is null and not o.gone) = 1`,
      { root: root.id },
    );
  await query(w, `update org_match set is_root = true where id = {root}::uuid`, { root: root.id });
  await query(
    w,
    `update org_match set noted = noted || 'parentSourcedId: this is the root unit; left out'::text where is_root and parent_key is not null and not gone`,
  );
  await settleParents(w, 'org_match', { table: 'unit', keyEntity: 'unit', top: root.id });
  await query(
    w,
    `update org_match m set refused = 'status: other things still belong to this org'
      where m.gone and m.id is not null and (m.is_root
         or exists (select 1 from unit c where c.tenant_id = {tenant} and c.parent_id = m.id and c.id not in (select id from org_match where gone and id is not null))
         or exists (select 1 from person p where p.tenant_id = {tenant} and p.unit_id = m.id)
         or exists (select 1 from course c where c.tenant_id = {tenant} and c.unit_id = m.id)
         or exists (select 1 from offering o where o.tenant_id = {tenant} and o.unit_id = m.id)
         or exists (select 1 from people_group g where g.tenant_id = {tenant} and g.unit_id = m.id)
         or exists (select 1 from join_key j where j.tenant_id = {tenant} and j.unit_id = m.id))`,
  );
  await refuseRows(w, 'org_match', 'orgs');
  await noteRows(w, 'org_match', 'orgs');
  const saved = await saveThings(w, 'org_match', UNIT);
  return { ...saved, changed: saved.changed + (await deleteUnused(w, 'org_match', 'unit', 'unit')) };
}

/** Deletes rows to be deleted that nothing refers to, with their keys and events. */
export async function deleteUnused(
  w: Work,
  matches: string,
  table: 'unit' | 'term',
  keyEntity: string,
): Promise<number> {
  const { count } = await one<{ count: number }>(
    w,
    `with t as (
       delete from ${table} t using ${matches} m where t.tenant_id = {tenant} and t.id = m.id and m.gone returning t.id
     ), forgotten as (
       delete from source_key k using t where k.tenant_id = {tenant} and k.entity = '${keyEntity}' and k.id = t.id
     ), noted as (
       insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id)
       select {tenant}, {at}, {kind}, {actor}, {dialect}, '${table}.deleted', '${table}', id from t
     )
     select count(*) from t`,
  );
  return count;
}
