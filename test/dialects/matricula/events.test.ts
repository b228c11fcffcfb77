import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
let url: string;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
  url = await app.app.server.listen({ port: 0, host: '127.0.0.1' });
});
after(() => app.close());

const events = async (query = '') => (await app.api('GET', `/events${query}`)).body;
/** What was answered can be read. */
async function settled(thingId: string): Promise<void> {
  assert.notEqual((await events(`?entityId=${thingId}`)).data.length, 0, 'the feed does not come');
}
const typesOf = (data: { type: string }[]): string[] => data.map((event) => event.type);

test('the feed is read from the beginning, on from any place, and by filter', async () => {
  await settled((await world.term()).id);
  const first = await events('?limit=2');
  assert.equal(first.data.length, 2);
  const rest = await events(`?cursor=${first.next}&limit=200`);
  const again = await events(`?cursor=${first.data[0].id}&limit=200`);
  assert.deepEqual(again.data.slice(1), rest.data);
  const end = await events('?cursor=end');
  assert.deepEqual(end.data, []);

  const course = await world.course();
  const enrollment = await world.enroll(course.defaultOfferingId);
  await settled(enrollment.id);
  const since = await events(`?cursor=${end.next}&limit=200`);
  assert.deepEqual(typesOf(since.data).slice(-2), ['person.created', 'enrollment.created']);
  const own = since.data.at(-1);
  assert.deepEqual(
    [own.entity, own.entityId, own.personId, own.courseId, own.dialect, own.actor.kind],
    ['enrollment', enrollment.id, enrollment.personId, course.id, 'matricula', 'client'],
  );
  const all = await events(`?type=enrollment.*,person.created&courseId=${course.id}`);
  assert.deepEqual(typesOf(all.data), ['enrollment.created']);
  assert.deepEqual(typesOf((await events(`?entityId=${enrollment.id}`)).data), ['enrollment.created']);
  // a place goes on also where nothing matched
  const none = await events('?type=nothing.happened');
  assert.deepEqual(none.data, []);
  assert.deepEqual((await events(`?cursor=${none.next}`)).data, []);
});

test('places of other tenants, changed ones and nonsense are 400', async () => {
  const other = await app.tenant();
  const theirs = (await other.api('GET', '/events?limit=1')).body.next;
  const ours = (await events('?limit=1')).next;
  const changed = ours.slice(0, -2) + (ours.endsWith('AA') ? 'BB' : 'AA');
  for (const cursor of [theirs, changed, 'nonsense', 'end2']) {
    const answer = await app.api('GET', `/events?cursor=${cursor}`);
    assert.equal(answer.status, 400, cursor);
    assert.equal(answer.body.errors[0].path, 'cursor');
    const stream = await app.api('GET', '/event-stream', { headers: { 'last-event-id': cursor } });
    assert.deepEqual([stream.status, stream.body.errors[0].in], [400, 'header']);
  }
});

interface Message {
  id?: string;
  event?: string;
  data?: any;
}

