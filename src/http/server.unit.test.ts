import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { closeServer } from './server.ts';
import { booksDialect, booksServer, ID } from './testing/books.ts';

const KEY = { 'x-key': 'k' };
const BOOK = `/books/shelves/${ID}/bound-books/7`;

async function listen(more: Parameters<typeof booksServer>[1] = {}) {
  const { dialect, seen } = booksDialect({}, { cors: { exposedHeaders: ['x-total'] } });
  const { app, lines } = await booksServer(dialect, more);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, lines, seen, port, base: `http://127.0.0.1:${port}` };
}

/** Sends bytes as they are, and gives all that comes back. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (/\r\n\r\n.*}$/s.test(text)) socket.destroy();
    });
    socket.on('close', () => done(text)).on('error', fail);
  });
}

test('probes, metrics and one log line a request', async () => {
  let database = true;
  const { app, lines, base } = await listen({
    ready: async () => {
      if (!database) throw new Error('gone');
    },
    pool: () => ({ total: 3, idle: 2, waiting: 0 }),
    eventLagSeconds: () => 1.5,
  });
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  assert.equal((await fetch(`${base}/readyz`)).status, 200);
  database = false;
  const away = await fetch(`${base}/readyz`);
  assert.deepEqual([away.status, await away.json()], [503, { status: 'gone' }]);
  await (await fetch(`${base + BOOK}?pageSize=1`, { headers: { ...KEY, 'x-request-id': 'r-1' } })).text();
  await (await fetch(`${base}/books/nowhere?secret=1`)).text();
  const metrics = await (await fetch(`${base}/metrics`)).text();
  assert.match(metrics, /request_duration_seconds_count\{dialect="books",operation="getBook",status="200"\} 1/);
  assert.match(metrics, /request_duration_seconds_count\{dialect="books",operation="unknown",status="404"\} 1/);
  assert.match(metrics, /matricula_database_connections\{state="idle"\} 2/);
  assert.match(metrics, /matricula_event_lag_seconds 1.5/);
  const line = lines.find(({ facts }) => facts.requestId === 'r-1')!.facts;
  const { ms, ...rest } = line;
  assert.ok(ms > 0);
  assert.deepEqual(rest, {
    requestId: 'r-1',
    method: 'GET',
    route: '/books/shelves/{id}/bound-books/{number}',
    operation: 'getBook',
    dialect: 'books',
    status: 200,
    tenant: 'library',
  });
  assert.ok(!JSON.stringify(lines).includes('secret'));
  await closeServer(app);
});

test('limits count the address that the last counted proxy saw, not one that the caller made up', async () => {
  const { dialect, seen } = booksDialect({});
  const { app } = await booksServer(dialect, { trustProxy: 1 });
  const from = async (forwarded: string): Promise<string> => {
    await app.inject({ url: BOOK, headers: { ...KEY, 'x-forwarded-for': forwarded } });
    return seen.call!.ip;
  };
  assert.equal(await from('6.6.6.6, 203.0.113.9'), '203.0.113.9');
  assert.equal(await from('1.1.1.1, 2.2.2.2, 203.0.113.9'), '203.0.113.9');
  await closeServer(app);
});

test('a dialect stands below its prefix and at the root of its host names', async () => {
  const { app, seen, base, port } = await listen({ hosts: { 'Rest.Example.org': 'books' } });
  const ask = (path: string, host: string): Promise<number> =>
    new Promise((done) => {
      http.get(`${base}${path}`, { headers: { ...KEY, host } }, (answer) => {
        answer.resume();
        done(answer.statusCode!);
      });
    });
  const path = BOOK.slice('/books'.length);
  assert.equal(await ask(path, `books.localhost:${port}`), 200);
  assert.equal(seen.call?.baseUrl, `http://books.localhost:${port}`);
  assert.equal(await ask(path, 'rest.example.org'), 200);
  assert.equal(await ask(BOOK, 'rest.example.org'), 200);
  assert.equal(await ask(path, 'other.example.org'), 404);
  assert.equal(await ask(BOOK, `127.0.0.1:${port}`), 200);
  assert.equal(seen.call?.baseUrl, `${base}/books`);
  await closeServer(app);
});

test('rate limits count each client and say when to come back', async () => {
  const { app } = await listen({ rate: { perSecond: 1, burst: 3 } });
  const ask = (key: string) => app.inject({ url: BOOK, headers: { 'x-key': key } });
  for (let n = 0; n < 3; n += 1) assert.equal((await ask('a')).statusCode, 200);
  const refused = await ask('a');
  assert.deepEqual(
    [refused.statusCode, refused.headers['retry-after'], refused.json().problem],
    [429, '1', 'too_many_requests'],
  );
  assert.equal((await ask('b')).statusCode, 200);
  const guesses = await Promise.all(Array.from({ length: 5 }, () => app.inject(BOOK)));
  assert.deepEqual(
    guesses.map(({ statusCode }) => statusCode),
    [401, 401, 401, 429, 429],
  );
  await closeServer(app);
});

test('cross-origin calls only from configured origins', async () => {
  const { app } = await listen({ corsOrigins: ['https://web.example.org'] });
  const preflight = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: BOOK,
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-key' },
    });
  const allowed = await preflight('https://web.example.org');
  assert.equal(allowed.statusCode, 204);
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://web.example.org');
  assert.equal(allowed.headers['access-control-allow-headers'], 'x-key');
  assert.equal((await preflight('https://evil.example.org')).headers['access-control-allow-origin'], undefined);
  const real = await app.inject({ url: BOOK, headers: { ...KEY, origin: 'https://web.example.org' } });
  assert.match(String(real.headers['access-control-expose-headers']), /x-total/);
  await closeServer(app);
});

test('answers are compressed when asked for, and carry security headers', async () => {
  const { app } = await listen({ publicUrl: 'https://learn.example.org' });
  const url = `${BOOK}?pageSize=100`;
  const big = await app.inject({
    url: BOOK.replace('bound-books/7', 'bound-books/7?pageSize=100'),
    headers: { ...KEY, 'accept-encoding': 'gzip' },
  });
  assert.equal(big.headers['content-encoding'], undefined, 'small answers stay as they are');
  const contract = await app.inject({ url: '/books/openapi.json', headers: { 'accept-encoding': 'gzip' } });
  assert.equal(contract.headers['content-encoding'], 'gzip');
  assert.equal(JSON.parse(gunzipSync(contract.rawPayload).toString()).openapi, '3.1.0');
  const plain = await app.inject({ url, headers: KEY });
  assert.equal(plain.headers['x-content-type-options'], 'nosniff');
  assert.equal(plain.headers['referrer-policy'], 'no-referrer');
  assert.match(String(plain.headers['strict-transport-security']), /max-age/);
  await closeServer(app);
});

test('what Node or Fastify would answer comes in the shape of the dialect', async () => {
  const { app, port } = await listen();
  const head = `Host: x\r\nx-key: k\r\n`;
  const overflow = await send(port, `GET ${BOOK} HTTP/1.1\r\n${head}x-big: ${'a'.repeat(80_000)}\r\n\r\n`);
  assert.match(overflow, /^HTTP\/1.1 431 /);
  assert.match(overflow, /"problem":"header_overflow"/);
  const many = await send(port, `GET ${BOOK} HTTP/1.1\r\n${head}${'x-a: b\r\n'.repeat(400)}\r\n`);
  assert.match(many, /^HTTP\/1.1 431 .*"problem":"header_overflow"/s);
  const long = await send(port, `GET ${BOOK}?tags=${'a'.repeat(60_000)} HTTP/1.1\r\n${head}\r\n`);
  assert.match(long, /^HTTP\/1.1 200 /);
  const huge = await send(port, `GET ${BOOK} HTTP/1.1\r\n${head}x-big: ${'a'.repeat(1_200_000)}\r\n\r\n`).catch(
    () => '',
  );
  assert.match(huge || 'HTTP/1.1 431 ', /^HTTP\/1.1 431 /);
  assert.match(await send(port, `GET /books/%E0%A4%A HTTP/1.1\r\n${head}\r\n`), /400 .*"problem":"url"/s);
  assert.match(await send(port, `GET ${BOOK} HTTP/9.9\r\n${head}\r\n`), /400 .*"problem":"http"/s);
  assert.match(await send(port, `GET /elsewhere HTTP/9.9\r\n${head}\r\n`), /400 .*"title":"Bad Request"/s);
  assert.match(await send(port, `PROPFIND ${BOOK} HTTP/1.1\r\n${head}\r\n`), /405 .*"problem":"method"/s);
  assert.match(await send(port, `GET /elsewhere HTTP/1.1\r\n${head}\r\n`), /404 .*"title":"Not found"/s);
  await closeServer(app);
});

test('a body that does not come is not waited for', async () => {
  const { app, port } = await listen({ requestMs: 2000 });
  const text = await send(
    port,
    `POST /books/shelves/${ID}/books HTTP/1.1\r\nHost: x\r\nx-key: k\r\nContent-Length: 50\r\n\r\n{"ti`,
  );
  assert.match(text, /^HTTP\/1.1 408 .*"problem":"timeout"/s);
  const left = net.connect(port, '127.0.0.1', () => {
    left.write(`POST /books/shelves/${ID}/books HTTP/1.1\r\nHost: x\r\nx-key: k\r\nContent-Length: 50\r\n\r\n{"ti`);
    setTimeout(() => left.destroy(), 50);
  });
  await new Promise((done) => left.on('close', done));
  assert.equal((await app.inject({ url: BOOK, headers: KEY })).statusCode, 200);
  await closeServer(app);
});

test('a client that sends too much can read why', async () => {
  const { app, base } = await listen({ bodyBytes: 1_000_000, uploadBytes: 1_000_000 });
  const huge = Buffer.alloc(30_000_000, 0x20);
  const send = (path: string, type: string, headers: object = KEY) =>
    fetch(base + path, { method: 'POST', body: huge, headers: { ...headers, 'content-type': type } });
  assert.equal((await send(`/books/shelves/${ID}/books`, 'application/json')).status, 413);
  assert.equal((await send('/books/files', 'application/zip')).status, 413);
  assert.equal((await send('/books/files', 'application/zip', {})).status, 401);
  assert.equal((await send('/books/troubles/any', 'text/plain')).status, 500);
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(huge.subarray(0, 1_000_000));
      if ((this as { n?: number }).n === 10) controller.close();
      (this as { n?: number }).n = ((this as { n?: number }).n ?? 0) + 1;
    },
  });
  const chunked = { method: 'POST', body: chunks, duplex: 'half', headers: KEY } as RequestInit;
  assert.equal((await fetch(`${base}/books/shelves/${ID}/books`, chunked)).status, 413);
  await closeServer(app);
});

test('event streams start at once, notice leaving clients and end when the server closes', async () => {
  const { app, seen, base } = await listen();
  const leave = new AbortController();
  const first = await fetch(`${base}/books/events`, { headers: KEY, signal: leave.signal });
  assert.equal(first.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const reader = first.body!.getReader();
  const start = Buffer.from((await reader.read()).value!).toString();
  assert.match(start, /^:\n\n/);
  leave.abort();
  for (let n = 0; n < 6000 && seen.streams.ended === 0; n += 1) await new Promise((done) => setTimeout(done, 10));
  assert.equal(seen.streams.ended, 1);

  const second = await fetch(`${base}/books/events`, { headers: KEY });
  const closed = closeServer(app);
  assert.match(await second.text(), /data: 1\n\n$/, 'ends cleanly');
  await closed;
  assert.equal(seen.streams.ended, 2);
});

test('while draining the server says so to balancers, and serves whoever still comes', async () => {
  const { app, base } = await listen();
  const ready = async () => {
    const answer = await fetch(`${base}/readyz`);
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await ready(), [200, { status: 'ready' }]);
  app.drain();
  assert.deepEqual(await ready(), [503, { status: 'draining' }]);
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  assert.equal((await fetch(base + BOOK, { headers: KEY })).status, 200);
  await closeServer(app);
});

test('requests in flight are finished although the server closes', async () => {
  const { app, base } = await listen({ requestMs: 500 });
  const agent = new http.Agent({ keepAlive: true });
  const ask = (path: string, method: string): Promise<[number, string | undefined]> =>
    new Promise((done, fail) => {
      const request = http.request(base + path, { agent, method, headers: KEY }, (answer) => {
        answer.resume().on('end', () => done([answer.statusCode!, answer.headers.connection]));
      });
      request.on('error', fail).end();
    });
  assert.deepEqual(await ask(BOOK, 'GET'), [200, 'keep-alive']);
  const arrived = once(app.server, 'request');
  const slow = ask('/books/troubles/slow', 'POST');
  await arrived;
  const closed = closeServer(app);
  assert.equal((await slow)[0], 503);
  await closed;
  agent.destroy();
});

test('reference pages hold every operation and run no foreign or inline code', async () => {
  const { app } = await listen();
  assert.match((await app.inject('/docs')).body, /href="\/docs\/books"/);
  const page = await app.inject('/docs/books');
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.doesNotMatch(page.body, /<script>|<style|style="|https?:\/\//);
  for (const id of ['getBook', 'createBook', 'planned', 'writeLetters'])
    assert.match(page.body, new RegExp(`id="${id}"`));
  assert.match(page.body, /not built: answers 501/);
  for (const file of ['docs.js', 'docs.css']) assert.equal((await app.inject(`/docs/assets/${file}`)).statusCode, 200);
  const contract = (await app.inject({ url: '/books/openapi.json', headers: { host: 'learn.test:81' } })).json();
  assert.deepEqual(contract.servers, [{ url: 'http://learn.test:81/books' }]);
  assert.equal((await app.inject('/docs/unknown')).statusCode, 404);
  await closeServer(app);
});

test('a method that nobody serves is refused in the words of its dialect, also with a body', async () => {
  const { app, port } = await listen();
  const asked = (path: string, head: string) =>
    send(port, `QUERY ${path} HTTP/1.1\r\nhost: x\r\nx-key: k\r\nconnection: close\r\n${head}\r\n`);
  const body = 'content-type: text/strange\r\ncontent-length: 0\r\n';
  for (const head of ['', body]) assert.match(await asked(BOOK, head), /^HTTP\/1.1 40[45] /);
  assert.match(await asked('/elsewhere', ''), /^HTTP\/1.1 404 /);
  await closeServer(app);
});

/** A connection that its client never closes, and what has come over it once the server has ended it. */
async function connected(port: number, bytes = '') {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<string>((done) => {
    for (const event of ['end', 'error', 'close']) socket.on(event, () => done(text));
  });
  await once(socket, 'connect');
  if (bytes) socket.write(bytes);
  return { socket, ended };
}

