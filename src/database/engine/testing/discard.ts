import { rmSync } from 'node:fs';
import path from 'node:path';
import { postmasterPid } from '../leftovers.ts';

/** Ends the server of a data folder at once and deletes the folder, without waiting: for the exit of a test run. */
export function discard(dataDir: string): void {
  const pid = postmasterPid(path.join(dataDir, 'postgres'));
  for (let tries = 0; tries < 50; tries++) {
    try {
      if (pid && tries === 0) process.kill(pid, 'SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
      return;
    } catch {
      // its children write until they see that it is gone
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
