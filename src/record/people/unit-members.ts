import { type Listing, listPage } from '../../database/listing.ts';
import { run } from '../../database/run.ts';
import { NOW, sql, TENANT, value } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Authority } from '../access/index.ts';
import { report } from '../kernel/changes.ts';
import { type Context, demand, demandAnywhere } from '../kernel/context.ts';
import { append, type NewEvent } from '../kernel/event.ts';
import { isId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ListQuery, Page } from '../kernel/page.ts';
import { against, notFound } from '../kernel/refusal.ts';
import { lockGroups } from './groups-lock.ts';

/** A unit that somebody belongs to. */
export interface PersonUnit {
  personId: string;
  unitId: string;
  name: string;
  primary: boolean;
  /** Since when; for the primary one since the person was made. */
  createdAt: Instant;
}

const personUnitListing: Listing = {
  select: sql`b.person_id as "personId", b.unit_id as "unitId", u.name, b.first as "primary", b.created_at as "createdAt"`,
  from: sql`(select tenant_id, id as person_id, unit_id, true as first, created_at from person
     union all
     select x.tenant_id, x.person_id, x.unit_id, false, x.created_at from person_unit x
       join person p on p.tenant_id = x.tenant_id and p.id = x.person_id and p.unit_id <> x.unit_id) b
    join unit u on u.tenant_id = b.tenant_id and u.id = b.unit_id`,
  fields: {
    named: {
      primary: { sql: 'b.first', type: 'boolean' },
      unitId: { sql: 'b.unit_id', type: 'id' },
      name: { sql: 'u.name', type: 'text' },
      createdAt: { sql: 'b.created_at', type: 'instant' },
    },
  },
  sort: [
    { field: 'primary', descending: true },
    { field: 'createdAt', descending: false },
  ],
  id: 'unitId',
};

/** The units of a person, the primary one first. People see their own. */
export async function listUnitsOf(ctx: Context, personId: string, query: ListQuery): Promise<Page<PersonUnit>> {
  if (!(ctx.actor.kind === 'person' && ctx.actor.id === personId)) {
    demandAnywhere(ctx, 'people.read');
    await Authority.demandVisible(ctx, [personId], 'people.read');
  }
  return listPage<PersonUnit>(
    ctx,
    personUnitListing,
    sql`b.tenant_id = ${TENANT} and b.person_id = ${personId}::uuid`,
    query,
  );
}

/** Makes somebody belong to a further unit; the primary one or one that is there already changes nothing. */
export async function addToUnit(ctx: Context, personId: string, unitId: string): Promise<void> {
  demand(ctx, 'people.write');
  await transaction(
    ctx,
    async (ctx) => {
      await Authority.demandVisible(ctx, [personId]);
      await Authority.demandUnits(ctx, [unitId]);
      const unitIdSql = value(unitId, 'uuid');
      const { rows } = await run(
        ctx,
        sql`insert into person_unit (tenant_id, person_id, unit_id, created_at)
       select ${TENANT}, p.id, ${unitIdSql}, ${NOW} from person p where p.tenant_id = ${TENANT} and p.id = ${personId} and p.unit_id <> ${unitIdSql}
       on conflict do nothing returning 1`,
      );
      if (rows.length > 0) await append(ctx, [{ type: 'unit.member_added', entityId: unitId, personId }]);
    },
    { learners: [personId] },
  );
}

/** The same for many at once; gives who came, as `person unit`. The caller has checked that the actor sees them all. */
export async function addToUnits(
  ctx: Context,
  pairs: readonly { personId: string; unitId: string }[],
): Promise<Set<string>> {
  demand(ctx, 'people.write');
  if (pairs.length === 0) return new Set();
  const { rows } = await run<{ personId: string; unitId: string }>(
    ctx,
    sql`insert into person_unit (tenant_id, person_id, unit_id, created_at)
     select distinct ${TENANT}, p.id, w.unit_id, ${NOW}
       from unnest(${pairs.map((pair) => pair.personId)}::uuid[], ${pairs.map((pair) => pair.unitId)}::uuid[]) as w (person_id, unit_id)
       join person p on p.tenant_id = ${TENANT} and p.id = w.person_id and p.unit_id <> w.unit_id
     on conflict do nothing returning person_id as "personId", unit_id as "unitId"`,
  );
  await append(
    ctx,
    rows.map(({ personId, unitId }) => ({
      type: 'unit.member_added',
      entityId: unitId,
      personId,
    })),
  );
  return new Set(rows.map(({ personId, unitId }) => `${personId} ${unitId}`));
}

/**
 * Ends a belonging. The primary one is refused (`in_use`) unless `handOn` says what takes its place: the oldest further unit, or else
 * the root. Not belonging there is `not_found`. With `withGroups` the unit's groups are left too.
 */
export async function removeFromUnit(
  ctx: Context,
  personId: string,
  unitId: string,
  options: { handOn?: boolean; withGroups?: boolean } = {},
): Promise<void> {
  demand(ctx, 'people.write');
  if (!isId(unitId)) notFound('unit', unitId);
  await transaction(ctx, async (ctx) => {
    if (options.withGroups) await lockGroups(ctx, 'shared');
    await Authority.demandVisible(ctx, [personId]);
    await Authority.demandUnits(ctx, [unitId]);
    const tenant = ctx.tenant.id;
    const { rows } = await run<{ unit_id: string }>(
      ctx,
      sql`
      select unit_id from person where tenant_id = ${tenant} and id = ${personId} for no key update`,
    );
    const primary = rows[0]!.unit_id === unitId.toLowerCase();
    if (primary && !options.handOn) against('in_use', 'unit', unitId);
    const { rows: removed } = await run(
      ctx,
      sql`
      delete from person_unit where tenant_id = ${tenant} and person_id = ${personId} and unit_id = ${unitId} returning 1`,
    );
    if (!primary && removed.length === 0) notFound('unit', unitId);
    if (primary) {
      const { rows: next } = await run<{ id: string }>(
        ctx,
        sql`
        select coalesce(
          (select unit_id from person_unit where tenant_id = ${tenant} and person_id = ${personId} order by created_at, unit_id limit 1),
          (select id from unit where tenant_id = ${tenant} and parent_id is null)) as id`,
      );
      const unit = next[0]!.id;
      if (unit === unitId.toLowerCase()) against('in_use', 'unit', unitId);
      await run(
        ctx,
        sql`
        with gone as (delete from person_unit where tenant_id = ${tenant} and person_id = ${personId} and unit_id = ${unit})
        update person set unit_id = ${unit}, updated_at = ${NOW} where tenant_id = ${tenant} and id = ${personId}`,
      );
      await append(ctx, [
        {
          type: 'person.updated',
          entityId: personId,
          personId,
          data: { changed: { unitId: [unitId, unit] } },
        },
      ]);
    }
    const { rows: groups } = options.withGroups
      ? await run<{ group_id: string }>(
          ctx,
          sql`
          delete from group_member m using people_group g
           where m.tenant_id = ${tenant} and m.person_id = ${personId} and g.tenant_id = m.tenant_id and g.id = m.group_id
             and g.unit_id = ${unitId}
          returning m.group_id`,
        )
      : { rows: [] };
    await append(ctx, [
      { type: 'unit.member_removed', entityId: unitId, personId },
      ...groups.map((group): NewEvent => ({ type: 'group.member_removed', entityId: group.group_id, personId })),
    ]);
    report(
      ctx,
      'left',
      groups.map((group) => ({ personId, groupId: group.group_id })),
    );
  });
}
