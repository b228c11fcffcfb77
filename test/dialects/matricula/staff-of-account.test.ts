import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { worldOf } from './world.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

test('staff of what is the whole account’s is named by nobody of a unit, of their own unit’s it is', async () => {
  const world = worldOf(app.api);
  const { id: unitId } = await world.unit();
  const { id, login } = await app.personWith({ unitId });
  const [role] = (await app.api('GET', '/roles?key=admin')).body.data;
  await app.api('PUT', `/people/${id}/roles/${role.id}`, { body: { unitIds: [unitId] } });
  const body = { tenant: app.slug, login, password: 'correct horse' };
  const as = (await app.api('POST', '/tokens', { as: null, body })).body.token;
  const shared = await world.course();
  const own = await world.course({ unitId });
  const name = async (path: string) =>
    (await app.api('PUT', `${path}/staff/${id}`, { as, body: { roles: ['instructor'] } })).status;
  assert.equal(await name(`/courses/${shared.id}`), 403);
  assert.equal(await name(`/offerings/${shared.defaultOfferingId}`), 403);
  assert.equal(await name(`/courses/${own.id}`), 200);
});
