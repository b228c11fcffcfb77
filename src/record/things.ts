import { Courses, CreditTypes, JoinKeys, Offerings, Rooms, Sessions, Terms } from './catalog/index.ts';
import { MEMBERS, type Members as Told, type Value } from './kernel/event-data.ts';
import type { EventTypeFacts } from './kernel/event-types.ts';
import type { Member, Thing } from './kernel/members.ts';
import { Groups, Profiles, Units } from './people/index.ts';
import { Programs } from './programs/index.ts';

/** Every thing that a member table describes. */
export const THINGS: readonly Thing[] = [
  Units.MEMBERS,
  Groups.MEMBERS,
  Profiles.MEMBERS,
  Courses.MEMBERS,
  Offerings.MEMBERS,
  Sessions.MEMBERS,
  Terms.MEMBERS,
  Rooms.MEMBERS,
  CreditTypes.MEMBERS,
  JoinKeys.MEMBERS,
  Programs.MEMBERS,
];

/** The data of events of a type, with the members of its thing where the table of types refers to them. */
export function dataOf({ entity, data }: Pick<EventTypeFacts, 'entity' | 'data'>): Told {
  return Object.fromEntries(
    Object.entries(data).map(([name, held]) => {
      if (typeof held === 'string' || held[MEMBERS] === undefined) return [name, held];
      const { [MEMBERS]: _, ...apart } = held;
      return [name, { ...told(THINGS.find((thing) => thing.entity === entity)!), ...apart }];
    }),
  );
}

const told = ({ members, rules }: Thing): Record<string, Value> =>
  Object.fromEntries(Object.keys(rules).map((name) => [name, kindOf(members[name]!)]));

function kindOf({ rule }: Member): Value {
  const { type, day, json, nullable } = rule;
  const items = (json['items'] as { type?: string } | undefined)?.type;
  const kind = day ? 'day' : (type ?? (items === 'string' ? 'ids' : items === 'object' ? 'list' : 'object'));
  return nullable ? `${kind}?` : kind;
}
