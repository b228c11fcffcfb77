import { Units } from '../../../record/people/index.ts';
import { saveThings, settleParents } from '../things.ts';
import { keyTaken, type Merged, noteRows, one, present, query, unclaimed, type Work } from '../work.ts';
import { dissolveUnits } from './dissolve.ts';

/**
 * Orgs become units. At the very first import a single org on top is the tenant's root unit; any other org without a parent stands
 * below the root. What stands in a deleted one moves up.
 */
export async function mergeOrgs(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table org_match on commit drop as
     select s.line, s.sourced_id as key, s.gone, u.id, false as fresh, false as is_root, s.parent_sourced_id as parent_key, null::uuid as parent_id,
            case when y.id is null then s.sourced_id end as external_id, coalesce(s.name, s.sourced_id) as name, s.type as kind,
            ${present({ identifier: 's.identifier' })} || coalesce(s.metadata, '{}') as attributes,
            case when not s.gone then array[${keyTaken('sourcedId', 'u.id is null and y.id is not null', 's.sourced_id')}] end as noted
       from staged_orgs s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'unit' and k.key = s.sourced_id
       left join unit x on x.tenant_id = {tenant} and x.external_id = s.sourced_id and ${unclaimed('unit', 'x.id')}
       left join unit u on u.tenant_id = {tenant} and u.id = case when k.data ? 'gone' then null else coalesce(k.id, x.id) end
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
  await query(
    w,
    `with kept as (delete from org_match where is_root and gone returning line)
     insert into noted_row (file, line, reason) select 'orgs', line, 'status: this is the root unit, which stays' from kept`,
  );
  await settleParents(w, 'org_match', { table: 'unit', top: root.id, lift: Units.liftRows });
  await noteRows(w, 'org_match', 'orgs');
  const saved = await saveThings(w, 'org_match', Units.saveRows, { entity: 'unit' });
  return { ...saved, changed: saved.changed + (await dissolveUnits(w)) };
}
