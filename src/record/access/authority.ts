import { run } from '../../database/run.ts';
import { type Sql, sql, TENANT } from '../../database/sql.ts';
import { mayAnywhere, may as mayByRole } from '../kernel/actor.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { coursesWithin, enrollmentsWithin, offeringsWithin, peopleWithin } from '../kernel/reach.ts';
import { notFound, refuse } from '../kernel/refusal.ts';
import { visiblePeople, visibleUnits } from '../kernel/visibility.ts';

type Thing = 'person' | 'course' | 'offering' | 'enrollment';

const WITHIN: Record<Thing, (ctx: Context, permission: Permission) => Sql> = {
  person: (ctx, permission) =>
    sql`person t where t.status <> 'deleted'${peopleWithin(ctx, permission, 't', 'learners')}`,
  course: (ctx, permission) => sql`course t where t.deleted_at is null${coursesWithin(ctx, permission, 't')}`,
  offering: (ctx, permission) =>
    sql`offering t join course c on c.tenant_id = t.tenant_id and c.id = t.course_id and c.deleted_at is null
      where t.deleted_at is null${offeringsWithin(ctx, permission, 't', 'c')}`,
  enrollment: (ctx, permission) =>
    sql`enrollment t join person p on p.tenant_id = t.tenant_id and p.id = t.person_id where true${enrollmentsWithin(ctx, permission, 't', 'p')}`,
};

/**
 * Whether the actor has the permission on one thing: by a role in the account or its unit, by an entitlement on it or on what it belongs
 * to, or as somebody's manager (rule 21). What belongs to the whole account is changed by no role of a unit. Lists ask the same by
 * `enrollmentsWithin` and its like.
 */
export async function may(ctx: Context, permission: Permission, thing: Thing, id: string): Promise<boolean> {
  if (!mayAnywhere(ctx.actor, permission) || !isId(id)) return false;
  const whole = (thing === 'course' || thing === 'offering') && permission.endsWith('.write');
  // there only words count, unless a unit is named
  const roles: Context = whole && ctx.actor.units !== null ? withoutRoles(ctx) : ctx;
  const asked = async (by: Context, more: Sql): Promise<boolean> =>
    (
      await run(
        ctx,
        sql`select 1 from ${WITHIN[thing](by, permission)} and t.tenant_id = ${TENANT} and t.id = ${id}${more}`,
      )
    ).rows.length > 0;
  return (await asked(roles, sql``)) || (roles !== ctx && (await asked(ctx, sql` and t.unit_id is not null`)));
}

const withoutRoles = (ctx: Context): Context =>
  ctx.actor.kind === 'system' ? ctx : { ...ctx, actor: { ...ctx.actor, permissions: new Set() } };

/** Refuses unless the actor holds every one of the permissions: nobody hands out more than they have. */
export function demandAll(ctx: Context, permissions: Iterable<string>): void {
  for (const permission of permissions)
    if (!mayByRole(ctx.actor, permission as Permission)) refuse({ kind: 'forbidden', permission });
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

/**
 * Refuses the first id that is no person of the tenant (deleted ones are none) or not visible to the actor; with a permission, on whom the
 * actor does not hold it.
 */
export async function demandVisible(ctx: Context, personIds: readonly string[], by?: Permission): Promise<void> {
  const seen = by ? peopleWithin(ctx, by, 'p') : visiblePeople(ctx, 'p');
  const ids = [...new Set(personIds)];
  for (const id of ids) if (!isId(id)) notFound('person', id);
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select p.id from person p where p.tenant_id = ${TENANT} and p.id = any(${ids}::uuid[]) and p.status <> 'deleted'${seen}`,
  );
  const found = new Set(rows.map((row) => row.id));
  for (const id of ids) if (!found.has(id.toLowerCase())) notFound('person', id);
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
