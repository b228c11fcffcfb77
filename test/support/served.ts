import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The product in a process of its own, with the demo on a database of its own. */
export interface Served {
  child: ChildProcess;
  url: string;
  port: number;
  /** With the key of the demo. */
  headers: { authorization: string };
  /** Ends it and removes its data. */
  end(): Promise<void>;
}

export async function served(env: Record<string, string> = {}): Promise<Served> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-served-'));
  // closed to the account that runs the database when we are root
  chmodSync(dataDir, 0o755);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../../src/main.ts'), 'serve'], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, DATABASE_URL: '', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill();
    const cut = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exit;
    clearTimeout(cut);
    rmSync(dataDir, { recursive: true, force: true });
  };
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  while (!/answers at/.test(text) && child.exitCode === null) await sleep(50);
  const url = /Matricula answers at (\S+)/.exec(text)?.[1];
  const key = /apiKey: (\S+)/.exec(text)?.[1];
  if (!url || !key) {
    await end();
    throw new Error(`did not start:\n${text}`);
  }
  return { child, url, port: Number(new URL(url).port), headers: { authorization: `Bearer ${key}` }, end };
}
