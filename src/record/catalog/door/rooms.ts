/** Rooms, where sessions meet. */

export {
  createRoom as create,
  deleteRoom as delete,
  getRoom as get,
  listRooms as list,
  ROOM as MEMBERS,
  type Room,
  updateRoom as update,
} from '../rooms.ts';
