import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { type Bulk, EVENT, insertHolding, one, type References, type Rows, STAMP } from '../kernel/bulk.ts';
import type { Context } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { eventSql } from '../kernel/event-types.ts';
import { accessChanged } from './access-changed.ts';
import type { EntitledEntity } from './entitled-thing.ts';
import type { EntitlementKey } from './entitlements.ts';

// Access for any number of people at once, for verbs and imports that have checked who may, in their transaction.

const WORD = `jsonb_build_object('role', role, 'entity', entity, 'entityId', entity_id)`;

/** Entitles by rows `person_id, role, entity, entity_id`; what was new goes into a temporary table of these columns, where one is named. Gives how many. */
export async function entitleRows(bulk: Bulk, rows: Rows, into?: string): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with g as (${rows.sql}), t as (
       insert into entitlement (tenant_id, person_id, role, entity, entity_id, created_at)
       select distinct {tenant}, person_id, role, entity, entity_id, {at} from g
       on conflict do nothing returning person_id, role, entity, entity_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, ${eventSql('entitlement.created')}, entity_id, person_id, ${WORD} from t
     )${into ? `, made as (insert into ${into} (person_id, role, entity, entity_id) select person_id, role, entity, entity_id from t)` : ''}
     select count(*) from t`,
    rows.values,
  );
  if (count > 0) await accessChanged(bulk.ctx);
  return count;
}

/** Ends entitlements by rows `person_id, role, entity, entity_id`. Gives how many there were. */
export async function unentitleRows(bulk: Bulk, rows: Rows): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with g as (${rows.sql}), t as (
       delete from entitlement e using g
        where e.tenant_id = {tenant} and e.person_id = g.person_id and e.role = g.role and e.entity = g.entity and e.entity_id = g.entity_id
       returning e.person_id, e.role, e.entity, e.entity_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, ${eventSql('entitlement.deleted')}, entity_id, person_id, ${WORD} from t
     )
     select count(*) from t`,
    rows.values,
  );
  if (count > 0) await accessChanged(bulk.ctx);
  return count;
}

/** Staff words on things that go end with them, of which their own events tell. */
export async function forgetEntitlements(ctx: Context, entity: EntitledEntity, ids: readonly string[]): Promise<void> {
  await run(
    ctx,
    sql`delete from entitlement where tenant_id = ${TENANT} and entity = ${entity} and entity_id = any(${ids}::uuid[])`,
  );
}

/** Puts people in the place of others, where the event of the thing itself tells of it. */
export async function swapEntitled(
  ctx: Context,
  { role, entity, entityId }: Omit<EntitlementKey, 'personId'>,
  { leave, come }: { leave: readonly string[]; come: readonly string[] },
): Promise<void> {
  const entitySql = value(entity);
  const entityIdSql = value(entityId, 'uuid');
  const roleSql = value(role);
  await run(
    ctx,
    sql`with gone as (
       delete from entitlement where tenant_id = ${TENANT} and entity = ${entitySql} and entity_id = ${entityIdSql} and role = ${roleSql} and person_id = any(${leave}::uuid[]))
     insert into entitlement (tenant_id, person_id, role, entity, entity_id, created_at)
     select ${TENANT}, unnest(${come}::uuid[]), ${roleSql}, ${entitySql}, ${entityIdSql}, ${NOW} on conflict do nothing`,
  );
  await accessChanged(ctx);
}

/** Assigns roles by rows `person_id, role_id, unit_id`; what was new goes into a temporary table of these columns, where one is named. Gives how many. */
export async function assignRoleRows(
  bulk: Bulk,
  rows: Rows,
  { into, references }: { into?: string; references?: References } = {},
): Promise<number> {
  const insert = () =>
    one<{ count: number }>(
      bulk,
      `with g as (${rows.sql}), t as (
         insert into role_assignment (tenant_id, person_id, role_id, unit_id, created_at)
         select distinct {tenant}, person_id, role_id, unit_id, {at} from g
         on conflict (tenant_id, person_id, role_id, unit_id) do nothing returning person_id, role_id, unit_id
       ), noted as (
         insert into event (${EVENT}, type, entity, entity_id, person_id, data)
         select ${STAMP}, ${eventSql('role.assigned')}, role_id, person_id, jsonb_build_object('unitId', unit_id) from t
       )${into ? `, made as (insert into ${into} (person_id, role_id, unit_id) select person_id, role_id, unit_id from t)` : ''}
       select count(*) from t`,
      rows.values,
    );
  const { count } = references ? await insertHolding(bulk, references, insert) : await insert();
  if (count > 0) await accessChanged(bulk.ctx);
  return count;
}

/** Ends roles by rows `person_id, role_id, unit_id`. Gives how many there were. */
export async function unassignRoleRows(bulk: Bulk, rows: Rows): Promise<number> {
  const { count } = await one<{ count: number }>(
    bulk,
    `with g as (${rows.sql}), t as (
       delete from role_assignment a using g
        where a.tenant_id = {tenant} and a.person_id = g.person_id and a.role_id = g.role_id and a.unit_id is not distinct from g.unit_id
       returning a.person_id, a.role_id, a.unit_id
     ), noted as (
       insert into event (${EVENT}, type, entity, entity_id, person_id, data)
       select ${STAMP}, ${eventSql('role.unassigned')}, role_id, person_id, jsonb_build_object('unitId', unit_id) from t
     )
     select count(*) from t`,
    rows.values,
  );
  if (count > 0) await accessChanged(bulk.ctx);
  return count;
}

/** Whoever is deleted may nothing any more and cannot sign in: roles, staff words, passwords and tokens go, their clients are revoked. */
export async function endAccess(ctx: Context, personIds: readonly string[]): Promise<void> {
  const personIdsSql = value(personIds, 'uuid[]');
  const { rows: clients } = await run<{ id: string; person_id: string }>(
    ctx,
    sql`with roles as (delete from role_assignment where tenant_id = ${TENANT} and person_id = any(${personIdsSql})),
          words as (delete from entitlement where tenant_id = ${TENANT} and person_id = any(${personIdsSql})),
          secrets as (delete from person_secret where tenant_id = ${TENANT} and person_id = any(${personIdsSql})),
          tokens as (delete from token where tenant_id = ${TENANT} and person_id = any(${personIdsSql}))
     update api_client set status = 'revoked', updated_at = ${NOW}
      where tenant_id = ${TENANT} and person_id = any(${personIdsSql}) and status = 'active' returning id, person_id`,
  );
  await append(
    ctx,
    clients.map((client) => ({ type: 'api_client.revoked', entityId: client.id, personId: client.person_id })),
  );
  await accessChanged(ctx);
}
