import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './error.ts';

/**
 * Ends what still runs on the cluster after its Matricula was killed: first as a fast shutdown, then by force. The
 * caller holds the data folder's lock, so nobody else serves it. Also takes away a pid file whose number now belongs to
 * some other process, which PostgreSQL would take for itself.
 */
export async function endLeftovers(cluster: string): Promise<void> {
  const main = postmasterPid(cluster);
  if (main === null) return;
  for (const [name, patience] of [
    ['SIGINT', 4_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    const alive = serversOf(cluster, main);
    if (alive.length === 0) break;
    // children end with their postmaster; one whose postmaster is gone is asked directly
    if (name === 'SIGINT' && alive.includes(main)) signal(main, name, cluster);
    else for (const pid of alive) signal(pid, name, cluster);
    const until = Date.now() + patience;
    while (Date.now() < until && serversOf(cluster, main).length > 0) await sleep(10);
  }
  if (serversOf(cluster, main).length > 0)
    throw new EngineError('in_use', `A PostgreSQL that cannot be stopped (process ${main}) still runs on ${cluster}.`);
  if (isAlive(main)) rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
}

/** The process that the cluster's pid file names, or null. */
export function postmasterPid(cluster: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** Every PostgreSQL process of the cluster that lives: they all work in its folder. */
function serversOf(cluster: string, main: number): number[] {
  if (existsSync('/proc/self/cwd'))
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && isServerOf(pid, cluster));
  try {
    const command = execFileSync('ps', ['-p', String(main), '-o', 'command='], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(cluster) ? [main] : [];
  } catch {
    return [];
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === cluster &&
      /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`))
    );
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals, cluster: string): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new EngineError(
      'in_use',
      `A PostgreSQL of another account (process ${pid}) still runs on ${cluster}: stop it first.`,
      { cause: error },
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
