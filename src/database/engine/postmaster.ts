import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runAs } from './account.ts';
import { DATABASE, SUPERUSER } from './cluster.ts';
import { diskFull, EngineError, meansDiskFull } from './error.ts';
import { postmasterPid } from './leftovers.ts';
import type { Log } from './log.ts';
import { OWNED } from './owner.ts';
import type { Place } from './place.ts';
import type { Programs } from './programs.ts';

/** How to connect: a unix socket's folder as host, its number as port. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  database: string;
}

/** A running postgres. */
export interface Postmaster {
  exited: Promise<void>;
  /** Resolves when it answers and has our database; throws an EngineError when it ends before. */
  ready: Promise<void>;
  /** Fast shutdown, by force after a while. */
  stop(): Promise<void>;
}

const FAST_SHUTDOWN_MS = 1_500;
const IMMEDIATE_SHUTDOWN_MS = 1_000;
/** A server that goes down between taking a connection and answering it must not be waited for for ever. */
const CONNECT_WITHIN_MS = 20_000;

// Reads a pipe whose other end only we hold. When we end, however that happens, the reader gets the end of the pipe and
// asks postgres for a fast shutdown. When postgres ends first, the reader must not signal a number that is free again.
const WATCHDOG = `"$@" </dev/null 3<&- & server=$!
(read -r line; kill -INT $server 2>/dev/null) <&3 3<&- & reader=$!
exec 3<&-
wait $server; status=$?
kill $reader 2>/dev/null
exit $status`;

/** Starts postgres on a prepared cluster. */
export function launch(place: Place, programs: Programs, socket: string, log: Log): Postmaster {
  log.mark();
  const settings = {
    listen_addresses: '',
    port: 5432,
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
  };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', programs.postgres, '-D', place.cluster, ...parameters], {
    ...runAs(place.account),
    env: programs.env,
    cwd: '/',
    // a session of its own: Ctrl-C in the terminal is for us, who stop postgres after the last request
    detached: true,
    stdio: ['ignore', log.handle, log.handle, 'pipe'],
  });
  const pipe = child.stdio[3] as import('node:net').Socket;
  pipe.on('error', () => {});
  // a process that forgot to stop may end; the watchdog then stops postgres
  pipe.unref();
  child.unref();
  let ended = false;
  let spawnFault: Error | null = null;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      pipe.destroy();
      resolve();
    };
    child.once('exit', end);
    child.once('error', (error) => {
      spawnFault = error;
      end();
    });
  });

  async function becomeReady(): Promise<void> {
    for (;;) {
      if (ended) throw whyEnded(place, log, spawnFault);
      try {
        return await ensureDatabase(socket);
      } catch (error) {
        if (!isStarting(error)) throw whyNot(error);
      }
      await sleep(5);
    }
  }
  const ready = becomeReady();
  ready.catch(() => {});

  async function stop(): Promise<void> {
    child.ref();
    const pid = postmasterPid(place.cluster);
    pipe.destroy();
    if (ended || (await within(exited, FAST_SHUTDOWN_MS))) return;
    for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
      try {
        if (pid) process.kill(pid, name);
        else process.kill(-child.pid!, name);
      } catch {
        // gone in the meantime
      }
      if (await within(exited, IMMEDIATE_SHUTDOWN_MS)) return;
    }
  }

  return { exited, ready, stop };
}

/** True when the promise settles within that many milliseconds. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const settled = await Promise.race([
    promise.then(() => true),
    sleep(ms, false, { signal: timer.signal }).catch(() => false),
  ]);
  timer.abort();
  return settled;
}

/** Makes our database at the first start, file by file: nothing has to be logged twice. Afterwards it is its owner's. */
async function ensureDatabase(socket: string): Promise<void> {
  const as = { host: socket, port: 5432, user: SUPERUSER };
  try {
    await once({ ...as, database: DATABASE }, OWNED);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '3D000') throw error;
    await once({ ...as, database: 'postgres' }, `create database "${DATABASE}" strategy file_copy`);
    await once({ ...as, database: DATABASE }, OWNED);
  }
}

/** Opens a connection, runs the statement if there is one, and closes it. */
export async function once(connection: Connection, statement: string | null): Promise<void> {
  const client = new pg.Client({
    ...connection,
    ssl: false,
    application_name: 'matricula engine',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    if (statement) await client.query(statement);
  } finally {
    await client.end().catch(() => {});
  }
}

/** No socket yet, nobody at it yet, or a database system that still starts, recovers or lost us in doing so. */
function isStarting(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return (
    ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN', '57P03', '57P01', '57P02'].includes(code ?? '') ||
    message === 'Connection terminated unexpectedly' ||
    message === 'timeout expired'
  );
}

function whyEnded(place: Place, log: Log, spawnFault: Error | null): EngineError {
  const fault = spawnFault?.message ?? log.fault();
  if (fault && meansDiskFull(fault)) return diskFull(place.dataDir);
  return new EngineError(
    'failed',
    `PostgreSQL ended while starting${fault ? ` (${fault})` : ''}: see ${log.file} for what it said.`,
  );
}

function whyNot(error: unknown): EngineError {
  const { message } = error as Error;
  return new EngineError('failed', `PostgreSQL runs but does not let us in: ${message}.`, { cause: error });
}
