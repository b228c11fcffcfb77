import { Content, Courses, Versions } from '../../../record/catalog/index.ts';
import type { Context } from '../../../record/kernel/context.ts';
import { choice, flag, key, list, maybe, name, object, type TypeOf, text } from '../shape.ts';
import { collect, every, externalOf, filled, sameThing } from '../simple.ts';
import { inOrder, subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { activitiesOf, activityName, type SectionEntry, sameContent, section, sections, withIds } from './content.ts';
import { forgetActivities } from './course-activities.ts';
import { COURSE_LINKS, MEMBERS } from './course-members.ts';
import { readCourses } from './courses-export.ts';
import { writeOfferings } from './offerings.ts';

const version = object({ sections }, {});

const course = object(
  { key: key('course'), name: name() },
  {
    kind: choice(Courses.KINDS, 'Online unless said otherwise.'),
    state: choice(['draft', 'published', 'retired'], 'Published unless said otherwise.'),
    externalId: maybe(text(255)),
    ...MEMBERS.shapes,
    ...COURSE_LINKS,
    defaultOffering: flag('False for a course that is delivered only in offerings of its own.'),
    sections,
    versions: list(version, 'In place of sections: every version there was, the present one last.'),
    draft: object({ sections }, {}, 'The next version, being written.'),
  },
);

type CourseEntry = TypeOf<typeof course>;

export const courses = subject<CourseEntry>({
  name: 'courses',
  description: 'Courses of all kinds with their content, and collections of courses.',
  entry: course,
  defs: { section },
  check(entries, fault) {
    for (const { value, path } of entries) {
      if (value.sections && value.versions) fault([...path, 'versions'], 'unknown_field', 'there are sections already');
      if (value.state === 'draft' && (value.versions || value.draft))
        fault([...path, 'state'], 'unknown_value', 'a draft has sections only, no versions and no further draft');
      for (const { sections: content, at } of versionsOf(value)) {
        const names = new Set<string>();
        for (const activity of activitiesOf(content)) {
          if (activity.key !== undefined && names.has(activity.key))
            fault([...path, ...at], 'taken', `two activities have the key ${activity.key}`);
          names.add(activityName(activity));
        }
      }
    }
  },
  async write(world, entries) {
    const ordered = inOrder(
      entries,
      ({ value }) => value.key,
      ({ value }) => versionsOf(value).flatMap((each) => membersIn(each.sections)),
    );
    const changed = new Map<string, boolean>();
    for (const entry of ordered)
      await world.attempt(entry.path, async () => {
        if (world.known('course', entry.value.key) === undefined) await create(world, entry);
        else changed.set(entry.value.key, await update(world, entry));
      });
    // now that all of them are there
    for (const entry of ordered)
      await world.attempt(entry.path, async () => {
        const moved = await link(world, entry);
        const before = changed.get(entry.value.key);
        if (before !== undefined) world.count('courses', before || moved ? 'changed' : 'unchanged');
      });
  },
  /** Nobody enrolls in what is retired, so it retires when everybody has. */
  async finish(world, entries) {
    for (const { value, path } of entries)
      if (value.state === 'retired' && world.known('course', value.key) === undefined)
        await world.attempt(path, () => Courses.update(world.ctx, world.id('course', value.key), { state: 'retired' }));
  },
  read: readCourses,
});

/** Every content that the entry tells, oldest first, with its place. */
const versionsOf = (value: CourseEntry): { sections: SectionEntry[]; at: (string | number)[] }[] => [
  ...(value.sections ? [{ sections: value.sections, at: ['sections'] }] : []),
  ...(value.versions ?? []).map((each, i) => ({ sections: each.sections, at: ['versions', i, 'sections'] })),
  ...(value.draft ? [{ sections: value.draft.sections, at: ['draft', 'sections'] }] : []),
];

const membersIn = (content: readonly SectionEntry[]): string[] =>
  content.flatMap((section) => (section.members ?? []).map((member) => member.course));

const plainOf = (world: World, value: CourseEntry): Courses.Patch => ({
  ...MEMBERS.input(world, value),
  name: value.name,
  editorIds: value.editors?.map((editor) => world.id('person', editor)),
  creditAwards: value.creditAwards?.map(({ type, credits }) => ({
    creditTypeId: world.id('credit_type', type),
    credits,
  })),
  prices: value.prices?.map(({ amount, currency, unit }) => ({ amount, currency, unitId: world.idOf('unit', unit) })),
});

async function create(world: World, { value }: Entry<CourseEntry>): Promise<void> {
  const ctx = world.past;
  const [first, ...rest] = versionsOf(value).filter(({ at }) => at[0] !== 'draft');
  const { content, keyed } = withIds(world, undefined, first?.sections ?? [{ name: value.name }], []);
  const state = value.state === 'draft' ? 'draft' : 'published';
  const made = await Courses.create(ctx, {
    ...plainOf(world, value),
    name: value.name,
    kind: value.kind ?? 'online',
    externalId: externalOf(value),
    ...without({ defaultOffering: value.defaultOffering }),
    content,
    state,
  });
  world.remember('course', value.key, made.id);
  for (const [key, id] of keyed) world.rememberActivity(made.id, key, id);
  let present = (await collect(every((query) => Versions.list(ctx, made.id, query), ORDINAL))).at(-1)!;
  for (const [i, { sections: next }] of rest.entries()) {
    // deliveries of an earlier version were made while it was the present one
    await writeOfferings(world, ctx, (offering) => offering.course === value.key && offering.version === i + 1);
    const before = await Content.get(ctx, present.id);
    await saveKeyed(world, ctx, made.id, next, before.sections, true);
    present = await Courses.publish(ctx, made.id, true);
  }
  if (value.draft)
    await saveKeyed(world, ctx, made.id, value.draft.sections, (await Content.get(ctx, present.id)).sections);
  world.count('courses', 'created');
}

const ORDINAL = [{ field: 'ordinal', descending: false }];

async function saveKeyed(
  world: World,
  ctx: Context,
  courseId: string,
  given: readonly SectionEntry[],
  present: readonly Content.ContentSection[],
  always = false,
): Promise<boolean> {
  const { content, keyed } = withIds(world, courseId, given, present);
  for (const [key, id] of keyed) world.rememberActivity(courseId, key, id);
  if (!always && sameContent(content, present)) return false;
  await Content.save(ctx, courseId, content);
  forgetActivities(world, courseId);
  return true;
}

async function update(world: World, { value, path }: Entry<CourseEntry>): Promise<boolean> {
  const { ctx } = world;
  const id = world.known('course', value.key)!;
  const before = await Courses.get(ctx, id);
  if (value.kind !== undefined && value.kind !== before.kind)
    world.fault([...path, 'kind'], 'read_only', `it is ${before.kind}, and stays that`);
  const after = await Courses.update(
    ctx,
    id,
    without({ ...plainOf(world, value), externalId: value.externalId, state: stateFor(before, value) }),
  );
  const changed = await updateContent(world, before, value);
  world.remember('course', value.key, id);
  return changed || !sameThing(before, after);
}

/** A course that was never published is so by publishing its content. */
const stateFor = (before: Courses.Course, { state }: CourseEntry): Courses.Patch['state'] =>
  state === undefined || before.currentVersionId === null ? undefined : state;

/** What the file tells beyond the versions there are is saved and published; a draft is only saved. */
async function updateContent(world: World, course: Courses.Course, value: CourseEntry): Promise<boolean> {
  const { ctx } = world;
  const given = versionsOf(value).filter(({ at }) => at[0] !== 'draft');
  const last = given.at(-1);
  let changed = false;
  const versions = await collect(every((query) => Versions.list(ctx, course.id, query), ORDINAL));
  const draft = versions.find((version) => version.state === 'draft');
  const published = versions.filter((version) => version.state !== 'draft');
  if (last && value.state === 'draft' && published.length === 0 && draft)
    changed = await saveKeyed(world, ctx, course.id, last.sections, (await Content.get(ctx, draft.id)).sections);
  else if (last && value.state !== 'draft') {
    const missing = value.versions ? given.slice(published.length) : [];
    for (const { sections: next } of missing.length > 0 ? missing : [last]) {
      const current = (await collect(every((query) => Versions.list(ctx, course.id, query), ORDINAL)))
        .filter((version) => version.state !== 'draft')
        .at(-1);
      const present = current ?? draft;
      const saved = await saveKeyed(
        world,
        ctx,
        course.id,
        next,
        present ? (await Content.get(ctx, present.id)).sections : [],
      );
      if (saved || !current) {
        await Courses.publish(ctx, course.id, true);
        changed = true;
      }
    }
  }
  if (value.draft) {
    const open = (await collect(every((query) => Versions.list(ctx, course.id, query), ORDINAL))).at(-1)!;
    const before = await Content.get(ctx, open.id);
    if (await saveKeyed(world, ctx, course.id, value.draft.sections, before.sections)) changed = true;
  }
  return changed;
}

/** Courses that refer to each other; gives whether anything changed. */
async function link(world: World, { value }: Entry<CourseEntry>): Promise<boolean> {
  const id = world.id('course', value.key);
  const links = without({
    prerequisites: value.prerequisites?.map(({ course, enforced }) => ({
      courseId: world.id('course', course),
      enforced: enforced ?? true,
    })),
    followUpCourseIds: value.followUps?.map((each) => world.id('course', each)),
  });
  if (!filled(links)) return false;
  const ctx = world.known('course', value.key) === undefined ? world.past : world.ctx;
  const before = await Courses.get(ctx, id);
  return !sameThing(before, await Courses.update(ctx, id, links));
}
