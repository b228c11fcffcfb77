import { run } from '../../../database/run.ts';
import { sql, TENANT } from '../../../database/sql.ts';
import { Groups } from '../../../record/people/index.ts';
import { Paths, ProgramAudiences, ProgramContents, ProgramMembers, Programs } from '../../../record/programs/index.ts';
import {
  choice,
  ending,
  flag,
  key,
  list,
  maybe,
  moment,
  name,
  object,
  ref,
  short,
  type TypeOf,
  text,
  whole,
} from '../shape.ts';
import { collect, every, externalOf, sameThing } from '../simple.ts';
import { subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';
import { MEMBERS } from './program-members.ts';
import { readPrograms } from './programs-export.ts';

const pathCourse = short(
  'course',
  object(
    { course: ref('course') },
    {
      dueAt: maybe(ending('Until when it is to be done.')),
      dueAfterDays: maybe(whole(0, 100_000, 'In place of that so many days after the learner came into the program.')),
    },
  ),
);

const member = short(
  'person',
  object(
    { person: ref('person') },
    {
      source: choice(['direct', 'audience', 'invitation', 'import'], 'How they came; direct unless said otherwise.'),
      byName: flag('Who came by an audience is held by name, too.'),
      joinedAt: moment('When the academy was made, unless said otherwise.'),
      leftAt: moment('The stay is over.'),
    },
  ),
);

const audience = short(
  'group',
  object(
    { group: ref('group') },
    {
      recursive: flag('The groups below count too.'),
      since: moment('When it was tied; when the academy was made, unless said otherwise.'),
      except: list(ref('person'), 'Removed by name: no member until they leave the group and come back.'),
    },
  ),
);

const program = object(
  { key: key('program'), name: name() },
  {
    externalId: maybe(text(255)),
    default: flag(
      'The program that holds every published course and everybody who has not left it. It needs no entry; members of it are those who left.',
    ),
    ...MEMBERS.shapes,
    contents: list(ref('course'), 'Its courses, in order.'),
    paths: list(
      object({ name: name() }, { description: maybe(text(100_000)), courses: list(pathCourse) }),
      'Courses of it in the order in which they are to be taken, each path known by its name.',
    ),
    audiences: list(audience, 'Groups whose people are members.'),
    members: list(member, 'Who is in it, or was, beside those whom its audiences bring.'),
  },
);

export type ProgramEntry = TypeOf<typeof program>;

export const programs = subject<ProgramEntry>({
  name: 'programs',
  description: 'What people find and may enroll themselves in. Without any, everybody finds every published course.',
  entry: program,
  check(entries, fault) {
    for (const { value, path } of entries) {
      if (!value.default) continue;
      for (const one of ['contents', 'audiences'] as const)
        if (value[one]) fault([...path, one], 'unknown_field', 'the default program holds everything and everybody');
    }
    for (const { path } of entries.filter(({ value }) => value.default).slice(1))
      fault([...path, 'default'], 'taken', 'there is one default program');
  },
  async write(world, entries) {
    for (const entry of entries)
      await world.attempt(entry.path, async () => {
        const outcome = await save(world, entry);
        const id = world.id('program', entry.value.key);
        const changed = [
          await fill(world, entry, id),
          await savePaths(world, entry, id),
          await saveMembers(world, entry, id),
          await saveAudiences(world, entry, id),
        ].some(Boolean);
        world.count('programs', outcome === 'unchanged' && changed ? 'changed' : outcome);
      });
  },
  read: readPrograms,
});

async function save(world: World, { value }: Entry<ProgramEntry>): Promise<'created' | 'changed' | 'unchanged'> {
  const known = value.default ? await defaultProgram(world) : world.known('program', value.key);
  const input = { ...MEMBERS.input(world, value), name: value.name };
  if (known === undefined) {
    const made = await Programs.create(world.past, { ...input, externalId: externalOf(value) });
    world.remember('program', value.key, made.id);
    return 'created';
  }
  const before = await Programs.get(world.ctx, known);
  const after = await Programs.update(world.ctx, known, without({ ...input, externalId: value.externalId }));
  world.remember('program', value.key, known);
  return sameThing(before, after) ? 'unchanged' : 'changed';
}

async function defaultProgram({ ctx }: World): Promise<string> {
  const { rows } = await run<{ id: string }>(
    ctx,
    sql`select id from program where tenant_id = ${TENANT} and is_default`,
  );
  return rows[0]!.id;
}

/** New things are made when the academy was, what comes to known ones comes now. */
const when = (world: World, { value }: Entry<ProgramEntry>) =>
  value.default || world.known('program', value.key) !== undefined ? world.ctx : world.past;

async function fill(world: World, entry: Entry<ProgramEntry>, id: string): Promise<boolean> {
  const { contents } = entry.value;
  if (!contents) return false;
  const ids = contents.map((course) => world.id('course', course));
  const { added, removed, moved } = await ProgramContents.save(when(world, entry), id, ids);
  return added + removed + moved > 0;
}

/** Paths are added and changed, by their names, never taken away. */
async function savePaths(world: World, entry: Entry<ProgramEntry>, id: string): Promise<boolean> {
  const { paths = [] } = entry.value;
  if (paths.length === 0) return false;
  const ctx = when(world, entry);
  const there = await collect(every((query) => Paths.list(ctx, id, query), [{ field: 'position', descending: false }]));
  let changed = false;
  for (const { name, description, courses } of paths) {
    const input = without({
      name,
      description,
      courses: courses?.map(({ course, ...rest }) => ({ courseId: world.id('course', course), ...rest })),
    });
    const before: Paths.Path | undefined = there.find((path) => path.name === name);
    const after = before ? await Paths.update(ctx, id, before.id, input) : await Paths.create(ctx, id, input);
    changed ||= before === undefined || !sameThing(before, after);
  }
  return changed;
}

async function saveMembers(world: World, { value, path }: Entry<ProgramEntry>, id: string): Promise<boolean> {
  const { members = [] } = value;
  if (members.length === 0) return false;
  const done = await world.attempt([...path, 'members'], () =>
    ProgramMembers.saveStays(
      world.ctx,
      id,
      members.map(({ person, source = 'direct', byName = false, joinedAt = world.past.now, leftAt = null }) => ({
        personId: world.id('person', person),
        source,
        byName,
        joinedAt,
        leftAt,
      })),
    ),
  );
  return (done ?? 0) > 0;
}

async function saveAudiences(world: World, entry: Entry<ProgramEntry>, id: string): Promise<boolean> {
  let changed = false;
  const away = new Set(
    world
      .entries('people')
      .filter((person) => person.value.status === 'suspended')
      .flatMap((person) => (world.has('person', person.value.key) ? world.id('person', person.value.key) : [])),
  );
  for (const { group, recursive, since = world.past.now, except = [] } of entry.value.audiences ?? []) {
    const groupId = world.id('group', group);
    const page = { page: { kind: 'keyset', limit: 1, total: false } } as const;
    const [before] = (await ProgramAudiences.list(world.ctx, page, { programId: id, groupId })).rows;
    const ctx = before ? world.ctx : { ...world.ctx, now: since };
    const wanted = { recursive: recursive ?? before?.recursive ?? false, settle: before !== undefined };
    const { audience } = await ProgramAudiences.set(ctx, id, groupId, wanted);
    const people = except.map((person) => world.id('person', person));
    const excepted = await ProgramAudiences.except(world.ctx, audience.id, people);
    changed ||= before === undefined || before.recursive !== wanted.recursive || excepted > 0;
    // whoever will be suspended stays out
    if (!before)
      await ProgramAudiences.settle(
        ctx,
        (await Groups.idsFound(ctx, Groups.peopleOf(audience))).filter((person) => !away.has(person)),
        audience.id,
      );
  }
  return changed;
}
