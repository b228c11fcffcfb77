import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { BUILT_IN_ROLES, ROLE_KEYS } from './built-in-roles.ts';

/** Ids to use again when a tenant is made anew. */
export interface FoundationIds {
  rootUnitId?: string;
  roleIds?: Readonly<Record<string, string>>;
}

/** What every tenant has from its first moment: the root unit and the built-in roles. */
export async function makeFoundations(ctx: Context, ids: FoundationIds = {}): Promise<void> {
  const stamp = { tenant_id: ctx.tenant.id, created_at: ctx.now, updated_at: ctx.now };
  await ctx.db
    .insertInto('unit')
    .values({ ...stamp, id: ids.rootUnitId ?? newId(), name: ctx.tenant.name })
    .execute();
  await ctx.db
    .insertInto('role')
    .values(
      ROLE_KEYS.map((key) => ({
        ...stamp,
        id: ids.roleIds?.[key] ?? newId(),
        key,
        name: BUILT_IN_ROLES[key].name,
        description: BUILT_IN_ROLES[key].description,
        permissions: [...BUILT_IN_ROLES[key].permissions],
      })),
    )
    .execute();
}
