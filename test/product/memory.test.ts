import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Served, served } from '../support/served.ts';
import { flood, residentMegabytes } from '../support/unread.ts';

/** 400 where nothing else runs (`scripts/try-unread-answers.ts`); beside other tests garbage waits longer. */
const MOST_MEGABYTES_RESIDENT = 450;
/** With bodies that share a budget, and are read as a whole; without it these alone would be 600. */
const MOST_WITH_BODIES = 600;

/** What clients may send so that the process keeps it, in small; each of them took the product down or beyond a gigabyte once. */
describe('whatever clients send or do not read, memory stays within bounds', () => {
  let server: Served;
  before(async () => {
    server = await served();
  });
  after(() => server?.end());

  /** Sends on so many connections at once, until everything is with the system or the server cuts them off. */
  async function send(connections: number, bytes: string): Promise<() => void> {
    const sockets = Array.from({ length: connections }, () => net.connect(server.port, '127.0.0.1'));
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = once(socket.on('error', () => {}).resume(), 'close');
        const written = new Promise<void>((done) => socket.write(bytes, () => done()));
        await Promise.race([written, closed]);
      }),
    );
    return () => {
      for (const socket of sockets) socket.destroy();
    };
  }

  async function holds(attack: Promise<() => void>, megabytes = MOST_MEGABYTES_RESIDENT): Promise<void> {
    const end = await attack;
    try {
      for (let n = 0; n < 20; n += 1) {
        const answer = await fetch(`${server.url}/matricula/v1/people?limit=5`, { headers: server.headers });
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
      }
    } finally {
      end();
    }
    const { most } = residentMegabytes(server.child.pid!);
    assert.ok(most <= megabytes, `${most} MB`);
  }

  const lines = (headers: object): string =>
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  const head = (path: string, headers: object): string => `POST ${path} HTTP/1.1\r\nHost: x\r\n${lines(headers)}\r\n`;
  const JSON_BODY = { 'content-type': 'application/json' };

  it('answers to many questions that were sent ahead and are not read', () =>
    holds(flood({ port: server.port, connections: 60, requests: 150, path: '/matricula/v1/openapi.json' })));

  it('lists that are not read', () =>
    holds(
      flood({
        port: server.port,
        connections: 100,
        requests: 50,
        path: '/matricula/v1/people?limit=200',
        headers: server.headers,
      }),
    ));

  it('heads that do not end', () =>
    holds(send(300, `GET /matricula/v1/people HTTP/1.1\r\nHost: x\r\nx-long: ${'a'.repeat(960_000)}`)));

  it('bodies that come a byte at a time and do not end', () =>
    holds(
      send(
        100,
        head('/matricula/v1/tokens', { ...JSON_BODY, 'transfer-encoding': 'chunked' }) + '1\r\n \r\n'.repeat(10_000),
      ),
      MOST_WITH_BODIES,
    ));

  it('large bodies that do not end', () =>
    holds(
      send(
        60,
        head('/matricula/v1/people', { ...JSON_BODY, ...server.headers, 'content-length': 10_000_000 }) +
          ' '.repeat(9_999_000),
      ),
      MOST_WITH_BODIES,
    ));

  it('large bodies at once', () =>
    holds(
      send(
        60,
        head('/matricula/v1/people', { ...JSON_BODY, ...server.headers, 'content-length': 10_000_000 }) +
          `{"attributes":{"a":"${'a'.repeat(9_999_976)}"}}`,
      ),
      MOST_WITH_BODIES,
    ));
});
