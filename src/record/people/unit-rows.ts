import { Access, Entitlements, Roles } from '../access/index.ts';
import { type Bulk, EVENT, one, query, STAMP } from '../kernel/bulk.ts';
import { eventSql } from '../kernel/event-types.ts';
import { type Holder, holderOf, liftRows, moveUpRows, type Saved, saveRows, shapeOf } from '../kernel/save-rows.ts';
import { PEOPLE_OF_UNIT } from './people-rows.ts';

const UNIT = shapeOf('unit', { columns: ['external_id', 'name', 'kind', 'parent_id'], merged: ['attributes'] });

const GROUPS_OF_UNIT = holderOf('people_group', { thing: 'group', away: 't.deleted_at is not null' });

export const saveUnitRows = (bulk: Bulk, matches: string): Promise<Saved> => saveRows(bulk, matches, UNIT);

/** See `liftRows`. */
export const liftUnitRows = (bulk: Bulk, gone: string, but: string): Promise<void> => liftRows(bulk, gone, UNIT, but);

/**
 * Deletes units: rows `id, up` of a temporary table. What stands in them moves up, `others` too; how many of each goes into another table,
 * `id, thing, count`. Roles in them, further units and staff words end, for nobody may more elsewhere by it. Gives the number of units.
 */
export async function dissolveUnitRows(
  bulk: Bulk,
  gone: string,
  { others, into }: { others: readonly Holder[]; into: string },
): Promise<number> {
  await query(
    bulk,
    `select 1 from person where tenant_id = {tenant} and unit_id in (select id from ${gone}) order by id for no key update`,
  );
  const { count } = await one<{ count: number }>(
    bulk,
    // whoever would put something into one waits, and finds it gone
    `select count(*) from (select u.id from unit u where u.tenant_id = {tenant} and u.id in (select id from ${gone}) order by u.id for update) u`,
  );
  if (count === 0) return 0;
  for (const holder of [PEOPLE_OF_UNIT, GROUPS_OF_UNIT, ...others]) await moveUpRows(bulk, gone, holder, into);
  await Roles.unassignRows(bulk, {
    sql: `select a.person_id, a.role_id, a.unit_id from role_assignment a join ${gone} g on g.id = a.unit_id where a.tenant_id = {tenant}`,
  });
  await Entitlements.unentitleRows(bulk, {
    sql: `select e.person_id, e.role, e.entity, e.entity_id from entitlement e join ${gone} g on g.id = e.entity_id where e.tenant_id = {tenant} and e.entity = 'unit'`,
  });
  await query(
    bulk,
    `with t as (delete from unit u using ${gone} g where u.tenant_id = {tenant} and u.id = g.id returning u.id, u.name, g.up)
     insert into event (${EVENT}, type, entity, entity_id, data)
     select ${STAMP}, ${eventSql('unit.deleted')}, id, jsonb_build_object('name', name, 'parentId', up) from t`,
  );
  await Access.changed(bulk.ctx);
  return count;
}
