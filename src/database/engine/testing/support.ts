import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Account, findAccount, isRoot, ownAccount, runAs, serviceAccount } from '../account.ts';
import { type Engine, startEngine } from '../index.ts';
import { postmasterPid } from '../leftovers.ts';
import type { Connection } from '../postmaster.ts';

/** A temporary folder that every account can reach, deleted with what is in it when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'engine-test-'));
  chmodSync(folder, 0o755);
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Makes one database for the tests of a file, and gives a function that moves its data folder to another name: making
 * or copying one for each test would take most of a second. A test leaves it stopped and whole.
 */
export async function movableDatabase(folder: string): Promise<(name: string) => string> {
  let current = path.join(folder, 'made');
  const engine = await startEngine({ dataDir: current });
  await query(engine, 'create table kept as select 42 n');
  await engine.stop();
  return (name) => {
    const next = path.join(folder, name);
    mkdirSync(path.dirname(next), { recursive: true });
    renameSync(current, next);
    current = next;
    return next;
  };
}

export async function query(engine: { connection: Connection }, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(engine.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export const kept = async (engine: Pick<Engine, 'connection'>): Promise<unknown> =>
  (await query(engine, 'select n from kept'))[0]?.n;

export interface Served {
  child: ChildProcess;
  /** The first line that it printed. */
  said: { connection: Connection; notes: string[]; fault?: string; message?: string };
  /** The last number that it printed. */
  acknowledged(): number;
  exited: Promise<number | null>;
  kill(name?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs an engine in a process of its own, as another account when root asks for it. */
export async function serve(dataDir: string, mode = 'serve', account: Account | null = null): Promise<Served> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'serve.ts'), dataDir, mode], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(account ? { ...runAs(account), env: { PATH: process.env.PATH } } : {}),
  });
  running.add(child);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void exited.then(() => running.delete(child));
  let out = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await until(() => out.includes('\n') || child.exitCode !== null);
  return {
    child,
    said: JSON.parse(out.split('\n')[0]!),
    acknowledged: () => Number(out.split('\n').at(-2)),
    exited,
    async kill(name = 'SIGKILL') {
      child.kill(name);
      await exited;
    },
  };
}

export async function until(holds: () => boolean, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${holds}`);
    await sleep(10);
  }
}

/** The postmaster of a data folder, or null. */
export const postmasterOf = (dataDir: string): number | null => postmasterPid(path.join(dataDir, 'postgres'));

/** Waits until the postmaster says that it is ready. */
export function untilReady(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'postgres', 'postmaster.pid');
  return until(() => existsSync(file) && readFileSync(file, 'utf8').includes('\nready'));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // a process that nobody has waited for is as good as gone
    return !existsSync('/proc/self') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The other processes of a postmaster's group: the shell that started it, and the one that waits for our end. */
export function watchdogsOf(postmaster: number): number[] {
  const group = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
  const own = group(postmaster);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && group(pid) === own && !readlinkSync(`/proc/${pid}/exe`).includes('postgres');
      } catch {
        return false;
      }
    });
}

/** An ordinary account that can run these tests' programs: our own, or nobody when we are root; else why there is none. */
export function ordinaryAccount(): Account | string {
  if (!isRoot()) return ownAccount();
  const account = findAccount('nobody');
  if (!account) return 'there is no account nobody';
  try {
    execFileSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(import.meta.filename)})`], {
      ...runAs(account),
      cwd: '/',
      stdio: 'ignore',
    });
    return account;
  } catch {
    return 'the account nobody cannot reach this checkout';
  }
}

/** The account that runs the server of this process's engines. */
export const serverAccount = (): Account => (isRoot() ? serviceAccount() : ownAccount());
