import { run } from '../../../database/run.ts';
import { sql } from '../../../database/sql.ts';
import { Offerings, Versions } from '../../../record/catalog/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import { invalid } from '../../../record/kernel/refusal.ts';
import { choice, flag, key, list, maybe, name, object, ref, special, type TypeOf, text, whole } from '../shape.ts';
import { collect, every, externalOf, sameThing } from '../simple.ts';
import { subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { activityOf } from './course-activities.ts';
import { MEMBERS } from './offering-members.ts';
import { readOfferings } from './offerings-export.ts';

const offering = object(
  { key: key('offering'), course: ref('course') },
  {
    name: name('That of the course unless said otherwise.'),
    default: flag('This is the delivery that is meant where only the course is named.'),
    externalId: maybe(text(255)),
    version: whole(
      1,
      100_000,
      'Which of the versions of the course it delivers; the present one unless said otherwise.',
    ),
    fromTemplate: flag(
      'Made of the course as a template: it stays on its version until another is named. So where the course is a template.',
    ),
    state: choice(['active', 'retired']),
    waitlist: whole(0, 1_000_000_000, 'How many may wait for a seat.'),
    readOnly: flag('Nothing starts any more.'),
    hiddenActivities: list(special<string>({ $ref: '#/$defs/key', description: 'Key or name of an activity.' })),
    unit: maybe(ref('unit')),
    ...MEMBERS.shapes,
  },
);

export type OfferingEntry = TypeOf<typeof offering>;

export const offerings = subject<OfferingEntry>({
  name: 'offerings',
  description: 'Deliveries of courses. A course has one of its own where nothing is said of any.',
  entry: offering,
  async write(world) {
    await writeOfferings(world, world.past, () => true);
  },
  /** What is over has been learned in before. */
  async finish(world, entries) {
    for (const { value, path } of entries)
      if (world.known('offering', value.key) === undefined && (value.readOnly || value.state === 'retired'))
        await world.attempt(path, () =>
          Offerings.update(
            world.ctx,
            world.id('offering', value.key),
            without({ readOnly: value.readOnly, state: value.state }),
          ),
        );
  },
  read: readOfferings,
});

/** Writes the offerings of the file that are wanted and not yet written. */
export async function writeOfferings(
  world: World,
  ctx: Context,
  wanted: (value: OfferingEntry) => boolean,
): Promise<void> {
  for (const entry of world.entries('offerings') as readonly Entry<OfferingEntry>[]) {
    const { value, path } = entry;
    if (!wanted(value)) continue;
    if (world.known('offering', value.key) !== undefined) await world.attempt(path, () => update(world, entry));
    else if (!world.has('offering', value.key)) await world.attempt(path, () => create(world, ctx, entry));
  }
}

async function inputOf(world: World, { value }: Entry<OfferingEntry>, courseId: string): Promise<Offerings.Patch> {
  const hidden: string[] = [];
  for (const [i, activity] of (value.hiddenActivities ?? []).entries())
    hidden.push(
      (await activityOf(world, courseId, activity)) ??
        invalid(['hiddenActivities', i], 'not_found', `the course has no activity ${activity}`),
    );
  return without({
    ...MEMBERS.input(world, value),
    name: value.name,
    waitlistSeats: value.waitlist,
    hiddenActivityIds: value.hiddenActivities ? hidden : undefined,
    unitId: world.idOf('unit', value.unit),
    versionId: value.version === undefined ? undefined : await versionOf(world.ctx, courseId, value.version),
  });
}

export async function versionOf(ctx: Context, courseId: string, ordinal: number): Promise<string> {
  const versions = await collect(
    every((query) => Versions.list(ctx, courseId, query), [{ field: 'ordinal', descending: false }]),
  );
  const published = versions.filter((version) => version.state !== 'draft');
  return published[ordinal - 1]?.id ?? invalid(['version'], 'not_found', `the course has ${published.length} of them`);
}

async function create(world: World, ctx: Context, entry: Entry<OfferingEntry>): Promise<void> {
  const { value } = entry;
  const courseId = world.id('course', value.course);
  const input = await inputOf(world, entry, courseId);
  if (value.default) {
    const { id } = await Offerings.ensureDefault(ctx, courseId);
    await Offerings.update(ctx, id, without({ ...input, externalId: value.externalId }));
    world.remember('offering', value.key, id);
  } else {
    const made = await Offerings.create(ctx, {
      ...input,
      courseId,
      externalId: externalOf(value),
      fromTemplate: value.fromTemplate,
    });
    world.remember('offering', value.key, made.id);
  }
  world.count('offerings', 'created');
}

async function update(world: World, entry: Entry<OfferingEntry>): Promise<void> {
  const { value, path } = entry;
  const id = world.known('offering', value.key)!;
  const before = await Offerings.get(world.ctx, id);
  if (before.courseId !== world.id('course', value.course))
    return world.fault([...path, 'course'], 'read_only', 'an offering stays with its course');
  const { versionId, ...input } = await inputOf(world, entry, before.courseId);
  const after = await Offerings.update(
    world.ctx,
    id,
    without({
      ...input,
      // the version it has may be retired by now, and is no change
      versionId: versionId === before.versionId ? undefined : versionId,
      externalId: value.externalId,
      readOnly: value.readOnly,
      state: value.state,
    }),
  );
  world.remember('offering', value.key, id);
  world.count('offerings', sameThing(before, after) ? 'unchanged' : 'changed');
}

/** The delivery that is meant where only the course is named. */
export async function defaultOffering(world: World, courseId: string): Promise<string> {
  const { rows } = await run<{ id: string }>(
    world.ctx,
    sql`select id from offering where tenant_id = ${world.ctx.tenant.id} and course_id = ${courseId} and is_default and deleted_at is null`,
  );
  return rows[0]?.id ?? (await Offerings.ensureDefault(world.past, courseId)).id;
}

export async function courseOf(world: World, offeringId: string): Promise<string> {
  const { rows } = await run<{ id: string }>(
    world.ctx,
    sql`select course_id as id from offering where tenant_id = ${world.ctx.tenant.id} and id = ${offeringId}`,
  );
  return rows[0]!.id;
}
