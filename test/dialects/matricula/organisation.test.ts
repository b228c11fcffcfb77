import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const ids = (rows: { id: string }[]): string[] => rows.map((row) => row.id);

test('units make a tree that can be moved, never into a ring', async () => {
  const root = (await app.api('GET', '/units')).body.data[0];
  assert.equal(root.parentId, null);
  const body = { name: 'North', externalId: 'u/1', attributes: { region: 'n' }, email: 'n@example.org' };
  const north = await app.api('POST', '/units', { body });
  assert.equal(north.status, 201);
  assert.equal(north.body.parentId, root.id);
  assert.equal(north.body.useOwnContact, false);
  const path = `/units/${north.body.id}`;
  assert.deepEqual((await app.api('GET', path)).body, north.body);
  assert.equal((await app.api('GET', path)).headers.etag, north.headers.etag);
  const inner = (await app.api('POST', '/units', { body: { name: 'Inner', parentId: north.body.id } })).body;
  const ring = await app.api('PATCH', path, { body: { parentId: inner.id } });
  assert.deepEqual([ring.status, ring.body.rule], [409, 'cycle']);
  const nowhere = await app.api('PATCH', path, { body: { parentId: NOBODY } });
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].path], [422, '/parentId']);
  const taken = await app.api('POST', '/units', { body: { name: 'x', externalId: 'u/1' } });
  assert.deepEqual([taken.status, taken.body.entity], [409, 'unit']);
  const patched = await app.api('PATCH', path, { body: { attributes: { region: null, size: 3 }, email: null } });
  assert.deepEqual([patched.body.attributes, patched.body.email], [{ size: 3 }, null]);

  assert.deepEqual(ids((await app.api('GET', '/units?externalId=u/1')).body.data), [north.body.id]);
  assert.deepEqual(ids((await app.api('GET', `/units?parentId=${north.body.id}`)).body.data), [inner.id]);
  assert.deepEqual(ids((await app.api('GET', `/units?withinUnitId=${north.body.id}`)).body.data), [
    north.body.id,
    inner.id,
  ]);
  assert.deepEqual(ids((await app.api('GET', '/units?name=INNER')).body.data), [inner.id]);
  assert.deepEqual(ids((await app.api('GET', `/units?number=${inner.number}`)).body.data), [inner.id]);
  assert.deepEqual(ids((await app.api('GET', '/units?search=nn&sort=-name')).body.data), [inner.id]);
  const since = encodeURIComponent(patched.body.updatedAt);
  assert.deepEqual(
    (await app.api('GET', `/units?updatedAfter=${since}`)).body.data.some(
      (one: { id: string }) => one.id === north.body.id,
    ),
    false,
  );

  const full = await app.api('DELETE', path);
  assert.deepEqual([full.status, full.body.rule], [409, 'in_use']);
  assert.equal((await app.api('DELETE', `/units/${root.id}`)).status, 409);
  assert.equal((await app.api('DELETE', `/units/${inner.id}`)).status, 204);
  assert.equal((await app.api('DELETE', `/units/${inner.id}`)).status, 404);
  const etag = String((await app.api('GET', path)).headers.etag);
  assert.equal((await app.api('DELETE', path, { headers: { 'if-match': '"x"' } })).status, 412);
  assert.equal((await app.api('DELETE', path, { headers: { 'if-match': etag } })).status, 204);
});

