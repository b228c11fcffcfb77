import { randomInt } from 'node:crypto';
import { type Listing, listPage } from '../../database/listing.ts';
import { type Parameters, parameters, run } from '../../database/parameters.ts';
import { transaction } from '../../database/transaction.ts';
import { type Context, demand } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, invalid, notFound, refuse } from '../kernel/refusal.ts';
import { amend, demandUnchanged, fieldsOf, insert, lockRow, readOne, type Seen, select } from '../kernel/rows.ts';
import { checked, choice, id, instant, key, label, maybe, type Patch, type Rules, whole } from '../kernel/rules.ts';
import { offeringListing } from './offering.ts';
import { demandUnit, inScope, offeringScope, unitFor } from './scope.ts';

export interface JoinKeyFields {
  externalId: string | null;
  /** Unique whatever its case. */
  code: string;
  name: string;
  /** People who join enter this unit. */
  unitId: string | null;
  /** null: no limit. */
  usesAllowed: number | null;
  opensAt: Instant | null;
  closesAt: Instant | null;
  status: 'active' | 'paused';
}

/** A code that lets people into an offering, or into the account. */
export interface JoinKey extends JoinKeyFields {
  id: string;
  number: number;
  offeringId: string | null;
  courseId: string | null;
  /** Enrollments made with it. */
  uses: number;
  createdAt: Instant;
  updatedAt: Instant;
}

export type JoinKeyPatch = Patch<JoinKeyFields>;
export interface NewJoinKey extends JoinKeyPatch {
  name: string;
  offeringId?: string | null | undefined;
}

const RULES: Rules<JoinKeyFields> = {
  externalId: key,
  code: label(100),
  name: label(500),
  unitId: maybe(id),
  usesAllowed: maybe(whole(1, 1_000_000_000)),
  opensAt: maybe(instant),
  closesAt: maybe(instant),
  status: choice(['active', 'paused']),
};

export const joinKeyListing: Listing = {
  select: `${select('k', ['id', 'number', 'offeringId', ...Object.keys(RULES), 'createdAt', 'updatedAt'])}, o.course_id as "courseId",
    (select count(*) from enrollment e where e.tenant_id = k.tenant_id and e.join_key_id = k.id) as "uses"`,
  from: 'join_key k left join offering o on o.tenant_id = k.tenant_id and o.id = k.offering_id',
  fields: {
    named: {
      ...fieldsOf('k', {
        id: 'id',
        number: 'number',
        externalId: 'text?!',
        code: 'text',
        name: 'text',
        offeringId: 'id?',
        unitId: 'id?',
        usesAllowed: 'number?',
        opensAt: 'instant?',
        closesAt: 'instant?',
        status: 'text!',
        createdAt: 'instant',
        updatedAt: 'instant',
      }),
      courseId: { sql: 'o.course_id', type: 'id', nullable: true },
    },
  },
  sort: [{ field: 'name', descending: false }],
  id: 'id',
};

const scope = (ctx: Context, p: Parameters): string =>
  `k.tenant_id = ${p.add(ctx.tenant.id, 'uuid')} and ${inScope(ctx, 'k.unit_id', p)}`;

export async function listJoinKeys(ctx: Context, query: ListQuery): Promise<Page<JoinKey>> {
  demand(ctx, 'enrollments.read');
  const p = parameters();
  return listPage<JoinKey>(ctx.db, joinKeyListing, scope(ctx, p), p, query);
}

export async function getJoinKey(ctx: Context, id: string): Promise<JoinKey> {
  demand(ctx, 'enrollments.read');
  return readJoinKey(ctx, id);
}

/** The key with this code (in any case) or this external id. */
export async function findJoinKey(
  ctx: Context,
  by: { code: string } | { externalId: string },
): Promise<JoinKey | undefined> {
  demand(ctx, 'enrollments.read');
  const p = parameters();
  const own = scope(ctx, p);
  const match =
    'code' in by
      ? `lower(k.code) = lower(${p.add(by.code, 'text')})`
      : `k.external_id = ${p.add(by.externalId, 'text')}`;
  return readOne<JoinKey>(ctx, joinKeyListing, `${own} and ${match}`, p);
}

async function readJoinKey(ctx: Context, id: string): Promise<JoinKey> {
  if (!isId(id)) return notFound('join_key', id);
  const p = parameters();
  const where = `${scope(ctx, p)} and k.id = ${p.add(id, 'uuid')}`;
  return (await readOne<JoinKey>(ctx, joinKeyListing, where, p)) ?? notFound('join_key', id);
}

/** Makes a key; without a code it gets a new one that is easy to read aloud. */
export async function createJoinKey(ctx: Context, input: NewJoinKey): Promise<JoinKey> {
  demand(ctx, 'enrollments.write');
  const own = checked<JoinKeyFields & { offeringId: string | null }>(input, { ...RULES, offeringId: maybe(id) }, [
    'name',
  ]);
  demandSpan(own);
  return transaction(ctx, async (ctx) => {
    const unitId = await unitFor(ctx, own.unitId);
    if (own.offeringId) await demandOffering(ctx, own.offeringId);
    const id = newId();
    await insert(ctx, 'join_key', { ...own, unitId, id, code: own.code ?? newCode() });
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
  const own = checked(patch, RULES);
  return transaction(ctx, async (ctx) => {
    const before = await lockOwn(ctx, id, false);
    demandUnchanged('join_key', before, seen);
    demandSpan({ ...before, ...own });
    if (own.unitId !== undefined && own.unitId !== before.unitId) await demandUnit(ctx, own.unitId);
    const extra = before.courseId ? { courseId: before.courseId } : {};
    return (await amend(ctx, 'join_key', before, own, extra)) ? readJoinKey(ctx, before.id) : before;
  });
}

/** Refuses with `in_use` once somebody came in by it: pause it instead. */
export async function deleteJoinKey(ctx: Context, id: string, seen?: Seen<JoinKey>): Promise<void> {
  demand(ctx, 'enrollments.write');
  await transaction(ctx, async (ctx) => {
    const before = await lockOwn(ctx, id, true);
    demandUnchanged('join_key', before, seen);
    if (before.uses > 0) against('in_use', 'join_key', before.id);
    await run(ctx.db, 'delete from join_key where tenant_id = $1 and id = $2', [ctx.tenant.id, before.id]);
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
  await lockRow(ctx, 'join_key', id, whole);
  const own = await readJoinKey(ctx, id);
  if (ctx.actor.units !== null && own.unitId === null) refuse({ kind: 'forbidden', permission: 'enrollments.write' });
  return own;
}

async function demandOffering(ctx: Context, offeringId: string): Promise<void> {
  const p = parameters();
  const where = `${offeringScope(ctx, p)} and o.id = ${p.add(offeringId, 'uuid')}`;
  // not deleted while the key is made
  await run(ctx.db, 'select 1 from offering where tenant_id = $1 and id = $2::uuid for key share', [
    ctx.tenant.id,
    offeringId,
  ]);
  if (!(await readOne(ctx, offeringListing, where, p))) invalid(['offeringId'], 'not_found');
}

function demandSpan(joinKey: JoinKeyPatch): void {
  if (joinKey.opensAt && joinKey.closesAt && joinKey.closesAt < joinKey.opensAt)
    invalid(['closesAt'], 'out_of_range', 'not before opensAt');
}

// without letters and digits that look or sound alike: 10 of 28 are 48 bits
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ234679';
const newCode = (): string => Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
