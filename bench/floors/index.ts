import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ConnectOptions } from '../../src/database/client.ts';
import { ours } from '../product.ts';

/** `$1` of its text is the fingerprint of the caller's token. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

export interface Floors {
  connection: ConnectOptions['connection'];
  poolSize: number;
  /** Each is answered at the path of its name. */
  reads: Readonly<Record<string, Statement>>;
  create: Statement;
}

export interface FloorServer {
  url: string;
  pid: number;
  stop(): void;
}

/** Starts the floors in a process of their own. */
export async function startFloors(floors: Floors): Promise<FloorServer> {
  const child = ours(
    spawn(process.execPath, [path.join(import.meta.dirname, 'server.ts'), JSON.stringify(floors)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const [chunk] = await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the floors ended with ${code}`);
    }),
  ]);
  return {
    url: `http://127.0.0.1:${String(chunk).trim()}`,
    pid: child.pid!,
    stop: () => void child.kill('SIGTERM'),
  };
}
