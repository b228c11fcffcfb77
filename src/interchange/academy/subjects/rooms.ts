import { Rooms } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';
import { key, name, object } from '../shape.ts';
import { every, save } from '../simple.ts';
import { subject } from '../subject.ts';

const members = fileMembers(Rooms.MEMBERS, { except: ['name'], refs: {} });

export const rooms = subject({
  name: 'rooms',
  description: 'Where sessions meet, on site or online.',
  entry: object({ key: key('room'), name: name() }, members.shapes),
  async write(world, entries) {
    for (const entry of entries) {
      const input = { ...members.input(world, entry.value), name: entry.value.name };
      await save(
        world,
        { subject: 'rooms', kind: 'room' },
        entry,
        { get: Rooms.get, create: Rooms.create, update: Rooms.update },
        { create: () => input, update: () => input },
      );
    }
  },
  async *read(library) {
    for await (const room of every((query) => Rooms.list(library.ctx, query)))
      yield { key: library.key('room', room.id), name: room.name, ...members.entry(library, room) };
  },
});
