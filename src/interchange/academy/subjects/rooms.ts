import { createRoom, getRoom, listRooms, updateRoom } from '../../../record/catalog/index.ts';
import { key, maybe, name, object, text, whole } from '../shape.ts';
import { every, save } from '../simple.ts';
import { subject, without } from '../subject.ts';

export const rooms = subject({
  name: 'rooms',
  description: 'Where sessions meet, on site or online.',
  entry: object(
    { key: key('room'), name: name() },
    { location: maybe(text()), url: maybe(text()), seats: maybe(whole(0, 1_000_000_000)) },
  ),
  async write(world, entries) {
    for (const entry of entries) {
      const { key: _, ...input } = entry.value;
      await save(
        world,
        { subject: 'rooms', kind: 'room' },
        entry,
        { get: getRoom, create: createRoom, update: updateRoom },
        { create: () => input, update: () => input },
      );
    }
  },
  async *read({ ctx, key }) {
    for await (const room of every((query) => listRooms(ctx, query)))
      yield without({
        key: key('room', room.id),
        name: room.name,
        location: room.location ?? undefined,
        url: room.url ?? undefined,
        seats: room.seats ?? undefined,
      });
  },
});
