import { randomBytes } from 'node:crypto';
import { actorOf } from '../../src/record/access/actor-of.ts';
import { Roles, Tenants } from '../../src/record/access/index.ts';
import type { NewTenant } from '../../src/record/access/tenants.ts';
import { type Actor, SYSTEM } from '../../src/record/kernel/actor.ts';
import { equals } from '../../src/record/kernel/condition.ts';
import type { Context, Database } from '../../src/record/kernel/context.ts';
import type { Instant } from '../../src/record/kernel/instant.ts';
import type { ListQuery, Page } from '../../src/record/kernel/page.ts';
import type { Permission } from '../../src/record/kernel/permission.ts';

/** A tenant of its own with root unit and built-in roles, and a context in it that may do everything. */
export async function testTenant(
  db: Database,
  options: Partial<NewTenant> & { now?: Instant; dialect?: string } = {},
): Promise<Context> {
  const { now, dialect = 'test', ...tenant } = options;
  const slug = `t-${randomBytes(6).toString('hex')}`;
  const made = await Tenants.create(Tenants.operator(db, dialect), { name: 'Test Academy', slug, ...tenant });
  const ctx = Tenants.contextOf({ db, dialect }, made);
  return now ? at(ctx, now) : ctx;
}

/** The same call at another moment. */
export const at = (ctx: Context, now: Instant): Context => ({ ...ctx, now });

/** The same call now: each call carries one moment. */
export const rightNow = (ctx: Context): Context => ({ ...ctx, now: new Date().toISOString() });

export const asSystem = (ctx: Context): Context => ({ ...ctx, actor: SYSTEM });

/** The call made by this person, with what the person's roles allow. */
export async function actingAs(ctx: Context, personId: string): Promise<Context> {
  const roles = await Roles.ofTenant(asSystem(ctx));
  const held = (await Roles.listHeld(asSystem(ctx), personId)).flatMap(({ roleId, account, unitIds }) =>
    [...(account ? [null] : []), ...unitIds].map((unitId) => ({
      permissions: roles.get(roleId)!.permissions as Permission[],
      unitId,
    })),
  );
  return { ...ctx, actor: actorOf({ id: personId, permissions: [] }, personId, held) };
}

/** The one of a list that has this external id. */
export async function byExternalId<Row>(
  ctx: Context,
  list: (ctx: Context, query: ListQuery) => Promise<Page<Row>>,
  externalId: string,
): Promise<Row | undefined> {
  const page = { kind: 'rows', offset: 0, limit: 1, total: false } as const;
  return (await list(ctx, { where: equals('externalId', externalId), page })).rows[0];
}

/** Gives a role, by its id or the key of a built-in one: in the whole account, or in a unit with everything below it. */
export async function giveRole(ctx: Context, personId: string, role: string, unitId?: string): Promise<void> {
  const known = (await Roles.ofTenant(ctx)).get(role);
  await Roles.setPlaces(ctx, personId, known?.id ?? role, unitId === undefined ? {} : { unitIds: [unitId] });
}

/** The call made by an API client with these permissions, in the whole account or some units. */
export const actingWith = (
  ctx: Context,
  permissions: readonly Permission[],
  units: readonly string[] | null = null,
): Context => {
  const actor: Actor = {
    kind: 'client',
    id: '00000000-0000-4000-8000-0000000000c1',
    permissions: new Set(permissions),
    units,
  };
  return { ...ctx, actor };
};