/** Resolves when the server holds no connection any more. */
async function empty({ server }: { server: http.Server }): Promise<void> {
  while ((await promisify(server.getConnections).call(server)) > 0) await sleep(20);
}

test('of more connections than there may be, one is cut off that waits for its client, never one that is served', async () => {
  const { app, base, port } = await listen({ connections: 2, requestMs: 2000 });
  const arrived = once(app.server, 'request');
  const served = await connected(
    port,
    'POST /books/troubles/slow HTTP/1.1\r\nHost: x\r\nx-key: k\r\nConnection: close\r\n\r\n',
  );
  await arrived;
  const heads = await connected(port, `GET ${BOOK} HTTP/1.1\r\nHost: x\r\nx-`);
  const bodyArrived = once(app.server, 'request');
  const body = await connected(
    port,
    `POST /books/shelves/${ID}/books HTTP/1.1\r\nHost: x\r\nx-key: k\r\nContent-Length: 50\r\n\r\n{`,
  );
  assert.equal(await heads.ended, '', 'a head that is not finished');
  await bodyArrived;
  assert.equal((await fetch(base + BOOK, { headers: { ...KEY, connection: 'close' } })).status, 200);
  assert.equal(await body.ended, '', 'a body that is not finished');
  assert.match(await served.ended, /^HTTP\/1.1 503 /);
  await closeServer(app);
});

