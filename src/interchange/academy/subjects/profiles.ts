import { run } from '../../../database/run.ts';
import { sql } from '../../../database/sql.ts';
import { Profiles } from '../../../record/people/index.ts';
import { fileMembers } from '../members.ts';
import { key, list, maybe, name, object, ref, type TypeOf, text } from '../shape.ts';
import { every, externalOf, filled, save } from '../simple.ts';
import { subject, without } from '../subject.ts';
import type { Entry, World } from '../world.ts';

const told = fileMembers(Profiles.MEMBERS, { except: ['name', 'externalId'], refs: {} });

const profile = object(
  { key: key('profile'), name: name() },
  { externalId: maybe(text(255)), ...told.shapes, members: list(ref('person'), 'Who carries it.') },
);

type ProfileEntry = TypeOf<typeof profile>;

export const profiles = subject<ProfileEntry>({
  name: 'profiles',
  description: 'Labels that people carry. Members are added, never taken away.',
  entry: profile,
  async write(world, entries) {
    for (const entry of entries) {
      const { name, externalId } = entry.value;
      const input = { ...told.input(world, entry.value), name };
      const id = await save(
        world,
        { subject: 'profiles', kind: 'profile' },
        entry,
        { get: Profiles.get, create: Profiles.create, update: Profiles.update },
        {
          create: () => ({ ...input, externalId: externalOf(entry.value) }),
          update: () => ({ ...input, externalId }),
        },
      );
      if (id !== undefined) await addMembers(world, entry, id);
    }
  },
  async *read(library) {
    const { rows } = await run<{ profileId: string; personId: string }>(
      library.ctx,
      sql`select profile_id as "profileId", person_id as "personId" from profile_member where tenant_id = ${library.ctx.tenant.id}`,
    );
    const members = Map.groupBy(rows, (row) => row.profileId);
    for await (const one of every((query) => Profiles.list(library.ctx, query)))
      yield without({
        key: library.key('profile', one.id),
        name: one.name,
        ...library.external('profile', one.id, one.externalId),
        ...told.entry(library, one),
        members: filled(
          (members.get(one.id) ?? [])
            .filter((row) => library.has('person', row.personId))
            .map((row) => library.key('person', row.personId))
            .sort(),
        ),
      });
  },
});

/** Everybody at once: a label may be carried by a university. */
async function addMembers(world: World, { value, path }: Entry<ProfileEntry>, profileId: string): Promise<void> {
  const members = value.members ?? [];
  if (members.length === 0) return;
  await world.attempt([...path, 'members'], async () => {
    const ids = [...new Set(members.map((member) => world.id('person', member)))];
    const added = await Profiles.labelPeople(world.past, profileId, ids);
    world.count('members', 'created', added);
    world.count('members', 'unchanged', ids.length - added);
  });
}