test('groups have kinds and levels, and hold people', async () => {
  await app.api('PATCH', '/tenant', { body: { settings: { groupLevels: ['Region', 'Team'] } } });
  const region = await app.api('POST', '/groups', { body: { name: 'West', kind: 'hierarchical', level: 'Region' } });
  assert.equal(region.status, 201, JSON.stringify(region.body));
  const team = await app.api('POST', '/groups', {
    body: { name: 'One', kind: 'hierarchical', level: 'Team', parentId: region.body.id, externalId: 'g1' },
  });
  assert.equal(team.status, 201);
  const wrong = await app.api('POST', '/groups', {
    body: { name: 'Up', kind: 'hierarchical', level: 'Region', parentId: team.body.id },
  });
  assert.equal(wrong.status, 422);
  assert.deepEqual(ids((await app.api('GET', `/groups?parentId=${region.body.id}`)).body.data), [team.body.id]);
  assert.deepEqual(ids((await app.api('GET', '/groups?kind=hierarchical&sort=name')).body.data), [
    team.body.id,
    region.body.id,
  ]);
  assert.deepEqual(ids((await app.api('GET', '/groups?externalId=g1')).body.data), [team.body.id]);
  const automatic = (await app.api('POST', '/groups', { body: { name: 'All', kind: 'automatic' } })).body;
  const person = (await app.api('POST', '/people', { body: { fullName: 'A B' } })).body;
  const put = await app.api('PUT', `/groups/${automatic.id}/members/${person.id}`);
  assert.equal(put.status, 409);
  assert.equal((await app.api('PUT', `/groups/${team.body.id}/members/${NOBODY}`)).status, 404);
  assert.equal((await app.api('PUT', `/groups/${NOBODY}/members/${person.id}`)).status, 404);
  assert.equal((await app.api('PUT', `/groups/${team.body.id}/members/${person.id}`)).status, 204);
  assert.deepEqual(ids((await app.api('GET', `/groups?personId=${person.id}`)).body.data), [team.body.id]);
  assert.equal((await app.api('DELETE', `/groups/${region.body.id}`)).status, 409);
  const patched = await app.api('PATCH', `/groups/${team.body.id}`, { body: { description: 'x', externalId: null } });
  assert.deepEqual([patched.body.description, patched.body.externalId, patched.body.memberCount], ['x', null, 1]);
  assert.equal((await app.api('DELETE', `/groups/${team.body.id}`)).status, 204);
  assert.equal((await app.api('GET', `/groups/${team.body.id}`)).status, 404);
});

test('declared attributes check what is written under their key', async () => {
  const made = await app.api('POST', '/attributes', {
    body: { entity: 'person', key: 'size', name: 'Size', type: 'choice', choices: ['S', 'M'] },
  });
  assert.equal(made.status, 201);
  const path = `/attributes/${made.body.id}`;
  const person = (attributes: object) => app.api('POST', '/people', { body: { fullName: 'A B', attributes } });
  const refused = await person({ size: 'XL' });
  assert.deepEqual([refused.status, refused.body.errors[0].path], [422, '/attributes/size']);
  assert.equal((await person({ size: 'M' })).status, 201);
  const taken = await app.api('POST', '/attributes', { body: { entity: 'person', key: 'size', name: 'x' } });
  assert.deepEqual([taken.status, taken.body.errors[0].path], [409, '/key']);
  const changed = await app.api('PATCH', path, { body: { choices: ['S', 'M', 'XL'] } });
  assert.deepEqual(changed.body.choices, ['S', 'M', 'XL']);
  assert.equal((await person({ size: 'XL' })).status, 201);
  assert.deepEqual(ids((await app.api('GET', '/attributes?entity=person&key=size&sort=-key')).body.data), [
    made.body.id,
  ]);
  assert.equal((await app.api('PATCH', path, { body: { type: 'text' } })).status, 422);
  assert.equal((await app.api('DELETE', path)).status, 204);
  assert.equal((await app.api('GET', path)).status, 404);
  assert.equal((await person({ size: 42 })).status, 201);
});

test('another tenant’s units, groups and attributes do not exist', async () => {
  const other = await app.tenant();
  const unit = (await other.api('POST', '/units', { body: { name: 'x' } })).body;
  const group = (await other.api('POST', '/groups', { body: { name: 'x' } })).body;
  const attribute = (await other.api('POST', '/attributes', { body: { entity: 'person', key: 'k', name: 'x' } })).body;
  for (const path of [`/units/${unit.id}`, `/groups/${group.id}`, `/attributes/${attribute.id}`])
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { name: 'y' }],
      ['DELETE', undefined],
    ] as const)
      assert.equal((await app.api(method, path, body ? { body } : {})).status, 404, `${method} ${path}`);
  assert.equal((await app.api('GET', `/groups/${group.id}/members`)).status, 404);
  const child = await app.api('POST', '/units', { body: { name: 'z', parentId: unit.id } });
  assert.equal(child.status, 422);
});