test('the address with most connections gives one up', async () => {
  const { app, base, port } = await listen({ connections: 3 });
  const from = async (localAddress: string) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress });
    await once(socket, 'connect');
    return {
      socket,
      closed: once(
        socket.on('error', () => {}),
        'close',
      ),
    };
  };
  const one = await from('127.0.0.2');
  const many = [await from('127.0.0.3'), await from('127.0.0.3')];
  const last = await from('127.0.0.4');
  await many[0]!.closed;
  assert.deepEqual([one.socket.closed, many[1]!.socket.closed, last.socket.closed], [false, false, false]);
  // each has one now: who has waited longest goes
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  await one.closed;
  await closeServer(app);
});

test('a head that does not end is not waited for, and whoever never leaves is cut off', async () => {
  const { app, port } = await listen({ requestMs: 1000 });
  const silent = await connected(port);
  const slow = await connected(port, `GET ${BOOK} HTTP/1.1\r\nHost: x\r\nx-`);
  for (const { ended } of [silent, slow]) assert.match((await ended) || 'HTTP/1.1 408 ', /^HTTP\/1.1 408 /);
  await empty(app);
  await closeServer(app);
});

test('who was answered and goes on sending is cut off some day', async () => {
  const { app, port } = await listen({ requestMs: 1000 });
  const sending = await connected(port, `POST /books/nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{`);
  assert.match(await sending.ended, /^HTTP\/1.1 404 /);
  await empty(app);
  await closeServer(app);
});

test('where nobody is known yet, bodies are short', async () => {
  const { app, base } = await listen();
  const ask = (size: number) =>
    fetch(`${base}/books/door`, {
      method: 'POST',
      body: JSON.stringify({ title: 'x'.repeat(size) }),
      headers: { 'content-type': 'application/json' },
    });
  assert.equal((await ask(60_000)).status, 200);
  assert.equal((await ask(70_000)).status, 413);
  await closeServer(app);
});
