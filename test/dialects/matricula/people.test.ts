import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const type = ({ body }: Answered): string => body.type.replace('urn:matricula:problem:', '');
let counter = 0;
const made = async (input: object = {}) => {
  const answer = await app.api('POST', '/people', { body: { fullName: `Person ${++counter}`, ...input } });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
};

test('a person is made, shown, found by outside key, changed, suspended and deleted', async () => {
  const body = {
    fullName: 'Grace Brewster Hopper',
    externalId: 'x/1?&',
    email: 'Grace@Example.org',
    hiredAt: '2024-05-01T10:00:00.123999+02:00',
    attributes: { shoe: 38 },
    ccEmails: ['a@example.org'],
  };
  const created = await app.api('POST', '/people', { body });
  assert.equal(created.status, 201);
  assert.match(String(created.headers.location), new RegExp(`/matricula/v1/people/${created.body.id}$`));
  assert.equal(created.body.givenName, 'Grace Brewster');
  assert.equal(created.body.familyName, 'Hopper');
  assert.equal(created.body.hiredAt, '2024-05-01T08:00:00.123Z');
  assert.equal(created.body.status, 'active');
  assert.equal(created.body.login, 'Grace@Example.org');
  const path = `/people/${created.body.id}`;
  const read = await app.api('GET', `/people/${created.body.id.toUpperCase()}`);
  assert.deepEqual(read.body, created.body);
  assert.equal(read.headers.etag, created.headers.etag);

  const found = await app.api('GET', `/people?externalId=${encodeURIComponent('x/1?&')}&count=true`);
  assert.deepEqual(found.body, { data: [created.body], next: null, total: 1 });
  assert.equal((await app.api('GET', '/people?email=grace@example.ORG')).body.data.length, 1);
  assert.equal((await app.api('GET', '/people?externalId=X%2F1%3F%26')).body.data.length, 0);
  assert.equal((await app.api('GET', '/people?search=BREWSTER%20h')).body.data.length, 1);
  assert.equal((await app.api('GET', '/people?search=B_ewster')).body.data.length, 0);

  const changed = await app.api('PATCH', path, {
    body: { jobTitle: 'Admiral', attributes: { shoe: null, hat: 'yes' }, email: null },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body.attributes, { hat: 'yes' });
  assert.equal(changed.body.email, null);
  assert.equal(changed.body.jobTitle, 'Admiral');
  assert.equal(changed.body.externalId, 'x/1?&');
  assert.equal((await app.api('GET', path)).headers.etag, changed.headers.etag);
  const same = await app.api('PATCH', path, { body: { jobTitle: 'Admiral', attributes: {} } });
  assert.equal(same.headers.etag, changed.headers.etag);

  const suspended = await app.api('PATCH', path, { body: { status: 'suspended' } });
  assert.equal(suspended.body.status, 'suspended');
  assert.equal((await app.api('PUT', `${path}/erasure`)).status, 409);
  assert.equal((await app.api('DELETE', path)).status, 204);
  assert.equal((await app.api('DELETE', path)).status, 204);
  const deleted = await app.api('GET', path);
  assert.equal(deleted.body.status, 'deleted');
  assert.equal((await app.api('GET', '/people?externalId=x%2F1%3F%26')).body.data.length, 0);
  assert.equal((await app.api('GET', '/people?status=deleted,suspended')).body.data.length, 1);
  const purged = await app.api('PUT', `${path}/erasure`);
  assert.equal(purged.status, 200);
  assert.deepEqual((await app.api('PUT', `${path}/erasure`)).body, purged.body);
  assert.equal((await app.api('GET', path)).body.externalId, null);
  // the keys are free again
  await made({ externalId: 'x/1?&' });
});

test('taken keys are a conflict that names the member', async () => {
  await made({ email: 'taken@example.org', username: 'taken', externalId: 'taken' });
  for (const [member, value] of [
    ['email', 'TAKEN@example.org'],
    ['username', 'Taken'],
    ['externalId', 'taken'],
  ] as const) {
    const answer = await app.api('POST', '/people', { body: { fullName: 'A B', [member]: value } });
    assert.equal(answer.status, 409);
    assert.equal(type(answer), 'taken');
    assert.equal(answer.body.entity, 'person');
    assert.equal(answer.body.errors[0].path, `/${member}`);
  }
});

test('what is not there, and what is another tenant’s, is 404', async () => {
  const other = await app.tenant();
  const theirs = (await other.api('POST', '/people', { body: { fullName: 'Not Yours', email: 'n@example.org' } })).body;
  for (const id of [NOBODY, theirs.id]) {
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { jobTitle: 'x' }],
      ['DELETE', ''],
      ['PUT', '/erasure'],
      ['PUT', '/password', { password: 'long enough' }],
      ['DELETE', '/password'],
      ['GET', '/units'],
      ['GET', '/groups'],
      ['GET', '/roles'],
      ['GET', '/entitlements'],
    ] as const) {
      const answer = await app.api(method, `/people/${id}${path}`, body ? { body } : {});
      assert.equal(answer.status, 404, `${method} ${path}`);
      assert.equal(answer.body.entity, 'person');
      assert.equal(answer.body.id, id);
    }
  }
  assert.equal((await app.api('GET', '/people?email=n@example.org')).body.data.length, 0);
  assert.equal((await app.api('GET', `/people?managerId=${theirs.id}`)).body.data.length, 0);
  const manager = await app.api('POST', '/people', { body: { fullName: 'A B', managerId: theirs.id } });
  assert.equal(manager.status, 422);
  assert.equal(manager.body.errors[0].path, '/managerId');
});

