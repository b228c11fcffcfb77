import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Tenants } from '../../../src/record/access/index.ts';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const type = ({ body }: Answered): string => body.type.replace('urn:matricula:problem:', '');

test('without a token, with a broken one and with an unknown one it is 401 with a challenge', async () => {
  const missing = await app.api('GET', '/me', { as: null });
  assert.equal(missing.status, 401);
  assert.equal(missing.headers['www-authenticate'], 'Bearer');
  assert.match(String(missing.headers['content-type']), /^application\/problem\+json/);
  for (const as of ['nonsense', `mk_${'x'.repeat(43)}`, `mt_${'x'.repeat(43)}`]) {
    const answer = await app.api('GET', '/me', { as });
    assert.equal(answer.status, 401, as);
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"');
    assert.equal(type(answer), 'unauthenticated');
  }
  const basic = await app.api('GET', '/me', { as: null, headers: { authorization: 'Basic eDp5' } });
  assert.equal(basic.status, 401);
  const lower = await app.api('GET', '/me', { as: null, headers: { authorization: `bearer ${app.key}` } });
  assert.equal(lower.status, 200);
});

test('an API key shows its client, all its permissions and the whole account', async () => {
  const { status, body, headers } = await app.api('GET', '/me');
  assert.equal(status, 200);
  assert.equal(body.kind, 'client');
  assert.equal(body.person, null);
  assert.equal(body.client.name, 'Test');
  assert.equal(body.tenant.slug, app.slug);
  assert.equal(body.unitIds, null);
  assert.equal(body.tokenExpiresAt, null);
  assert.ok(body.permissions.includes('tenant.manage'));
  assert.equal(headers['cache-control'], 'no-store');
});

test('a person signs in, is somebody, and signs out', async () => {
  const person = await app.personWith({ email: 'Ada@Example.org', username: null });
  assert.match(person.token, /^mt_[\w-]{43}$/);
  const me = await app.api('GET', '/me', { as: person.token });
  assert.equal(me.body.kind, 'person');
  assert.equal(me.body.person.id, person.id);
  assert.equal(me.body.client, null);
  assert.deepEqual(me.body.permissions, []);
  assert.deepEqual(me.body.unitIds, []);
  assert.ok(me.body.tokenExpiresAt > new Date().toISOString());
  assert.equal((await app.api('DELETE', '/me/token', { as: person.token })).status, 204);
  const gone = await app.api('GET', '/me', { as: person.token });
  assert.equal(gone.status, 401);
  const key = await app.api('DELETE', '/me/token');
  assert.equal(key.status, 409);
});

test('wrong tenant, login and password, suspended and deleted people all look the same', async () => {
  const person = await app.personWith();
  const suspended = await app.personWith();
  await app.api('PATCH', `/people/${suspended.id}`, { body: { status: 'suspended' } });
  const login = (body: object) => app.api('POST', '/tokens', { as: null, body });
  const right = { tenant: app.slug, login: person.login, password: 'correct horse' };
  assert.equal((await login({ ...right, login: person.login.toUpperCase() })).status, 201);
  const details = new Set<string>();
  for (const wrong of [
    { ...right, tenant: 'nowhere' },
    { ...right, login: 'nobody' },
    { ...right, password: 'incorrect horse' },
    { ...right, login: suspended.login },
  ]) {
    const answer = await login(wrong);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    details.add(answer.body.detail);
  }
  assert.equal(details.size, 1);
  assert.equal((await app.api('GET', '/me', { as: suspended.token })).status, 401);
});

test('a disabled tenant refuses everything but signing out', async () => {
  const other = await app.tenant();
  const person = await other.personWith();
  await Tenants.update(await other.ctx(), { status: 'disabled' });
  for (const as of [other.key, person.token]) {
    const answer = await app.api('GET', '/me', { as });
    assert.equal(answer.status, 403);
    assert.equal(type(answer), 'forbidden');
  }
  const body = { tenant: other.slug, login: person.login, password: 'correct horse' };
  assert.equal((await app.api('POST', '/tokens', { as: null, body })).status, 403);
  assert.equal((await app.api('POST', '/tokens', { as: null, body: { ...body, password: 'x' } })).status, 401);
  assert.equal((await app.api('DELETE', '/me/token', { as: person.token })).status, 204);
  assert.equal((await app.api('GET', '/me', { as: person.token })).status, 401);
});

test('unknown paths, other methods, slashes and parameters are told as problems', async () => {
  for (const path of ['/nothing', '/people/', '/People', '/people/x/y/z', '/']) {
    const answer = await app.api('GET', path);
    assert.equal(answer.status, 404, path);
    assert.equal(type(answer), 'not-found');
  }
  const method = await app.api('PUT', '/people');
  assert.equal(method.status, 405);
  assert.match(String(method.headers.allow), /GET, POST/);
  for (const query of [
    'nonsense=1',
    'limit=0',
    'limit=201',
    'limit=5&limit=5',
    'email=',
    'status=active&status=deleted',
    'status=none',
    'cursor=x',
    'updatedAfter=yesterday',
    'unitId=1',
  ]) {
    const answer = await app.api('GET', `/people?${query}`);
    assert.equal(answer.status, 400, query);
    assert.equal(type(answer), 'malformed-request');
    assert.equal(answer.body.errors[0].in, 'query');
    assert.equal(answer.body.errors[0].path, query.split('=')[0]);
  }
  const id = await app.api('GET', '/people/not-a-uuid');
  assert.equal(id.status, 400);
  assert.equal(id.body.errors[0].in, 'path');
});

test('bodies are refused by what is wrong with them', async () => {
  const post = (payload: string, headers = {}) => app.api('POST', '/people', { payload, headers });
  assert.equal((await post('{')).status, 400);
  assert.equal((await post('<x/>', { 'content-type': 'application/xml' })).status, 415);
  const unknown = await post('{"fullName":"A B","fullname":"x","number":7}');
  assert.equal(unknown.status, 422);
  assert.deepEqual(
    unknown.body.errors.map((error: { path: string; fault: string }) => [error.path, error.fault]),
    [
      ['/fullname', 'unknown_field'],
      ['/number', 'unknown_field'],
    ],
  );
  const nulled = await app.api('PATCH', '/tenant', { body: { name: null } });
  assert.equal(nulled.status, 422);
  const nowhere = await app.api('POST', '/people', {
    body: { fullName: 'A B', unitId: '018f0000-0000-7000-8000-000000000000' },
  });
  assert.equal(nowhere.status, 422);
  assert.deepEqual([nowhere.body.errors[0].path, nowhere.body.errors[0].fault], ['/unitId', 'not_found']);
});

test('a missing permission is told first', async () => {
  const reader = await app.keyFor(['people.read']);
  const answer = await app.api('POST', '/people?nonsense=1', { as: reader, payload: '{' });
  assert.equal(answer.status, 403);
  assert.equal(answer.body.permission, 'people.write');
});
