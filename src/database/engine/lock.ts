import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from './error.ts';

/**
 * Locks that the system lets go of when their process ends, however it ends. Node has no flock; SQLite takes the same
 * kind of lock on any file, so an empty SQLite file serves as one. Never open these files by any other means in the
 * process that holds them: closing any handle of a file drops the process's locks on it.
 */
export interface Hold {
  release(): void;
}

const BUSY = 5;

/** Holds the file alone, or gives null when anybody holds it. */
export function holdAlone(file: string): Hold | null {
  // without the pragma the lock leaves a journal beside the file
  return take(file, false, 'pragma journal_mode = memory; begin exclusive');
}

/** Holds the file together with others, or gives null while somebody holds it alone. */
export function holdShared(file: string): Hold | null {
  return take(file, true, 'begin; select 1 from sqlite_master');
}

/** Whether somebody holds the file alone at this moment. */
export function isHeldAlone(file: string): boolean {
  if (!existsSync(file)) return false;
  const hold = holdShared(file);
  hold?.release();
  return hold === null;
}

function take(file: string, readOnly: boolean, begin: string): Hold | null {
  let db: DatabaseSync | null = null;
  try {
    const open = new DatabaseSync(file, { readOnly });
    db = open;
    open.exec(begin);
    return {
      release: () => {
        if (open.isOpen) open.close();
      },
    };
  } catch (cause) {
    db?.close();
    const { errcode, message } = cause as { errcode?: number; message: string };
    if ((errcode ?? 0) % 256 === BUSY) return null;
    throw new EngineError(
      'folder',
      `The lock ${file} cannot be taken (${message}): start Matricula as the account that owns the folder, or set DATA_DIR to another.`,
      { cause },
    );
  }
}
