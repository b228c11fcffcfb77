import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Courses } from '../../../src/record/catalog/index.ts';
import { type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const role = async (key: string) => (await app.api('GET', `/roles?key=${key}`)).body.data[0];
const person = async (input: object = {}) =>
  (await app.api('POST', '/people', { body: { fullName: 'A B', ...input } })).body;

test('roles come with Matricula or are made, and go with what they gave', async () => {
  const list = (await app.api('GET', '/roles?count=true&sort=name')).body;
  assert.equal(list.total, 12);
  const made = await app.api('POST', '/roles', {
    body: { name: 'Reader', permissions: ['units.read', 'people.read'] },
  });
  assert.equal(made.status, 201);
  assert.equal(made.body.key, null);
  assert.deepEqual(made.body.permissions, ['people.read', 'units.read']);
  const path = `/roles/${made.body.id}`;
  const changed = await app.api('PATCH', path, {
    body: { permissions: ['units.read'] },
    headers: { 'if-match': String(made.headers.etag) },
  });
  assert.deepEqual(changed.body.permissions, ['units.read']);
  const reader = await app.personWith();
  assert.equal((await app.api('PUT', `/people/${reader.id}/roles/${made.body.id}`)).status, 200);
  assert.equal((await app.api('GET', '/units', { as: reader.token })).status, 200);
  assert.equal((await app.api('DELETE', path)).status, 204);
  assert.equal((await app.api('GET', '/units', { as: reader.token })).status, 403);
  assert.equal((await app.api('GET', path)).status, 404);

  const admin = await role('admin');
  const locked = await app.api('PATCH', `/roles/${admin.id}`, { body: { permissions: [] } });
  assert.equal(locked.status, 409);
  assert.equal((await app.api('PATCH', `/roles/${admin.id}`, { body: { name: 'Boss' } })).body.name, 'Boss');
  assert.equal((await app.api('DELETE', `/roles/${admin.id}`)).status, 409);
});

test('a role is held in exactly the places named', async () => {
  const { id } = await person();
  const analyst = await role('analyst');
  const north = (await app.api('POST', '/units', { body: { name: 'N' } })).body;
  const south = (await app.api('POST', '/units', { body: { name: 'S' } })).body;
  const path = `/people/${id}/roles/${analyst.id}`;
  const places = async (body?: object) => {
    const answer = await app.api('PUT', path, body ? { body } : {});
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return [answer.body.account, answer.body.unitIds.sort()];
  };
  assert.deepEqual(await places(), [true, []]);
  assert.deepEqual(await places({}), [true, []]);
  assert.deepEqual(await places({ unitIds: [north.id, south.id] }), [false, [north.id, south.id].sort()]);
  assert.deepEqual(await places({ unitIds: [south.id] }), [false, [south.id]]);
  assert.deepEqual(await places({ account: true, unitIds: [south.id] }), [true, [south.id]]);
  assert.equal((await app.api('PUT', path, { body: { account: false } })).status, 422);
  const nowhere = await app.api('PUT', path, { body: { unitIds: [NOBODY] } });
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].path], [422, '/unitIds/0']);
  const held = (await app.api('GET', `/people/${id}/roles?count=true`)).body;
  assert.equal(held.total, 2);
  assert.deepEqual(held.data.map((one: { key: string }) => one.key).sort(), ['analyst', 'learner']);
  const first = (await app.api('GET', `/people/${id}/roles?limit=1`)).body;
  const second = (await app.api('GET', `/people/${id}/roles?limit=1&cursor=${first.next}`)).body;
  assert.deepEqual([...first.data, ...second.data], held.data);
  assert.equal(second.next, null);
  assert.equal((await app.api('DELETE', path)).status, 204);
  assert.equal((await app.api('DELETE', path)).status, 404);
  assert.equal((await app.api('PUT', `/people/${id}/roles/${NOBODY}`)).status, 404);
});

