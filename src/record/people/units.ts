import { sql } from 'kysely';
import { type Listing, listPage } from '../../database/listing.ts';
import { type Parameters, parameters, run } from '../../database/parameters.ts';
import { transaction, violatedKey } from '../../database/transaction.ts';
import { Access, Authority, Entitlements } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { isEmail } from '../kernel/email.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { takeLock } from '../kernel/locks.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound, refuse } from '../kernel/refusal.ts';
import { sourcedSql } from '../kernel/source-keys.ts';
import {
  changesOf,
  jsonFault,
  LONGEST,
  longerThan,
  nameText,
  optionalText,
  type Precondition,
} from '../kernel/text.ts';
import { visibleUnitsSql } from '../kernel/visibility.ts';

/** A part of the organisation; the root has no parent. */
export interface Unit {
  id: string;
  number: number;
  externalId: string | null;
  name: string;
  parentId: string | null;
  kind: string | null;
  useOwnContact: boolean;
  companyName: string | null;
  phone: string | null;
  email: string | null;
  currencyId: string | null;
  attributes: Record<string, unknown>;
  createdAt: Instant;
  updatedAt: Instant;
}

/** An absent member keeps its value or takes its default; null clears. */
export interface UnitInput {
  externalId?: string | null;
  name?: string;
  /** The root when absent at creation. */
  parentId?: string | null;
  kind?: string | null;
  useOwnContact?: boolean;
  companyName?: string | null;
  phone?: string | null;
  email?: string | null;
  currencyId?: string | null;
  /** Merged by key; null removes one. */
  attributes?: Record<string, unknown>;
}

