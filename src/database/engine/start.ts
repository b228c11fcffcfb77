import { closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASE, OWNER, prepareCluster, SUPERUSER } from './cluster.ts';
import { EngineError, folderFault } from './error.ts';
import { endLeftovers } from './leftovers.ts';
import { type Hold, holdAlone } from './lock.ts';
import { openLog } from './log.ts';
import { choosePlace, giveToOwner, openDataDir, openRunFolder, type Place, SHELTER } from './place.ts';
import { type Connection, launch, type Postmaster } from './postmaster.ts';
import { findPrograms, type Programs, packagedPrograms } from './programs.ts';

/** A PostgreSQL that serves one data folder. */
export interface Engine {
  /** As the owner of the database, who may do nothing outside of it. */
  connection: Connection;
  /** Whom to connect as for what concerns the whole server. */
  superuser: string;
  /** Sentences for the person who started it: where data went that could not lie in the data folder, and the like. */
  notes: string[];
  stop(): Promise<void>;
  /** Resolves if postgres dies and cannot be brought back. A single death is repaired within a second. */
  died: Promise<void>;
}

export interface StartOptions {
  dataDir: string;
  /** The folder of PostgreSQL's programs; by default that of the platform's npm package. */
  native?: string;
  /** Where root keeps what the server's account cannot reach elsewhere; by default /var/lib/matricula. */
  shelter?: string;
  /** Hears what is begun that takes longer than an ordinary start. */
  onStep?: ((words: string) => void) | undefined;
}

/** What stands in `<dataDir>/engine.json` while somebody holds `<dataDir>/lock`. Nothing in it is secret. */
export interface Running {
  /** The process that started the server. */
  pid: number;
  /** Absent while the server is starting. */
  connection?: Connection;
}

export const lockFile = (dataDir: string): string => path.join(dataDir, 'lock');
export const guestFile = (dataDir: string): string => path.join(dataDir, 'guests');
const runningFile = (dataDir: string): string => path.join(dataDir, 'engine.json');

const MOST_DEATHS_A_MINUTE = 5;
const BETWEEN_LOG_CHECKS_MS = 10 * 60_000;

/**
 * Starts PostgreSQL on the data folder, making the database if there is none, and repairs what a killed server left.
 * Throws an EngineError, which says in one sentence what is wrong; `in_use` when another Matricula has the folder.
 */
export async function startEngine(options: StartOptions): Promise<Engine> {
  let undo: () => void = () => {};
  try {
    const dataDir = openDataDir(options.dataDir);
    const hold = await lockFolder(dataDir);
    undo = () => {
      rmSync(runningFile(dataDir), { force: true });
      hold.release();
    };
    return await startLocked(dataDir, options, undo);
  } catch (error) {
    undo();
    throw folderFault(path.resolve(options.dataDir), error);
  }
}

async function startLocked(dataDir: string, options: StartOptions, unlock: () => void): Promise<Engine> {
  rmSync(runningFile(dataDir), { force: true });
  writeRunning(dataDir, { pid: process.pid });
  const shelter = options.shelter ?? SHELTER;
  const place = await choosePlace(dataDir, shelter);
  await endLeftovers(place.cluster);
  const { run, socket } = await openRunFolder(place);
  const close = () => {
    rmSync(run, { recursive: true, force: true });
    unlock();
  };
  try {
    const links = path.join(run, 'lib');
    const programs = await findPrograms(options.native ?? packagedPrograms(), place.account, links, shelter);
    await prepareCluster(place, programs, options.onStep);
    return await supervise(place, programs, socket, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** Runs postgres until `stop` and brings it back when it dies. */
async function supervise(place: Place, programs: Programs, socket: string, close: () => void): Promise<Engine> {
  const { dataDir } = place;
  const log = openLog(dataDir);

  let stopping = false;
  let server: Postmaster = launch(place, programs, socket, log);
  let reviving: Promise<void> = Promise.resolve();
  const died = Promise.withResolvers<void>();
  const deaths: number[] = [];

  /** A postmaster that was killed, for want of memory say, is started again on the same socket. */
  async function revive(): Promise<void> {
    for (;;) {
      const now = Date.now();
      deaths.push(now);
      const recent = deaths.filter((at) => now - at < 60_000).length;
      if (recent > MOST_DEATHS_A_MINUTE) return died.resolve();
      await sleep(25 * 2 ** recent, undefined, { ref: false });
      if (stopping) return;
      try {
        await endLeftovers(place.cluster);
        if (stopping) return;
        server = launch(place, programs, socket, log);
        await server.ready;
        watch(server);
        return;
      } catch {
        // counted as another death; the log says why
        await server.stop();
      }
      if (stopping) return;
    }
  }
  function watch(watched: Postmaster): void {
    void watched.exited.then(() => {
      if (!stopping) reviving = revive();
    });
  }

  const logChecks = setInterval(log.bound, BETWEEN_LOG_CHECKS_MS);
  logChecks.unref();
  let stopped: Promise<void> | null = null;
  async function stopAll(): Promise<void> {
    stopping = true;
    clearInterval(logChecks);
    await server.stop();
    await reviving;
    await server.stop();
    closeSync(log.handle);
    close();
  }
  const stop = () => {
    stopped ??= stopAll();
    return stopped;
  };

  const connection: Connection = { host: socket, port: 5432, user: OWNER, database: DATABASE };
  try {
    await server.ready;
    writeRunning(dataDir, { pid: process.pid, connection });
  } catch (error) {
    await stop();
    throw error;
  }
  watch(server);
  return { connection, superuser: SUPERUSER, notes: [...place.notes, ...programs.notes], stop, died: died.promise };
}

/** Takes the data folder's lock. Somebody who only asks whether it is held has it for a moment: try more than once. */
async function lockFolder(dataDir: string): Promise<Hold> {
  const file = lockFile(dataDir);
  for (let tries = 0; tries < 50; tries++) {
    const hold = holdAlone(file);
    if (hold) {
      giveToOwner(file, dataDir);
      holdAlone(guestFile(dataDir))?.release();
      giveToOwner(guestFile(dataDir), dataDir);
      return hold;
    }
    await sleep(20);
  }
  const pid = readRunning(dataDir)?.pid;
  throw new EngineError(
    'in_use',
    `Another Matricula${pid ? ` (process ${pid})` : ''} is using ${dataDir}: stop it first, or set DATA_DIR to another folder.`,
  );
}

/** What the holder of the lock wrote, or null. */
export function readRunning(dataDir: string): Running | null {
  try {
    return JSON.parse(readFileSync(runningFile(dataDir), 'utf8'));
  } catch {
    return null;
  }
}

function writeRunning(dataDir: string, running: Running): void {
  const file = runningFile(dataDir);
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(running)}\n`, { flag: 'wx' });
  giveToOwner(`${file}.new`, dataDir);
  renameSync(`${file}.new`, file);
}
