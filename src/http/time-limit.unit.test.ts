import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { currentHalt, enter, leave } from '../record/kernel/halt.ts';
import type { Dialect } from './dialect.ts';
import { closeServer } from './server.ts';
import { booksDialect, booksServer } from './testing/books.ts';

const KEY = { 'x-key': 'k' };
const LIMIT_MS = 100;

/** A server whose time limit is short, where one operation is done by this handler; `late` resolves when the limit was reached. */
async function open(operation: string, handler: Dialect['handlers'][string]) {
  const { dialect } = booksDialect({});
  const late = Promise.withResolvers<void>();
  const warn = (_facts: object, text: string) => {
    if (text === 'time limit reached') late.resolve();
  };
  const { app } = await booksServer(
    { ...dialect, handlers: { ...dialect.handlers, [operation]: handler } },
    { requestMs: LIMIT_MS, log: { info() {}, warn, error() {} } as never },
  );
  return {
    app,
    late: late.promise,
    ask: () => app.inject({ method: 'POST', url: '/books/troubles/any', headers: KEY }),
  };
}

test('what has kept something is answered by its own outcome, however late', async () => {
  const { app, late, ask } = await open('makeTrouble', async () => {
    currentHalt()!.kept = true;
    await late;
    return { status: 200, body: 'kept' };
  });
  const answer = await ask();
  assert.deepEqual([answer.statusCode, answer.json()], [200, 'kept']);
  await closeServer(app);
});

test('what is under way is waited for: nothing is said before it is known', async () => {
  for (const kept of [true, false]) {
    const order: string[] = [];
    const { app, late, ask } = await open('makeTrouble', async () => {
      const halt = currentHalt()!;
      enter(halt);
      await late;
      await new Promise((done) => setTimeout(done, 50));
      order.push('outcome');
      halt.kept = kept;
      leave(halt);
      return { status: 200, body: 'done' };
    });
    const answer = await ask();
    order.push('answer');
    assert.deepEqual([answer.statusCode, order], [kept ? 200 : 503, ['outcome', 'answer']]);
    await closeServer(app);
  }
});

test('a connection lost once something was kept is told as such', async () => {
  const { app, ask } = await open('makeTrouble', async () => {
    currentHalt()!.kept = true;
    throw Object.assign(new Error('terminating connection'), { code: '57P01' });
  });
  const answer = await ask();
  assert.deepEqual([answer.statusCode, answer.json().detail], [503, { kind: 'unavailable', outcome: 'unknown' }]);
  await closeServer(app);
});

test('an upload ends with the time of its request', async () => {
  const cut = Promise.withResolvers<unknown>();
  const { app } = await open('upload', async (_who, input) => {
    try {
      for await (const _ of input.body as Readable);
    } catch (error) {
      cut.resolve(error);
      throw error;
    }
    cut.resolve('read as if it were whole');
    return { status: 200, body: 0 };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = net.connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /books/files HTTP/1.1\r\nHost: x\r\nx-key: k\r\nContent-Type: application/zip\r\nContent-Length: 50\r\n\r\nabc',
  );
  const [first] = (await once(socket, 'data')) as [Buffer];
  assert.match(first.toString(), /^HTTP\/1.1 503 /);
  socket.end('d'.repeat(47));
  assert.ok((await cut.promise) instanceof Error);
  await closeServer(app);
});
