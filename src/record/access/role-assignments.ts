import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import { against, refuse } from '../kernel/refusal.ts';
import { accessChanged } from './access-changed.ts';
import { demandAll, demandUnits, demandVisible } from './authority.ts';

/** A role that somebody holds. */
export interface RoleAssignment {
  /** Made from person, role and unit. */
  id: string;
  personId: string;
  roleId: string;
  roleKey: string | null;
  roleName: string;
  unitId: string | null;
  createdAt: Instant;
}

const ID = sql`md5(a.person_id::text || a.role_id::text || coalesce(a.unit_id::text, ''))::uuid`;

const COLUMNS = sql`${ID} as id, a.person_id as "personId", a.role_id as "roleId", r.key as "roleKey", r.name as "roleName",
  a.unit_id as "unitId", a.created_at as "createdAt"`;

/** What the person holds. People see their own. */
export async function listRolesOf(ctx: Context, personId: string): Promise<RoleAssignment[]> {
  const own = ctx.actor.kind === 'person' && ctx.actor.id === personId;
  if (!own) {
    demand(ctx, 'roles.read');
    await demandVisible(ctx, [personId]);
  }
  const { rows } = await run<RoleAssignment>(
    ctx,
    sql`
    select ${COLUMNS} from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
     where a.tenant_id = ${TENANT} and a.person_id = ${personId}
     order by lower(r.name) collate "C", r.id, a.unit_id nulls first`,
  );
  return rows;
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
  const { rows } = await run<RoleFacts>(
    ctx,
    sql`
    select id, key, permissions from role where tenant_id = ${TENANT}`,
  );
  return new Map(rows.flatMap((role) => [[role.id, role] as const, ...(role.key ? [[role.key, role] as const] : [])]));
}

/**
 * Learners are made by `people.write`; any other role takes `roles.write` and the permissions it holds, and an actor of some units
 * gives roles in units only.
 */
export function demandRoleChange(
  ctx: Context,
  { roleId, unitId }: Omit<RoleChange, 'personId' | 'how'>,
  roles: ReadonlyMap<string, RoleFacts>,
): void {
  const learner = roles.get(roleId)?.key === 'learner';
  demand(ctx, learner ? 'people.write' : 'roles.write');
  if (learner) return;
  demandAll(ctx, roles.get(roleId)?.permissions ?? []);
  if (!unitId && ctx.actor.units !== null) refuse({ kind: 'forbidden', permission: 'roles.write' });
}

/**
 * Writes role changes in the caller's transaction, in one statement, with events (but for `quiet`: roles that come with a new person).
 * Gives how many things changed. Refuses taking away the last role that may give roles in the whole account.
 */
export async function changeRoles(
  ctx: Context,
  changes: readonly RoleChange[],
  roles: ReadonlyMap<string, RoleFacts>,
  { quiet = false } = {},
): Promise<number> {
  if (changes.length === 0) return 0;
  const units = new Set<string>();
  for (const change of changes) {
    demandRoleChange(ctx, change, roles);
    if (change.unitId) units.add(change.unitId);
  }
  await demandUnits(ctx, [...units]);
  const given = changes.map((change) => ({
    person_id: change.personId,
    role_id: change.roleId,
    unit_id: change.unitId,
    how: change.how,
  }));
  const { rows: done } = await run<{
    person_id: string;
    role_id: string;
    unit_id: string | null;
    how: 'assigned' | 'unassigned';
  }>(
    ctx,
    sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (person_id uuid, role_id uuid, unit_id uuid, how text)),
    removed as (
      delete from role_assignment a using given g
       where g.how = 'remove' and a.tenant_id = ${TENANT} and a.person_id = g.person_id and a.role_id = g.role_id
         and a.unit_id is not distinct from g.unit_id
      returning a.person_id, a.role_id, a.unit_id),
    added as (
      insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
      select ${TENANT}, person_id, role_id, unit_id, ${NOW} from given where how = 'add'
      on conflict (tenant_id, person_id, role_id, unit_id) do nothing
      returning person_id, role_id, unit_id)
    select *, 'unassigned' as how from removed union all select *, 'assigned' from added`,
  );
  if (done.length === 0) return 0;
  if (done.some((row) => row.how === 'unassigned' && roles.get(row.role_id)?.permissions.includes('roles.write')))
    await demandKeeper(ctx);
  if (!quiet) {
    await append(
      ctx,
      done.map((row) => ({
        type: `role.${row.how}`,
        entityId: row.role_id,
        personId: row.person_id,
        data: { unitId: row.unit_id },
      })),
    );
    await accessChanged(ctx);
  }
  return done.length;
}

/** The system itself may leave an account without keeper: it can always make one. */
async function demandKeeper(ctx: Context): Promise<void> {
  if (ctx.actor.kind === 'system') return;
  const { rows } = await run(
    ctx,
    sql`
    select 1 from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
      join person p on p.tenant_id = a.tenant_id and p.id = a.person_id
     where a.tenant_id = ${TENANT} and a.unit_id is null and 'roles.write' = any(r.permissions) and p.status = 'active' limit 1`,
  );
  if (rows.length === 0) against('last_of_its_kind', 'role');
}
