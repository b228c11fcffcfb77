import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Audiences } from '../../../record/enrollment/index.ts';
import { flag, list, moment, object, ref, type TypeOf } from '../shape.ts';
import { filled } from '../simple.ts';
import { subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import type { EnrollmentEntry } from './enrollment-shape.ts';
import { checkPlace, PLACE, placeOf } from './sessions.ts';
import { timelineOf } from './timeline.ts';

const audience = object(
  { group: ref('group') },
  {
    ...PLACE,
    recursive: flag('The groups below count too.'),
    since: moment('When it was tied, and its people enrolled; when the academy was made, unless said otherwise.'),
    except: list(ref('person'), 'Removed by name: not enrolled until they leave the group and come back.'),
  },
);

type AudienceEntry = TypeOf<typeof audience>;

export const audiences = subject<AudienceEntry>({
  name: 'audiences',
  description:
    'Groups tied to an offering: whoever is in the group is enrolled. An enrollment of its own tells what somebody did in it, and that they came by the group.',
  entry: audience,
  check(entries, fault) {
    checkPlace(entries, fault);
    const seen = new Set<string>();
    for (const { value, path } of entries) {
      const own = JSON.stringify([value.group, value.course, value.offering]);
      if (seen.has(own)) fault(path, 'taken', 'the group is tied to it already');
      seen.add(own);
    }
  },
  async write(world, entries) {
    for (const entry of entries) {
      const place = await placeOf(world, entry);
      if (place) await world.attempt(entry.path, () => tie(world, entry, place.offeringId));
    }
  },
  async *read(library) {
    const { ctx } = library;
    const all = await Audiences.list(ctx);
    const { rows: courses } = await run<{ id: string; courseId: string }>(
      ctx,
      sql`select id, course_id as "courseId" from offering where tenant_id = ${TENANT} and id = any(${all.map((one) => one.offeringId)}::uuid[])`,
    );
    const courseOf = new Map(courses.map((row) => [row.id, row.courseId]));
    const { rows } = await run<{ audienceId: string; personId: string }>(
      ctx,
      sql`select audience_id as "audienceId", person_id as "personId" from audience_exception where tenant_id = ${TENANT}`,
    );
    const exceptions = Map.groupBy(rows, (row) => row.audienceId);
    const entries = all
      .filter((one) => library.has('group', one.groupId) && library.has('offering', one.offeringId))
      .map((one) => ({
        group: library.key('group', one.groupId),
        ...library.place(courseOf.get(one.offeringId)!, one.offeringId),
        ...without({
          recursive: one.recursive || undefined,
          since: one.createdAt,
          except: filled(
            (exceptions.get(one.id) ?? [])
              .filter((row) => library.has('person', row.personId))
              .map((row) => library.key('person', row.personId))
              .sort(),
          ),
        }),
      }));
    yield* entries.sort((a, b) => compare(a.since, b.since) || compare(JSON.stringify(a), JSON.stringify(b)));
  },
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function tie(world: World, { value, path }: Entry<AudienceEntry>, offeringId: string): Promise<void> {
  const groupId = world.id('group', value.group);
  const [before] = await Audiences.list(world.ctx, { groupId, offeringId });
  const recursive = value.recursive ?? before?.recursive ?? false;
  const since = value.since ?? world.past.now;
  if (since > world.ctx.now) world.fault([...path, 'since'], 'out_of_range', 'is out of range (it lies in the future)');
  const ctx = before ? world.ctx : { ...world.ctx, now: since };
  const { audience } = await Audiences.set(ctx, groupId, offeringId, { recursive, settle: before !== undefined });
  const excepted = await Audiences.except(
    world.ctx,
    audience.id,
    (value.except ?? []).map((person) => world.id('person', person)),
  );
  const changed = before !== undefined && (before.recursive !== recursive || excepted > 0);
  world.count('audiences', before ? (changed ? 'changed' : 'unchanged') : 'created');
  if (before) return;
  // whoever has an enrollment of their own in the file came when that says; whoever will be suspended stays out
  const people = await Audiences.peopleOf(world.ctx, audience);
  const away = new Set(
    world
      .entries('people')
      .filter((person) => person.value.status === 'suspended')
      .flatMap((person) => (world.has('person', person.value.key) ? world.id('person', person.value.key) : [])),
  );
  const present = people.filter((id) => !away.has(id));
  const own = await enrolledByFile(world, offeringId);
  const timeline = timelineOf(world);
  const settle = (at: string, ids: readonly string[], first: boolean) =>
    timeline.act({ at, path, first }, (ctx) => Audiences.settle(ctx, ids, audience.id));
  settle(
    since,
    present.filter((id) => !own.has(id)),
    true,
  );
  // who told only what they did is held by the group too
  const told = present.filter((id) => own.has(id));
  if (told.length > 0) settle(world.ctx.now, told, false);
}

const enrolled = new WeakMap<World, Promise<Map<string, Set<string>>>>();

/** Who has entries in an offering, by the file. */
async function enrolledByFile(world: World, offeringId: string): Promise<ReadonlySet<string>> {
  const known = enrolled.get(world) ?? readEnrolled(world);
  enrolled.set(world, known);
  return (await known).get(offeringId) ?? new Set();
}

async function readEnrolled(world: World): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const entry of world.entries('enrollments') as readonly Entry<EnrollmentEntry>[]) {
    const { person, course, offering } = entry.value;
    // what is wrong with an entry is told when its turn comes
    const there =
      offering === undefined ? course !== undefined && world.has('course', course) : world.has('offering', offering);
    if (!there || !world.has('person', person)) continue;
    const place = await placeOf(world, entry);
    if (!place) continue;
    const people = found.get(place.offeringId) ?? new Set();
    found.set(place.offeringId, people.add(world.id('person', person)));
  }
  return found;
}

const known = new WeakMap<World, Promise<Map<string, string>>>();

/** The audiences of the tenant by group and offering, once those of the file are there. */
export function audiencesOf(world: World): Promise<Map<string, string>> {
  const found = known.get(world) ?? readAudiences(world);
  known.set(world, found);
  return found;
}

async function readAudiences({ ctx }: World): Promise<Map<string, string>> {
  const all = await Audiences.list(ctx);
  return new Map(all.map((one) => [`${one.groupId} ${one.offeringId}`, one.id]));
}
