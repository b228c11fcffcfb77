import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
let counter = 0;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const profile = (more: object = {}) => world.post('/profiles', { name: `Profile ${++counter}`, ...more });
const assign = async (personId: string, profileId: string, query = '') =>
  assert.equal((await app.api('PUT', `/people/${personId}/profiles/${profileId}${query}`)).status, 204);
const ids = (rows: { id: string }[]): string[] => rows.map((row) => row.id);
const of = async (personId: string): Promise<string[]> =>
  ids((await app.api('GET', `/people/${personId}/profiles`)).body.data).sort();
const outcome = ({ status, body }: Answered) => [
  status,
  body?.permission ?? body?.entity ?? body?.errors?.[0]?.path ?? null,
];
const clerkIn = async (unitId: string): Promise<string> => {
  const clerk = await app.personWith({ unitId });
  const [admin] = (await app.api('GET', '/roles?key=admin')).body.data;
  const role = await app.api('PUT', `/people/${clerk.id}/roles/${admin.id}`, { body: { unitIds: [unitId] } });
  assert.equal(role.status, 200);
  return clerk.token;
};

describe('profiles', () => {
  test('are made, found, changed under an ETag, and go with whom they were on', async () => {
    const made = await app.api('POST', '/profiles', { body: { name: '  Nurses ', externalId: 'job/nurse' } });
    assert.deepEqual([made.status, made.body.name, made.body.externalId], [201, 'Nurses', 'job/nurse']);
    const path = `/profiles/${made.body.id}`;
    assert.ok(String(made.headers.location).endsWith(`/matricula/v1${path}`));
    assert.equal((await app.api('GET', path)).headers.etag, made.headers.etag);
    for (const query of ['externalId=job/nurse', `number=${made.body.number}`, 'search=nurs'])
      assert.deepEqual(ids((await app.api('GET', `/profiles?${query}`)).body.data), [made.body.id], query);
    const taken = await app.api('POST', '/profiles', { body: { name: 'x', externalId: 'job/nurse' } });
    assert.deepEqual([taken.status, taken.body.errors[0].path], [409, '/externalId']);
    const patch = (body: object, etag?: string) =>
      app.api('PATCH', path, { body, ...(etag ? { headers: { 'if-match': etag } } : {}) });
    const etag = String(made.headers.etag);
    const both = await Promise.all([patch({ name: 'A' }, etag), patch({ name: 'B' }, etag)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
    const same = await patch({ name: both.find(({ status }) => status === 200)!.body.name });
    assert.equal(same.body.updatedAt, both.find(({ status }) => status === 200)!.body.updatedAt);
    assert.deepEqual(outcome(await patch({ name: null })), [422, '/name']);
    assert.equal((await patch({ externalId: null })).body.externalId, null);

    const ada = await world.person();
    await assign(ada.id, made.body.id);
    assert.deepEqual(ids((await app.api('GET', `/people?profileId=${made.body.id}`)).body.data), [ada.id]);
    assert.equal((await app.api('DELETE', path, { headers: { 'if-match': etag } })).status, 412);
    assert.equal((await app.api('DELETE', path)).status, 204);
    assert.equal((await app.api('DELETE', path)).status, 404);
    assert.deepEqual(await of(ada.id), []);
    assert.equal((await app.api('GET', `/people?profileId=${made.body.id}&count=true`)).body.total, 0);
  });

  test('are put on people, beside others or in their place', async () => {
    const [one, two, three] = [await profile(), await profile(), await profile()];
    const ada = await world.person();
    await assign(ada.id, one.id);
    await assign(ada.id, two.id);
    await assign(ada.id, two.id);
    assert.deepEqual(await of(ada.id), ids([one, two]).sort());
    await assign(ada.id, three.id, '?replace=true');
    await assign(ada.id, three.id, '?replace=true');
    assert.deepEqual(await of(ada.id), [three.id]);
    const path = `/people/${ada.id}/profiles/${three.id}`;
    assert.equal((await app.api('DELETE', path)).status, 204);
    assert.deepEqual(outcome(await app.api('DELETE', path)), [404, 'profile']);
    const { rows } = await app.database.pool.query(
      `select type from event where person_id = $1 and entity = 'profile' order by seq`,
      [ada.id],
    );
    assert.deepEqual(
      rows.map((row) => row.type.split('.')[1]),
      ['assigned', 'assigned', 'unassigned', 'unassigned', 'assigned', 'unassigned'],
    );
    const first = (await app.api('GET', '/profiles?sort=-name&limit=1')).body;
    assert.equal((await app.api('GET', `/profiles?sort=name&cursor=${first.next}`)).status, 400);
    assert.equal((await app.api('GET', `/profiles?sort=-name&limit=1&cursor=${first.next}`)).status, 200);
  });

  test('are put on somebody once, however many do it', async () => {
    const [{ id }, other] = [await profile(), await profile()];
    const ada = await world.person();
    await Promise.all([1, 2, 3, 4].map(() => assign(ada.id, id)));
    assert.deepEqual(await of(ada.id), [id]);
    await Promise.all([assign(ada.id, id, '?replace=true'), assign(ada.id, other.id, '?replace=true')]);
    assert.equal((await of(ada.id)).length, 1);
  });

  test('are seen by people who carry them, and by no other tenant', async () => {
    const { id } = await profile();
    const [ada, eve] = [await app.personWith(), await app.personWith()];
    await assign(ada.id, id);
    const own = await app.api('GET', `/people/${ada.id}/profiles`, { as: ada.token });
    assert.deepEqual([own.status, ids(own.body.data)], [200, [id]]);
    assert.equal((await app.api('GET', `/people/${ada.id}/profiles`, { as: eve.token })).status, 404);
    assert.deepEqual(outcome(await app.api('GET', '/profiles', { as: ada.token })), [403, 'people.read']);

    const other = await app.tenant();
    const theirs = worldOf(other.api);
    const [person, their] = [await theirs.person(), await theirs.post('/profiles', { name: 'Theirs' })];
    for (const [method, path] of [
      ['GET', `/profiles/${id}`],
      ['DELETE', `/profiles/${id}`],
      ['PUT', `/people/${person.id}/profiles/${id}`],
      ['DELETE', `/people/${person.id}/profiles/${id}`],
      ['PUT', `/people/${ada.id}/profiles/${their.id}`],
      ['GET', `/people/${ada.id}/profiles`],
    ] as const)
      assert.equal((await other.api(method, path)).status, 404, `${method} ${path}`);
    assert.equal((await other.api('GET', `/people?profileId=${id}&count=true`)).body.total, 0);
    assert.deepEqual(await of(ada.id), [id]);
  });

  test('are the whole account’s: a unit puts them on its people and changes none', async () => {
    const [mine, other] = [await world.unit(), await world.unit()];
    const as = await clerkIn(mine.id);
    const { id } = await profile();
    const near = await world.post('/people', { fullName: 'Near', unitId: mine.id });
    const far = await world.post('/people', { fullName: 'Far', unitId: other.id });
    await assign(far.id, id);
    assert.equal((await app.api('PUT', `/people/${near.id}/profiles/${id}`, { as })).status, 204);
    assert.equal((await app.api('PUT', `/people/${far.id}/profiles/${id}`, { as })).status, 404);
    assert.equal((await app.api('DELETE', `/people/${far.id}/profiles/${id}`, { as })).status, 404);
    assert.equal((await app.api('GET', `/people/${far.id}/profiles`, { as })).status, 404);
    assert.deepEqual(ids((await app.api('GET', `/people?profileId=${id}`, { as })).body.data), [near.id]);
    assert.equal((await app.api('GET', `/profiles/${id}`, { as })).status, 200);
    for (const [method, path, body] of [
      ['POST', '/profiles', { name: 'x' }],
      ['PATCH', `/profiles/${id}`, { name: 'x' }],
      ['DELETE', `/profiles/${id}`, undefined],
    ] as const)
      assert.deepEqual(outcome(await app.api(method, path, { as, body })), [403, 'people.write'], method);
  });
});

describe('what instructors may do', () => {
  const path = (id: string) => `/people/${id}/instructor-authorization`;
  const put = (id: string, permissions: unknown, headers = {}) =>
    app.api('PUT', path(id), { body: { permissions }, headers });

  test('is given to instructors only', async () => {
    const ada = await world.person();
    assert.deepEqual((await app.api('GET', path(ada.id))).body, { personId: ada.id, permissions: [] });
    assert.deepEqual(outcome(await put(ada.id, ['create_course'])), [422, '/personId']);
    const { defaultOfferingId } = await world.course();
    const staff = `/offerings/${defaultOfferingId}/staff/${ada.id}`;
    assert.equal((await app.api('PUT', staff, { body: { roles: ['instructor'] } })).status, 200);
    const given = await put(ada.id, ['create_course_instance', 'create_course']);
    assert.deepEqual([given.status, given.body.permissions], [200, ['create_course', 'create_course_instance']]);
    assert.deepEqual((await app.api('GET', path(ada.id))).body, given.body);
    assert.equal((await put(ada.id, ['fly'])).status, 422);
    assert.equal((await put(ada.id, ['create_course', 'create_course'])).status, 422);
    // whoever teaches no longer keeps nothing for good
    assert.equal((await app.api('DELETE', staff)).status, 204);
    assert.equal((await put(ada.id, ['create_course'])).status, 422);
    assert.deepEqual((await put(ada.id, [])).body.permissions, []);
  });

  test('has one of two writers who saw the same, and none from elsewhere', async () => {
    const teacher = await app.personWith({ roles: ['instructor'] });
    const etag = String((await app.api('GET', path(teacher.id))).headers.etag);
    const both = await Promise.all(
      ['create_course', 'create_course_instance'].map((one) => put(teacher.id, [one], { 'if-match': etag })),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
    const other = await app.tenant();
    for (const method of ['GET', 'PUT'])
      assert.equal(
        (await other.api(method, path(teacher.id), method === 'PUT' ? { body: { permissions: [] } } : {})).status,
        404,
      );
    const [mine, far] = [await world.unit(), await world.unit()];
    const as = await clerkIn(mine.id);
    const hidden = await world.post('/people', { fullName: 'Far', unitId: far.id });
    assert.equal((await app.api('GET', path(hidden.id), { as })).status, 404);
    assert.equal((await app.api('PUT', path(hidden.id), { as, body: { permissions: [] } })).status, 404);
  });
});

describe('words for staff', () => {
  test('stand on units, groups, courses and offerings, exactly as put', async () => {
    const ada = await world.person();
    const course = await world.course();
    const things = {
      unit: `/units/${(await world.unit()).id}`,
      group: `/groups/${(await world.group()).id}`,
      course: `/courses/${course.id}`,
      offering: `/offerings/${course.defaultOfferingId}`,
    };
    for (const [entity, thing] of Object.entries(things)) {
      const staff = `${thing}/staff`;
      const set = (roles: string[]) => app.api('PUT', `${staff}/${ada.id}`, { body: { roles } });
      assert.deepEqual((await set(['manager', 'instructor'])).body.roles, ['instructor', 'manager'], entity);
      assert.deepEqual((await set(['evaluator', 'instructor'])).body.roles, ['evaluator', 'instructor'], entity);
      assert.equal((await set(['learner'])).status, 422);
      const { body } = await app.api('GET', staff);
      assert.deepEqual(
        body.data.map((row: any) => [row.personId, row.roles]),
        [[ada.id, ['evaluator', 'instructor']]],
      );
    }
    const { body } = await app.api('GET', `/people/${ada.id}/entitlements?limit=200`);
    assert.deepEqual([...new Set(body.data.map((row: any) => row.entity))].sort(), [
      'course',
      'group',
      'offering',
      'unit',
    ]);
    assert.equal(body.data.length, 8);
    for (const thing of Object.values(things)) {
      assert.equal((await app.api('DELETE', `${thing}/staff/${ada.id}`)).status, 204);
      assert.equal((await app.api('DELETE', `${thing}/staff/${ada.id}`)).status, 404);
    }
    assert.deepEqual((await app.api('GET', `/people/${ada.id}/entitlements`)).body.data, []);
  });
});
