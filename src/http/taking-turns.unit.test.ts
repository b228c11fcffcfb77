import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { comeBack, isOneTooMany, stepAside, type TurnLimits, takingTurns } from './taking-turns.ts';
import { unreadAnswers } from './unread.ts';

class Connection extends EventEmitter {
  destroyed = false;
  writableLength = 0;
  pause() {}
  resume() {}
  setTimeout() {}
  destroy() {
    this.destroyed = true;
    this.emit('close');
  }
}

interface Asked {
  url: string;
  request: IncomingMessage;
  /** Sends its answer, which its client takes at once. */
  end(): Promise<void>;
}

/** A server of which the test decides when each request is answered. */
function serving(limits: Partial<TurnLimits>) {
  const begun: Asked[] = [];
  const serve = takingTurns(
    (request, response) => {
      const end = async () => {
        response.emit('prefinish');
        Object.assign(response, { closed: true });
        response.emit('close');
        await tick();
        await tick();
      };
      begun.push({ url: request.url!, request, end });
    },
    unreadAnswers(),
    limits,
  );
  const ask = (url: string, socket = new Connection()) => {
    serve(
      Object.assign(new EventEmitter(), { url, socket }) as unknown as IncomingMessage,
      Object.assign(new EventEmitter(), { closed: false }) as unknown as ServerResponse,
    );
    return socket;
  };
  return { ask, begun, urls: () => begun.map(({ url }) => url) };
}

test('so many are served at once as are of use; who asks for one thing comes before those who asked ahead', async () => {
  const { ask, begun, urls } = serving({ atOnce: 2 });
  for (const name of ['a', 'b', 'c']) {
    const connection = ask(`${name}1`);
    for (let n = 2; n <= 4; n += 1) ask(`${name}${n}`, connection);
  }
  ask('single');
  assert.deepEqual(urls(), ['a1', 'b1']);
  await begun[0]!.end();
  assert.deepEqual(urls().slice(2), ['single']);
  for (let n = 1; n < begun.length; n += 1) await begun[n]!.end();
  assert.equal(begun.length, 13);
  for (const name of ['a', 'b', 'c'])
    assert.deepEqual(
      urls().filter((url) => url.startsWith(name)),
      [1, 2, 3, 4].map((n) => name + n),
    );
});

test('whoever waits for its client holds nobody up, and waits for a place when it goes on', async () => {
  const { ask, begun, urls } = serving({ atOnce: 1 });
  ask('upload');
  ask('other');
  assert.deepEqual(urls(), ['upload']);
  stepAside(begun[0]!.request);
  await tick();
  assert.deepEqual(urls(), ['upload', 'other']);
  let back = false;
  const returned = comeBack(begun[0]!.request).then(() => {
    back = true;
  });
  await tick();
  assert.equal(back, false);
  await begun[1]!.end();
  await returned;
  ask('third');
  assert.equal(begun.length, 2);
  await begun[0]!.end();
  assert.deepEqual(urls(), ['upload', 'other', 'third']);
});

test('probes are served whatever waits', () => {
  const { ask, urls } = serving({ atOnce: 1, passes: ({ url }) => url === '/healthz' });
  for (const url of ['/1', '/2', '/healthz']) ask(url);
  assert.deepEqual(urls(), ['/1', '/healthz']);
});

test('when too many wait with one request each, the next one is told so at once', () => {
  const { ask, begun, urls } = serving({ atOnce: 1, mostWaiting: 2 });
  for (const url of ['/1', '/2', '/3', '/4']) ask(url);
  assert.deepEqual(urls(), ['/1', '/4']);
  assert.deepEqual(
    begun.map(({ request }) => isOneTooMany(request)),
    [false, true],
  );
});

test('whoever had to wait too long is told so when its turn comes', async () => {
  const { ask, begun } = serving({ atOnce: 1, patienceMs: 0 });
  for (const url of ['/1', '/2']) ask(url);
  await begun[0]!.end();
  assert.ok(isOneTooMany(begun[1]!.request));
});

test('a connection that was cut off is not served any more, and takes no place', async () => {
  const { ask, begun, urls } = serving({ atOnce: 1, mostWaiting: 3 });
  ask('/first');
  const greedy = ask('/1');
  for (const url of ['/2', '/3', '/4', '/5']) ask(url, greedy);
  assert.ok(greedy.destroyed);
  ask('/other');
  await begun[0]!.end();
  assert.deepEqual(urls(), ['/first', '/other']);
});
