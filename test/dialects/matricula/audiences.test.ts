import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
let counter = 0;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
  const levels = { settings: { groupLevels: ['Region', 'Store', 'Team'] } };
  assert.equal((await app.api('PATCH', '/tenant', { body: levels })).status, 200);
});
after(() => app.close());

const group = (level: string, parentId: string | null = null, more: object = {}) =>
  world.post('/groups', { name: `${level} ${++counter}`, kind: 'hierarchical', level, parentId, ...more });
const join = async (groupId: string, personId: string, query = '') => {
  const answer = await app.api('PUT', `/groups/${groupId}/members/${personId}${query}`);
  assert.equal(answer.status, 204, JSON.stringify(answer.body));
};
const leave = (groupId: string, personId: string) => app.api('DELETE', `/groups/${groupId}/members/${personId}`);
const tie = async (offeringId: string, groupId: string, recursive = true) => {
  const answer = await app.api('PUT', `/offerings/${offeringId}/audiences/${groupId}`, { body: { recursive } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer;
};
/** Who is in an offering now. */
const learners = async (offeringId: string): Promise<string[]> => {
  const { body } = await app.api('GET', `/enrollments?offeringId=${offeringId}&live=true&limit=200`);
  return body.data.map((row: { personId: string }) => row.personId).sort();
};
const groupsOf = async (personId: string): Promise<string[]> => {
  const { body } = await app.api('GET', `/people/${personId}/groups`);
  return body.data.map((row: { groupId: string }) => row.groupId).sort();
};
/** Written ones: the feed itself waits for whoever else writes on the server. */
const events = async (like: string, personId: string | null = null): Promise<string[]> => {
  const text = 'select type from event where type like $1 and ($2::uuid is null or person_id = $2::uuid) order by seq';
  return (await app.database.pool.query(text, [like, personId])).rows.map((row) => row.type);
};
const outcome = ({ status, body }: { status: number; body: any }) => [
  status,
  body?.rule ?? body?.entity ?? body?.errors?.[0]?.path ?? null,
];

describe('levels of groups', () => {
  test('are what the account says, in its order', async () => {
    const region = await group('Region');
    const store = await group('Store', region.id);
    const team = await group('Team', store.id);
    assert.deepEqual([store.level, store.parentId, team.kind], ['Store', region.id, 'hierarchical']);
    const place = (level: string | null, parentId: string | null) =>
      app.api('POST', '/groups', { body: { name: 'x', kind: 'hierarchical', level, parentId } });
    assert.deepEqual(outcome(await place('Region', store.id)), [422, '/level']);
    assert.deepEqual(outcome(await place('Store', store.id)), [422, '/level']);
    assert.deepEqual(outcome(await place('Planet', null)), [422, '/level']);
    assert.deepEqual(outcome(await place(null, null)), [422, '/level']);
    // only the last level may hold itself
    assert.equal((await place('Team', team.id)).status, 201);
    const ring = await app.api('PATCH', `/groups/${region.id}`, { body: { parentId: team.id } });
    assert.deepEqual(outcome(ring), [409, 'cycle']);
    const { body } = await app.api('GET', `/groups?level=team&parentId=${store.id}`);
    assert.deepEqual(
      body.data.map((row: { id: string }) => row.id),
      [team.id],
    );
  });

  test('change only where the groups there are still fit', async () => {
    const other = await app.tenant();
    const set = (groupLevels: unknown) => other.api('PATCH', '/tenant', { body: { settings: { groupLevels } } });
    for (const bad of ['Region', [1], [''], ['A', 'A'], Array.from({ length: 101 }, (_, i) => `L${i}`)])
      assert.equal((await set(bad)).status, 422, JSON.stringify(bad));
    assert.deepEqual(outcome(await set([' A'])), [422, '/settings/groupLevels/0']);
    assert.equal((await set(['A', 'B', 'C'])).status, 200);
    const top = await worldOf(other.api).post('/groups', { name: 'A', kind: 'hierarchical', level: 'A' });
    const b = await worldOf(other.api).post('/groups', {
      name: 'B',
      kind: 'hierarchical',
      level: 'B',
      parentId: top.id,
    });
    const c = await worldOf(other.api).post('/groups', { name: 'C', kind: 'hierarchical', level: 'C', parentId: b.id });
    for (const bad of [['A', 'B'], ['B', 'A', 'C'], [], null])
      assert.deepEqual(outcome(await set(bad)), [409, 'in_use']);
    assert.equal((await set(['Z', 'A', 'Y', 'B', 'C', 'D'])).status, 200);
    for (const id of [c.id, b.id, top.id]) assert.equal((await other.api('DELETE', `/groups/${id}`)).status, 204);
    assert.equal((await set(null)).status, 200);
    assert.deepEqual((await other.api('GET', '/tenant')).body.settings, {});
  });
});

describe('an audience', () => {
  test('enrolls who comes and withdraws who goes, through the whole tree', async () => {
    const region = await group('Region');
    const [store, other] = [await group('Store', region.id), await group('Store', region.id)];
    const team = await group('Team', store.id);
    const [ada, bob, eve] = await Promise.all([world.person(), world.person(), world.person()]);
    await join(team.id, ada.id);
    await join(region.id, bob.id);
    const course = await world.course();
    const offeringId = course.defaultOfferingId;
    await tie(offeringId, region.id);
    assert.deepEqual(await learners(offeringId), [ada.id, bob.id].sort());
    await join(other.id, eve.id);
    assert.deepEqual(await learners(offeringId), [ada.id, bob.id, eve.id].sort());
    const { body: enrollments } = await app.api('GET', `/enrollments?offeringId=${offeringId}&personId=${eve.id}`);
    assert.equal(enrollments.data[0].source, 'automatic');

    // what was given by hand as well stays
    await world.enroll(offeringId, bob.id);
    assert.equal((await leave(region.id, bob.id)).status, 204);
    assert.equal((await leave(other.id, eve.id)).status, 204);
    assert.equal((await leave(other.id, eve.id)).status, 404);
    assert.deepEqual(await learners(offeringId), [ada.id, bob.id].sort());

    // a group that moves takes its people along
    const away = await group('Region');
    assert.equal((await app.api('PATCH', `/groups/${store.id}`, { body: { parentId: away.id } })).status, 200);
    assert.deepEqual(await learners(offeringId), [bob.id]);
    assert.equal((await app.api('PATCH', `/groups/${store.id}`, { body: { parentId: region.id } })).status, 200);
    assert.deepEqual(await learners(offeringId), [ada.id, bob.id].sort());

    // without the groups below only those who are in it themselves
    await tie(offeringId, region.id, false);
    assert.deepEqual(await learners(offeringId), [bob.id]);
    await tie(offeringId, region.id);
    assert.equal((await app.api('DELETE', `/offerings/${offeringId}/audiences/${region.id}`)).status, 204);
    assert.deepEqual(await learners(offeringId), [bob.id]);
    const types = await events('audience.%');
    assert.deepEqual(types.slice(-4), ['audience.created', 'audience.updated', 'audience.updated', 'audience.removed']);
  });

  test('holds on to whoever moves between groups that it means', async () => {
    const region = await group('Region');
    const [north, south] = [await group('Store', region.id), await group('Store', region.id)];
    const club = await world.group();
    const ada = await world.person();
    await join(north.id, ada.id);
    await join(club.id, ada.id);
    const course = await world.course();
    await tie(course.defaultOfferingId, region.id);
    const before = (await app.api('GET', `/enrollments?personId=${ada.id}`)).body.data[0];
    const earlier = (await events('%', ada.id)).length;
    await join(south.id, ada.id, '?replace=true');
    // custom groups stay
    assert.deepEqual(await groupsOf(ada.id), [club.id, south.id].sort());
    const now = (await app.api('GET', `/enrollments?personId=${ada.id}&live=true`)).body.data;
    assert.deepEqual([now.length, now[0].id, now[0].updatedAt], [1, before.id, before.updatedAt]);
    const types = (await events('%', ada.id)).slice(earlier);
    assert.deepEqual(types, ['group.member_removed', 'group.member_added']);

    // repeated, nothing happens
    await join(south.id, ada.id, '?replace=true');
    assert.deepEqual(await groupsOf(ada.id), [club.id, south.id].sort());
  });

  test('of one unit alone are replaced where that is asked', async () => {
    const [one, two] = [await world.unit(), await world.unit()];
    const [a, b] = [await group('Region', null, { unitId: one.id }), await group('Region', null, { unitId: one.id })];
    const c = await group('Region', null, { unitId: two.id });
    const ada = await world.person();
    await join(a.id, ada.id);
    await join(c.id, ada.id);
    await join(b.id, ada.id, `?replace=true&replaceUnitId=${one.id}`);
    assert.deepEqual(await groupsOf(ada.id), [b.id, c.id].sort());
    const alone = await app.api('PUT', `/groups/${b.id}/members/${ada.id}?replaceUnitId=${one.id}`);
    assert.deepEqual(outcome(alone), [400, 'replaceUnitId']);
    // into a group that is not there nobody moves, and nobody leaves
    const nowhere = '018f0000-0000-7000-8000-000000000000';
    assert.equal((await app.api('PUT', `/groups/${nowhere}/members/${ada.id}?replace=true`)).status, 404);
    assert.deepEqual(await groupsOf(ada.id), [b.id, c.id].sort());
  });

  test('is refused where nobody could be enrolled', async () => {
    const { id: groupId } = await group('Region');
    const course = await world.course();
    const path = (offeringId: string) => `/offerings/${offeringId}/audiences/${groupId}`;
    await app.api('PATCH', `/offerings/${course.defaultOfferingId}`, { body: { state: 'retired' } });
    assert.deepEqual(outcome(await app.api('PUT', path(course.defaultOfferingId))), [409, 'offering_retired']);
    const draft = await world.draft();
    const [offering] = (await app.api('GET', `/offerings?courseId=${draft.id}`)).body.data;
    assert.deepEqual(outcome(await app.api('PUT', path(offering.id))), [409, 'course_not_published']);
    assert.deepEqual(outcome(await app.api('DELETE', path(offering.id))), [404, 'audience']);
    assert.deepEqual(outcome(await app.api('GET', path(offering.id))), [404, 'audience']);
  });

  test('is listed by page from both ends', async () => {
    const course = await world.course();
    const offeringId = course.defaultOfferingId;
    const groups = [await group('Region'), await group('Region'), await group('Region')];
    for (const { id } of groups) await tie(offeringId, id);
    const first = (await app.api('GET', `/offerings/${offeringId}/audiences?limit=2&count=true`)).body;
    const rest = (await app.api('GET', `/offerings/${offeringId}/audiences?limit=2&cursor=${first.next}`)).body;
    assert.deepEqual([first.total, rest.next], [3, null]);
    assert.deepEqual(
      [...first.data, ...rest.data].map((row) => row.groupId),
      groups.map(({ id }) => id),
    );
    const of = (await app.api('GET', `/groups/${groups[1]!.id}/audiences`)).body.data;
    assert.deepEqual(
      of.map((row: { offeringId: string }) => row.offeringId),
      [offeringId],
    );
    // a cursor belongs to its list
    const foreign = await app.api('GET', `/groups/${groups[1]!.id}/audiences?cursor=${first.next}`);
    assert.deepEqual(outcome(foreign), [400, 'cursor']);
  });

  test('has one of two writers who saw the same', async () => {
    const course = await world.course();
    const { id } = await group('Region');
    const path = `/offerings/${course.defaultOfferingId}/audiences/${id}`;
    const none = await app.api('PUT', path, { body: {}, headers: { 'if-match': '*' } });
    assert.deepEqual(outcome(none), [412, 'audience']);
    const etag = String((await tie(course.defaultOfferingId, id, false)).headers.etag);
    assert.equal((await app.api('GET', path)).headers.etag, etag);
    const put = () => app.api('PUT', path, { body: { recursive: true }, headers: { 'if-match': etag } });
    assert.deepEqual((await Promise.all([put(), put()])).map(({ status }) => status).sort(), [200, 412]);
    assert.equal((await app.api('DELETE', path, { headers: { 'if-match': etag } })).status, 412);
    const now = String((await app.api('GET', path)).headers.etag);
    assert.equal((await app.api('DELETE', path, { headers: { 'if-match': now } })).status, 204);
    assert.equal((await app.api('DELETE', path)).status, 404);
  });

  test('is one, whoever sets it at once, and everybody is in once', async () => {
    const course = await world.course();
    const { id } = await group('Region');
    const people = await Promise.all(Array.from({ length: 6 }, () => world.person()));
    const path = `/offerings/${course.defaultOfferingId}/audiences/${id}`;
    const answers = await Promise.all([
      ...people.map((person) => app.api('PUT', `/groups/${id}/members/${person.id}`)),
      ...[1, 2, 3].map(() => app.api('PUT', path, { body: { recursive: true } })),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...people.map(() => 204), 200, 200, 200],
    );
    assert.deepEqual(await learners(course.defaultOfferingId), people.map((person) => person.id).sort());
    assert.equal((await app.api('GET', `/groups/${id}/audiences?count=true`)).body.total, 1);
  });
});

describe('who sees which audiences', () => {
  test('another tenant has none of the ends', async () => {
    const course = await world.course();
    const { id: groupId } = await group('Region');
    await tie(course.defaultOfferingId, groupId);
    const other = await app.tenant();
    const theirs = worldOf(other.api);
    const their = { offeringId: (await theirs.course()).defaultOfferingId, groupId: (await theirs.group()).id };
    for (const [offering, group] of [
      [course.defaultOfferingId, groupId],
      [course.defaultOfferingId, their.groupId],
      [their.offeringId, groupId],
    ])
      for (const method of ['GET', 'PUT', 'DELETE'])
        assert.equal((await other.api(method, `/offerings/${offering}/audiences/${group}`)).status, 404, method);
    assert.equal((await other.api('GET', `/groups/${groupId}/audiences`)).status, 404);
    assert.equal((await app.api('GET', `/groups/${groupId}/audiences?count=true`)).body.total, 1);
  });

  test('whoever works in one unit sees neither groups nor offerings of others', async () => {
    const [mine, other] = [await world.unit(), await world.unit()];
    const clerk = await app.personWith({ unitId: mine.id });
    const [admin] = (await app.api('GET', '/roles?key=admin')).body.data;
    const role = { unitIds: [mine.id] };
    assert.equal((await app.api('PUT', `/people/${clerk.id}/roles/${admin.id}`, { body: role })).status, 200);
    const as = clerk.token;
    const course = await world.course();
    const shared = course.defaultOfferingId;
    const far = await world.offering(course, { unitId: other.id });
    const near = await world.offering(course, { unitId: mine.id });
    const myGroup = await group('Region', null, { unitId: mine.id });
    const farGroup = await group('Region', null, { unitId: other.id });
    for (const offering of [shared, far.id, near.id]) for (const { id } of [myGroup, farGroup]) await tie(offering, id);
    const listed = async (path: string, member: string) =>
      (await app.api('GET', path, { as })).body.data.map((row: any) => row[member]).sort();
    assert.deepEqual(await listed(`/groups/${myGroup.id}/audiences`, 'offeringId'), [near.id, shared].sort());
    assert.deepEqual(await listed(`/offerings/${shared}/audiences`, 'groupId'), [myGroup.id]);
    for (const path of [
      `/groups/${farGroup.id}/audiences`,
      `/offerings/${far.id}/audiences`,
      `/offerings/${far.id}/audiences/${myGroup.id}`,
      `/offerings/${shared}/audiences/${farGroup.id}`,
    ])
      assert.equal((await app.api('GET', path, { as })).status, 404, path);
    for (const method of ['PUT', 'DELETE'])
      for (const [offering, group] of [
        [far.id, myGroup.id],
        [shared, farGroup.id],
      ])
        assert.equal((await app.api(method, `/offerings/${offering}/audiences/${group}`, { as })).status, 404);
    assert.equal((await app.api('DELETE', `/offerings/${near.id}/audiences/${myGroup.id}`, { as })).status, 204);
    assert.equal((await app.api('PUT', `/offerings/${near.id}/audiences/${myGroup.id}`, { as })).status, 200);
  });
});
