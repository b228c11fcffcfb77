import { constants, copyFileSync, existsSync, mkdirSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { giveToOwner } from './place.ts';

/** Said to us while we wait, and no reason to end. */
const PASSING = /the database system is|database ".*" does not exist/;

const MOST_BYTES = 8 * 1024 * 1024;

/** The log of PostgreSQL: at most two files of some 8 MB, `postgres.log` and the one before it, `postgres.log.1`. */
export interface Log {
  file: string;
  /** For a child to write to: a file, because a pipe would die with us. Appends, wherever the file is cut. */
  handle: number;
  /** Moves a long log to the file before it. */
  bound(): void;
  /** Why PostgreSQL gave up since the last call to `mark`, or null. */
  fault(): string | null;
  mark(): void;
}

/** Opens `<dataDir>/log/postgres.log`, cutting it first when it has grown long. */
export function openLog(dataDir: string): Log {
  const folder = path.join(dataDir, 'log');
  if (!existsSync(folder)) {
    mkdirSync(folder);
    giveToOwner(folder, dataDir);
  }
  const file = path.join(folder, 'postgres.log');
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const handle = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  giveToOwner(file, dataDir);
  let from = 0;
  const bound = () => {
    try {
      if (statSync(file).size <= MOST_BYTES) return;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    } catch {
      // a log that cannot be cut now is cut another time
    }
  };
  const fault = () => {
    const bytes = Buffer.alloc(64 * 1024);
    const text = bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, from));
    const lines = text.match(/(?:FATAL|PANIC): .*/g);
    return lines?.findLast((line) => !PASSING.test(line))?.replace(/^\w+: */, '') ?? null;
  };
  bound();
  const mark = () => {
    from = statSync(file).size;
  };
  mark();
  return { file, handle, bound, fault, mark };
}
