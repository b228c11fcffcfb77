import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { takeLock } from '../kernel/locks.ts';
import { own, type PatchOf, type Read, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { amend, demandUnchanged, insert, lockRow, readOne, type Seen } from '../kernel/rows.ts';
import { checked, day, id, key, label, maybe, text } from '../kernel/rules.ts';

/** A span of the year; terms form a tree if wanted. */
export const TERM = thing('term', 't', {
  externalId: own(key, { unique: 'exact' }),
  name: own(label(500)),
  kind: own(label(100), { about: 'In the academy’s own words; term unless said otherwise.', usual: 'term' }),
  startsOn: own(maybe(day)),
  endsOn: own(maybe(day)),
  parentId: own(maybe(id('term')), 'Key of the term it is a part of.'),
  schoolYear: own(maybe(text(100))),
});

export type Term = Read<typeof TERM>;
export type TermPatch = PatchOf<typeof TERM>;

const termListing: Listing = {
  select: constant(TERM.select),
  from: sql`term t`,
  fields: { named: TERM.fields },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

export async function listTerms(ctx: Context, query: ListQuery): Promise<Page<Term>> {
  demand(ctx, 'courses.read');
  return listPage<Term>(ctx, termListing, sql`t.tenant_id = ${TENANT}`, query);
}

export async function getTerm(ctx: Context, id: string): Promise<Term> {
  demand(ctx, 'courses.read');
  return readTerm(ctx, id);
}

async function readTerm(ctx: Context, id: string): Promise<Term> {
  if (!isId(id)) return notFound('term', id);
  return (await readOne<Term>(ctx, termListing, sql`t.tenant_id = ${TENANT} and t.id = ${id}`)) ?? notFound('term', id);
}

export async function createTerm(ctx: Context, input: TermPatch & { name: string }): Promise<Term> {
  demandWhole(ctx, 'courses.write');
  const own = checked(input, TERM.rules, ['name']);
  demandDays(own);
  return transaction(ctx, async (ctx) => {
    const id = newId();
    if (own.parentId) await demandParent(ctx, id, own.parentId);
    await insert(ctx, TERM, { ...own, id });
    await append(ctx, [
      {
        type: 'term.created',
        entityId: id,
        data: { name: input.name, externalId: own.externalId ?? null },
      },
    ]);
    return readTerm(ctx, id);
  });
}

/** Merges the patch into the term; refuses with `cycle` when it would stand below itself. */
export async function updateTerm(ctx: Context, id: string, patch: TermPatch, seen?: Seen<Term>): Promise<Term> {
  demandWhole(ctx, 'courses.write');
  const own = checked(patch, TERM.rules);
  return transaction(ctx, async (ctx) => {
    await lockRow(ctx, TERM, id);
    const before = await readTerm(ctx, id);
    demandUnchanged('term', before, seen);
    demandDays({ ...before, ...own });
    if (own.parentId && own.parentId !== before.parentId) await demandParent(ctx, before.id, own.parentId);
    return (await amend(ctx, TERM, before, own)) ? readTerm(ctx, before.id) : before;
  });
}

/** Offerings lose the term; refuses with `in_use` while other terms stand below it. */
export async function deleteTerm(ctx: Context, id: string, seen?: Seen<Term>): Promise<void> {
  demandWhole(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await lockRow(ctx, TERM, id, true);
    const term = await readTerm(ctx, id);
    demandUnchanged('term', term, seen);
    const { rows } = await run(
      ctx,
      sql`select 1 from term where tenant_id = ${TENANT} and parent_id = ${term.id}::uuid limit 1`,
    );
    if (rows.length > 0) against('in_use', 'term', term.id);
    await run(ctx, sql`delete from term where tenant_id = ${TENANT} and id = ${term.id}::uuid`);
    await append(ctx, [{ type: 'term.deleted', entityId: term.id }]);
  });
}

function demandDays(term: TermPatch): void {
  if (term.startsOn && term.endsOn && term.endsOn < term.startsOn)
    invalid(['endsOn'], 'out_of_range', 'not before startsOn');
}

/** The parent exists and does not stand below the term; writers of the tree take turns. */
async function demandParent(ctx: Context, id: string, parentId: string): Promise<void> {
  await takeLock(ctx, 'term');
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`with recursive above as (
       select id, parent_id from term where tenant_id = ${TENANT} and id = ${parentId}::uuid
       union select t.id, t.parent_id from term t join above on t.id = above.parent_id where t.tenant_id = ${TENANT})
     select id from above`,
  );
  if (rows.length === 0) invalid(['parentId'], 'not_found');
  if (rows.some((row) => row.id === id)) against('cycle', 'term', id);
}
