import type { Database } from '../record/kernel/context.ts';
import type { FileStore } from '../record/kernel/file-store.ts';

/** The store of files, and the database outside of any transaction: a content is noted before it is stored, whatever becomes of the rest. */
export interface FileRoom {
  store: FileStore;
  db: Database;
}

// Handed in where a database is opened, as the consequences are.
const rooms = new WeakMap<object, FileRoom>();

export function handFiles(of: readonly object[], room: FileRoom): void {
  for (const one of of) rooms.set(one, room);
}

/** The same for what speaks over a connection of a pool by itself. */
export function inheritFiles(one: object, of: object): void {
  const room = rooms.get(of);
  if (room) rooms.set(one, room);
}

export function filesOf(of: object): FileRoom {
  const room = rooms.get(of);
  if (!room) throw new Error('no store of files was handed to this database');
  return room;
}
