import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
let url: string;
let north: string;
let south: string;
/** Somebody who administers the north alone. */
let admin: { id: string; token: string };

before(async () => {
  app = await testApp();
  world = worldOf(app.api);
  url = await app.app.server.listen({ port: 0, host: '127.0.0.1' });
  [north, south] = [(await world.unit()).id, (await world.unit()).id];
  const made = await app.personWith({ unitId: north });
  const [role] = (await app.api('GET', '/roles?key=admin')).body.data;
  const given = await app.api('PUT', `/people/${made.id}/roles/${role.id}`, { body: { unitIds: [north] } });
  assert.ok(given.status < 300, JSON.stringify(given.body));
  const { body } = await app.api('POST', '/tokens', {
    as: null,
    body: { tenant: app.slug, login: made.login, password: 'correct horse' },
  });
  admin = { id: made.id, token: body.token };
});
after(() => app.close());

/** The feed to its end, once it tells of this thing. */
async function feed(last: string, as?: string): Promise<any[]> {
  const from = performance.now();
  const wait = () => app.api('GET', `/events?entityId=${last}`);
  while ((await wait()).body.data.length === 0) {
    assert.ok(performance.now() - from < 120_000, 'the feed does not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const all: any[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await app.api('GET', `/events?limit=200${cursor}`, as === undefined ? {} : { as });
    if (body.data.length === 0) return all;
    all.push(...body.data);
    cursor = `&cursor=${body.next}`;
  }
}

/** The same story in one unit; gives every id that belongs to it. */
async function story(unitId: string) {
  const person = await world.post('/people', { fullName: 'Person', unitId });
  const group = await world.post('/groups', { name: `Group of ${unitId}`, kind: 'custom', unitId });
  const course = await world.course({ unitId });
  const offering = await world.offering(course, { unitId });
  const key = await world.post('/join-keys', { name: `Key of ${unitId}`, offeringId: offering.id, unitId });
  const assessment = await world.assessment(course);
  const unit = await world.post('/units', { name: `Below ${unitId}`, parentId: unitId });
  const enrollment = await world.enroll(offering.id, person.id);
  const answers = [
    await app.api('PUT', `/groups/${group.id}/members/${person.id}`),
    await app.api('PUT', `/offerings/${offering.id}/audiences/${group.id}`, { body: { recursive: false } }),
    await app.api('DELETE', `/offerings/${offering.id}/audiences/${group.id}`),
    await app.api('DELETE', `/join-keys/${key.id}`),
    await app.api('DELETE', `/assessments/${assessment.id}`),
    await app.api('DELETE', `/units/${unit.id}`),
  ];
  for (const { status, body } of answers) assert.ok(status < 300, JSON.stringify(body));
  return [person, group, course, offering, key, assessment, unit, enrollment].map((made) => made.id);
}

test('the feed tells who administers a unit of what belongs to it, and of nothing else', async () => {
  const ours = await story(north);
  const theirs = await story(south);
  const shared = await world.room();
  const { id } = (await app.api('GET', '/tenant')).body;
  const all = await feed(shared.id);
  const seen = await feed(shared.id, admin.token);

  const told = new Set(seen.map((event) => event.entityId));
  const everything = new Set(all.map((event) => event.entityId));
  for (const thing of [...ours, shared.id]) assert.ok(told.has(thing), `${thing} is not told`);
  for (const thing of [...theirs, id]) assert.ok(everything.has(thing) && !told.has(thing), `${thing} is told`);
  const types = (events: any[], ids: string[]): string[] =>
    events.filter((event) => ids.includes(event.entityId)).map((event) => event.type);
  for (const type of [
    'unit.deleted',
    'join_key.deleted',
    'assessment.deleted',
    'audience.removed',
    'enrollment.created',
  ])
    assert.ok(
      types(seen, [...told] as string[]).filter((one) => one === type).length <
        types(all, [...everything] as string[]).filter((one) => one === type).length,
      type,
    );
  assert.deepEqual(types(seen, ours), types(all, ours));
});

test('people out of sight stand in no event, neither as who acted nor in what changed', async () => {
  const boss = await app.personWith({ unitId: south, roles: ['admin'] });
  const person = await world.post('/people', { fullName: 'Person', unitId: north });
  const change = { managerId: boss.id, jobTitle: 'Baker' };
  assert.equal((await app.api('PATCH', `/people/${person.id}`, { as: boss.token, body: change })).status, 200);
  const last = await world.room();
  const [event] = (await feed(last.id, admin.token)).filter((one) => one.type === 'person.updated');
  assert.equal(event.entityId, person.id);
  assert.deepEqual(event.actor, { kind: 'person', id: null });
  assert.deepEqual(event.data.changed.managerId, [null, null]);
  assert.deepEqual(event.data.changed.jobTitle, [null, 'Baker']);
  const [whole] = (await feed(last.id)).filter((one) => one.type === 'person.updated');
  assert.deepEqual([whole.actor.id, whole.data.changed.managerId], [boss.id, [null, boss.id]]);
});

test('the stream tells the same as the feed, and ends when what is seen changes', async () => {
  const controller = new AbortController();
  const answer = await fetch(`${url}/matricula/v1/event-stream?type=person.created`, {
    headers: { authorization: `Bearer ${admin.token}` },
    signal: controller.signal,
  });
  assert.equal(answer.status, 200);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value!;
  const until = async (word: string) => {
    while (!text.includes(word)) {
      const { value, done } = await reader.read();
      assert.ok(!done, text);
      text += value;
    }
  };
  const hidden = await world.post('/people', { fullName: 'Hidden', unitId: south });
  const shown = await world.post('/people', { fullName: 'Shown', unitId: north });
  await until(shown.id);
  assert.ok(!text.includes(hidden.id));
  const [role] = (await app.api('GET', '/roles?key=admin')).body.data;
  assert.ok(
    (await app.api('PUT', `/people/${admin.id}/roles/${role.id}`, { body: { unitIds: [north, south] } })).status < 300,
  );
  while (!(await reader.read()).done);
  controller.abort();
});

test('a learner has no feed, and imports are for who sees the whole account', async () => {
  const learner = await app.personWith({ roles: ['learner'] });
  for (const path of ['/events', '/event-stream', '/imports'])
    assert.equal((await app.api('GET', path, { as: learner.token })).status, 403, path);
  assert.equal((await app.api('GET', '/imports', { as: admin.token })).status, 403);
  const body = (payload: string) => ({ payload, headers: { 'content-type': 'application/yaml' } });
  const run = await app.api('POST', '/imports', body('units:\n  - key: east\n    name: East\n'));
  assert.equal(run.status, 202);
  assert.equal((await app.api('GET', `/imports/${run.body.id}`, { as: admin.token })).status, 403);
});
