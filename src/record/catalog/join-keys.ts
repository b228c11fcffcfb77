import { randomInt } from 'node:crypto';
import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { constant, type Sql, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import { once, own, type PatchOf, type Read, shown, thing } from '../kernel/members.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound, refuse } from '../kernel/refusal.ts';
import { amend, demandUnchanged, insert, lockRow, readOne, type Seen } from '../kernel/rows.ts';
import { checked, choice, id, instant, key, label, maybe, whole } from '../kernel/rules.ts';
import { offeringListing } from './offering.ts';
import { demandUnit, inScope, offeringScope, unitFor } from './scope.ts';

/** A code that lets people into an offering, or into the account. */
export const JOIN_KEY = thing('join_key', 'k', {
  code: own(label(100), { about: 'What people type, in any case.', unique: 'any case' }),
  externalId: own(key, { unique: 'exact' }),
  name: own(label(500)),
  offeringId: once(maybe(id('offering'))),
  courseId: shown(maybe(id('course')), 'o.course_id'),
  unitId: own(maybe(id('unit')), 'People who join enter this unit.'),
  usesAllowed: own(maybe(whole(1, 1_000_000_000)), 'None is no limit.'),
  opensAt: own(maybe(instant)),
  closesAt: own(maybe(instant), { ends: true }),
  status: own(choice(['active', 'paused']), { usual: 'active' }),
  /** Enrollments made with it. */
  uses: shown(
    whole(0, Number.MAX_SAFE_INTEGER),
    'select count(*) from enrollment e where e.tenant_id = k.tenant_id and e.join_key_id = k.id',
  ),
});

export type JoinKey = Read<typeof JOIN_KEY>;
export type JoinKeyPatch = PatchOf<typeof JOIN_KEY>;
export type NewJoinKey = PatchOf<typeof JOIN_KEY, 'own' | 'once'> & { name: string };

const joinKeyListing: Listing = {
  select: constant(JOIN_KEY.select),
  from: sql`join_key k left join offering o on o.tenant_id = k.tenant_id and o.id = k.offering_id`,
  fields: { named: JOIN_KEY.fields },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

const scope = (ctx: Context): Sql => sql`k.tenant_id = ${TENANT} and ${inScope(ctx, 'k.unit_id')}`;

export async function listJoinKeys(ctx: Context, query: ListQuery): Promise<Page<JoinKey>> {
  demand(ctx, 'enrollments.read');
  return listPage<JoinKey>(ctx, joinKeyListing, scope(ctx), query);
}

export async function getJoinKey(ctx: Context, id: string): Promise<JoinKey> {
  demand(ctx, 'enrollments.read');
  return readJoinKey(ctx, id);
}

async function readJoinKey(ctx: Context, id: string): Promise<JoinKey> {
  if (!isId(id)) return notFound('join_key', id);
  const where = sql`${scope(ctx)} and k.id = ${id}::uuid`;
  return (await readOne<JoinKey>(ctx, joinKeyListing, where)) ?? notFound('join_key', id);
}

/** Makes a key; without a code it gets a new one that is easy to read aloud. */
export async function createJoinKey(ctx: Context, input: NewJoinKey): Promise<JoinKey> {
  demand(ctx, 'enrollments.write');
  const own = checked(input, JOIN_KEY.first, ['name']);
  demandSpan(own);
  return transaction(ctx, async (ctx) => {
    const unitId = await unitFor(ctx, own.unitId);
    if (own.offeringId) await demandOffering(ctx, own.offeringId);
    const id = newId();
    await insert(ctx, JOIN_KEY, { ...own, unitId, id, code: own.code ?? newCode() });
    await append(ctx, [
      {
        type: 'join_key.created',
        entityId: id,
        data: { name: input.name, offeringId: own.offeringId ?? null, unitId },
      },
    ]);
    return readJoinKey(ctx, id);
  });
}

/** Merges the patch into the key; where it leads cannot be changed. */
export async function updateJoinKey(
  ctx: Context,
  id: string,
  patch: JoinKeyPatch,
  seen?: Seen<JoinKey>,
): Promise<JoinKey> {
  demand(ctx, 'enrollments.write');
  const own = checked(patch, JOIN_KEY.rules);
  return transaction(ctx, async (ctx) => {
    const before = await lockOwn(ctx, id, false);
    demandUnchanged('join_key', before, seen);
    demandSpan({ ...before, ...own });
    if (own.unitId !== undefined && own.unitId !== before.unitId) await demandUnit(ctx, own.unitId);
    const extra = before.courseId ? { courseId: before.courseId } : {};
    return (await amend(ctx, JOIN_KEY, before, own, extra)) ? readJoinKey(ctx, before.id) : before;
  });
}

/** Refuses with `in_use` once somebody came in by it: pause it instead. */
export async function deleteJoinKey(ctx: Context, id: string, seen?: Seen<JoinKey>): Promise<void> {
  demand(ctx, 'enrollments.write');
  await transaction(ctx, async (ctx) => {
    const before = await lockOwn(ctx, id, true);
    demandUnchanged('join_key', before, seen);
    if (before.uses > 0) against('in_use', 'join_key', before.id);
    await run(ctx, sql`delete from join_key where tenant_id = ${TENANT} and id = ${before.id}`);
    await append(ctx, [
      {
        type: 'join_key.deleted',
        entityId: before.id,
        courseId: before.courseId,
        data: { unitId: before.unitId },
      },
    ]);
  });
}

async function lockOwn(ctx: Context, id: string, whole: boolean): Promise<JoinKey> {
  await lockRow(ctx, JOIN_KEY, id, whole);
  const own = await readJoinKey(ctx, id);
  if (ctx.actor.units !== null && own.unitId === null) refuse({ kind: 'forbidden', permission: 'enrollments.write' });
  return own;
}

async function demandOffering(ctx: Context, offeringId: string): Promise<void> {
  const where = sql`${offeringScope(ctx)} and o.id = ${offeringId}::uuid`;
  // not deleted while the key is made
  await run(ctx, sql`select 1 from offering where tenant_id = ${TENANT} and id = ${offeringId}::uuid for key share`);
  if (!(await readOne(ctx, offeringListing, where))) invalid(['offeringId'], 'not_found');
}

function demandSpan(joinKey: JoinKeyPatch): void {
  if (joinKey.opensAt && joinKey.closesAt && joinKey.closesAt < joinKey.opensAt)
    invalid(['closesAt'], 'out_of_range', 'not before opensAt');
}

// without letters and digits that look or sound alike: 10 of 28 are 48 bits
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ234679';
const newCode = (): string => Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
