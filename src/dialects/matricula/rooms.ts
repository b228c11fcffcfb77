import type { Handlers } from '../../http/handlers.ts';
import { Rooms } from '../../record/catalog/index.ts';
import type { Caller } from './caller.ts';
import { ifMatch, shown } from './etags.ts';
import type { Operations } from './generated/operations.ts';
import { exactly, type List, listed, searching } from './paging.ts';
import { given } from './patches.ts';
import { toRoom } from './wire/offerings.ts';

const ROOMS: List<Operations['listRooms']['query']> = {
  filters: { number: exactly('number'), search: searching('name', 'location') },
};

export const roomHandlers = {
  listRooms: (caller, { query }, call) =>
    listed(caller, call, query, ROOMS, (wanted) => Rooms.list(caller, wanted), toRoom),

  createRoom: async (caller, { body }, call) => {
    const room = toRoom(await Rooms.create(caller, given(body)));
    return shown(201, room, `${call.baseUrl}/rooms/${room.id}`);
  },

  getRoom: async (caller, { path }) => shown(200, toRoom(await Rooms.get(caller, path.roomId))),

  updateRoom: async (caller, { path, headers, body }) =>
    shown(200, toRoom(await Rooms.update(caller, path.roomId, given(body), ifMatch(headers, 'room', toRoom)))),

  deleteRoom: async (caller, { path, headers }) => {
    await Rooms.delete(caller, path.roomId, ifMatch(headers, 'room', toRoom));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
