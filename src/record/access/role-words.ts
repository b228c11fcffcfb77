import { run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { SYSTEM } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import type { RoleKey } from './built-in-roles.ts';
import { listRolesOf, type RoleGrant, setRoles } from './role-assignments.ts';

/**
 * Makes the built-in roles of a person these, for whoever knows no places: a role held anywhere, or as a staff word on some thing, is
 * left where it is; a new one is given in the account; roles not `among` those that the caller can name stay.
 */
export async function setRoleWords(
  ctx: Context,
  personId: string,
  words: readonly RoleKey[],
  among: readonly RoleKey[],
): Promise<void> {
  await transaction(ctx, async (ctx) => {
    const held = await listRolesOf({ ...ctx, actor: SYSTEM }, personId);
    const { rows: staff } = await run<{ role: RoleKey }>(
      ctx.db,
      'select distinct role from entitlement where tenant_id = $1 and person_id = $2::uuid',
      [ctx.tenant.id, personId],
    );
    const grants = [...new Set(words)].flatMap((word): RoleGrant[] => {
      const places = held.filter((role) => role.roleKey === word);
      if (places.length > 0) return places.map(({ roleId, unitId }) => ({ role: roleId, unitId }));
      return staff.some(({ role }) => role === word) ? [] : [{ role: word }];
    });
    const same = held.filter((role) => role.roleKey !== null && (among as readonly string[]).includes(role.roleKey));
    const isHeld = (grant: RoleGrant) =>
      held.some((role) => role.roleId === grant.role && role.unitId === (grant.unitId ?? null));
    if (same.length === grants.length && grants.every(isHeld)) return;
    await setRoles(ctx, personId, grants, { among });
  });
}