test('nobody gives more than they hold; learners take people.write only', async () => {
  const { id } = await person();
  const admin = await role('admin');
  const learner = await role('learner');
  const as = await app.keyFor(['people.read', 'people.write', 'roles.read', 'roles.write']);
  assert.equal((await app.api('PUT', `/people/${id}/roles/${admin.id}`, { as })).status, 403);
  const clerk = await app.keyFor(['people.read', 'people.write']);
  assert.equal((await app.api('DELETE', `/people/${id}/roles/${learner.id}`, { as: clerk })).status, 204);
  assert.equal((await app.api('PUT', `/people/${id}/roles/${learner.id}`, { as: clerk })).status, 200);
  const refused = await app.api('PUT', `/people/${id}/roles/${(await role('author')).id}`, { as: clerk });
  assert.deepEqual([refused.status, refused.body.permission], [403, 'roles.write']);
});

test('the last who may manage the account stays', async () => {
  const admin = await role('admin');
  const [one, two] = [await app.personWith(), await app.personWith()];
  for (const { id } of [one, two]) await app.api('PUT', `/people/${id}/roles/${admin.id}`);
  assert.equal((await app.api('DELETE', `/people/${one.id}/roles/${admin.id}`, { as: two.token })).status, 204);
  const last = await app.api('DELETE', `/people/${two.id}/roles/${admin.id}`, { as: two.token });
  assert.deepEqual([last.status, last.body.rule], [409, 'last_of_its_kind']);
  await app.api('PATCH', `/people/${one.id}`, { body: { jobTitle: 'x' } });
});

test('staff of things have exactly their words, and see their own', async () => {
  const someone = await app.personWith();
  const ctx = await app.ctx();
  const course = await Courses.create(ctx, { name: 'Botany', kind: 'online' });
  const { rows } = await app.database.pool.query('select id from offering where course_id = $1', [course.id]);
  const unit = (await app.api('GET', '/units?limit=1')).body.data[0];
  const group = (await app.api('POST', '/groups', { body: { name: 'G' } })).body;
  const things = { units: unit.id, groups: group.id, courses: course.id, offerings: rows[0].id };
  for (const [kind, id] of Object.entries(things)) {
    const path = `/${kind}/${id}/staff`;
    const put = (roles: string[]) => app.api('PUT', `${path}/${someone.id}`, { body: { roles } });
    assert.equal((await put(['instructor', 'author'])).status, 200, kind);
    const again = await put(['marker', 'author']);
    assert.deepEqual(again.body, { personId: someone.id, roles: ['author', 'marker'] });
    const list = (await app.api('GET', `${path}?count=true`)).body;
    assert.deepEqual([list.total, list.data], [1, [again.body]]);
    assert.equal((await put(['learner'])).status, 422);
    assert.equal((await put([])).status, 422);
    assert.equal((await app.api('GET', `/${kind}/${NOBODY}/staff`)).status, 404);
    assert.equal(
      (await app.api('PUT', `/${kind}/${NOBODY}/staff/${someone.id}`, { body: { roles: ['author'] } })).status,
      404,
    );
    assert.equal((await app.api('PUT', `${path}/${NOBODY}`, { body: { roles: ['author'] } })).status, 404);
  }
  const own = await app.api('GET', `/people/${someone.id}/entitlements?count=true`, { as: someone.token });
  assert.equal(own.body.total, 8);
  const first = (await app.api('GET', `/people/${someone.id}/entitlements?limit=5`)).body;
  const second = (await app.api('GET', `/people/${someone.id}/entitlements?limit=5&cursor=${first.next}`)).body;
  assert.equal(new Set([...first.data, ...second.data].map((one) => `${one.entityId}${one.role}`)).size, 8);
  for (const [kind, id] of Object.entries(things)) {
    assert.equal((await app.api('DELETE', `/${kind}/${id}/staff/${someone.id}`)).status, 204);
    assert.equal((await app.api('DELETE', `/${kind}/${id}/staff/${someone.id}`)).status, 404);
  }
  const writer = await app.keyFor(['courses.write', 'people.read']);
  const body = { roles: ['author'] };
  assert.equal((await app.api('PUT', `/courses/${course.id}/staff/${someone.id}`, { as: writer, body })).status, 200);
  assert.equal((await app.api('PUT', `/groups/${group.id}/staff/${someone.id}`, { as: writer, body })).status, 403);
});
