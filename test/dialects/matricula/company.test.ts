import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { worldOf } from './world.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

test('a company of units, groups and a template comes to certificates, from an empty tenant, by our own API alone', async () => {
  const { api } = await app.tenant({ sandbox: true });
  const world = worldOf(api);
  const done = async (method: string, path: string, body?: object) => {
    const answer = await api(method, path, body ? { body } : {});
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await done('PATCH', '/tenant', { settings: { groupLevels: ['Company', 'Region', 'Store', 'Team'] } });
  const units = await Promise.all(['North', 'South', 'West'].map((name) => world.post('/units', { name })));
  const group = (level: string, parentId?: string) =>
    world.post('/groups', {
      name: level,
      externalId: `g/${level}/${Math.random()}`,
      level,
      parentId,
      kind: 'hierarchical',
    });
  const company = await group('Company');
  const region = await group('Region', company.id);
  const store = await group('Store', region.id);
  const team = await group('Team', store.id);
  const people = await Promise.all(
    ['Ada', 'Bob', 'Eve', 'Kim'].map((fullName, i) => world.post('/people', { fullName, unitId: units[i % 3]!.id })),
  );
  const [ada, bob, eve, kim] = people as [any, any, any, any];
  const nurse = await world.post('/profiles', { name: 'Nurses' });
  await done('PUT', `/people/${ada.id}/profiles/${nurse.id}`);
  for (const [place, person] of [
    [team, ada],
    [store, bob],
    [company, eve],
  ])
    await done('PUT', `/groups/${place.id}/members/${person.id}`);

  const content = {
    sections: [
      {
        name: 'Day one',
        activities: [
          { kind: 'page', name: 'Read' },
          { kind: 'live_session', name: 'Meet' },
        ],
      },
    ],
  };
  const master = await world.post('/courses', {
    kind: 'online',
    name: 'Induction',
    template: true,
    state: 'published',
    content,
  });
  const certificate = await world.post('/certificates', {
    name: 'Inducted',
    validity: { count: 1, unit: 'year' },
    courseIds: [master.id],
  });
  const instance = await world.post('/offerings', { courseId: master.id, name: 'Spring' });
  await done('PUT', `/offerings/${instance.id}/staff/${kim.id}`, { roles: ['instructor'] });
  await done('PUT', `/people/${kim.id}/instructor-authorization`, { permissions: ['create_course_instance'] });
  await world.post('/sessions', {
    offeringId: instance.id,
    name: 'Meeting',
    meetings: [{ startsAt: '2030-05-06T08:00:00Z', endsAt: '2030-05-06T09:00:00Z' }],
  });
  await done('PUT', `/offerings/${instance.id}/audiences/${company.id}`, { recursive: true });
  const live = async (): Promise<any[]> =>
    (await api('GET', `/enrollments?offeringId=${instance.id}&live=true&sort=number`)).body.data;
  const of = async (person: { id: string }) => (await live()).find((row) => row.personId === person.id);
  assert.deepEqual((await live()).map((row) => row.personId).sort(), [ada, bob, eve].map(({ id }) => id).sort());

  // one by their own steps, one by force; who leaves before that loses the seat, who has earned it keeps the award
  const { id: hers } = await of(ada);
  const activities = (await api('GET', `/enrollments/${hers}/activities`)).body.data;
  for (const { activityId } of activities)
    await done('PATCH', `/enrollments/${hers}/activities/${activityId}`, { state: 'complete' });
  assert.equal((await of(ada)).state, 'complete');
  await done('PUT', `/enrollments/${(await of(bob)).id}/completion`);
  await done('DELETE', `/groups/${company.id}/members/${eve.id}`);
  await done('DELETE', `/groups/${store.id}/members/${bob.id}`);
  assert.deepEqual(
    (await live()).map((row) => row.personId),
    [ada.id],
  );

  const state = async (person: { id: string }) =>
    (await api('GET', `/people/${person.id}/certificates/${certificate.id}`)).body;
  assert.deepEqual([(await state(ada)).state, (await state(bob)).state], ['certified', 'certified']);
  assert.equal((await state(eve)).entity, 'certificate_award');
  const { pdfUrl, verificationUrl } = await state(ada);
  for (const [url, type] of [
    [pdfUrl, 'application/pdf'],
    [verificationUrl, 'text/html; charset=utf-8'],
  ]) {
    const answer = await app.app.server.inject({ method: 'GET', url: new URL(url).pathname });
    assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, type]);
  }

  const wait = (days: number) => done('PATCH', '/clock', { advanceMs: days * 86_400_000 });
  await wait(340);
  assert.equal((await state(ada)).state, 'about_to_expire');
  await wait(40);
  const expired = (await api('GET', '/awards?state=expired')).body.data;
  assert.deepEqual(
    expired.map((row: { fullName: string }) => row.fullName),
    ['Ada', 'Bob'],
  );

  // the same people in the list of the whole, by every way that was written
  const found = async (query: string) =>
    (await api('GET', `/people?${query}&sort=fullName`)).body.data.map((row: { fullName: string }) => row.fullName);
  assert.deepEqual(await found(`profileId=${nurse.id}`), ['Ada']);
  assert.deepEqual(await found(`groupId=${team.id}`), ['Ada']);
  assert.deepEqual(await found(`unitId=${units[0]!.id}`), ['Ada', 'Kim']);
});
