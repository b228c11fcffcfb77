import { run } from '../../database/run.ts';
import { ACTOR_ID, ACTOR_KIND, DIALECT, NOW, sql, TENANT } from '../../database/sql.ts';
import type { Context } from './context.ts';
import { type EventData, type EventType, eventType } from './event-types.ts';
import type { Entity } from './refusal.ts';

/** A change to be remembered, with what its type holds. */
export type NewEvent<T extends EventType = EventType> = T extends EventType
  ? {
      type: T;
      entityId: string;
      personId?: string | null;
      courseId?: string | null;
    } & ([keyof EventData[T]] extends [never]
      ? { data?: never }
      : object extends EventData[T]
        ? { data?: EventData[T] }
        : { data: EventData[T] })
  : never;

/** Who, through which door and when: the columns every event of a call shares, in the order `tenant, at, actor_kind, actor_id, dialect`. */
export const eventStamp = (ctx: Context): [string, string, string, string | null, string] => [
  ctx.tenant.id,
  ctx.now,
  ctx.actor.kind,
  ctx.actor.id,
  ctx.dialect,
];

/** The data without the values of what the table withholds: that it changed is told. */
function discreet({ type, data = {} }: NewEvent): object {
  const told = eventType(type).data['changed'];
  if (typeof told !== 'object' || !('changed' in data)) return data;
  const changed = Object.entries(data.changed).map(([name, pair]) => [
    name,
    told[name] === 'withheld' ? [null, null] : pair,
  ]);
  return { ...data, changed: Object.fromEntries(changed) };
}

/** Appends events, in order, in the transaction of the change. */
export async function append(ctx: Context, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = JSON.stringify(
    events.map((event) => ({
      type: event.type,
      entity: eventType(event.type).entity,
      entity_id: event.entityId,
      person_id: event.personId ?? null,
      course_id: event.courseId ?? null,
      data: discreet(event),
    })),
  );
  await run(
    ctx,
    sql`
    insert into event (tenant_id, at, actor_kind, actor_id, dialect, type, entity, entity_id, person_id, course_id, data)
    select ${TENANT}, ${NOW}, ${ACTOR_KIND}, ${ACTOR_ID}, ${DIALECT}, e.type, e.entity, e.entity_id, e.person_id, e.course_id, e.data
      from rows from (jsonb_to_recordset(${rows}::jsonb) as (type text, entity text, entity_id uuid, person_id uuid, course_id uuid, data jsonb))
           with ordinality as e (type, entity, entity_id, person_id, course_id, data, n)
     order by e.n`,
  );
}

/** Of what happened to a thing it is told that something did, no longer what. */
export async function emptyEvents(ctx: Context, entity: Entity, id: string): Promise<void> {
  await run(
    ctx,
    sql`update event set data = '{}' where tenant_id = ${TENANT} and entity = ${entity} and entity_id = ${id}`,
  );
}

/** Members of events that hold what people wrote of somebody's work. */
const WORDS = ['comment', 'feedback'] as const;

/** What happened to somebody's work is told without the words that were written about it, before and after a change of them too. */
export async function takeWordsOutOfEvents(ctx: Context, personId: string): Promise<void> {
  for (const word of WORDS)
    await run(
      ctx,
      sql`update event set data = case when data ? ${word}::text then jsonb_set(data, array[${word}::text], 'null')
            else jsonb_set(data, array['changed', ${word}::text], '[null, null]') end
        where tenant_id = ${TENANT} and person_id = ${personId}::uuid and (data ? ${word}::text or data->'changed' ? ${word}::text)`,
    );
}
