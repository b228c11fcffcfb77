import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const type = ({ body }: Answered): string => body.type.replace('urn:matricula:problem:', '');

test('a client is made with its key, works, is changed, renewed and revoked', async () => {
  const created = await app.api('POST', '/clients', {
    body: { name: 'Sync', permissions: ['people.read', 'units.read'] },
    headers: { 'idempotency-key': 'client-1' },
  });
  assert.equal(created.status, 201);
  const { client, credentials } = created.body;
  assert.match(credentials.credentials.apiKey, /^mk_[\w-]{43}$/);
  assert.equal(client.keyHint, credentials.credentials.apiKey.slice(-4));
  assert.match(credentials.baseUrl, /\/matricula\/v1$/);
  assert.match(String(created.headers.location), new RegExp(`/clients/${client.id}$`));
  const as = credentials.credentials.apiKey;
  assert.deepEqual((await app.api('GET', '/me', { as })).body.permissions, ['people.read', 'units.read']);
  assert.equal((await app.api('GET', '/groups', { as })).status, 403);

  // repeated, the key is shown again, although it lies nowhere in the clear
  const again = await app.api('POST', '/clients', {
    body: { name: 'Sync', permissions: ['people.read', 'units.read'] },
    headers: { 'idempotency-key': 'client-1' },
  });
  assert.deepEqual(again.body, created.body);
  const { rows } = await app.database.pool.query(
    `select body::text as body from idempotency_key where key = 'client-1'`,
  );
  assert.ok(!rows[0].body.includes(as) && !rows[0].body.includes('Sync'));

  const path = `/clients/${client.id}`;
  const read = await app.api('GET', path);
  assert.equal(read.body.name, 'Sync');
  const changed = await app.api('PATCH', path, {
    body: { name: 'Sync 2', permissions: ['groups.read'] },
    headers: { 'if-match': String(read.headers.etag) },
  });
  assert.equal(changed.status, 200);
  assert.equal((await app.api('GET', '/groups', { as })).status, 200);
  const stale = await app.api('PATCH', path, {
    body: { name: 'x' },
    headers: { 'if-match': String(read.headers.etag) },
  });
  assert.equal(stale.status, 412);

  const renewed = await app.api('POST', `${path}/credentials`);
  assert.equal(renewed.status, 201);
  assert.equal((await app.api('GET', '/me', { as })).status, 401);
  assert.equal((await app.api('GET', '/me', { as: renewed.body.credentials.apiKey })).status, 200);
  assert.equal((await app.api('DELETE', path)).status, 204);
  assert.equal((await app.api('GET', '/me', { as: renewed.body.credentials.apiKey })).status, 401);
  assert.equal((await app.api('GET', path)).body.status, 'revoked');
  assert.equal((await app.api('POST', `${path}/credentials`)).status, 409);
  const list = (await app.api('GET', '/clients?status=revoked&dialect=matricula&sort=-name')).body.data;
  assert.deepEqual(
    list.map((one: { id: string }) => one.id),
    [client.id],
  );
});

test('nobody gives a client what they do not hold', async () => {
  const as = await app.keyFor(['clients.manage', 'people.read']);
  const post = (permissions: string[]) => app.api('POST', '/clients', { as, body: { name: 'x', permissions } });
  const answer = await post(['people.read', 'people.write']);
  assert.deepEqual([answer.status, answer.body.permission], [403, 'people.write']);
  const made = await post(['people.read']);
  assert.equal(made.status, 201);
  const path = `/clients/${made.body.client.id}`;
  assert.equal((await app.api('PATCH', path, { as, body: { permissions: ['units.read'] } })).status, 403);
});

test('an Enabley client comes with what Enabley’s token asks for', async () => {
  const { status, body } = await app.api('POST', '/clients', {
    body: { dialect: 'enabley', name: 'Portal', permissions: ['people.read'] },
  });
  assert.equal(status, 201);
  const { clientKey, secret } = body.credentials.credentials;
  const token = await app.app.server.inject({
    method: 'POST',
    url: `/enabley/api/v1/token?clientKey=${clientKey}&secret=${secret}`,
  });
  assert.equal(token.statusCode, 200, token.body);
});

test('an Absorb client comes with everything Absorb asks for', async () => {
  const { status, body } = await app.api('POST', '/clients', {
    body: { dialect: 'absorb', name: 'HR', permissions: [] },
  });
  assert.equal(status, 201);
  assert.match(body.credentials.baseUrl, /\/absorb$/);
  const { username, password, privateKey } = body.credentials.credentials;
  assert.ok(username && password && privateKey);
  const signIn = await app.app.server.inject({
    method: 'POST',
    url: '/absorb/authenticate',
    headers: { 'x-api-key': privateKey, 'content-type': 'application/json' },
    payload: JSON.stringify({ username, password, privateKey }),
  });
  assert.equal(signIn.statusCode, 200, signIn.body);
  // the key of one protocol is nothing in another
  assert.equal((await app.api('GET', '/me', { as: privateKey })).status, 401);
  const weak = await app.keyFor(['clients.manage']);
  const refused = await app.api('POST', '/clients', {
    as: weak,
    body: { dialect: 'absorb', name: 'HR', permissions: [] },
  });
  assert.equal(refused.status, 403);
});

test('a client can act for a person, and never more than the person', async () => {
  const person = await app.personWith();
  const { body } = await app.api('POST', '/clients', {
    body: { name: 'For Ada', personId: person.id, permissions: ['people.read'] },
  });
  const as = body.credentials.credentials.apiKey;
  const me = (await app.api('GET', '/me', { as })).body;
  assert.deepEqual([me.kind, me.person.id, me.client.name, me.permissions], ['person', person.id, 'For Ada', []]);
  const nobody = await app.api('POST', '/clients', {
    body: { name: 'x', personId: '018f0000-0000-7000-8000-000000000000', permissions: [] },
  });
  assert.equal(nobody.status, 422);
  assert.equal(nobody.body.errors[0].path, '/personId');
});

test('clients of another tenant do not exist, nor does the one people sign in through', async () => {
  const other = await app.tenant();
  await other.personWith();
  const theirs = (await other.api('GET', '/clients')).body.data;
  assert.equal(theirs.length, 1);
  const answer = await app.api('GET', `/clients/${theirs[0].id}`);
  assert.deepEqual([answer.status, type(answer), answer.body.entity], [404, 'not-found', 'api_client']);
});

test('a client that only looks', async () => {
  const made = await app.api('POST', '/clients', {
    body: { name: 'Looker', permissions: ['people.read', 'people.write'], readOnly: true },
  });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.client.readOnly, made.body.client.products, made.body.client.scopes], [true, [], []]);
  const as = made.body.credentials.credentials.apiKey;
  assert.equal((await app.api('GET', '/people', { as })).status, 200);
  const person = { as, body: { fullName: 'Somebody' } };
  assert.equal((await app.api('POST', '/people', person)).status, 403);
  const path = `/clients/${made.body.client.id}`;
  const free = await app.api('PATCH', path, { body: { readOnly: false } });
  assert.equal(free.body.readOnly, false);
  assert.equal((await app.api('POST', '/people', person)).status, 201);
  const events = (await app.api('GET', '/events?limit=200')).body.data as { type: string; data: any }[];
  const changed = events.findLast((event) => event.type === 'api_client.updated')!;
  assert.deepEqual(changed.data.changed, { readOnly: [true, false] });
});

test('products and scopes are refused where the protocol has none', async () => {
  const made = await app.api('POST', '/clients', { body: { name: 'x', permissions: [], products: ['all'] } });
  assert.equal(made.status, 422);
});
