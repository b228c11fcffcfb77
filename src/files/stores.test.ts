import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import S3rver from 's3rver';
import { type FileStore, type Stored, StoreFault } from '../record/kernel/file-store.ts';
import { folderStore, openStore, placeOfUrl, s3Store } from './index.ts';

const TENANT = randomUUID();
const MB = 1024 * 1024;
const key = (): string => `${TENANT}/${randomUUID()}`;

let dir: string;
let s3: InstanceType<typeof S3rver>;
const stores: Record<string, FileStore> = {};
before(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'matricula-stores-'));
  s3 = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: path.join(dir, 's3'),
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  const { port } = await s3.run();
  stores['folder'] = folderStore(path.join(dir, 'folder'));
  stores['S3'] = s3Store(`http://S3RVER:S3RVER@127.0.0.1:${port}/files/of/us`);
});
after(async () => {
  await s3.close();
  rmSync(dir, { recursive: true, force: true });
});

async function* pieces(bytes: Buffer, then?: () => void): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += 65_537) yield bytes.subarray(i, i + 65_537);
  then?.();
}
const all = async (store: FileStore): Promise<string[]> => {
  const found: Stored[] = [];
  for await (const page of store.list(`${TENANT}/`)) found.push(...page);
  return found.map((one) => one.key).sort();
};
const missing = (error: unknown): boolean => error instanceof StoreFault && error.trouble === 'missing';

for (const name of ['folder', 'S3'])
  test(`${name}: what is put is there, whole and in parts, is listed, and is gone when it is removed`, async () => {
    const store = stores[name]!;
    const kept = new Map<string, Buffer>();
    // less than a part, exactly one, exactly two, and some more
    for (const size of [1, 100_000, 8 * MB, 16 * MB, 17 * MB + 3]) {
      const [at, bytes] = [key(), randomBytes(size)];
      await store.put(at, pieces(bytes));
      kept.set(at, bytes);
      assert.ok(bytes.equals(await buffer(await store.read(at))), `${size}`);
      const [first, last] = [Math.floor(size / 2), size - 1];
      assert.ok(bytes.subarray(first).equals(await buffer(await store.read(at, { first, last }))), `${size}`);
    }
    assert.deepEqual(await all(store), [...kept.keys()].sort());
    await store.remove([...kept.keys(), key()]);
    assert.deepEqual(await all(store), []);
    await assert.rejects(store.read([...kept.keys()][0]!), missing);
  });

for (const name of ['folder', 'S3'])
  test(`${name}: a source that fails, and a signal, leave nothing`, async () => {
    const store = stores[name]!;
    for (const size of [1000, 9 * MB]) {
      const fail = () => {
        throw new Error('broken off');
      };
      await assert.rejects(store.put(key(), pieces(randomBytes(size), fail)), /broken off/);
      const stop = new AbortController();
      await assert.rejects(
        store.put(
          key(),
          pieces(randomBytes(size), () => stop.abort(new Error('told to'))),
          stop.signal,
        ),
        /told to/,
      );
    }
    assert.deepEqual(await all(store), []);
  });

test('nothing but two ids becomes a path', async () => {
  for (const store of Object.values(stores))
    for (const bad of [
      '../etc/passwd',
      `${TENANT}/../x`,
      'a/b',
      `${TENANT}/${randomUUID()}/x`,
      `${TENANT}/${randomUUID()}\u0000`,
    ])
      await assert.rejects(async () => store.put(bad, pieces(Buffer.from('x'))), /no key/);
});

test('a folder that cannot be written to is refused', async () => {
  const file = path.join(dir, 'file');
  writeFileSync(file, '');
  await assert.rejects(folderStore(file).put(key(), pieces(Buffer.from('x'))), StoreFault);
  assert.deepEqual(readdirSync(dir).includes('file'), true);
});

test('S3 that is down, slow, refuses or is full is told by its trouble', async () => {
  let answer: (response: http.ServerResponse) => void = () => {};
  const server = http.createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const store = s3Store(`http://k:s@127.0.0.1:${port}/files`, { patienceMs: 500 });
  const says = (status: number) => (response: http.ServerResponse) =>
    response.writeHead(status).end('<Error><Code>No</Code></Error>');
  for (const [how, trouble] of [
    [says(403), 'refused'],
    [says(507), 'full'],
    [() => {}, 'slow'],
    [(response: http.ServerResponse) => response.destroy(), 'unreachable'],
  ] as const) {
    answer = how;
    await assert.rejects(
      store.put(key(), pieces(Buffer.from('x'))),
      (error) => error instanceof StoreFault && error.trouble === trouble,
      trouble,
    );
  }
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await assert.rejects(store.read(key()), (error) => error instanceof StoreFault && error.trouble === 'unreachable');
});

test('S3 that takes all parts and says no in the end has not taken the file', async () => {
  const methods: string[] = [];
  const server = http.createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      methods.push(request.method!);
      const complete = request.method === 'POST' && !request.url!.includes('uploads');
      response.setHeader('etag', '"1"');
      response.end(complete ? '<Error><Code>InternalError</Code></Error>' : '<x><UploadId>1</UploadId></x>');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const store = s3Store(`http://k:s@127.0.0.1:${(server.address() as AddressInfo).port}/files`);
  await assert.rejects(store.put(key(), pieces(randomBytes(9 * MB))), StoreFault);
  assert.deepEqual(methods, ['POST', 'PUT', 'PUT', 'POST', 'DELETE']);
  server.closeAllConnections();
  server.close();
});

test('the setting says which store', () => {
  const of = (url: string) => placeOfUrl(url);
  assert.deepEqual(
    [
      of('https://k:s@s3.eu-west-1.amazonaws.com/bkt/p/q').base,
      of('https://k:s@h/bkt/p/q').prefix,
      of('https://k:s@h/bkt').prefix,
    ],
    ['https://s3.eu-west-1.amazonaws.com/bkt', 'p/q/', ''],
  );
  for (const bad of [
    '',
    'ftp://k:s@h/bkt',
    'https://h/bkt',
    'https://k@h/bkt',
    'https://k:s@h',
    'https://k:s@h/b',
    'https://k:s@h/bkt/ü',
  ])
    assert.throws(() => of(bad), /a URL/, bad);
  assert.ok(openStore({ filesUrl: null, dataDir: dir }));
});
