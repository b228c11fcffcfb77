import { run } from '../../database/run.ts';
import { constant, join, nothing, type Sql, sql, TENANT } from '../../database/sql.ts';
import type { Context } from '../kernel/context.ts';
import { EVENT_THINGS } from '../kernel/event-types.ts';
import type { Sight } from '../kernel/events/group.ts';
import { sharedOrVisible, visibleOfferings, visiblePeople, visibleUnits } from '../kernel/visibility.ts';
import type { EventRow } from './events.ts';

/**
 * Keeps the events an actor may see: those about things the actor sees, and of those about a person only where the person is seen too.
 * Nothing for actors of the whole account. Rows are called `event`.
 */
export function visibleEvents(ctx: Context): Sql {
  if (ctx.actor.units === null) return nothing;
  const seen = seenBy(ctx);
  const cases = EVENT_THINGS.map(({ entity, sight }) => sql`when ${constant(`'${entity}'`)} then ${seen[sight]}`);
  return sql` and (event.person_id is null or exists (select 1 from person p
    where p.tenant_id = ${TENANT} and p.id = event.person_id${visiblePeople(ctx, 'p')}))
    and case event.entity ${join(cases, sql` `)} else false end`;
}

/** Which events an actor of some units sees, as far as the thing decides that. */
function seenBy(ctx: Context): Record<Sight, Sql> {
  const delivery = (offeringId: Sql): Sql => sql`(true${visibleOfferings(ctx, offeringId)})`;
  const group = (groupId: Sql): Sql => sql`exists (select 1 from people_group g
    where g.tenant_id = ${TENANT} and g.id = ${groupId}${visibleUnits(ctx, sql`g.unit_id`)})`;
  // what is gone is told by what its events say of it
  const told = (member: string): Sql => sql`(event.data ->> ${constant(`'${member}'`)})::uuid`;
  return {
    nobody: sql`false`,
    // things of the whole account that everybody who may read them sees
    all: sql`true`,
    person: sql`event.person_id is not null`,
    unit: sql`case when exists (select 1 from unit u where u.tenant_id = ${TENANT} and u.id = event.entity_id)
      then true${visibleUnits(ctx, sql`event.entity_id`)} else true${visibleUnits(ctx, told('parentId'))} end`,
    group: group(sql`event.entity_id`),
    course: sql`exists (select 1 from course c
    where c.tenant_id = ${TENANT} and c.id = event.course_id and ${sharedOrVisible(ctx, sql`c.unit_id`)})`,
    offering: delivery(sql`event.entity_id`),
    session: delivery(
      sql`(select s.offering_id from session s where s.tenant_id = ${TENANT} and s.id = event.entity_id)`,
    ),
    assessment: delivery(sql`coalesce(
      (select a.offering_id from assessment a where a.tenant_id = ${TENANT} and a.id = event.entity_id), ${told('offeringId')})`),
    file: sql`(event.person_id is not null or exists (select 1 from course c
      where c.tenant_id = ${TENANT} and c.id = event.course_id and ${sharedOrVisible(ctx, sql`c.unit_id`)}))`,
    program: sql`exists (select 1 from program g
    where g.tenant_id = ${TENANT} and g.id = event.entity_id and ${sharedOrVisible(ctx, sql`g.unit_id`)})`,
    audience: sql`(${group(told('groupId'))} and ${delivery(told('offeringId'))})`,
    join_key: sql`coalesce(
      (select ${sharedOrVisible(ctx, sql`k.unit_id`)} from join_key k where k.tenant_id = ${TENANT} and k.id = event.entity_id),
      event.data ? 'unitId' and ${sharedOrVisible(ctx, told('unitId'))})`,
  };
}

/** The events without the ids of people whom the actor does not see: null stands where one stood. */
export async function withoutStrangers(ctx: Context, rows: readonly EventRow[]): Promise<EventRow[]> {
  if (ctx.actor.units === null || rows.length === 0) return [...rows];
  const named = new Set(JSON.stringify(rows.map(({ actorId, data }) => [actorId, data])).match(QUOTED_ID) ?? []);
  const { rows: found } = await run<{ id: string }>(
    ctx,
    sql`select x.id from person x where x.tenant_id = ${TENANT} and x.id = any(${[...named].map((text) => text.slice(1, -1))}::uuid[])
        and not exists (select 1 from person p where p.tenant_id = ${TENANT} and p.id = x.id${visiblePeople(ctx, 'p')})`,
  );
  const strangers = new Set<unknown>(found.map((row) => row.id));
  const known = (_name: string, value: unknown): unknown => (strangers.has(value) ? null : value);
  return strangers.size === 0 ? [...rows] : rows.map((row) => JSON.parse(JSON.stringify(row), known));
}

const QUOTED_ID = /"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g;