test('pages follow each other without gaps, in every order, while rows come and go', async () => {
  const tenant = await app.tenant();
  const names = ['delta', 'Alpha', 'charlie', 'Bravo', 'echo', 'alpha'];
  for (const name of names)
    await tenant.api('POST', '/people', { body: { fullName: `${name} X`, externalId: `k-${name}` } });
  const walk = async (sort: string, limit: number) => {
    const seen: string[] = [];
    let path = `/people?sort=${sort}&limit=${limit}`;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answered = await tenant.api('GET', path);
      assert.equal(page.status, 200);
      seen.push(...page.body.data.map((person: { fullName: string }) => person.fullName));
      cursor = page.body.next;
      path = `/people?sort=${sort}&limit=${limit}&cursor=${cursor}`;
    }
    return seen;
  };
  const whole = (await tenant.api('GET', '/people?limit=200&count=true')).body;
  assert.equal(whole.total, 6);
  assert.deepEqual(
    whole.data.map((person: { externalId: string }) => person.externalId),
    names.map((name) => `k-${name}`),
  );
  for (const sort of ['number', '-number', 'fullName', '-fullName', 'createdAt', '-updatedAt', 'login', 'familyName']) {
    for (const limit of [1, 2, 4]) {
      const seen = await walk(sort, limit);
      assert.equal(new Set(seen).size, 6, `${sort} ${limit}`);
      assert.equal(seen.length, 6);
    }
  }
  assert.deepEqual(
    (await walk('fullName', 2)).map((name) => name.toLowerCase()),
    ['alpha x', 'alpha x', 'bravo x', 'charlie x', 'delta x', 'echo x'],
  );
  const first = (await tenant.api('GET', '/people?sort=fullName&limit=3')).body;
  await tenant.api('POST', '/people', { body: { fullName: 'aaa X' } });
  await tenant.api('DELETE', `/people/${first.data[0].id}`);
  const second = (await tenant.api('GET', `/people?sort=fullName&limit=3&cursor=${first.next}`)).body;
  assert.deepEqual(
    second.data.map((person: { fullName: string }) => person.fullName),
    ['charlie X', 'delta X', 'echo X'],
  );
});

test('a cursor is good for its list, order and tenant only, and only as it was given', async () => {
  await made();
  await made();
  const { next } = (await app.api('GET', '/people?limit=1')).body;
  const other = await app.tenant();
  const changed = `${next.slice(0, -2)}${next.endsWith('A') ? 'B' : 'A'}${next.slice(-1)}`;
  const units = (await app.api('GET', '/roles?limit=1')).body.next;
  for (const answer of [
    await app.api('GET', `/people?limit=1&sort=-number&cursor=${next}`),
    await app.api('GET', `/units?cursor=${next}`),
    await app.api('GET', `/people?cursor=${units}`),
    await app.api('GET', `/people?cursor=${changed}`),
    await app.api('GET', `/people?cursor=${next}A`),
    await other.api('GET', `/people?limit=1&cursor=${next}`),
  ]) {
    assert.equal(answer.status, 400);
    assert.equal(type(answer), 'malformed-request');
    assert.equal(answer.body.errors[0].path, 'cursor');
  }
  assert.equal((await app.api('GET', `/people?limit=5&sort=number&cursor=${next}`)).status, 200);
});

