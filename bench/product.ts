import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.resolve(import.meta.dirname, '..');
const MAIN = path.join(ROOT, 'src/main.ts');
/** What `npm start` gives to Node. */
const START = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  .scripts.start.split(' ')
  .slice(2);

export interface Product {
  url: string;
  child: ChildProcess;
  /** From spawn to the first 200 of /readyz. */
  startMs: number;
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
// whatever ends the bench, nothing that it started goes on
process.once('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

/** Ends all that was started and still runs. */
export async function endAll(): Promise<void> {
  await Promise.all([...children].map(end));
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** A process that ends with the bench. */
export function ours<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Starts the product as a user would, in a process of its own, on a free port. */
export async function startProduct(env: Record<string, string>): Promise<Product> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const from = performance.now();
  const child = ours(
    spawn(process.execPath, START, {
      cwd: ROOT,
      env: { ...process.env, LOG_LEVEL: 'error', ...env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (hasEnded(child)) throw new Error(`the product ended with ${child.exitCode ?? child.signalCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    if (performance.now() - from > 60_000) throw new Error('the product was not ready within a minute');
    await sleep(20);
  }
  const startMs = performance.now() - from;
  return { url, child, startMs, stop: () => end(child) };
}

/** Runs a command of the product and gives its JSON. */
export const command = (env: Record<string, string>, ...args: string[]): any =>
  JSON.parse(
    execFileSync(process.execPath, [MAIN, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      maxBuffer: 64_000_000,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

/** Runs a command and gives its JSON with its duration and its largest resident size in MB. */
export async function measuredCommand(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ output: any; ms: number; peakMb: number }> {
  const from = performance.now();
  const child = ours(
    spawn(process.execPath, [MAIN, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  let peakMb = 0;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, residentMb(child.pid!, 'VmHWM'))), 50);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { output: JSON.parse(text), ms: performance.now() - from, peakMb };
}

/** Watches the resident size of a process from now on; gives the largest so far, in MB, and watches no more. */
export function peakOf(pid: number): () => number {
  let peak = residentMb(pid);
  const watch = setInterval(() => (peak = Math.max(peak, residentMb(pid))), 50);
  return () => {
    clearInterval(watch);
    return peak;
  };
}

/** Resident size of a process in MB: now (`VmRSS`) or at its largest (`VmHWM`). Linux only; 0 elsewhere. */
export function residentMb(pid: number, what: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  try {
    const [, kb] = new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const TICKS = 100;

const statOf = (pid: number | string): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');

/** Seconds of a processor that a process has used so far. Linux only; 0 elsewhere. */
export function cpuSeconds(pid: number | string): number {
  try {
    const fields = statOf(pid);
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}

/** The same of all that a process has started and that still runs. */
export function cpuSecondsBelow(parent: number): number {
  let seconds = 0;
  for (const pid of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (Number(statOf(pid)[1]) === parent) seconds += cpuSeconds(pid);
    } catch {
      // it ended meanwhile
    }
  }
  return seconds;
}
