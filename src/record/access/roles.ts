import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { nothing, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { PERMISSIONS, type Permission } from '../kernel/permission.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { changesOf, LONGEST, nameText, optionalText, type Precondition } from '../kernel/text.ts';
import { accessChanged, announced } from './access-changed.ts';
import { demandAll } from './authority.ts';
import type { RoleKey } from './built-in-roles.ts';
import { changeRoles, rolesOfTenant } from './role-assignments.ts';

export interface Role {
  id: string;
  number: number;
  /** The name of a role that comes with Matricula; null for the tenant's own. */
  key: RoleKey | null;
  name: string;
  description: string | null;
  permissions: Permission[];
  createdAt: Instant;
  updatedAt: Instant;
}

const roleListing: Listing = {
  select: sql`r.id, r.number, r.key, r.name, r.description, r.permissions, r.created_at as "createdAt", r.updated_at as "updatedAt"`,
  from: sql`role r`,
  fields: {
    named: {
      id: { sql: 'r.id', type: 'id' },
      number: { sql: 'r.number', type: 'number' },
      key: { sql: 'r.key', type: 'text', nullable: true, exact: true },
      name: { sql: 'r.name', type: 'text' },
      description: { sql: 'r.description', type: 'text', nullable: true },
      createdAt: { sql: 'r.created_at', type: 'instant' },
      updatedAt: { sql: 'r.updated_at', type: 'instant' },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

export async function listRoles(ctx: Context, query: ListQuery): Promise<Page<Role>> {
  demand(ctx, 'roles.read');
  return listPage<Role>(ctx, roleListing, sql`r.tenant_id = ${TENANT}`, query);
}

export async function getRole(ctx: Context, id: string): Promise<Role> {
  demand(ctx, 'roles.read');
  return readRole(ctx, id);
}

async function readRole(ctx: Context, id: string, lock = false): Promise<Role> {
  if (!isId(id)) return notFound('role', id);
  const { rows } = await run<Role>(
    ctx,
    sql`select ${roleListing.select} from role r where r.tenant_id = ${TENANT} and r.id = ${id}${lock ? sql` for update` : nothing}`,
  );
  return rows[0] ?? notFound('role', id);
}

export interface RoleInput {
  name?: string;
  description?: string | null;
  permissions?: readonly string[];
}

/** A role of the tenant's own. Nobody makes one that may do more than they may. */
export async function createRole(ctx: Context, input: RoleInput & { id?: string; name: string }): Promise<Role> {
  demandWhole(ctx, 'roles.write');
  const permissions = permissionList(input.permissions ?? []);
  demandAll(ctx, permissions);
  const id = input.id ?? newId();
  if (!isId(id)) invalid(['id'], 'format');
  return transaction(ctx, async (ctx) => {
    const made = await ctx.db
      .insertInto('role')
      .values({
        tenant_id: ctx.tenant.id,
        id,
        name: nameText(input.name, ['name']),
        description: optionalText(input.description, ['description'], LONGEST),
        permissions,
        created_at: ctx.now,
        updated_at: ctx.now,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
      .returning('id')
      .execute();
    if (made.length === 0) invalid(['id'], 'taken');
    await append(ctx, [{ type: 'role.created', entityId: id, data: { permissions } }]);
    return readRole(ctx, id);
  });
}

/** Changes a role; a built-in one keeps its permissions. */
export async function updateRole(
  ctx: Context,
  id: string,
  input: RoleInput,
  precondition?: Precondition<Role>,
): Promise<Role> {
  demandWhole(ctx, 'roles.write');
  const role = await transaction(ctx, async (ctx) => {
    const before = await readRole(ctx, id, true);
    precondition?.(before);
    const after: Role = {
      ...before,
      name: input.name === undefined ? before.name : nameText(input.name, ['name']),
      description:
        input.description === undefined
          ? before.description
          : optionalText(input.description, ['description'], LONGEST),
      permissions: input.permissions === undefined ? before.permissions : permissionList(input.permissions),
    };
    const changed = changesOf(before, after, ['name', 'description', 'permissions']);
    if (!changed) return before;
    if (changed.permissions) {
      if (before.key) against('in_use', 'role', before.id);
      demandAll(ctx, [...before.permissions, ...after.permissions]);
    }
    await ctx.db
      .updateTable('role')
      .set({
        name: after.name,
        description: after.description,
        permissions: [...after.permissions],
        updated_at: ctx.now,
      })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', before.id)
      .execute();
    await append(ctx, [{ type: 'role.updated', entityId: before.id, data: { changed } }]);
    await accessChanged(ctx);
    return { ...after, updatedAt: ctx.now };
  });
  announced(ctx);
  return role;
}

/** Deletes a role of the tenant's own and takes it from everybody who holds it; refuses built-in ones. */
export async function deleteRole(ctx: Context, id: string, precondition?: Precondition<Role>): Promise<void> {
  demandWhole(ctx, 'roles.write');
  await transaction(ctx, async (ctx) => {
    const role = await readRole(ctx, id, true);
    precondition?.(role);
    if (role.key) against('in_use', 'role', role.id);
    const { rows } = await run<{ personId: string; unitId: string | null }>(
      ctx,
      sql`
      select person_id as "personId", unit_id as "unitId" from role_assignment
       where tenant_id = ${TENANT} and role_id = ${role.id} order by person_id`,
    );
    const removed = rows.map((row) => ({ ...row, roleId: role.id, how: 'remove' as const }));
    await changeRoles(ctx, removed, await rolesOfTenant(ctx));
    await ctx.db.deleteFrom('role').where('tenant_id', '=', ctx.tenant.id).where('id', '=', role.id).execute();
    await append(ctx, [{ type: 'role.deleted', entityId: role.id, data: { name: role.name } }]);
    await accessChanged(ctx);
  });
  announced(ctx);
}

export function permissionList(given: readonly string[]): Permission[] {
  given.forEach((permission, i) => {
    if (!(PERMISSIONS as readonly string[]).includes(permission)) invalid(['permissions', i], 'unknown_value');
  });
  return PERMISSIONS.filter((permission) => given.includes(permission));
}
