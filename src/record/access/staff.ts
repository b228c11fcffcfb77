import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { notFound } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { announced } from './access-changed.ts';
import { demandVisible } from './authority.ts';
import type { RoleKey } from './built-in-roles.ts';
import { demandOwnThing, demandThing, type EntitledEntity } from './entitled-thing.ts';
import { demandEntitling, type Entitlement, entitle, entitlementListing, unentitle } from './entitlements.ts';

/** Somebody with staff words on one thing. */
export interface StaffMember {
  personId: string;
  roles: RoleKey[];
  /** Since the first of the words. */
  createdAt: Instant;
}

const staffListing: Listing = {
  select: sql`s.person_id as "personId", s.roles, s.created_at as "createdAt"`,
  from: sql`(select tenant_id, entity, entity_id, person_id, array_agg(role order by role collate "C") as roles, min(created_at) as created_at
       from entitlement group by tenant_id, entity, entity_id, person_id) s
    join person p on p.tenant_id = s.tenant_id and p.id = s.person_id`,
  fields: {
    named: {
      personId: { sql: 's.person_id', type: 'id' },
      createdAt: { sql: 's.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'personId',
};

/** Who has staff words on a thing, the longest there first. */
export async function listStaff(
  ctx: Context,
  entity: EntitledEntity,
  entityId: string,
  query: ListQuery,
): Promise<Page<StaffMember>> {
  demand(ctx, 'roles.read');
  await demandThing(ctx, entity, entityId);
  const where = sql`s.tenant_id = ${TENANT} and s.entity = ${entity} and s.entity_id = ${entityId}::uuid${visiblePeople(ctx, 'p')}`;
  return listPage<StaffMember>(ctx, staffListing, where, query);
}

/** Makes somebody's staff words on a thing exactly these. */
export async function setStaff(
  ctx: Context,
  entity: EntitledEntity,
  entityId: string,
  personId: string,
  roles: readonly RoleKey[],
): Promise<StaffMember> {
  demandEntitling(ctx, { entity });
  const member = await transaction(ctx, async (ctx) => {
    await demandOwnThing(ctx, entity, entityId);
    await demandVisible(ctx, [personId]);
    const held = await wordsOf(ctx, entity, entityId, personId);
    for (const role of held) if (!roles.includes(role)) await unentitle(ctx, { personId, role, entity, entityId });
    for (const role of roles) if (!held.includes(role)) await entitle(ctx, { personId, role, entity, entityId });
    return { personId, roles: [...roles].sort(), createdAt: ctx.now };
  });
  announced(ctx);
  return member;
}

/** Takes all of somebody's staff words on a thing; having none is `not_found`. */
export async function removeStaff(
  ctx: Context,
  entity: EntitledEntity,
  entityId: string,
  personId: string,
): Promise<void> {
  demandEntitling(ctx, { entity });
  await transaction(ctx, async (ctx) => {
    await demandOwnThing(ctx, entity, entityId);
    await demandVisible(ctx, [personId]);
    const held = await wordsOf(ctx, entity, entityId, personId);
    if (held.length === 0) notFound('entitlement', personId);
    for (const role of held) await unentitle(ctx, { personId, role, entity, entityId });
  });
  announced(ctx);
}

/** Locks the person's row, so that two writers come one after the other. */
async function wordsOf(ctx: Context, entity: string, entityId: string, personId: string): Promise<RoleKey[]> {
  const { rows: people } = await run(
    ctx,
    sql`
    select 1 from person where tenant_id = ${TENANT} and id = ${personId} and status <> 'deleted' for no key update`,
  );
  if (people.length === 0) notFound('person', personId);
  const { rows } = await run<{ role: RoleKey }>(
    ctx,
    sql`
    select role from entitlement
     where tenant_id = ${TENANT} and entity = ${entity} and entity_id = ${entityId} and person_id = ${personId}`,
  );
  return rows.map((row) => row.role);
}

/** Somebody's staff words everywhere. People see their own. */
export async function listEntitlementsOf(ctx: Context, personId: string, query: ListQuery): Promise<Page<Entitlement>> {
  if (!(ctx.actor.kind === 'person' && ctx.actor.id === personId)) {
    demand(ctx, 'roles.read');
    await demandVisible(ctx, [personId]);
  }
  const where = sql`e.tenant_id = ${TENANT} and e.person_id = ${personId}::uuid`;
  return listPage<Entitlement>(ctx, entitlementListing, where, query);
}
