import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { amend, demandUnchanged, insert, lockRow, readOne, type Seen } from '../kernel/rows.ts';
import { checked, key, label } from '../kernel/rules.ts';

/** A kind of credit that completing a course can be worth. */
export const CREDIT_TYPE = thing('credit_type', 'k', {
  externalId: own(key, { unique: 'exact' }),
  name: own(label(500)),
});

export type CreditType = Read<typeof CREDIT_TYPE>;
export type CreditTypePatch = PatchOf<typeof CREDIT_TYPE>;

const creditTypeListing: Listing = {
  select: constant(CREDIT_TYPE.select),
  from: sql`credit_type k`,
  fields: { named: CREDIT_TYPE.fields },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

export async function listCreditTypes(ctx: Context, query: ListQuery): Promise<Page<CreditType>> {
  demand(ctx, 'courses.read');
  return listPage<CreditType>(ctx, creditTypeListing, sql`k.tenant_id = ${TENANT}`, query);
}

export async function getCreditType(ctx: Context, id: string): Promise<CreditType> {
  demand(ctx, 'courses.read');
  return readCreditType(ctx, id);
}

async function readCreditType(ctx: Context, id: string): Promise<CreditType> {
  if (!isId(id)) return notFound('credit_type', id);
  const found = await readOne<CreditType>(ctx, creditTypeListing, sql`k.tenant_id = ${TENANT} and k.id = ${id}`);
  return found ?? notFound('credit_type', id);
}

export async function createCreditType(ctx: Context, input: CreditTypePatch & { name: string }): Promise<CreditType> {
  demandWhole(ctx, 'courses.write');
  const own = checked(input, CREDIT_TYPE.rules, ['name']);
  return transaction(ctx, async (ctx) => {
    const id = newId();
    await insert(ctx, CREDIT_TYPE, { ...own, id });
    await append(ctx, [{ type: 'credit_type.created', entityId: id, data: { name: input.name } }]);
    return readCreditType(ctx, id);
  });
}

export async function updateCreditType(
  ctx: Context,
  id: string,
  patch: CreditTypePatch,
  seen?: Seen<CreditType>,
): Promise<CreditType> {
  demandWhole(ctx, 'courses.write');
  const own = checked(patch, CREDIT_TYPE.rules);
  return transaction(ctx, async (ctx) => {
    await lockRow(ctx, CREDIT_TYPE, id);
    const before = await readCreditType(ctx, id);
    demandUnchanged('credit_type', before, seen);
    return (await amend(ctx, CREDIT_TYPE, before, own)) ? readCreditType(ctx, before.id) : before;
  });
}

/** Refuses with `in_use` while a course or an enrollment counts in it. */
export async function deleteCreditType(ctx: Context, id: string, seen?: Seen<CreditType>): Promise<void> {
  demandWhole(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await lockRow(ctx, CREDIT_TYPE, id, true);
    const type = await readCreditType(ctx, id);
    demandUnchanged('credit_type', type, seen);
    const { rows } = await run(
      ctx,
      sql`select 1 from course_credit k join course c on c.tenant_id = k.tenant_id and c.id = k.course_id
        where k.tenant_id = ${TENANT} and k.credit_type_id = ${type.id}::uuid and c.deleted_at is null
       union all select 1 from enrollment_credit where tenant_id = ${TENANT} and credit_type_id = ${type.id}::uuid limit 1`,
    );
    if (rows.length > 0) against('in_use', 'credit_type', type.id);
    await run(ctx, sql`delete from credit_type where tenant_id = ${TENANT} and id = ${type.id}::uuid`);
    await append(ctx, [{ type: 'credit_type.deleted', entityId: type.id }]);
  });
}
