import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Tenants } from '../../../src/record/access/index.ts';
import { type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp({ tenant: { sandbox: true } });
});
after(() => app.close());

test('the tenant is shown to anybody in it and changed by its keepers', async () => {
  const person = await app.personWith();
  const read = await app.api('GET', '/tenant', { as: person.token });
  assert.equal(read.status, 200);
  assert.equal(read.body.slug, app.slug);
  assert.equal((await app.api('PATCH', '/tenant', { as: person.token, body: { name: 'x' } })).status, 403);
  const patch = (body: object, headers = {}) => app.api('PATCH', '/tenant', { body, headers });
  const first = await patch(
    { name: 'Academy', settings: { a: 1, b: { c: 2 } } },
    { 'if-match': String(read.headers.etag) },
  );
  assert.equal(first.status, 200);
  assert.equal((await patch({ name: 'Late' }, { 'if-match': String(read.headers.etag) })).status, 412);
  const second = await patch({ settings: { a: null, d: 4 }, timeZone: 'Europe/Berlin' });
  assert.deepEqual(second.body.settings, { b: { c: 2 }, d: 4 });
  assert.equal(second.body.timeZone, 'Europe/Berlin');
  const zone = await patch({ timeZone: 'Mars/Olympus' });
  assert.deepEqual([zone.status, zone.body.errors[0].path], [422, '/timeZone']);
  assert.equal((await patch({})).status, 422);
  assert.equal((await patch({ slug: 'other' })).status, 422);
});

test('the clock of a sandbox moves forward, and tokens end by it', async () => {
  const person = await app.personWith();
  const before = (await app.api('GET', '/clock', { as: person.token })).body;
  assert.deepEqual([before.offsetMs, before.adjustable], [0, true]);
  const patch = (body: object) => app.api('PATCH', '/clock', { body });
  const moved = await patch({ advanceMs: 3_600_000 });
  assert.equal(moved.status, 200);
  assert.equal(moved.body.offsetMs, 3_600_000);
  assert.deepEqual([moved.body.happened, moved.body.happenedLeftOut], [[], 0]);
  assert.equal((await patch({ now: before.now })).status, 422);
  assert.equal((await patch({ now: before.now, advanceMs: 1 })).status, 422);
  assert.equal((await app.api('GET', '/me', { as: person.token })).status, 200);
  const later = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const set = await patch({ now: later.replace('Z', '000+00:00') });
  assert.ok(Date.parse(set.body.now) - Date.parse(later) < 5_000);
  const ended = await app.api('GET', '/me', { as: person.token });
  assert.equal(ended.status, 401);
  assert.match(ended.body.detail, /expired/);
  const made = (await app.api('POST', '/units', { body: { name: 'Later' } })).body;
  assert.ok(made.createdAt >= later);
});

test('only sandboxes move their clock or go back to the beginning', async () => {
  const plain = await app.tenant();
  assert.equal((await plain.api('GET', '/clock')).body.adjustable, false);
  for (const [method, path, body] of [
    ['PATCH', '/clock', { advanceMs: 1 }],
    ['POST', '/resets', undefined],
  ] as const) {
    const answer = await plain.api(method, path, body ? { body } : {});
    assert.deepEqual([answer.status, answer.body.rule], [409, 'not_a_sandbox']);
  }
});

test('a cursor from before a reset is none; API keys go on, people’s tokens do not', async () => {
  const sandbox = await app.tenant({ sandbox: true });
  const person = await sandbox.personWith();
  const { next } = (await sandbox.api('GET', '/roles?limit=1')).body;
  assert.equal((await sandbox.api('GET', `/roles?cursor=${next}`)).status, 200);
  await Tenants.clear(await sandbox.ctx());
  const late = await sandbox.api('GET', `/roles?cursor=${next}`);
  assert.deepEqual([late.status, late.body.errors[0].path], [400, 'cursor']);
  const fresh = (await sandbox.api('GET', '/roles?limit=1')).body.next;
  assert.equal((await sandbox.api('GET', `/roles?cursor=${fresh}`)).status, 200);
  assert.equal((await sandbox.api('GET', '/me', { as: person.token })).status, 401);
  assert.equal((await sandbox.api('GET', '/people?count=true')).body.total, 0);
});

test('a reset takes everything back, once, and leaves clients tied to whoever has the login', async () => {
  const sandbox = await app.tenant({ sandbox: true });
  await sandbox.api('POST', '/people', { body: { fullName: 'A B' } });
  await sandbox.api('PATCH', '/clock', { body: { advanceMs: 86_400_000 } });
  const headers = { 'idempotency-key': 'reset' };
  const reset = await sandbox.api('POST', '/resets', { headers });
  assert.equal(reset.status, 201, JSON.stringify(reset.body));
  assert.equal((await sandbox.api('GET', '/clock')).body.offsetMs, 0);
  assert.equal((await sandbox.api('GET', '/people?count=true')).body.total, 0);
  await sandbox.api('POST', '/people', { body: { fullName: 'C D' } });
  const again = await sandbox.api('POST', '/resets', { headers });
  assert.deepEqual([again.status, again.headers['idempotency-replayed'], again.body], [201, 'true', reset.body]);
  assert.equal((await sandbox.api('GET', '/people?count=true')).body.total, 1);
});
