import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Dialect } from './dialect.ts';
import { everyRow, inRows, rowsOf } from './rows.ts';
import { closeServer } from './server.ts';
import { booksDialect, booksServer, ID } from './testing/books.ts';

const BOOK = `/books/shelves/${ID}/bound-books/7`;
const WIDE = 'x'.repeat(1000);

interface Source {
  given: number;
  ended: boolean;
}

/** So many rows, and an error after them where one is told. */
async function* rows(source: Source, count: number, error?: Error): AsyncGenerator<{ n: number; wide: string }> {
  try {
    for (let n = 0; n < count; n++) {
      source.given += 1;
      yield { n, wide: WIDE };
      if (n % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    if (error) throw error;
  } finally {
    source.ended = true;
  }
}

async function listen(body: (source: Source) => unknown, more: Partial<Dialect> = {}) {
  const source: Source = { given: 0, ended: false };
  const { dialect } = booksDialect({});
  const getBook = async () => inRows({ status: 200, body: body(source) });
  const { app, lines } = await booksServer({ ...dialect, handlers: { ...dialect.handlers, getBook }, ...more });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${BOOK}`;
  const get = (encoding = 'identity') => fetch(url, { headers: { 'x-key': 'k', 'accept-encoding': encoding } });
  return { app, lines, source, port, get };
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let n = 0; n < 3000 && !condition(); n++) await new Promise((done) => setTimeout(done, 10));
  assert.ok(condition());
};

test('rows are sent as JSON wherever they stand, packed or not', async () => {
  const finish: Dialect['finish'] = (answer) => ({ ...answer, headers: { ...answer.headers, 'x-all': 'yes' } });
  const { app, get, source } = await listen(
    (source) => ({
      top: 3000,
      left: undefined,
      data: { progress: rowsOf(rows(source, 3000)), none: rowsOf(rows(source, 0)), list: [1, { a: null }] },
      paging: {},
    }),
    { finish },
  );
  for (const encoding of ['identity', 'gzip', 'br']) {
    const answer = await get(encoding);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(answer.headers.get('x-all'), 'yes');
    const read = (await answer.json()) as any;
    assert.deepEqual(Object.keys(read), ['top', 'data', 'paging']);
    assert.deepEqual([read.data.none, read.data.list, read.paging], [[], [1, { a: null }], {}]);
    assert.deepEqual(
      read.data.progress.map((row: { n: number }) => row.n),
      Array.from({ length: 3000 }, (_, n) => n),
    );
  }
  assert.equal(source.given, 9000);
  await closeServer(app);
});

test('a bare array, an empty one, and a body without rows', async () => {
  for (const [body, expected] of [
    [(source: Source) => rowsOf(rows(source, 2)), [0, 1].map((n) => ({ n, wide: WIDE }))],
    [(source: Source) => rowsOf(rows(source, 0)), []],
    [() => ({ a: 1 }), { a: 1 }],
  ] as const) {
    const { app, get } = await listen(body);
    assert.deepEqual(await (await get()).json(), expected);
    await closeServer(app);
  }
});

test('what goes wrong before the first piece is answered as any trouble', async () => {
  const { app, get, source } = await listen((source) => ({ data: rowsOf(rows(source, 3, new Error('early'))) }));
  const answer = await get();
  assert.equal(answer.status, 500);
  assert.equal(((await answer.json()) as any).problem, 'crash');
  assert.ok(source.ended);
  await closeServer(app);
});

test('what goes wrong later cuts the connection, packed or not', async () => {
  const { app, lines, get } = await listen((source) => ({ data: rowsOf(rows(source, 500, new Error('late'))) }));
  for (const encoding of ['identity', 'gzip']) {
    const answer = await get(encoding);
    assert.equal(answer.status, 200);
    await assert.rejects(answer.text());
  }
  assert.equal(lines.filter(({ text }) => text === 'stream failed').length, 2);
  await closeServer(app);
});

test('a client that does not read holds the rows back; one that goes ends them', async () => {
  const { app, port, source } = await listen((source) => ({ data: rowsOf(rows(source, 1_000_000)) }));
  const request = http.get({ port, path: BOOK, headers: { 'x-key': 'k' } });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.pause();
  // as much as the system takes for the connection, and no more
  let before = -1;
  await until(() => {
    const still = source.given === before;
    before = source.given;
    return still && source.given > 100;
  });
  assert.ok(source.given < 50_000, `${source.given} rows for nobody`);
  assert.equal(source.ended, false);
  response.destroy();
  await until(() => source.ended);
  await closeServer(app);
});

test('a server that closes cuts what is not sent yet', async () => {
  const { app, port, source } = await listen((source) => ({ data: rowsOf(rows(source, 1_000_000)) }));
  const request = http.get({ port, path: BOOK, headers: { 'x-key': 'k' } });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const closed = closeServer(app);
  const [error] = await Promise.race([once(response.resume(), 'error'), once(response, 'end').then(() => [null])]);
  assert.notEqual(error, null);
  await closed;
  assert.ok(source.ended);
});

test('every row of a list is read by its pages', async () => {
  const asked: unknown[] = [];
  const list = async (page: { after?: readonly unknown[]; limit: number }) => {
    asked.push(page.after?.[0]);
    const from = Number(page.after?.[0] ?? 0);
    const rows = Array.from({ length: Math.min(page.limit, 5 - from) }, (_, n) => from + n);
    return from + rows.length < 5 ? { rows, next: [from + rows.length] } : { rows };
  };
  assert.deepEqual(await Array.fromAsync(everyRow(list, 2)), [0, 1, 2, 3, 4]);
  assert.deepEqual(asked, [undefined, 2, 4]);
});
