import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SUPERUSER } from './cluster.ts';
import { EngineError } from './error.ts';
import { type Hold, holdAlone, holdShared, isHeldAlone } from './lock.ts';
import { type Connection, once } from './postmaster.ts';
import { type Engine, guestFile, lockFile, readRunning, type StartOptions, startEngine } from './start.ts';

const JOIN_WITHIN_MS = 20_000;
const WAIT_FOR_GUESTS_MS = 60_000;

/** The connection of a server that runs on this data folder, or null when none runs or it is still starting. */
export function runningEngine(dataDir: string): { connection: Connection } | null {
  const folder = path.resolve(dataDir);
  if (!isHeldAlone(lockFile(folder))) return null;
  const connection = readRunning(folder)?.connection;
  return connection ? { connection } : null;
}

/**
 * For tools of the command line: joins the server that runs on the data folder, or starts one for the duration. `stop`
 * leaves a joined server alone; one that was started here waits for other tools that joined it, a minute at most.
 */
export async function joinEngine(options: StartOptions): Promise<Engine> {
  const until = Date.now() + JOIN_WITHIN_MS;
  for (;;) {
    const joined = joinRunning(path.resolve(options.dataDir));
    if (joined) {
      const { connection, guest } = joined;
      await tryConnection(options.dataDir, connection, guest);
      const stop = async () => guest.release();
      return { connection, superuser: SUPERUSER, notes: [], stop, died: new Promise(() => {}) };
    }
    try {
      return startForGuests(await startEngine(options), path.resolve(options.dataDir));
    } catch (error) {
      // the other one is starting or ending at this moment
      if (!(error instanceof EngineError) || error.fault !== 'in_use' || Date.now() > until) throw error;
    }
    await sleep(50);
  }
}

/** A guest's hold keeps a tool that started the server from stopping it. */
function joinRunning(dataDir: string): { connection: Connection; guest: Hold } | null {
  if (!runningEngine(dataDir)) return null;
  const guest = holdShared(guestFile(dataDir));
  // looked at again: the server may have ended before the hold
  const running = guest && runningEngine(dataDir);
  if (running) return { connection: running.connection, guest };
  guest?.release();
  return null;
}

async function tryConnection(dataDir: string, connection: Connection, guest: Hold): Promise<void> {
  try {
    await once(connection, null);
  } catch (cause) {
    guest.release();
    const { code, message } = cause as { code?: string; message: string };
    if (code === 'EACCES' || code === '28000')
      throw new EngineError(
        'account',
        `The Matricula that runs on ${dataDir} belongs to another account: run this as that account or as root.`,
        { cause },
      );
    throw new EngineError('failed', `The PostgreSQL that runs on ${dataDir} does not let us in: ${message}.`, {
      cause,
    });
  }
}

function startForGuests(engine: Engine, dataDir: string): Engine {
  let stopped: Promise<void> | null = null;
  async function stopAfterGuests(): Promise<void> {
    const until = Date.now() + WAIT_FOR_GUESTS_MS;
    let alone = holdAlone(guestFile(dataDir));
    while (!alone && Date.now() < until) {
      await sleep(25);
      alone = holdAlone(guestFile(dataDir));
    }
    await engine.stop();
    alone?.release();
  }
  const stop = () => {
    stopped ??= stopAfterGuests();
    return stopped;
  };
  return { ...engine, stop };
}
