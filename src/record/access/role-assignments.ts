import { sql } from 'kysely';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { notFound, refuse } from '../kernel/refusal.ts';
import { accessChanged, announced } from './access-changed.ts';
import { demandAll, demandUnits, demandVisible } from './authority.ts';
import { ROLE_KEYS } from './built-in-roles.ts';

/** A role that somebody holds: in the account (unitId null) or in a unit with everything below it. */
export interface RoleGrant {
  /** Id of a role, or the key of a built-in one. */
  role: string;
  unitId?: string | null;
}

export interface HeldRole {
  roleId: string;
  key: string | null;
  name: string;
  unitId: string | null;
}

/** Gives the role; holding it already changes nothing. */
export const assignRole = (ctx: Context, personId: string, grant: RoleGrant): Promise<void> =>
  changeOne(ctx, personId, grant, 'add');

/** Takes the role away; not holding it changes nothing. */
export const unassignRole = (ctx: Context, personId: string, grant: RoleGrant): Promise<void> =>
  changeOne(ctx, personId, grant, 'remove');

async function changeOne(ctx: Context, personId: string, grant: RoleGrant, how: 'add' | 'remove'): Promise<void> {
  await transaction(ctx, async (ctx) => {
    const roles = await rolesOfTenant(ctx);
    const roleId = roles.get(grant.role.toLowerCase())?.id ?? notFound('role', grant.role);
    await demandVisible(ctx, [personId]);
    await changeRoles(ctx, [{ personId, roleId, unitId: grant.unitId ?? null, how }], roles);
  });
  announced(ctx);
}

/** What the person holds. People see their own. */
export async function listRolesOf(ctx: Context, personId: string): Promise<HeldRole[]> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === personId;
  if (!own) {
    demand(ctx, 'roles.read');
    await demandVisible(ctx, [personId]);
  }
  const { rows } = await sql<HeldRole>`
    select r.id as "roleId", r.key, r.name, a.unit_id as "unitId"
      from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
     where a.tenant_id = ${ctx.tenant.id} and a.person_id = ${personId}
     order by lower(r.name) collate "C", r.id, a.unit_id nulls first`.execute(ctx.db);
  return rows;
}

/**
 * Makes the person hold exactly these roles. With `among`, roles of other keys stay as they are: a protocol replaces only what it
 * can name. Nothing changes when the list is as it was.
 */
export async function setRoles(
  ctx: Context,
  personId: string,
  grants: readonly RoleGrant[],
  options: { among?: readonly string[] } = {},
): Promise<void> {
  await transaction(ctx, async (ctx) => {
    const roles = await rolesOfTenant(ctx);
    await demandVisible(ctx, [personId]);
    const held = await listRolesOf(
      { ...ctx, actor: { kind: 'system', id: null, permissions: 'all', units: null } },
      personId,
    );
    const wanted = grants.map(({ role, unitId }) => ({
      roleId: roles.get(role.toLowerCase())?.id ?? notFound('role', role),
      unitId: unitId ?? null,
    }));
    const same = (a: { roleId: string; unitId: string | null }, b: { roleId: string; unitId: string | null }) =>
      a.roleId === b.roleId && a.unitId === b.unitId;
    const named = held.filter((role) => !options.among || (role.key !== null && options.among.includes(role.key)));
    const changes: RoleChange[] = [
      ...named
        .filter((role) => !wanted.some((want) => same(role, want)))
        .map(({ roleId, unitId }) => ({ personId, roleId, unitId, how: 'remove' as const })),
      ...wanted
        .filter((want) => !held.some((role) => same(role, want)))
        .map((want) => ({ personId, ...want, how: 'add' as const })),
    ];
    await changeRoles(ctx, changes, roles);
  });
  announced(ctx);
}

export interface RoleChange {
  personId: string;
  roleId: string;
  unitId: string | null;
  how: 'add' | 'remove';
}

export interface RoleFacts {
  id: string;
  key: string | null;
  permissions: string[];
}

/** The tenant's roles by id and, for built-in ones, by key. */
export async function rolesOfTenant(ctx: Context): Promise<Map<string, RoleFacts>> {
  const { rows } = await sql<RoleFacts>`
    select id, key, permissions from role where tenant_id = ${ctx.tenant.id}`.execute(ctx.db);
  return new Map(rows.flatMap((role) => [[role.id, role] as const, ...(role.key ? [[role.key, role] as const] : [])]));
}

/**
 * Writes role changes in the caller's transaction, in two statements, with events. Learners are made by `people.write`; any other
 * role takes `roles.write` and the permissions it holds, and an actor of some units gives roles in those units only.
 */
export async function changeRoles(
  ctx: Context,
  changes: readonly RoleChange[],
  roles: ReadonlyMap<string, RoleFacts>,
): Promise<void> {
  if (changes.length === 0) return;
  const learner = roles.get('learner')?.id;
  demand(ctx, 'people.write');
  const units = new Set<string>();
  for (const { roleId, unitId } of changes) {
    if (unitId) units.add(unitId);
    if (roleId === learner) continue;
    demand(ctx, 'roles.write');
    demandAll(ctx, roles.get(roleId)?.permissions ?? []);
    if (!unitId && ctx.actor.units !== null) refuse({ kind: 'forbidden', permission: 'roles.write' });
  }
  await demandUnits(ctx, [...units]);
  const rows = JSON.stringify(
    changes.map(({ personId, roleId, unitId, how }) => ({
      person_id: personId,
      role_id: roleId,
      unit_id: unitId,
      how,
    })),
  );
  const { rows: done } = await sql<{ person_id: string; role_id: string; unit_id: string | null; how: string }>`
    with given as (select * from jsonb_to_recordset(${rows}::jsonb) as g (person_id uuid, role_id uuid, unit_id uuid, how text)),
    removed as (
      delete from role_assignment a using given g
       where g.how = 'remove' and a.tenant_id = ${ctx.tenant.id} and a.person_id = g.person_id and a.role_id = g.role_id
         and a.unit_id is not distinct from g.unit_id
      returning a.person_id, a.role_id, a.unit_id),
    added as (
      insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
      select ${ctx.tenant.id}, person_id, role_id, unit_id, ${ctx.now} from given where how = 'add'
      on conflict (tenant_id, person_id, role_id, unit_id) do nothing
      returning person_id, role_id, unit_id)
    select *, 'unassigned' as how from removed union all select *, 'assigned' from added`.execute(ctx.db);
  await append(
    ctx,
    done.map((row) => ({
      type: `role.${row.how}`,
      entity: 'role' as const,
      entityId: row.role_id,
      personId: row.person_id,
      data: { unitId: row.unit_id },
    })),
  );
  if (done.length > 0) await accessChanged(ctx);
}

/** Whether the text is the key of a built-in role. */
export const isRoleKey = (text: string): boolean => (ROLE_KEYS as readonly string[]).includes(text);
