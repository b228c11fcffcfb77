import { isDeepStrictEqual } from 'node:util';
import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Access, Authority, Entitlements } from '../access/index.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import { takeLock } from '../kernel/locks.ts';
import { freshOf, own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { amend, amended, insert, mergedAttributes } from '../kernel/rows.ts';
import { attributes, checked, email, flag, id, maybe, named, short, trimmedKey } from '../kernel/rules.ts';
import { sourced } from '../kernel/source-keys.ts';
import type { Precondition } from '../kernel/text.ts';
import { visibleUnits } from '../kernel/visibility.ts';

/** A part of the organisation; the root has no parent. */
export const UNIT = thing('unit', 'u', {
  externalId: own(trimmedKey, { unique: 'exact' }),
  name: own(named(500)),
  parentId: own(maybe(id('unit'))),
  kind: own(short(), 'School, department, region …'),
  useOwnContact: own(flag),
  companyName: own(short()),
  phone: own(short()),
  email: own(email),
  currencyId: own(maybe(id()), 'A currency, by the id an integration gave it.'),
  attributes: own(attributes(), 'Fields of it, by key.'),
});

export type Unit = Read<typeof UNIT>;
/** An absent member keeps its value or takes its default, the parent that of the root; null clears. Attributes merge by key. */
export type UnitInput = PatchOf<typeof UNIT>;

const unitListing: Listing = {
  select: constant(UNIT.select),
  from: sql`unit u`,
  fields: { named: UNIT.fields, attributes: 'u.attributes' },
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
  let where = sql`u.tenant_id = ${TENANT}${visibleUnits(ctx, sql`u.id`)}`;
  if (scope.within !== undefined) where = sql`${where} and u.id in ${unitsWithin(scope.within)}`;
  if (scope.sourcedId !== undefined) where = sql`${where}${sourced('unit', 'u.id', scope.sourcedId)}`;
  return listPage<Unit>(ctx, unitListing, where, query);
}

/** SQL of a unit and all below it. */
const unitsWithin = (unitId: string): Sql =>
  isId(unitId)
    ? sql`(with recursive w as (select ${unitId}::uuid as id
        union select c.id from unit c join w on c.parent_id = w.id where c.tenant_id = ${TENANT}) select id from w)`
    : sql`(select null::uuid)`;

export async function getUnit(ctx: Context, id: string): Promise<Unit> {
  demand(ctx, 'units.read');
  return readUnit(ctx, id);
}

/** The unit at the top of the tree, whoever asks: the one people are in without any. */
export async function getRootUnit(ctx: Context): Promise<Unit> {
  const { rows } = await run<Unit>(
    ctx,
    sql`select ${unitListing.select} from unit u where u.tenant_id = ${TENANT} and u.parent_id is null`,
  );
  return rows[0] ?? notFound('unit');
}

async function readUnit(ctx: Context, id: string, lock = false): Promise<Unit> {
  if (!isId(id)) return notFound('unit', id);
  const { rows } = await run<Unit>(
    ctx,
    sql`select ${unitListing.select} from unit u where u.tenant_id = ${TENANT} and u.id = ${id}${visibleUnits(ctx, sql`u.id`)}${lock ? sql` for no key update` : nothing}`,
  );
  return rows[0] ?? notFound('unit', id);
}

/** Makes a unit, below the root unless said otherwise. */
export async function createUnit(ctx: Context, input: UnitInput & { id?: string | null }): Promise<Unit> {
  demand(ctx, 'units.write');
  const id = input.id?.toLowerCase() ?? newId();
  if (!isId(id)) invalid(['id'], 'format', 'a UUID');
  const given = checked(input, UNIT.rules, ['name']);
  return transaction(ctx, async (ctx) => {
    const parentId = given.parentId ?? (await getRootUnit(ctx)).id;
    await checkParent(ctx, parentId);
    const values = { ...given, id, parentId, attributes: mergedAttributes({}, given.attributes) };
    const number = await insert(ctx, UNIT, values);
    const unit = freshOf(UNIT, { ...values, number, createdAt: ctx.now, updatedAt: ctx.now });
    const { externalId, name } = unit;
    await append(ctx, [{ type: 'unit.created', entityId: id, data: { externalId, name, parentId } }]);
    return unit;
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
  const given = checked(input, UNIT.rules);
  return transaction(ctx, async (ctx) => {
    // two moves at once could close a ring that neither sees
    if (given.parentId !== undefined) await lockTree(ctx);
    const before = await readUnit(ctx, id, true);
    precondition?.(before);
    const patch = { ...given, attributes: mergedAttributes(before.attributes, given.attributes) };
    if (given.parentId !== undefined && given.parentId !== before.parentId) await move(ctx, before, given.parentId);
    return (await amend(ctx, UNIT, before, patch)) ? amended(ctx, before, patch) : before;
  });
}

async function move(ctx: Context, unit: Unit, parentId: string | null): Promise<void> {
  if (unit.parentId === null) invalid(['parentId'], 'read_only', 'the root stays at the top');
  if (parentId === null) return invalid(['parentId'], 'required', 'only the root has none');
  await checkParent(ctx, parentId);
  const { rows } = await run(
    ctx,
    sql`
    with recursive below as (
      select id from unit where tenant_id = ${TENANT} and id = ${unit.id}
      union select u.id from unit u join below b on u.parent_id = b.id where u.tenant_id = ${TENANT})
    select 1 from below where id = ${parentId}`,
  );
  if (rows.length > 0) against('cycle', 'unit', unit.id);
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
      ? await run<{ updated_at: Instant }>(
          ctx,
          sql`
          select updated_at from unit where tenant_id = ${TENANT} and id = ${id} for no key update`,
        )
      : { rows: [] };
    if (!id || !rows[0]) return { unit: await createUnit(ctx, input), outcome: 'created' };
    const before = await readUnit(ctx, id);
    const unit = await updateUnit(ctx, id, input);
    return {
      unit,
      outcome: isDeepStrictEqual({ ...unit, updatedAt: before.updatedAt }, before) ? 'unchanged' : 'changed',
    };
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
    await run(
      ctx,
      sql`
      update person set unit_id = ${unit.parentId} where tenant_id = ${TENANT} and unit_id = ${unit.id} and status = 'deleted'`,
    );
    const { rows } = await run(
      ctx,
      sql`
      select 1 from person_unit where tenant_id = ${TENANT} and unit_id = ${unit.id} limit 1`,
    );
    if (rows.length > 0) against('in_use', 'unit', unit.id);
    await Entitlements.forget(ctx, 'unit', [unit.id]);
    try {
      await run(ctx, sql`delete from unit where tenant_id = ${TENANT} and id = ${unit.id}`);
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
