import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { invalid } from '../kernel/refusal.ts';
import { visiblePeople } from '../kernel/visibility.ts';
import { accessChanged, announced } from './access-changed.ts';
import { demandVisible } from './authority.ts';
import { ROLE_KEYS, type RoleKey } from './built-in-roles.ts';
import { demandOwnThing, type EntitledEntity } from './entitled-thing.ts';

/** What names a staff word on one thing: who teaches this offering, who edits this course. */
export interface EntitlementKey {
  personId: string;
  role: RoleKey;
  entity: EntitledEntity;
  entityId: string;
}

export interface Entitlement extends EntitlementKey {
  /** Made from person, thing and role. */
  id: string;
  person: { id: string; number: number; externalId: string | null; fullName: string; email: string | null };
  createdAt: Instant;
}

const ID = sql`md5(e.person_id::text || e.entity || e.entity_id::text || e.role)::uuid`;

export const entitlementListing: Listing = {
  select: sql`${ID} as id, e.person_id as "personId", e.role, e.entity, e.entity_id as "entityId", e.created_at as "createdAt",
    jsonb_build_object('id', p.id, 'number', p.number, 'externalId', p.external_id, 'fullName', p.full_name, 'email', p.email) as person`,
  from: sql`entitlement e join person p on p.tenant_id = e.tenant_id and p.id = e.person_id`,
  fields: {
    named: {
      id: { sql: ID, type: 'id' },
      personId: { sql: 'e.person_id', type: 'id' },
      role: { sql: 'e.role', type: 'text', exact: true },
      entity: { sql: 'e.entity', type: 'text', exact: true },
      entityId: { sql: 'e.entity_id', type: 'id' },
      createdAt: { sql: 'e.created_at', type: 'instant' },
    },
  },
  sort: [{ field: 'createdAt', descending: false }],
  id: 'id',
};

/** Entitles; having it already changes nothing. Takes `roles.write`, or `courses.write` for courses, offerings and programs. */
export async function entitle(ctx: Context, entitlement: EntitlementKey): Promise<{ created: boolean; id: string }> {
  demandEntitling(ctx, entitlement);
  // somebody who is being deleted meanwhile must not be left with it
  const made = await transaction(ctx, (ctx) => entitled(ctx, entitlement), { learners: [entitlement.personId] });
  announced(ctx);
  return made;
}

async function entitled(ctx: Context, entitlement: EntitlementKey): Promise<{ created: boolean; id: string }> {
  await check(ctx, entitlement);
  const { personId, role, entity, entityId } = entitlement;
  const { rows } = await run(
    ctx,
    sql`
      insert into entitlement (tenant_id, person_id, role, entity, entity_id, created_at)
      values (${TENANT}, ${personId}, ${role}, ${entity}, ${entityId}, ${NOW})
      on conflict do nothing returning 1`,
  );
  if (rows.length > 0) {
    await append(ctx, [eventOf('entitlement.created', entitlement)]);
    await accessChanged(ctx);
  }
  const { rows: ids } = await run<{ id: string }>(
    ctx,
    sql`
      select ${ID} as id from entitlement e
       where e.tenant_id = ${TENANT} and e.person_id = ${personId} and e.role = ${role} and e.entity = ${entity} and e.entity_id = ${entityId}`,
  );
  return { created: rows.length > 0, id: ids[0]!.id };
}

/** Ends the entitlement; without one nothing changes. */
export async function unentitle(ctx: Context, entitlement: EntitlementKey): Promise<void> {
  demandEntitling(ctx, entitlement);
  await transaction(ctx, async (ctx) => {
    await check(ctx, entitlement);
    const { personId, role, entity, entityId } = entitlement;
    const { rows } = await run(
      ctx,
      sql`
      delete from entitlement
       where tenant_id = ${TENANT} and person_id = ${personId} and role = ${role} and entity = ${entity} and entity_id = ${entityId}
      returning 1`,
    );
    if (rows.length === 0) return;
    await append(ctx, [eventOf('entitlement.deleted', entitlement)]);
    await accessChanged(ctx);
  });
  announced(ctx);
}

export async function listEntitlements(ctx: Context, query: ListQuery): Promise<Page<Entitlement>> {
  demand(ctx, 'roles.read');
  const where = sql`e.tenant_id = ${TENANT}${visiblePeople(ctx, 'p')}`;
  return listPage<Entitlement>(ctx, entitlementListing, where, query);
}

/** Which staff words people have anywhere, each once; people without any are left out. */
export async function entitledRoles(ctx: Context, personIds: readonly string[]): Promise<Map<string, RoleKey[]>> {
  demand(ctx, 'roles.read');
  const { rows } = await run<{ id: string; roles: RoleKey[] }>(
    ctx,
    sql`
    select person_id as id, array_agg(distinct role) as roles from entitlement
     where tenant_id = ${TENANT} and person_id = any(${[...personIds]}::uuid[]) group by person_id`,
  );
  return new Map(rows.map((row) => [row.id, row.roles]));
}

/** Staff of courses, offerings and programs is a matter of the catalog, other staff one of roles. */
export function demandEntitling(ctx: Context, { entity }: Pick<EntitlementKey, 'entity'>): void {
  demand(ctx, entity === 'unit' || entity === 'group' ? 'roles.write' : 'courses.write');
}

async function check(ctx: Context, { personId, role, entity, entityId }: EntitlementKey): Promise<void> {
  if (!(ROLE_KEYS as readonly string[]).includes(role) || role === 'learner') invalid(['role'], 'unknown_value');
  await demandVisible(ctx, [personId]);
  await demandOwnThing(ctx, entity, entityId);
}

const eventOf = (
  type: 'entitlement.created' | 'entitlement.deleted',
  { personId, role, entity, entityId }: EntitlementKey,
) => ({
  type,
  entityId,
  personId,
  data: { role, entity, entityId },
});
