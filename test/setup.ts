import { chmod, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { discard } from '../src/database/engine/testing/discard.ts';

let stop: (() => Promise<void>) | undefined;

/** One PostgreSQL for the whole run; test processes inherit its address. DEV_DATABASE_ADMIN names one that runs already. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_ADMIN || process.env.DEV_DATABASE_ADMIN) return;
  const { removeData, startEngine } = await import('../src/database/engine/index.ts');
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'matricula-test-'));
  // mkdtemp closes it to the account that runs the server when we are root
  await chmod(dataDir, 0o755);
  // --test-force-exit does not wait for the teardown
  process.once('exit', () => discard(dataDir));
  const engine = await startEngine({ dataDir });
  process.env.TEST_DATABASE_OWNER = engine.connection.user;
  process.env.TEST_DATABASE_ADMIN = JSON.stringify({
    ...engine.connection,
    user: engine.superuser,
    database: 'postgres',
  });
  stop = async () => {
    await engine.stop();
    removeData(dataDir);
  };
}

export async function globalTeardown(): Promise<void> {
  await stop?.();
}