/** Reads server-sent events until told otherwise. */
async function listen(query = '', headers: Record<string, string> = {}, key = app.key) {
  const controller = new AbortController();
  const answer = await fetch(`${url}/matricula/v1/event-stream${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: controller.signal,
  });
  assert.equal(answer.status, 200);
  const messages: Message[] = [];
  let ended = false;
  const done = (async () => {
    let rest = '';
    try {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        const parts = (rest + chunk).split('\n\n');
        rest = parts.pop()!;
        for (const part of parts) {
          const lines = part.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
          const message = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
          if (message.data) message.data = JSON.parse(message.data);
          if (lines.length > 0) messages.push(message);
        }
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    ended = true;
  })();
  const until = async (test: (told: Message[]) => boolean, ms = 120_000): Promise<Message[]> => {
    const from = performance.now();
    while (performance.now() - from < ms) {
      const told = messages.filter((message) => message.data);
      if (test(told)) return told;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`did not come: ${JSON.stringify(messages).slice(0, 2000)}`);
  };
  return {
    messages,
    until,
    ended: () => ended,
    stop: async () => {
      controller.abort();
      await done;
    },
  };
}

test('a stream tells what happens, and goes on after Last-Event-ID without loss or repetition', async () => {
  const stream = await listen('?type=room.*');
  await stream.until(() => stream.messages.length > 0);
  const [opening] = stream.messages;
  assert.equal((opening as any).retry, '2000');
  assert.ok(opening!.id);
  const made = [await world.room(), await world.room(), await world.room()];
  await world.term();
  const told = await stream.until((messages) => messages.length >= 3);
  assert.deepEqual(
    told.map((message) => message.data.entityId),
    made.map((room) => room.id),
  );
  assert.deepEqual([told[0]!.event, told[0]!.id], ['room.created', told[0]!.data.id]);
  await stream.stop();
  // while nobody listened
  const missed = await world.room();
  const back = await listen('?type=room.*', { 'last-event-id': told[1]!.id! });
  const late = await world.room();
  const rest = await back.until((messages) => messages.length >= 3);
  assert.deepEqual(
    rest.map((message) => message.data.entityId),
    [made[2]!.id, missed.id, late.id],
  );
  await back.stop();
  const whole = await listen('?type=room.*', { 'last-event-id': opening!.id! });
  const everything = await whole.until((messages) => messages.length >= 5);
  assert.equal(new Set(everything.map((message) => message.id)).size, 5);
  await whole.stop();
});

test('many listeners share one reader, and each sees its own filter', async () => {
  const streams = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      listen(i % 2 ? '?type=term.created' : '?type=term.created,credit_type.created'),
    ),
  );
  await settled((await world.room()).id);
  await new Promise((resolve) => setTimeout(resolve, 700));
  let reads = 0;
  const { pool } = app.database;
  const query = pool.query;
  pool.query = ((...args: any[]) => {
    if (String(args[0]).includes('from event')) reads += 1;
    return (query as any).apply(pool, args);
  }) as typeof pool.query;
  const from = performance.now();
  await world.term();
  await world.creditType();
  await Promise.all(streams.map((stream, i) => stream.until((told) => told.length >= (i % 2 ? 1 : 2))));
  const polls = Math.ceil((performance.now() - from) / 500) + 2;
  pool.query = query;
  assert.ok(reads <= polls, `${reads} readings in the time of ${polls}`);
  await Promise.all(streams.map((stream) => stream.stop()));
});

test('writers who overtake each other lose nothing', async () => {
  const stream = await listen('?type=person.created');
  await Promise.all(Array.from({ length: 40 }, () => world.person()));
  const told = await stream.until((messages) => messages.length >= 40);
  assert.equal(new Set(told.map((message) => message.data.entityId)).size, 40);
  const ids = told.map((message) => message.id);
  const paged = (await events('?type=person.created&limit=200')).data.map((event: any) => event.id);
  assert.deepEqual(paged.slice(-40), ids.slice(-40));
  await stream.stop();
});

test('a stream ends with its key, and a server that stops ends all', async () => {
  const { client, credentials } = await world.post('/clients', { name: 'Listener', permissions: ['events.read'] });
  const stream = await listen('', {}, credentials.credentials.apiKey);
  assert.equal((await app.api('DELETE', `/clients/${client.id}`)).status, 204);
  const from = performance.now();
  while (!stream.ended() && performance.now() - from < 120_000) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(stream.ended(), 'still open after its key was revoked');
});

test('after a reset, earlier places are 410, in the stream too', async () => {
  const sandbox = await app.tenant({ sandbox: true });
  const { next } = (await sandbox.api('GET', '/events')).body;
  assert.equal((await sandbox.api('POST', '/resets')).status, 201);
  const gone = await sandbox.api('GET', `/events?cursor=${next}`);
  assert.deepEqual([gone.status, gone.body.type], [410, 'urn:matricula:problem:cursor-expired']);
  assert.equal((await sandbox.api('GET', '/event-stream', { headers: { 'last-event-id': next } })).status, 410);
  const anew = (await sandbox.api('GET', '/events')).body;
  assert.equal((await sandbox.api('GET', `/events?cursor=${anew.next}`)).status, 200);
});