test('a place between the longest names is a place too', async () => {
  const tenant = await app.tenant();
  for (const end of ['a', 'b', 'c'])
    await tenant.api('POST', '/people', { body: { fullName: `${'語'.repeat(498)} ${end}`, givenName: 'x' } });
  const first = (await tenant.api('GET', '/people?sort=fullName&limit=1')).body;
  const second = await tenant.api('GET', `/people?sort=fullName&limit=1&cursor=${first.next}`);
  assert.equal(second.status, 200);
  assert.equal(second.body.data[0].fullName.at(-1), 'b');
});

test('of two writers with one ETag one is told that it came too late', async () => {
  const person = await made({ jobTitle: 'a' });
  const path = `/people/${person.id}`;
  const etag = String((await app.api('GET', path)).headers.etag);
  assert.match(etag, /^"[^"]+"$/);
  const patch = (jobTitle: string, match: string) =>
    app.api('PATCH', path, { body: { jobTitle }, headers: { 'if-match': match } });
  const answers = await Promise.all(['b', 'c', 'd'].map((title) => patch(title, etag)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412]);
  const stale = answers.find(({ status }) => status === 412)!;
  assert.equal(type(stale), 'stale');
  assert.equal(stale.body.id, person.id);
  const now = String((await app.api('GET', path)).headers.etag);
  assert.equal((await patch('e', `W/${now}`)).status, 412);
  assert.equal((await patch('e', `"other", ${now}`)).status, 200);
  assert.equal((await patch('f', '*')).status, 200);
  assert.equal((await app.api('DELETE', path, { headers: { 'if-match': now } })).status, 412);
  const last = String((await app.api('GET', path)).headers.etag);
  assert.equal((await app.api('DELETE', path, { headers: { 'if-match': last } })).status, 204);
});

test('people without permission see themselves and nobody else', async () => {
  const ada = await app.personWith();
  const other = await made();
  const as = ada.token;
  const list = (await app.api('GET', '/people?count=true', { as })).body;
  assert.deepEqual([list.total, list.data[0].id], [1, ada.id]);
  assert.equal((await app.api('GET', `/people?externalId=x&unitId=${other.unitId}`, { as })).status, 200);
  assert.equal((await app.api('GET', `/people/${ada.id}`, { as })).status, 200);
  for (const path of ['', '/units', '/groups', '/roles', '/entitlements']) {
    assert.equal((await app.api('GET', `/people/${ada.id}${path}`, { as })).status, 200, path);
    const hidden = await app.api('GET', `/people/${other.id}${path}`, { as });
    assert.equal(hidden.status, 404, path);
    assert.equal(hidden.body.entity, 'person');
  }
  assert.equal((await app.api('PATCH', `/people/${ada.id}`, { as, body: { jobTitle: 'x' } })).status, 403);
  assert.equal((await app.api('GET', '/units', { as })).status, 403);

  const put = (id: string, body: object) => app.api('PUT', `/people/${id}/password`, { as, body });
  assert.equal((await put(ada.id, { password: 'another horse' })).status, 422);
  assert.equal((await put(ada.id, { password: 'another horse', currentPassword: 'wrong' })).status, 422);
  assert.equal((await put(other.id, { password: 'another horse', currentPassword: 'x' })).status, 404);
  assert.equal((await put(ada.id, { password: 'another horse', currentPassword: 'correct horse' })).status, 204);
  // the token of the request goes on
  assert.equal((await app.api('GET', '/me', { as })).status, 200);
  const login = { tenant: app.slug, login: ada.login, password: 'another horse' };
  assert.equal((await app.api('POST', '/tokens', { as: null, body: login })).status, 201);
  assert.equal((await app.api('DELETE', `/people/${ada.id}/password`)).status, 204);
  assert.equal((await app.api('GET', '/me', { as })).status, 401);
  assert.equal((await app.api('POST', '/tokens', { as: null, body: login })).status, 401);
});

