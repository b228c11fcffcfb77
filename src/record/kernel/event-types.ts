import { constant, type Sql } from '../../database/sql.ts';
import type { DataOf, Members } from './event-data.ts';
import { COURSE_EVENTS } from './events/courses.ts';
import { DELIVERY_EVENTS } from './events/delivery.ts';
import type { EventGroup, EventGroups, Sight } from './events/group.ts';
import { LEARNING_EVENTS } from './events/learning.ts';
import { PEOPLE_EVENTS } from './events/people.ts';
import type { Entity } from './refusal.ts';

/**
 * Every type of event, `entity.what_happened`, by thing. What an import leaves out of its events may be absent. No member holds a
 * secret or says what the right answer is.
 */
export const EVENT_GROUPS = { ...PEOPLE_EVENTS, ...COURSE_EVENTS, ...LEARNING_EVENTS, ...DELIVERY_EVENTS } as const;

type Groups = typeof EVENT_GROUPS;
type TypesOf = {
  [G in keyof Groups & string]: {
    [W in keyof Groups[G]['types'] & string as `${G}.${W}`]: Groups[G]['types'][W] extends readonly [
      string,
      infer M,
      ...unknown[],
    ]
      ? DataOf<M>
      : never;
  };
}[keyof Groups & string];
type Together<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The data of each type of event. */
export type EventData = { [T in keyof Together<TypesOf>]: Together<TypesOf>[T] };
export type EventType = keyof EventData;

export interface EventThing {
  /** What stands before the point in the types. */
  name: string;
  entity: Entity;
  sight: Sight;
  about: string;
  what: readonly string[];
}

/** What events are about, in the order of the table. */
export const EVENT_THINGS: readonly EventThing[] = Object.entries<EventGroup>(EVENT_GROUPS).map(([name, group]) => ({
  name,
  entity: group.entity ?? (name as Entity),
  sight: group.sight,
  about: group.about ?? '',
  what: Object.keys(group.types),
}));

export interface EventTypeFacts {
  type: EventType;
  entity: Entity;
  sight: Sight;
  /** The change, in a sentence. */
  change: string;
  data: Members;
  version: number;
}

/** Every type, in the order of the table. */
export const EVENT_TYPES: readonly EventTypeFacts[] = EVENT_THINGS.flatMap(({ name, entity, sight }) =>
  Object.entries((EVENT_GROUPS as EventGroups)[name]!.types).map(([what, [change, data, version]]) => ({
    type: `${name}.${what}` as EventType,
    entity,
    sight,
    change,
    data,
    version: version ?? 1,
  })),
);

const BY_TYPE: ReadonlyMap<string, EventTypeFacts> = new Map(EVENT_TYPES.map((facts) => [facts.type, facts]));

/** What the table says of a type. */
export const eventType = (type: EventType): EventTypeFacts => BY_TYPE.get(type)!;

/** The type as an SQL literal. */
export const typeSql = (type: EventType): Sql => constant(`'${eventType(type).type}'`);

/** The type and its entity as SQL literals: the columns `type, entity` of an event. */
export const eventSql = (type: EventType): Sql => constant(`'${eventType(type).type}', '${eventType(type).entity}'`);
