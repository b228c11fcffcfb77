import { sql } from 'kysely';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import { invalid, notFound } from '../kernel/refusal.ts';
import { demandUnits, demandVisible } from './authority.ts';
import { ROLE_KEYS, type RoleKey } from './built-in-roles.ts';

export type EntitledEntity = 'unit' | 'group' | 'course' | 'offering';

/** A staff word on one thing: who teaches this offering, who edits this course. */
export interface Entitlement {
  personId: string;
  role: RoleKey;
  entity: EntitledEntity;
  entityId: string;
}

const TABLES: Record<EntitledEntity, string> = {
  unit: 'unit where true',
  group: 'people_group where deleted_at is null',
  course: 'course where deleted_at is null',
  offering: 'offering where deleted_at is null',
};

/** Entitles; having it already changes nothing. Takes `roles.write`, or `courses.write` for courses and offerings. */
export async function entitle(ctx: Context, entitlement: Entitlement): Promise<void> {
  demandEntitling(ctx, entitlement);
  await transaction(ctx, async (ctx) => {
    await check(ctx, entitlement);
    const { personId, role, entity, entityId } = entitlement;
    const { rows } = await sql`
      insert into entitlement (tenant_id, person_id, role, entity, entity_id, created_at)
      values (${ctx.tenant.id}, ${personId}, ${role}, ${entity}, ${entityId}, ${ctx.now})
      on conflict do nothing returning 1`.execute(ctx.db);
    if (rows.length > 0) await append(ctx, [eventOf('entitlement.created', entitlement)]);
  });
}

/** Ends the entitlement; without one nothing changes. */
export async function unentitle(ctx: Context, entitlement: Entitlement): Promise<void> {
  demandEntitling(ctx, entitlement);
  await transaction(ctx, async (ctx) => {
    await check(ctx, entitlement);
    const { personId, role, entity, entityId } = entitlement;
    const { rows } = await sql`
      delete from entitlement
       where tenant_id = ${ctx.tenant.id} and person_id = ${personId} and role = ${role} and entity = ${entity} and entity_id = ${entityId}
      returning 1`.execute(ctx.db);
    if (rows.length > 0) await append(ctx, [eventOf('entitlement.deleted', entitlement)]);
  });
}

/** Entitlements of a person, or on a thing, in a fixed order. */
export async function listEntitlements(
  ctx: Context,
  of: { personId: string } | { entity: EntitledEntity; entityId: string },
): Promise<Entitlement[]> {
  demand(ctx, 'roles.read');
  if ('personId' in of) await demandVisible(ctx, [of.personId]);
  else if (!isId(of.entityId)) notFound(of.entity, of.entityId);
  const { rows } = await sql<Entitlement>`
    select person_id as "personId", role, entity, entity_id as "entityId" from entitlement
     where tenant_id = ${ctx.tenant.id}
       and ${'personId' in of ? sql`person_id = ${of.personId}` : sql`entity = ${of.entity} and entity_id = ${of.entityId}`}
     order by entity collate "C", entity_id, role collate "C", person_id`.execute(ctx.db);
  return rows;
}

function demandEntitling(ctx: Context, { entity }: Entitlement): void {
  demand(ctx, entity === 'course' || entity === 'offering' ? 'courses.write' : 'roles.write');
}

async function check(ctx: Context, { personId, role, entity, entityId }: Entitlement): Promise<void> {
  if (!(ROLE_KEYS as readonly string[]).includes(role) || role === 'learner') invalid(['role'], 'unknown_value');
  const table = TABLES[entity] ?? invalid(['entity'], 'unknown_value');
  await demandVisible(ctx, [personId]);
  if (!isId(entityId)) notFound(entity, entityId);
  if (entity === 'unit') return demandUnits(ctx, [entityId]);
  const { rows } = await sql`
    select 1 from ${sql.raw(table)} and tenant_id = ${ctx.tenant.id} and id = ${entityId}`.execute(ctx.db);
  if (rows.length === 0) notFound(entity, entityId);
}

const eventOf = (type: string, { personId, role, entity, entityId }: Entitlement) => ({
  type,
  entity: 'entitlement' as const,
  entityId,
  personId,
  data: { role, entity, entityId },
});
