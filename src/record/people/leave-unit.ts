import { transaction } from '../../database/transaction.ts';
import { Entitlements } from '../access/index.ts';
import { few } from '../kernel/bulk.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand } from '../kernel/context.ts';
import { removeFromUnit } from './unit-members.ts';

/**
 * Ends a belonging with all that came by it: the unit's groups, its offerings, and staff words on the unit and what is its own. The
 * person stays in the account, in another unit of theirs or else the root. Refuses `not_found` for whoever does not belong there.
 */
export async function leaveUnit(ctx: Context, personId: string, unitId: string): Promise<void> {
  demand(ctx, 'people.write');
  await transaction(ctx, async (ctx) => {
    await removeFromUnit(ctx, personId, unitId, { handOn: true, withGroups: true });
    report(ctx, 'left_unit', [{ personId, unitId }]);
    await Entitlements.unentitleRows(few(ctx), {
      sql: `
        select e.person_id, e.role, e.entity, e.entity_id from entitlement e where e.tenant_id = {tenant} and e.person_id = {person}::uuid
           and ((e.entity = 'unit' and e.entity_id = {unit}::uuid)
             or (e.entity = 'group' and exists (select 1 from people_group g where g.tenant_id = {tenant} and g.id = e.entity_id and g.unit_id = {unit}::uuid))
             or (e.entity = 'course' and exists (select 1 from course c where c.tenant_id = {tenant} and c.id = e.entity_id and c.unit_id = {unit}::uuid))
             or (e.entity = 'offering' and exists (select 1 from offering o where o.tenant_id = {tenant} and o.id = e.entity_id and o.unit_id = {unit}::uuid)))`,
      values: { person: personId, unit: unitId },
    });
  });
}