test('a client without the permission has nothing of its own', async () => {
  const as = await app.keyFor(['units.read']);
  assert.equal((await app.api('GET', '/people', { as })).status, 403);
});

test('who holds roles in a unit sees the people there and below', async () => {
  const root = (await app.api('GET', '/units?limit=1')).body.data[0];
  const north = (await app.api('POST', '/units', { body: { name: 'North' } })).body;
  assert.equal(north.parentId, root.id);
  const inner = (await app.api('POST', '/units', { body: { name: 'Inner', parentId: north.id } })).body;
  const inside = await made({ unitId: inner.id });
  const outside = await made();
  const keeper = await app.personWith({ unitId: north.id });
  const role = (await app.api('GET', '/roles?key=people_admin')).body.data[0];
  await app.api('PUT', `/people/${keeper.id}/roles/${role.id}`, { body: { unitIds: [north.id] } });
  const as = keeper.token;
  const list = (await app.api('GET', '/people?limit=200', { as })).body.data.map((one: { id: string }) => one.id);
  assert.deepEqual(list.sort(), [inside.id, keeper.id].sort());
  assert.equal((await app.api('GET', `/people/${outside.id}`, { as })).status, 404);
  assert.equal((await app.api('PATCH', `/people/${outside.id}`, { as, body: { jobTitle: 'x' } })).status, 404);
  assert.equal((await app.api('PATCH', `/people/${inside.id}`, { as, body: { jobTitle: 'x' } })).status, 200);
  const lifted = await app.api('PATCH', `/people/${inside.id}`, { as, body: { unitId: root.id } });
  assert.equal(lifted.status, 422);
  assert.equal((await app.api('GET', `/people?withinUnitId=${north.id}&unitId=${inner.id}`)).body.data.length, 1);
});

test('further units and groups of a person', async () => {
  const person = await made();
  const unit = (await app.api('POST', '/units', { body: { name: 'Second' } })).body;
  const path = `/people/${person.id}/units`;
  assert.equal((await app.api('PUT', `${path}/${unit.id}`)).status, 204);
  assert.equal((await app.api('PUT', `${path}/${unit.id}`)).status, 204);
  const { data, total } = (await app.api('GET', `${path}?count=true`)).body;
  assert.equal(total, 2);
  assert.deepEqual(
    data.map((one: { unitId: string; primary: boolean }) => [one.unitId, one.primary]),
    [
      [person.unitId, true],
      [unit.id, false],
    ],
  );
  const first = (await app.api('GET', `${path}?limit=1`)).body;
  const second = (await app.api('GET', `${path}?limit=1&cursor=${first.next}`)).body;
  assert.deepEqual([first.data[0].unitId, second.data[0].unitId, second.next], [person.unitId, unit.id, null]);
  const primary = await app.api('DELETE', `${path}/${person.unitId}`);
  assert.deepEqual([primary.status, primary.body.rule], [409, 'in_use']);
  assert.equal((await app.api('DELETE', `${path}/${unit.id}`)).status, 204);
  assert.equal((await app.api('DELETE', `${path}/${unit.id}`)).status, 404);

  const group = (await app.api('POST', '/groups', { body: { name: 'Walkers' } })).body;
  assert.equal(group.kind, 'custom');
  const member = `/groups/${group.id}/members/${person.id}`;
  assert.equal((await app.api('PUT', member)).status, 204);
  assert.equal((await app.api('PUT', member)).status, 204);
  const groups = (await app.api('GET', `/people/${person.id}/groups`)).body.data;
  assert.deepEqual([groups.length, groups[0].groupId, groups[0].name], [1, group.id, 'Walkers']);
  const members = (await app.api('GET', `/groups/${group.id}/members?sort=-fullName`)).body.data;
  assert.equal(members[0].person.fullName, person.fullName);
  assert.equal((await app.api('GET', `/groups/${group.id}`)).body.memberCount, 1);
  assert.equal((await app.api('GET', `/people?groupId=${group.id}`)).body.data.length, 1);
  assert.equal((await app.api('DELETE', member)).status, 204);
  assert.equal((await app.api('DELETE', member)).status, 404);
});
