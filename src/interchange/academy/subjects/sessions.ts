import { Sessions } from '../../../record/catalog/index.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import { fileMembers } from '../members.ts';
import { key, list, maybe, moment, name, object, ref, special, type TypeOf, text } from '../shape.ts';
import { every, externalOf, save } from '../simple.ts';
import { type Entry, subject, without } from '../subject.ts';
import type { World } from '../world.ts';
import { activityOf } from './course-activities.ts';
import { courseOf, defaultOffering } from './offerings.ts';

/** Where something belongs: to an offering, or to the one that a course is delivered in where nothing is said. */
export const PLACE = {
  course: ref('course', 'Key of a course, for its default offering.'),
  offering: ref('offering'),
};

const members = fileMembers(Sessions.MEMBERS, { except: ['name', 'externalId', 'meetings'], refs: {} });

const meeting = object({ startsAt: moment(), endsAt: moment() }, { room: maybe(ref('room')) });

const session = object(
  { key: key('session'), name: name() },
  {
    ...PLACE,
    activity: special<string>({
      $ref: '#/$defs/key',
      description: 'Key or name of the live_session activity; needed where there are several.',
    }),
    externalId: maybe(text(255)),
    ...members.shapes,
    meetings: list(meeting, 'When and where.'),
  },
);

type SessionEntry = TypeOf<typeof session>;

export const sessions = subject<SessionEntry>({
  name: 'sessions',
  description: 'Ways to attend a live_session activity.',
  entry: session,
  check: checkPlace,
  async write(world, entries) {
    for (const entry of entries) {
      const { externalId, meetings, name, activity } = entry.value;
      const place = await placeOf(world, entry);
      if (!place) continue;
      const own = { ...members.input(world, entry.value), name };
      await world.attempt(entry.path, async () => {
        const activityId =
          activity === undefined
            ? undefined
            : ((await activityOf(world, place.courseId, activity)) ??
              invalid(['activity'], 'not_found', `the course has no activity ${activity}`));
        await save(
          world,
          { subject: 'sessions', kind: 'session' },
          entry,
          {
            get: Sessions.get,
            create: Sessions.create,
            update: async (ctx, id, input: Parameters<typeof Sessions.update>[2]) => {
              const before = await Sessions.get(ctx, id);
              return Sessions.update(
                ctx,
                id,
                without({ ...input, meetings: meetings && meetingsOf(world, meetings, before) }),
              );
            },
          },
          {
            create: () => ({
              ...own,
              ...without({ activityId, meetings: meetings && meetingsOf(world, meetings) }),
              offeringId: place.offeringId,
              externalId: externalOf(entry.value),
            }),
            update: () => without({ ...own, externalId }),
          },
        );
      });
    }
  },
  async *read(library) {
    const { ctx, key, keyOf } = library;
    for await (const one of every((query) => Sessions.list(ctx, query))) {
      if (!library.has('offering', one.offeringId)) continue;
      yield without({
        key: key('session', one.id),
        name: one.name,
        ...library.place(one.courseId, one.offeringId),
        activity: library.activity(one.courseId, one.activityId),
        ...library.external('session', one.id, one.externalId),
        ...members.entry(library, one),
        meetings:
          one.meetings.length === 0
            ? undefined
            : one.meetings.map((each) =>
                without({ startsAt: each.startsAt, endsAt: each.endsAt, room: keyOf('room', each.roomId) }),
              ),
      });
    }
  },
});

/** Meetings in order of time; those that are there already keep their ids. */
function meetingsOf(
  world: World,
  given: NonNullable<SessionEntry['meetings']>,
  before?: Sessions.Session,
): Sessions.MeetingInput[] {
  return [...given]
    .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
    .map(({ startsAt, endsAt, room }, i) => ({
      ...without({ id: before?.meetings[i]?.id }),
      startsAt,
      endsAt,
      roomId: world.idOf('room', room) ?? null,
    }));
}

interface Placed {
  course?: string | undefined;
  offering?: string | undefined;
}

/** An entry names its offering, or the course whose default one is meant. */
export function checkPlace(entries: readonly Entry<Placed>[], fault: World['fault']): void {
  for (const { value, path } of entries) {
    if (value.course === undefined && value.offering === undefined)
      fault(path, 'required', 'course or offering is missing');
    if (value.course !== undefined && value.offering !== undefined)
      fault([...path, 'course'], 'unknown_field', 'the offering says which course it is');
  }
}

const places = new WeakMap<World, Map<string, Promise<{ offeringId: string; courseId: string }>>>();

/** Offering and course of an entry; undefined when they could not be made. */
export async function placeOf(
  world: World,
  { value, path }: Entry<Placed>,
): Promise<{ offeringId: string; courseId: string } | undefined> {
  return world.attempt(path, () => {
    const known = places.get(world) ?? new Map<string, Promise<{ offeringId: string; courseId: string }>>();
    places.set(world, known);
    const name = value.offering === undefined ? `course ${value.course}` : `offering ${value.offering}`;
    const found = known.get(name) ?? find(world, value);
    known.set(name, found);
    return found;
  });
}

async function find(world: World, value: Placed): Promise<{ offeringId: string; courseId: string }> {
  if (value.offering === undefined) {
    const courseId = world.id('course', value.course!);
    return { courseId, offeringId: await defaultOffering(world, courseId) };
  }
  const offeringId = world.id('offering', value.offering);
  return { offeringId, courseId: await courseOf(world, offeringId) };
}
