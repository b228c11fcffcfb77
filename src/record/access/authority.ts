import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { may } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { notFound, refuse } from '../kernel/refusal.ts';
import { visiblePeople, visibleUnits } from '../kernel/visibility.ts';

/** Refuses unless the actor holds every one of the permissions: nobody hands out more than they have. */
export function demandAll(ctx: Context, permissions: Iterable<string>): void {
  for (const permission of permissions)
    if (!may(ctx.actor, permission as Permission)) refuse({ kind: 'forbidden', permission });
}

/**
 * For acts that give power over people (passwords, deleting): `people.write`, the people visible, and every permission that they
 * have, so that nobody climbs by taking over somebody above them.
 */
export async function demandOver(ctx: Context, personIds: readonly string[]): Promise<void> {
  demand(ctx, 'people.write');
  await demandVisible(ctx, personIds);
  if (ctx.actor.permissions === 'all') return;
  const { rows } = await run<{ permission: string }>(
    ctx,
    sql`
    select distinct unnest(r.permissions) as permission
      from role_assignment a join role r on r.tenant_id = a.tenant_id and r.id = a.role_id
     where a.tenant_id = ${TENANT} and a.person_id = any(${[...personIds]}::uuid[])`,
  );
  demandAll(
    ctx,
    rows.map((row) => row.permission),
  );
}

/** Refuses the first id that is no person of the tenant (deleted ones are none) or not visible to the actor. */
export async function demandVisible(ctx: Context, personIds: readonly string[]): Promise<void> {
  const ids = [...new Set(personIds)];
  for (const id of ids) if (!isId(id)) notFound('person', id);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select p.id from person p where p.tenant_id = ${TENANT} and p.id = any(${ids}::uuid[]) and p.status <> 'deleted'${visiblePeople(ctx, 'p')}`,
  );
  const seen = new Set(rows.map((row) => row.id));
  for (const id of ids) if (!seen.has(id.toLowerCase())) notFound('person', id);
}

/** Refuses a unit that does not exist or lies outside the actor's units. */
export async function demandUnits(ctx: Context, unitIds: readonly string[]): Promise<void> {
  const ids = [...new Set(unitIds)];
  if (ids.length === 0) return;
  for (const id of ids) if (!isId(id)) notFound('unit', id);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select u.id from unit u where u.tenant_id = ${TENANT} and u.id = any(${ids}::uuid[])${visibleUnits(ctx, sql`u.id`)}`,
  );
  const seen = new Set(rows.map((row) => row.id));
  for (const id of ids) if (!seen.has(id.toLowerCase())) notFound('unit', id);
}
