import { transaction } from '../../database/transaction.ts';
import { SYSTEM } from '../kernel/actor.ts';
import type { Context } from '../kernel/context.ts';
import { invalid, notFound } from '../kernel/refusal.ts';
import { announced } from './access-changed.ts';
import { demandVisible } from './authority.ts';
import { changeRoles, demandRoleChange, listRolesOf, type RoleAssignment, rolesOfTenant } from './role-assignments.ts';

/** A role somebody holds, and where: in the whole account, in units with everything below, or both. */
export interface HeldRole {
  personId: string;
  roleId: string;
  key: string | null;
  name: string;
  account: boolean;
  unitIds: string[];
}

/** The roles of a person, one entry each. People see their own. */
export const listHeldRoles = async (ctx: Context, personId: string): Promise<HeldRole[]> =>
  heldIn(await listRolesOf(ctx, personId));

function heldIn(assignments: readonly RoleAssignment[]): HeldRole[] {
  const held = new Map<string, HeldRole>();
  for (const { personId, roleId, roleKey, roleName, unitId } of assignments) {
    const role = held.get(roleId) ?? { personId, roleId, key: roleKey, name: roleName, account: false, unitIds: [] };
    if (unitId === null) role.account = true;
    else role.unitIds.push(unitId);
    held.set(roleId, role);
  }
  return [...held.values()];
}

export interface RolePlaces {
  /** In the whole account: true where nothing is said and no unit is named. */
  account?: boolean;
  unitIds?: readonly string[];
}

/** Makes a person hold a role in exactly these places. */
export async function setRolePlaces(
  ctx: Context,
  personId: string,
  roleId: string,
  { unitIds, account = unitIds === undefined }: RolePlaces,
): Promise<HeldRole> {
  const wanted = [...(account ? [null] : []), ...new Set((unitIds ?? []).map((id) => id.toLowerCase()))];
  if (wanted.length === 0) invalid(['unitIds'], 'required', 'the account, or units');
  await change(ctx, personId, roleId, () => wanted);
  const held = await heldOf(ctx, personId, roleId);
  return held ?? notFound('role', roleId);
}

/** Takes a role away everywhere; not holding it is `not_found`. */
export const removeRole = (ctx: Context, personId: string, roleId: string): Promise<void> =>
  change(ctx, personId, roleId, (held) => (held.length === 0 ? notFound('role', roleId) : []));

async function change(
  ctx: Context,
  personId: string,
  roleId: string,
  places: (held: readonly (string | null)[]) => readonly (string | null)[],
): Promise<void> {
  await transaction(
    ctx,
    async (ctx) => {
      const roles = await rolesOfTenant(ctx);
      const role = roles.get(roleId.toLowerCase());
      if (role?.id !== roleId.toLowerCase()) notFound('role', roleId);
      // whoever may not give the role at all is told so before whether it is there
      demandRoleChange(ctx, { roleId, unitId: ctx.actor.units?.[0] ?? null }, roles);
      await demandVisible(ctx, [personId]);
      const held = (await listRolesOf({ ...ctx, actor: SYSTEM }, personId)).filter((one) => one.roleId === roleId);
      const before = held.map((one) => one.unitId);
      const after = places(before);
      const one = (unitId: string | null, how: 'add' | 'remove') => ({ personId, roleId, unitId, how });
      await changeRoles(
        ctx,
        [
          ...before.filter((place) => !after.includes(place)).map((place) => one(place, 'remove')),
          ...after.filter((place) => !before.includes(place)).map((place) => one(place, 'add')),
        ],
        roles,
      );
    },
    { learners: [personId] },
  );
  announced(ctx);
}

const heldOf = async (ctx: Context, personId: string, roleId: string): Promise<HeldRole | undefined> =>
  (await listHeldRoles({ ...ctx, actor: SYSTEM }, personId)).find((role) => role.roleId === roleId);
