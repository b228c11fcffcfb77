import { run } from '../../database/parameters.ts';
import type { Context } from '../kernel/context.ts';
import { EVENT_THINGS } from '../kernel/event-types.ts';
import type { Sight } from '../kernel/events/group.ts';
import { sharedOrVisibleSql, visibleOfferingsSql, visiblePeopleSql, visibleUnitsSql } from '../kernel/visibility.ts';
import type { EventRow } from './events.ts';

/**
 * SQL that keeps the events an actor may see: those about things the actor sees, and of those about a person only where the person is
 * seen too. Empty for actors of the whole account. The statement's $1 is the tenant, its rows are called `event`.
 */
export function visibleEventsSql(ctx: Context): string {
  if (ctx.actor.units === null) return '';
  const seen = seenBy(ctx);
  const cases = EVENT_THINGS.map(({ entity, sight }) => `when '${entity}' then ${seen[sight]}`);
  return ` and (event.person_id is null or exists (select 1 from person p
    where p.tenant_id = $1 and p.id = event.person_id${visiblePeopleSql(ctx, 'p')}))
    and case event.entity ${cases.join(' ')} else false end`;
}

/** Which events an actor of some units sees, as far as the thing decides that. */
function seenBy(ctx: Context): Record<Sight, string> {
  const delivery = (offeringId: string): string => `(true${visibleOfferingsSql(ctx, offeringId)})`;
  const group = (groupId: string): string => `exists (select 1 from people_group g
    where g.tenant_id = $1 and g.id = ${groupId}${visibleUnitsSql(ctx, 'g.unit_id')})`;
  // what is gone is told by what its events say of it
  const told = (member: string): string => `(event.data ->> '${member}')::uuid`;
  return {
    nobody: 'false',
    // things of the whole account that everybody who may read them sees
    all: 'true',
    person: 'event.person_id is not null',
    unit: `case when exists (select 1 from unit u where u.tenant_id = $1 and u.id = event.entity_id)
      then true${visibleUnitsSql(ctx, 'event.entity_id')} else true${visibleUnitsSql(ctx, told('parentId'))} end`,
    group: group('event.entity_id'),
    course: `exists (select 1 from course c
    where c.tenant_id = $1 and c.id = event.course_id and ${sharedOrVisibleSql(ctx, 'c.unit_id')})`,
    offering: delivery('event.entity_id'),
    session: delivery('(select s.offering_id from session s where s.tenant_id = $1 and s.id = event.entity_id)'),
    assessment: delivery(`coalesce(
      (select a.offering_id from assessment a where a.tenant_id = $1 and a.id = event.entity_id), ${told('offeringId')})`),
    audience: `(${group(told('groupId'))} and ${delivery(told('offeringId'))})`,
    join_key: `coalesce(
      (select ${sharedOrVisibleSql(ctx, 'k.unit_id')} from join_key k where k.tenant_id = $1 and k.id = event.entity_id),
      event.data ? 'unitId' and ${sharedOrVisibleSql(ctx, told('unitId'))})`,
  };
}

/** The events without the ids of people whom the actor does not see: null stands where one stood. */
export async function withoutStrangers(ctx: Context, rows: readonly EventRow[]): Promise<EventRow[]> {
  if (ctx.actor.units === null || rows.length === 0) return [...rows];
  const named = new Set(JSON.stringify(rows.map(({ actorId, data }) => [actorId, data])).match(QUOTED_ID) ?? []);
  const { rows: found } = await run<{ id: string }>(
    ctx.db,
    `select x.id from person x where x.tenant_id = $1 and x.id = any($2::uuid[])
        and not exists (select 1 from person p where p.tenant_id = $1 and p.id = x.id${visiblePeopleSql(ctx, 'p')})`,
    [ctx.tenant.id, [...named].map((text) => text.slice(1, -1))],
  );
  const strangers = new Set<unknown>(found.map((row) => row.id));
  const known = (_name: string, value: unknown): unknown => (strangers.has(value) ? null : value);
  return strangers.size === 0 ? [...rows] : rows.map((row) => JSON.parse(JSON.stringify(row), known));
}

const QUOTED_ID = /"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g;
