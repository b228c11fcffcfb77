import { type Listing, listPage } from '../../database/listing.ts';
import { parameters, run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand, demandWhole } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound } from '../kernel/refusal.ts';
import { amend, demandUnchanged, fieldsOf, insert, lockRow, readOne, type Seen, select } from '../kernel/rows.ts';
import { checked, day, id, key, label, maybe, type Patch, type Rules, text } from '../kernel/rules.ts';

export interface TermFields {
  externalId: string | null;
  name: string;
  /** `term`, `semester`, `schoolYear`, … in the words of whoever runs the account. */
  kind: string;
  /** Calendar days in the tenant's zone, `YYYY-MM-DD`. */
  startsOn: string | null;
  endsOn: string | null;
  parentId: string | null;
  schoolYear: string | null;
}

/** A span of the year; terms form a tree if wanted. */
export interface Term extends TermFields {
  id: string;
  number: number;
  createdAt: Instant;
  updatedAt: Instant;
}

export type TermPatch = Patch<TermFields>;

const RULES: Rules<TermFields> = {
  externalId: key,
  name: label(500),
  kind: label(100),
  startsOn: maybe(day),
  endsOn: maybe(day),
  parentId: maybe(id),
  schoolYear: maybe(text(100)),
};

export const termListing: Listing = {
  select: select('t', ['id', 'number', ...Object.keys(RULES), 'createdAt', 'updatedAt']),
  from: 'term t',
  fields: {
    named: {
      ...fieldsOf('t', {
        id: 'id',
        number: 'number',
        externalId: 'text?!',
        name: 'text',
        kind: 'text',
        parentId: 'id?',
        schoolYear: 'text?',
        createdAt: 'instant',
        updatedAt: 'instant',
      }),
      // a day as ISO text sorts as it should
      startsOn: { sql: 't.starts_on::text', type: 'text', nullable: true, exact: true },
      endsOn: { sql: 't.ends_on::text', type: 'text', nullable: true, exact: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

export async function listTerms(ctx: Context, query: ListQuery): Promise<Page<Term>> {
  demand(ctx, 'courses.read');
  return listPage<Term>(ctx.db, termListing, 't.tenant_id = $1', parameters(ctx.tenant.id), query);
}

export async function getTerm(ctx: Context, id: string): Promise<Term> {
  demand(ctx, 'courses.read');
  return readTerm(ctx, id);
}

async function readTerm(ctx: Context, id: string): Promise<Term> {
  if (!isId(id)) return notFound('term', id);
  const p = parameters(ctx.tenant.id, id);
  return (await readOne<Term>(ctx, termListing, 't.tenant_id = $1 and t.id = $2', p)) ?? notFound('term', id);
}

export async function createTerm(ctx: Context, input: TermPatch & { name: string }): Promise<Term> {
  demandWhole(ctx, 'courses.write');
  const own = checked(input, RULES, ['name']);
  demandDays(own);
  return transaction(ctx, async (ctx) => {
    const id = newId();
    if (own.parentId) await demandParent(ctx, id, own.parentId);
    await insert(ctx, 'term', { ...own, id });
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
  const own = checked(patch, RULES);
  return transaction(ctx, async (ctx) => {
    await lockRow(ctx, 'term', id);
    const before = await readTerm(ctx, id);
    demandUnchanged('term', before, seen);
    demandDays({ ...before, ...own });
    if (own.parentId && own.parentId !== before.parentId) await demandParent(ctx, before.id, own.parentId);
    return (await amend(ctx, 'term', before, own)) ? readTerm(ctx, before.id) : before;
  });
}

/** Offerings lose the term; refuses with `in_use` while other terms stand below it. */
export async function deleteTerm(ctx: Context, id: string, seen?: Seen<Term>): Promise<void> {
  demandWhole(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    await lockRow(ctx, 'term', id, true);
    const term = await readTerm(ctx, id);
    demandUnchanged('term', term, seen);
    const own = [ctx.tenant.id, term.id];
    const { rows } = await run(ctx.db, 'select 1 from term where tenant_id = $1 and parent_id = $2 limit 1', own);
    if (rows.length > 0) against('in_use', 'term', term.id);
    await run(ctx.db, 'delete from term where tenant_id = $1 and id = $2', own);
    await append(ctx, [{ type: 'term.deleted', entityId: term.id }]);
  });
}

function demandDays(term: TermPatch): void {
  if (term.startsOn && term.endsOn && term.endsOn < term.startsOn)
    invalid(['endsOn'], 'out_of_range', 'not before startsOn');
}

/** The parent exists and does not stand below the term; writers of the tree take turns. */
async function demandParent(ctx: Context, id: string, parentId: string): Promise<void> {
  await run(ctx.db, `select pg_advisory_xact_lock(hashtextextended('term ' || $1::text, 0))`, [ctx.tenant.id]);
  const { rows } = await run<{ id: string }>(
    ctx.db,
    `with recursive above as (
       select id, parent_id from term where tenant_id = $1::uuid and id = $2::uuid
       union select t.id, t.parent_id from term t join above on t.id = above.parent_id where t.tenant_id = $1::uuid)
     select id from above`,
    [ctx.tenant.id, parentId],
  );
  if (rows.length === 0) invalid(['parentId'], 'not_found');
  if (rows.some((row) => row.id === id)) against('cycle', 'term', id);
}
