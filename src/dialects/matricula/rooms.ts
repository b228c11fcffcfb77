import type { Handlers } from '../../http/handlers.ts';
import { createRoom, deleteRoom, getRoom, listRooms, updateRoom } from '../../record/catalog/index.ts';
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
    listed(caller, call, query, ROOMS, (wanted) => listRooms(caller, wanted), toRoom),

  createRoom: async (caller, { body }, call) => {
    const room = toRoom(await createRoom(caller, given(body)));
    return shown(201, room, `${call.baseUrl}/rooms/${room.id}`);
  },

  getRoom: async (caller, { path }) => shown(200, toRoom(await getRoom(caller, path.roomId))),

  updateRoom: async (caller, { path, headers, body }) =>
    shown(200, toRoom(await updateRoom(caller, path.roomId, given(body), ifMatch(headers, 'room', toRoom)))),

  deleteRoom: async (caller, { path, headers }) => {
    await deleteRoom(caller, path.roomId, ifMatch(headers, 'room', toRoom));
    return { status: 204 };
  },
} satisfies Partial<Handlers<Operations, Caller>>;
