import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import type { Context } from '../kernel/context.ts';
import { announced } from './access-changed.ts';
import { demandVisible } from './authority.ts';
import type { RoleKey } from './built-in-roles.ts';
import { changeRoles, type RoleChange, rolesOfTenant } from './role-assignments.ts';

export interface RoleWords {
  personId: string;
  words: readonly RoleKey[];
}

/**
 * Makes the built-in roles of people these, for whoever knows no places: a role held anywhere, or as a staff word on some thing, is
 * left where it is; a new one is given in the account; roles not `among` those that the caller can name stay. Gives who changed.
 */
export async function setRoleWords(
  ctx: Context,
  wishes: readonly RoleWords[],
  among: readonly RoleKey[],
): Promise<Set<string>> {
  if (wishes.length === 0) return new Set();
  const changed = await transaction(ctx, async (ctx) => {
    const ids = wishes.map((wish) => wish.personId);
    await demandVisible(ctx, ids);
    const { rows: held } = await run<{ personId: string; roleId: string; key: RoleKey; unitId: string | null }>(
      ctx,
      sql`select a.person_id as "personId", a.role_id as "roleId", r.key, a.unit_id as "unitId"
         from role_assignment a join role r on r.tenant_id = ${TENANT} and r.id = a.role_id and r.key = any(${among}::text[])
        where a.tenant_id = ${TENANT} and a.person_id = any(${ids}::uuid[])`,
    );
    const { rows: staff } = await run<{ personId: string; role: RoleKey }>(
      ctx,
      sql`select distinct person_id as "personId", role from entitlement where tenant_id = ${TENANT} and person_id = any(${ids}::uuid[])`,
    );
    const roles = await rolesOfTenant(ctx);
    const standing = new Set(
      [...held.map(({ personId, key }) => [personId, key]), ...staff.map(({ personId, role }) => [personId, role])].map(
        ([personId, word]) => `${personId} ${word}`,
      ),
    );
    const wanted = new Map(wishes.map(({ personId, words }) => [personId, new Set(words)]));
    const changes: RoleChange[] = [
      ...held
        .filter(({ personId, key }) => !wanted.get(personId)!.has(key))
        .map(({ personId, roleId, unitId }) => ({ personId, roleId, unitId, how: 'remove' as const })),
      ...[...wanted].flatMap(([personId, words]) =>
        [...words]
          .filter((word) => !standing.has(`${personId} ${word}`))
          .map((word) => ({ personId, roleId: roles.get(word)!.id, unitId: null, how: 'add' as const })),
      ),
    ];
    await changeRoles(ctx, changes, roles);
    return new Set(changes.map((change) => change.personId));
  });
  announced(ctx);
  return changed;
}
