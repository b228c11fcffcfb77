import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TurnLimits, takingTurns } from './taking-turns.ts';
import { type UnreadLimits, unreadAnswers } from './unread.ts';

const MB = 1_000_000;
/** More than the system keeps for a connection on its own. */
const LARGE = Buffer.alloc(32 * MB, 'x');

const PATIENT = { bytes: 800 * MB, mostBytes: 800 * MB, patienceMs: 60_000, silenceMs: 60_000 };

async function serving(
  t: TestContext,
  serve: RequestListener,
  { limits = PATIENT, turns }: { limits?: UnreadLimits; turns?: Partial<TurnLimits> } = {},
) {
  const unread = unreadAnswers(limits);
  const server = http.createServer(takingTurns(serve, unread, turns));
  const gone = new Set<number | undefined>();
  server.on('connection', (socket) => {
    const { remotePort } = socket;
    socket.on('close', () => gone.add(remotePort));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: net.Socket[] = [];
  const ports = new Map<net.Socket, number | undefined>();
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (paths: readonly string[]): Promise<net.Socket> => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    ports.set(socket, socket.localPort);
    socket.pause().write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    return socket;
  };
  const closed = (socket: net.Socket) => {
    // a socket that has noticed its end does not know it any more
    const port = ports.get(socket);
    return until(() => gone.has(port));
  };
  return { ask, unread, port, closed };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5);
};

/** Reads on, and counts. */
function reading(socket: net.Socket): { bytes: number; text: string } {
  const read = { bytes: 0, text: '' };
  socket.on('data', (chunk) => {
    read.bytes += chunk.length;
    if (read.bytes < 100_000) read.text += chunk.toString();
  });
  socket.resume();
  return read;
}

test('a connection gets its next answer made when it has taken the last one', async (t) => {
  const asked: string[] = [];
  const { ask } = await serving(t, (request, response) => {
    asked.push(request.url!);
    response.end(LARGE);
  });
  const socket = await ask(['/1', '/2', '/3']);
  await until(() => asked.length > 0);
  // another client's answers come meanwhile, and would not before those that were begun
  for (let n = 0; n < 3; n += 1) {
    const other = await ask([`/other${n}`]);
    const read = reading(other);
    await until(() => read.bytes > LARGE.length);
  }
  assert.deepEqual(asked, ['/1', '/other0', '/other1', '/other2']);
  const read = reading(socket);
  await until(() => read.bytes > 3 * LARGE.length);
  assert.deepEqual(asked.slice(4), ['/2', '/3']);
});

test('whoever reads gets everything that was asked for ahead, in order, bodies included', async (t) => {
  const { port } = await serving(t, async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    if (Number(request.url!.slice(1)) % 7 === 0) await sleep(1);
    response.end(`<${request.method} ${request.url} ${body.length}>`);
  });
  const socket = net.connect(port, '127.0.0.1');
  const read = reading(socket);
  const wanted: string[] = [];
  for (let n = 1; n <= 600; n += 1) {
    const body = n % 5 === 0 ? 'b'.repeat(n * 40) : '';
    socket.write(
      body === ''
        ? `GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`
        : `POST /${n} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    wanted.push(body === '' ? `<GET /${n} 0>` : `<POST /${n} ${body.length}>`);
  }
  await until(() => read.text.includes('/600 '));
  assert.deepEqual(read.text.match(/<[A-Z]+ [^>]+>/g), wanted);
  socket.destroy();
});

test('when too much waits, those go who have waited longest, and nobody else', async (t) => {
  const limits = { bytes: 40 * MB, mostBytes: 80 * MB, patienceMs: 60_000, silenceMs: 60_000 };
  const { ask, unread, closed } = await serving(t, (_request, response) => response.end(LARGE), { limits });
  const first = await ask(['/']);
  await until(() => unread.bytes() > 0);
  const second = await ask(['/']);
  await until(() => unread.bytes() > 40 * MB);
  const third = await ask(['/']);
  await closed(first);
  assert.ok(unread.bytes() <= 80 * MB);
  const read = [second, third].map(reading);
  await until(() => read.every(({ bytes }) => bytes > LARGE.length) && unread.bytes() === 0);
});

test('when much waits, whoever does not read for a while is cut off', async (t) => {
  const limits = { bytes: 1 * MB, mostBytes: 800 * MB, patienceMs: 50, silenceMs: 60_000 };
  const { ask, unread, closed } = await serving(t, (_request, response) => response.end(LARGE), { limits });
  await closed(await ask(['/', '/']));
  assert.equal(unread.bytes(), 0);
});

test('a client that takes nothing of its answer is not waited for', async (t) => {
  const limits = { bytes: 800 * MB, mostBytes: 800 * MB, patienceMs: 60_000, silenceMs: 100 };
  const { ask, closed } = await serving(t, (_request, response) => response.end(LARGE), { limits });
  await closed(await ask(['/']));
});

test('of those who ask ahead without end, whoever asked most is cut off', async (t) => {
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  const { ask, closed } = await serving(t, (_request, response) => void held.then(() => response.end('<ok>')), {
    turns: { mostWaiting: 50 },
  });
  const modest = await ask(Array.from({ length: 20 }, () => '/'));
  await closed(await ask(Array.from({ length: 40 }, () => '/')));
  release();
  const read = reading(modest);
  await until(() => read.text.match(/<ok>/g)?.length === 20);
});
