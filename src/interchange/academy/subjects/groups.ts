import { Groups } from '../../../record/people/index.ts';
import { fileMembers } from '../members.ts';
import { choice, key, list, maybe, name, object, ref, text } from '../shape.ts';
import { collect, every, externalOf, filled, save } from '../simple.ts';
import { inOrder, subject, without } from '../subject.ts';

const told = fileMembers(Groups.MEMBERS, {
  except: ['name', 'externalId'],
  refs: { parentId: 'parent', unitId: 'unit' },
});

export const groups = subject({
  name: 'groups',
  description: 'Groups of people. Members are added, never taken away.',
  entry: object(
    { key: key('group'), name: name() },
    {
      externalId: maybe(text(255)),
      kind: choice(['custom', 'hierarchical', 'automatic'], 'Hierarchical where a level is named, else custom.'),
      ...told.shapes,
      members: list(ref('person')),
    },
  ),
  async write(world, entries) {
    const ordered = inOrder(
      entries,
      ({ value }) => value.key,
      ({ value }) => (value.parent ? [value.parent] : []),
    );
    for (const entry of ordered) {
      const { name, kind, externalId, members = [] } = entry.value;
      const input = () => ({ ...told.input(world, entry.value), name });
      const id = await save(
        world,
        { subject: 'groups', kind: 'group' },
        entry,
        { get: Groups.get, create: Groups.create, update: Groups.update },
        {
          create: () => ({ ...input(), ...without({ kind }), externalId: externalOf(entry.value) }),
          update: () => ({ ...input(), externalId }),
        },
      );
      if (id === undefined || members.length === 0) continue;
      await world.attempt([...entry.path, 'members'], async () => {
        const ids = members.map((member) => world.id('person', member));
        // who comes into a group that is there comes now: it may bring them enrollments
        const ctx = world.known('group', entry.value.key) === undefined ? world.past : world.ctx;
        const came = await Groups.addMembers(ctx, id, ids);
        world.count('members', 'created', came.length);
        world.count('members', 'unchanged', ids.length - came.length);
      });
    }
  },
  async *read(library) {
    const { ctx, key } = library;
    const all = await collect(every((query) => Groups.list(ctx, query)));
    const ordered = inOrder(
      all,
      (group) => group.id,
      (group) => (group.parentId ? [group.parentId] : []),
    );
    for (const group of ordered) {
      const members = group.kind === 'automatic' ? [] : await membersOf(group);
      yield without({
        key: key('group', group.id),
        name: group.name,
        ...library.external('group', group.id, group.externalId),
        kind: group.kind === (group.level ? 'hierarchical' : 'custom') ? undefined : group.kind,
        ...told.entry(library, group),
        members: filled(members),
      });
    }
    async function membersOf(group: Groups.Group): Promise<string[]> {
      const members = await collect(
        every((query) => Groups.listMembers(ctx, group.id, query), [{ field: 'createdAt', descending: false }]),
      );
      return members.map((member) => key('person', member.personId)).sort();
    }
  },
});