const unitListing: Listing = {
  select: `u.id, u.number, u.external_id as "externalId", u.name, u.parent_id as "parentId", u.kind, u.use_own_contact as "useOwnContact",
    u.company_name as "companyName", u.phone, u.email, u.currency_id as "currencyId", u.attributes,
    u.created_at as "createdAt", u.updated_at as "updatedAt"`,
  from: 'unit u',
  fields: {
    named: {
      id: { sql: 'u.id', type: 'id' },
      number: { sql: 'u.number', type: 'number' },
      externalId: { sql: 'u.external_id', type: 'text', nullable: true, exact: true },
      name: { sql: 'u.name', type: 'text' },
      parentId: { sql: 'u.parent_id', type: 'id', nullable: true },
      kind: { sql: 'u.kind', type: 'text', nullable: true },
      useOwnContact: { sql: 'u.use_own_contact', type: 'boolean' },
      companyName: { sql: 'u.company_name', type: 'text', nullable: true },
      phone: { sql: 'u.phone', type: 'text', nullable: true },
      email: { sql: 'u.email', type: 'text', nullable: true },
      currencyId: { sql: 'u.currency_id', type: 'id', nullable: true },
      createdAt: { sql: 'u.created_at', type: 'instant' },
      updatedAt: { sql: 'u.updated_at', type: 'instant' },
    },
    attributes: 'u.attributes',
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

/** Units the actor may see; `within` only that one and those below it, `sourcedId` only what a roster calls so. */
export async function listUnits(
  ctx: Context,
  query: ListQuery,
  scope: { within?: string; sourcedId?: string } = {},
): Promise<Page<Unit>> {
  demand(ctx, 'units.read');
  const values = parameters(ctx.tenant.id);
  let where = `u.tenant_id = $1${visibleUnitsSql(ctx, 'u.id')}`;
  if (scope.within !== undefined) where += ` and u.id in ${unitsWithin(scope.within, values)}`;
  if (scope.sourcedId !== undefined)
    where += sourcedSql('unit', 'u.id', { tenant: '$1', key: values.add(scope.sourcedId, 'text') });
  return listPage<Unit>(ctx.db, unitListing, where, values, query);
}

/** SQL of a unit and all below it. */
const unitsWithin = (unitId: string, values: Parameters): string =>
  isId(unitId)
    ? `(with recursive w as (select ${values.add(unitId, 'uuid')} as id
        union select c.id from unit c join w on c.parent_id = w.id where c.tenant_id = $1) select id from w)`
    : '(select null::uuid)';

export async function getUnit(ctx: Context, id: string): Promise<Unit> {
  demand(ctx, 'units.read');
  return readUnit(ctx, id);
}

/** The unit at the top of the tree, whoever asks: the one people are in without any. */
export async function getRootUnit(ctx: Context): Promise<Unit> {
  const { rows } = await run<Unit>(
    ctx.db,
    `select ${unitListing.select} from unit u where u.tenant_id = $1 and u.parent_id is null`,
    [ctx.tenant.id],
  );
  return rows[0] ?? notFound('unit');
}

async function readUnit(ctx: Context, id: string, lock = false): Promise<Unit> {
  if (!isId(id)) return notFound('unit', id);
  const { rows } = await run<Unit>(
    ctx.db,
    `select ${unitListing.select} from unit u where u.tenant_id = $1 and u.id = $2${visibleUnitsSql(ctx, 'u.id')}${lock ? ' for no key update' : ''}`,
    [ctx.tenant.id, id],
  );
  return rows[0] ?? notFound('unit', id);
}

/** Makes a unit, below the root unless said otherwise. */
export async function createUnit(ctx: Context, input: UnitInput & { id?: string | null }): Promise<Unit> {
  demand(ctx, 'units.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  return written(ctx, async (ctx) => {
    const parentId = input.parentId ?? (await getRootUnit(ctx)).id;
    const unit = merged({ ...input, parentId }, { ...EMPTY, id, createdAt: ctx.now, updatedAt: ctx.now });
    await checkParent(ctx, parentId);
    const inserted = await ctx.db
      .insertInto('unit')
      .values({ tenant_id: ctx.tenant.id, id, ...columns(unit), created_at: ctx.now, updated_at: ctx.now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
      .returning('number')
      .execute();
    if (!inserted[0]) return refuse({ kind: 'taken', entity: 'unit', field: 'id', value: id });
    const { externalId, name } = unit;
    await append(ctx, [{ type: 'unit.created', entityId: id, data: { externalId, name, parentId } }]);
    return { ...unit, number: inserted[0].number };
  });
}

/** Changes a unit; `parentId` moves it with all below. The root stays where it is, and nothing comes below itself (`cycle`). */
export async function updateUnit(
  ctx: Context,
  id: string,
  input: UnitInput,
  precondition?: Precondition<Unit>,
): Promise<Unit> {
  demand(ctx, 'units.write');
  const unit = await written(ctx, async (ctx) => {
    const moving = input.parentId !== undefined;
    // two moves at once could close a ring that neither sees
    if (moving) await lockTree(ctx);
    const before = await readUnit(ctx, id, true);
    precondition?.(before);
    const after = merged(input, before);
    const changed = changesOf(before, after, MEMBERS);
    if (!changed) return before;
    if (changed['parentId']) {
      if (before.parentId === null) return invalid(['parentId'], 'read_only', 'the root stays at the top');
      if (after.parentId === null) return invalid(['parentId'], 'required', 'only the root has none');
      await checkParent(ctx, after.parentId);
      const { rows } = await sql`
        with recursive below as (
          select id from unit where tenant_id = ${ctx.tenant.id} and id = ${before.id}
          union select u.id from unit u join below b on u.parent_id = b.id where u.tenant_id = ${ctx.tenant.id})
        select 1 from below where id = ${after.parentId}`.execute(ctx.db);
      if (rows.length > 0) against('cycle', 'unit', before.id);
    }
    await ctx.db
      .updateTable('unit')
      .set({ ...columns(after), updated_at: ctx.now })
      .where('tenant_id', '=', ctx.tenant.id)
      .where('id', '=', before.id)
      .execute();
    await append(ctx, [{ type: 'unit.updated', entityId: before.id, data: { changed } }]);
    return { ...after, updatedAt: ctx.now };
  });
  return unit;
}

/** Changes the unit with this id, or makes it. */
export async function upsertUnit(
  ctx: Context,
  input: UnitInput & { id?: string | null },
): Promise<{ unit: Unit; outcome: 'created' | 'changed' | 'unchanged' }> {
  demand(ctx, 'units.write');
  return transaction(ctx, async (ctx) => {
    const id = input.id?.toLowerCase();
    if (id !== undefined && !isId(id)) invalid(['id'], 'format', 'a UUID');
    // two makers of one id: the second changes what the first made
    if (id) await lockTree(ctx);
    const { rows } = id
      ? await sql<{ updated_at: Instant }>`
          select updated_at from unit where tenant_id = ${ctx.tenant.id} and id = ${id} for no key update`.execute(
          ctx.db,
        )
      : { rows: [] };
    if (!id || !rows[0]) return { unit: await createUnit(ctx, input), outcome: 'created' };
    const before = await readUnit(ctx, id);
    const unit = await updateUnit(ctx, id, input);
    return { unit, outcome: changesOf(before, unit, MEMBERS) ? 'changed' : 'unchanged' };
  });
}

/** Deletes a unit that holds nobody and nothing (`in_use`); roles and belongings in it end. The root stays. */
export async function deleteUnit(ctx: Context, id: string, precondition?: Precondition<Unit>): Promise<void> {
  demand(ctx, 'units.write');
  await transaction(ctx, async (ctx) => {
    const unit = await readUnit(ctx, id, true);
    precondition?.(unit);
    if (unit.parentId === null) against('in_use', 'unit', unit.id);
    // people who are gone do not hold a unit; what else refers to it does
    await sql`
      update person set unit_id = ${unit.parentId} where tenant_id = ${ctx.tenant.id} and unit_id = ${unit.id} and status = 'deleted'`.execute(
      ctx.db,
    );
    const { rows } = await sql`
      select 1 from person_unit where tenant_id = ${ctx.tenant.id} and unit_id = ${unit.id} limit 1`.execute(ctx.db);
    if (rows.length > 0) against('in_use', 'unit', unit.id);
    await Entitlements.forget(ctx, 'unit', [unit.id]);
    try {
      await sql`delete from unit where tenant_id = ${ctx.tenant.id} and id = ${unit.id}`.execute(ctx.db);
    } catch (error) {
      // still referred to by people, units, groups, courses, offerings or join keys
      if ((error as { code?: string }).code === '23503') against('in_use', 'unit', unit.id);
      throw error;
    }
    await append(ctx, [
      { type: 'unit.deleted', entityId: unit.id, data: { name: unit.name, parentId: unit.parentId } },
    ]);
    await Access.changed(ctx);
  });
  Access.announced(ctx);
}

const EMPTY = {
  number: 0,
  externalId: null,
  name: '',
  parentId: null,
  kind: null,
  useOwnContact: false,
  companyName: null,
  phone: null,
  email: null,
  currencyId: null,
  attributes: {},
};

const MEMBERS = [
  'externalId',
  'name',
  'parentId',
  'kind',
  'useOwnContact',
  'companyName',
  'phone',
  'email',
  'currencyId',
  'attributes',
] as const;

function merged(input: UnitInput, before: Unit): Unit {
  const text = (member: 'externalId' | 'kind' | 'companyName' | 'phone' | 'email'): string | null =>
    input[member] === undefined ? before[member] : optionalText(input[member], [member]);
  const id = (member: 'parentId' | 'currencyId'): string | null => {
    const value = input[member];
    if (value === undefined || value === null) return value === undefined ? before[member] : null;
    return isId(value) ? value.toLowerCase() : invalid([member], 'format', 'a UUID');
  };
  const email = text('email');
  if (email !== null && email !== before.email && !isEmail(email)) invalid(['email'], 'format', 'an email address');
  if (longerThan(input.attributes, LONGEST)) invalid(['attributes'], 'too_long');
  const attributes = { ...before.attributes };
  for (const [key, value] of Object.entries(input.attributes ?? {})) {
    const fault = jsonFault({ [key]: value });
    if (fault) invalid(['attributes', key], fault);
    if (value === null) delete attributes[key];
    else attributes[key] = value;
  }
  return {
    ...before,
    externalId: text('externalId'),
    name: input.name === undefined && before.name ? before.name : nameText(input.name, ['name']),
    parentId: id('parentId'),
    kind: text('kind'),
    useOwnContact: input.useOwnContact ?? before.useOwnContact,
    companyName: text('companyName'),
    phone: text('phone'),
    email,
    currencyId: id('currencyId'),
    attributes,
  };
}

const columns = (unit: Unit) => ({
  external_id: unit.externalId,
  name: unit.name,
  parent_id: unit.parentId,
  kind: unit.kind,
  use_own_contact: unit.useOwnContact,
  company_name: unit.companyName,
  phone: unit.phone,
  email: unit.email,
  currency_id: unit.currencyId,
  attributes: JSON.stringify(unit.attributes),
});

const lockTree = async (ctx: Context): Promise<void> => {
  await takeLock(ctx, 'units');
};

/** A parent the actor may not see is none, and an actor of some units works below them only. */
async function checkParent(ctx: Context, parentId: string): Promise<void> {
  try {
    await Authority.demandUnits(ctx, [parentId]);
  } catch {
    invalid(['parentId'], 'not_found');
  }
}

async function written<T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> {
  try {
    return await transaction(ctx, work);
  } catch (error) {
    if (violatedKey(error) === 'unit_external_id') refuse({ kind: 'taken', entity: 'unit', field: 'externalId' });
    throw error;
  }
}
