/**
 * Tries the embedded PostgreSQL on a disk that fills up: `node scripts/try-full-disk.ts`. Needs root on Linux, for a
 * small disk in memory that only this process sees. Ends with 1 when something acknowledged was lost.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Engine, EngineError, startEngine } from '../src/database/engine/index.ts';

if (process.argv[2] !== 'inside') {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    console.error('This trial needs root on Linux.');
    process.exit(2);
  }
  const again = ['-m', process.execPath, import.meta.filename, 'inside'];
  process.exit(spawnSync('unshare', again, { stdio: 'inherit' }).status ?? 1);
}

let failed = false;
function report(what: string, holds: boolean, detail: string): void {
  failed ||= !holds;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${detail}`);
}

const disk = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
function mount(size: string): void {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'none', disk], {
    stdio: 'inherit',
  });
  if (mounted.status !== 0) process.exit(2);
  chmodSync(disk, 0o755);
}
const unmount = () => spawnSync('umount', [disk]);

/** Writes a file until there is no room, and gives what deletes it. */
function fill(name: string, megabytes = Number.POSITIVE_INFINITY): () => void {
  const file = path.join(disk, name);
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (let n = 0; n < megabytes * 256; n++) writeSync(handle, block);
  } catch {
    // full, as wanted
  } finally {
    closeSync(handle);
  }
  return () => rmSync(file);
}

async function refusal(dataDir: string): Promise<string> {
  try {
    await (await startEngine({ dataDir })).stop();
    return 'started';
  } catch (error) {
    return error instanceof EngineError ? `${error.fault}: ${error.message}` : String(error);
  }
}

async function connected<T>(engine: Engine, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(engine.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const count = (engine: Engine) =>
  connected(engine, async (client) => (await client.query('select count(*)::int n from load')).rows[0].n as number);

/** Adds rows of 100 kB until the server refuses; gives how many it acknowledged. */
async function load(engine: Engine): Promise<{ acknowledged: number; refused: string }> {
  let acknowledged = 0;
  try {
    await connected(engine, async (client) => {
      await client.query('create table if not exists load (n int, filling bytea)');
      await client.query('alter table load alter filling set storage external');
      for (;;) {
        await client.query('insert into load values ($1, $2)', [acknowledged, Buffer.alloc(100_000, acknowledged)]);
        acknowledged++;
      }
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { acknowledged, refused: `${code ?? ''} ${message}`.trim() };
  }
  throw new Error('unreachable');
}

try {
  mount('20m');
  let said = await refusal(path.join(disk, 'data'));
  report('first start without room', said.startsWith('disk_full'), said);
  unmount();

  mount('200m');
  const dataDir = path.join(disk, 'data');
  mkdirSync(dataDir);
  const makeRoom = fill('ballast', 40);
  let engine = await startEngine({ dataDir });
  const { acknowledged, refused } = await load(engine);
  report('disk fills up under load', acknowledged > 0, `${acknowledged} rows acknowledged, then "${refused}"`);
  const gaveUp = await Promise.race([engine.died.then(() => true), sleep(10_000, false)]);
  console.log(`      ${gaveUp ? 'PostgreSQL could not be brought back and said so' : 'PostgreSQL still serves'}`);
  await engine.stop();

  makeRoom();
  engine = await startEngine({ dataDir });
  const after = await count(engine);
  report('start after room was made', after >= acknowledged, `${after} rows, ${acknowledged} acknowledged`);
  await engine.stop();

  const free = fill('more');
  said = await refusal(dataDir);
  report('start on a full disk', said.startsWith('disk_full') || said === 'started', said);
  free();
  engine = await startEngine({ dataDir });
  report('start after that', (await count(engine)) === after, `${after} rows`);
  await engine.stop();
} finally {
  unmount();
  rmdirSync(disk);
}
process.exit(failed ? 1 : 0);
