import { existsSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from './error.ts';
import { isHeldAlone } from './lock.ts';
import { lockFile } from './start.ts';

/** Deletes the data folder and its database, also where root keeps that elsewhere. Refused while it is in use. */
export function removeData(dataDir: string): void {
  const folder = path.resolve(dataDir);
  if (isHeldAlone(lockFile(folder)))
    throw new EngineError('in_use', `Another Matricula is using ${folder}: stop it first.`);
  const link = path.join(folder, 'postgres');
  if (existsSync(link)) {
    const cluster = realpathSync(link);
    const home = path.dirname(cluster);
    if (existsSync(path.join(home, 'belongs-to.txt'))) rmSync(home, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}
