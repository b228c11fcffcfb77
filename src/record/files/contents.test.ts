import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase, urlOf } from '../../../test/support/database.ts';
import { OWN } from '../../../test/support/dialects.ts';
import { folderStore } from '../../files/index.ts';
import { Clients } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { type FileStore, StoreFault } from '../kernel/file-store.ts';
import { People } from '../people/index.ts';
import { Contents, Files } from './index.ts';

const ALL = { page: { kind: 'rows', offset: 0, limit: 100, total: false } } as const;
const HOUR = 3_600_000;

/** A store that does as it is told: fails, or is where the process ends, before or after its work. */
let fault: { before?: Error; after?: Error; remove?: Error } = {};
let folder: string;
let database: TestDatabase;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'matricula-contents-'));
  const inner = folderStore(folder);
  const store: FileStore = {
    ...inner,
    async put(...args) {
      if (fault.before) throw fault.before;
      await inner.put(...args);
      if (fault.after) throw fault.after;
    },
    async remove(keys) {
      if (fault.remove) throw fault.remove;
      await inner.remove(keys);
    },
  };
  database = await testDatabase({ files: store });
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const stored = (dir: string): number =>
  existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length : 0;
const rows = async (): Promise<string[]> =>
  (await database.pool.query('select state from file_content order by state')).rows.map((row) => row.state);
const older = (ms: number) =>
  database.pool.query(`update file_content set updated_at = updated_at - interval '${ms} milliseconds'`);

async function someone(): Promise<{ ctx: Context; personId: string }> {
  const ctx = await testTenant(database.db, {});
  return { ctx, personId: (await People.create(ctx, { fullName: 'Ada' })).id };
}
async function* bytes(of = randomBytes(100_000)): AsyncGenerator<Buffer> {
  yield of;
}
const upload = ({ ctx, personId }: Awaited<ReturnType<typeof someone>>, signal?: AbortSignal) =>
  Files.upload(ctx, { personId }, bytes(), { name: 'a.bin' }, signal);

test('a store that is full, slow or down is told as such, and leaves nothing', async () => {
  const who = await someone();
  for (const trouble of ['full', 'slow', 'unreachable'] as const) {
    fault = { before: new StoreFault(trouble, 'on purpose') };
    await assert.rejects(upload(who), (error) => error instanceof StoreFault && error.trouble === trouble);
  }
  fault = {};
  assert.deepEqual([stored(folder), await rows(), (await Files.list(who.ctx, who, ALL)).rows], [0, [], []]);
});

test('whoever dies before the content, or between it and the file, leaves what the job removes in time', async () => {
  const who = await someone();
  // as after a death: nothing of what would clean up is done any more
  for (const [what, left] of [
    [{ before: new Error('died'), remove: new Error('died') }, 0],
    [{ after: new Error('died'), remove: new Error('died') }, 1],
  ] as const) {
    fault = what;
    await assert.rejects(upload(who), /died/);
    fault = {};
    assert.deepEqual([stored(folder), await rows()], [left, ['uploading']]);
    assert.equal(await Contents.clear(database.db), 0, 'it may still be coming');
    await older(HOUR + 1000);
    assert.equal(await Contents.clear(database.db), 1);
    assert.deepEqual([stored(folder), await rows()], [0, []]);
  }
  assert.deepEqual((await Files.list(who.ctx, who, ALL)).rows, []);
});

test('an upload that the job took for lost is not completed, and leaves nothing', async () => {
  const who = await someone();
  async function* slow(): AsyncGenerator<Buffer> {
    yield randomBytes(100_000);
    await older(HOUR + 1000);
    await Contents.clear(database.db);
    yield randomBytes(100_000);
  }
  await assert.rejects(Files.upload(who.ctx, who, slow(), { name: 'a.bin' }), /unavailable/);
  assert.deepEqual([stored(folder), await rows()], [0, []]);
});

test('what cannot be removed stays known, and is removed later', async () => {
  const who = await someone();
  const { file } = await upload(who);
  await database.pool.query('delete from file where id = $1', [file.id]);
  await database.pool.query(`update file_content set state = 'deleted'`);
  fault = { remove: new StoreFault('unreachable', 'on purpose') };
  await assert.rejects(Contents.clear(database.db), StoreFault);
  assert.deepEqual(await rows(), ['deleted']);
  fault = {};
  assert.equal(await Contents.clear(database.db), 1);
  assert.deepEqual([stored(folder), await rows()], [0, []]);
});

test('what lies in the store and nobody knows goes after a day', async () => {
  const who = await someone();
  const { file } = await upload(who);
  await upload(who);
  await database.pool.query('delete from file where id = $1', [file.id]);
  await database.pool.query(
    'delete from file_content where not exists (select from file f where f.content_id = file_content.id)',
  );
  assert.equal(await Contents.sweep(database.db), 0);
  for (const one of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (one.isFile()) utimesSync(path.join(one.parentPath, one.name), new Date(0), new Date(Date.now() - 25 * HOUR));
  assert.equal(await Contents.sweep(database.db), 1);
  assert.equal(stored(folder), 1);
  const [left] = (await Files.list(who.ctx, who, ALL)).rows;
  (await Files.open(who.ctx, left!.id)).destroy();
});

/** The product in a process of its own over the test's database. */
async function server(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../../main.ts'), 'serve'], {
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: urlOf(database.connection),
      DEMO: 'off',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  while (!/answers at/.test(text) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
  return { child, port: Number(/answers at http:\/\/[^:]+:(\d+)/.exec(text)?.[1]) };
}

test('a server that is killed in an upload leaves a part of it, and the next one takes it away', async () => {
  const { ctx, personId } = await someone();
  const { key } = await Clients.create(ctx, { dialect: OWN, name: 'Test', permissions: ['people.write'] });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-killed-'));
  const files = path.join(dataDir, 'files');
  await database.pool.query('delete from file');
  await database.pool.query('delete from file_content');
  const { child, port } = await server(dataDir);
  try {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    socket.write(
      `POST /matricula/v1/files?personId=${personId}&name=a.bin HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 9000000\r\n\r\n`,
    );
    socket.write(randomBytes(1_000_000));
    while (stored(files) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    socket.destroy();
    assert.deepEqual([stored(files), await rows()], [1, ['uploading']]);
    await older(HOUR + 1000);
    const next = await server(dataDir);
    // jobs begin with a server
    while ((await rows()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(stored(files), 0);
    const ended = once(next.child, 'exit');
    next.child.kill();
    await ended;
  } finally {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
});
