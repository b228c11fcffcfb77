import { isDeepStrictEqual } from 'node:util';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Entitlements } from '../access/index.ts';
import { report, settled } from '../kernel/changes.ts';
import { type Context, demandAnywhere } from '../kernel/context.ts';
import { append } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import { against, invalid } from '../kernel/refusal.ts';
import { amend, type Changed, demandUnchanged, lockRow, mergedAttributes, type Seen } from '../kernel/rows.ts';
import { checked } from '../kernel/rules.ts';
import { demandDates, demandPublishedVersion, replaceTerms } from './create-offering.ts';
import { lockForOffering } from './lock-learners.ts';
import { OFFERING, type Offering, type OfferingPatch } from './offering.ts';
import { readOffering } from './read-offerings.ts';
import { demandOwnOrEntitled, demandUnit } from './scope.ts';

/**
 * Merges the patch into the offering; attributes merge by key. `seen`: the `updatedAt` the caller knows, else `stale`.
 * More seats move the waitlist in the same transaction. Enrollments already made keep their version and dates.
 */
export async function updateOffering(
  ctx: Context,
  id: string,
  patch: OfferingPatch,
  seen?: Seen<Offering>,
): Promise<Offering> {
  demandAnywhere(ctx, 'courses.write');
  const { termIds, ...own } = checked(patch, OFFERING.rules);
  return transaction(ctx, async (ctx) => {
    if (isId(id))
      await lockForOffering(ctx, id, {
        seats: own.seats !== undefined,
        opening: own.state === 'active',
        closing: own.state !== undefined || own.endsAt !== undefined,
        hidden: own.hiddenActivityIds !== undefined,
      });
    await lockRow(ctx, OFFERING, id);
    const before = await readOffering(ctx, id, 'courses.write');
    await demandOwnOrEntitled(ctx, 'offering', before);
    demandUnchanged('offering', before, seen);
    demandDates({ ...before, ...own });
    if (own.unitId !== undefined && own.unitId !== before.unitId) await demandUnit(ctx, own.unitId);
    if (own.versionId && own.versionId !== before.versionId)
      await demandPublishedVersion(ctx, before.courseId, own.versionId);
    if (own.versionId === null && before.versionId !== null) invalid(['versionId'], 'required');
    const terms = termIds && [...termIds].sort();
    const changed: Changed = {};
    if (terms && !isDeepStrictEqual(terms, before.termIds)) {
      await replaceTerms(ctx, before.id, termIds);
      changed.termIds = [before.termIds, terms];
    }
    const attributes = mergedAttributes(before.attributes, own.attributes);
    const done = await amend(ctx, OFFERING, before, { ...own, attributes }, { courseId: before.courseId, changed });
    if (!done) return before;
    const differs = (name: keyof typeof own): boolean =>
      own[name] !== undefined && !isDeepStrictEqual(own[name], before[name]);
    const changes: readonly [boolean, 'offering_opened' | 'seats_changed' | 'activities_hidden' | 'offering_closed'][] =
      [
        [differs('state') && own.state === 'active', 'offering_opened'],
        [differs('seats'), 'seats_changed'],
        [differs('hiddenActivityIds'), 'activities_hidden'],
        [differs('state') || differs('endsAt'), 'offering_closed'],
      ];
    for (const [happened, change] of changes) if (happened) report(ctx, change, [{ offeringId: before.id }]);
    await settled(ctx);
    return readOffering(ctx, before.id, 'courses.write');
  });
}

/**
 * Deletes an offering with its sessions, keys and staff roles; its external id is free again. Refuses with `in_use` while
 * anybody is enrolled.
 */
export async function deleteOffering(ctx: Context, id: string, seen?: Seen<Offering>): Promise<void> {
  demandAnywhere(ctx, 'courses.write');
  await transaction(ctx, async (ctx) => {
    // everybody who would enroll meanwhile waits for the end of this
    await lockRow(ctx, OFFERING, id, true);
    const offering = await readOffering(ctx, id, 'courses.write');
    await demandOwnOrEntitled(ctx, 'offering', offering);
    demandUnchanged('offering', offering, seen);
    const { rows } = await run(
      ctx,
      sql`select 1 from enrollment where tenant_id = ${TENANT} and offering_id = ${offering.id}::uuid and ending is null limit 1`,
    );
    if (rows.length > 0) against('in_use', 'offering', offering.id);
    await removeOfferings(ctx, [offering.id]);
    await append(ctx, [{ type: 'offering.deleted', entityId: offering.id, courseId: offering.courseId }]);
  });
}

/** Marks offerings deleted, with what hangs on them. Keys that people came by stay, paused, because enrollments name them. */
export async function removeOfferings(ctx: Context, ids: readonly string[]): Promise<void> {
  await run(
    ctx,
    sql`update offering set deleted_at = ${NOW}, updated_at = ${NOW} where tenant_id = ${TENANT} and id = any(${ids}::uuid[])`,
  );
  await run(
    ctx,
    sql`update session set deleted_at = ${NOW}, updated_at = ${NOW}
      where tenant_id = ${TENANT} and offering_id = any(${ids}::uuid[]) and deleted_at is null`,
  );
  await Entitlements.forget(ctx, 'offering', ids);
  // nobody is enrolled, so they gave nothing that would have to be taken back
  const { rows: audiences } = await run<{ id: string; groupId: string; offeringId: string }>(
    ctx,
    sql`delete from audience where tenant_id = ${TENANT} and offering_id = any(${ids}::uuid[])
     returning id, group_id as "groupId", offering_id as "offeringId"`,
  );
  await append(
    ctx,
    audiences.map(({ id, ...data }) => ({ type: 'audience.removed', entityId: id, data })),
  );
  await run(
    ctx,
    sql`delete from join_key k where k.tenant_id = ${TENANT} and k.offering_id = any(${ids}::uuid[])
        and not exists (select 1 from enrollment e where e.tenant_id = k.tenant_id and e.join_key_id = k.id)`,
  );
  await run(
    ctx,
    sql`update join_key set status = 'paused', updated_at = ${NOW} where tenant_id = ${TENANT} and offering_id = any(${ids}::uuid[])`,
  );
}
