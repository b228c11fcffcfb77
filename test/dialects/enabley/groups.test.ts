import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Groups, People } from '../../../src/record/people/index.ts';
import { type Company, company, LEVELS, NOWHERE } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const put = (body: Record<string, unknown>) => c.put('/api/v1/groups', body);
const groupsOf = async (user: string, query = ''): Promise<string[]> =>
  (await c.get(`/api/v1/users/${user}/groups${query}`)).body.map((group: any) => group.identifier);
const learners = async (channel: string): Promise<number> =>
  (await c.get(`/api/v2/channels/channels/${channel}/members/count`)).body.learners;
const inside = async (channel: string): Promise<string[]> =>
  (await c.get(`/api/v2/performance?channelIdentifier=${channel}`)).body.items
    .map((row: any) => row.externalUserId)
    .sort();

describe('groups', () => {
  it('stand on the levels of the account, below their parents', async () => {
    assert.deepEqual((await c.get('/api/v1/groups/hierarchy')).body, LEVELS);
    const made = await put({ identifier: 'r/1', name: 'Norte', type: 'REGION', subAccountName: 'North' });
    assert.deepEqual([made.status, made.body.identifier], [201, 'r/1']);
    assert.equal((await put({ identifier: 's1', name: 'S', type: 'SITE', parentIdentifier: 'r/1' })).status, 201);
    const { body } = await c.get('/api/v1/groups/r%2F1');
    assert.partialDeepStrictEqual(body, { identifier: 'r/1', name: 'Norte', type: 'REGION', subAccountName: 'North' });
    assert.equal('parentIdentifier' in body, false);
    const renamed = await put({ identifier: 'r/1', name: 'Norte 2' });
    assert.deepEqual([renamed.status, renamed.body.id], [200, made.body.id]);
    assert.equal((await c.get('/api/v1/groups/s1')).body.parentIdentifier, 'r/1');
    await put({ identifier: 's1', parentIdentifier: null });
    assert.equal((await c.get('/api/v1/groups/s1')).body.parentIdentifier, undefined);
    assert.equal((await c.get('/api/v1/groups/r%2F1?subAccountName=South')).status, 404);
    const crew = await c.group('CREW');
    assert.equal(
      (await put({ identifier: 'crew-in-crew', name: 'x', type: 'CREW', parentIdentifier: crew })).status,
      201,
    );
  });

  it('refuse loops, unknown parents, wrong types and what is missing', async () => {
    const top = await c.group('REGION');
    const site = await c.group('SITE', { parentIdentifier: top });
    const cases: [Record<string, unknown>, string, RegExp][] = [
      [{ identifier: top, parentIdentifier: site }, 'invalid_request', /below itself|type/],
      [{ identifier: top, parentIdentifier: top }, 'invalid_request', /below itself/],
      [{ identifier: 'x', name: 'x', type: 'PLANET' }, 'invalid_request', /type/],
      [{ identifier: 'x', name: 'x' }, 'invalid_request', /type is required/],
      [{ identifier: 'x', type: 'SITE' }, 'invalid_request', /name is required/],
      [{ identifier: 'x', name: 'x', type: 'REGION', parentIdentifier: top }, 'invalid_request', /type/],
      [
        { identifier: 'x', name: 'x', type: 'SITE', parentIdentifier: NOWHERE },
        'item_not_exists',
        /Parent group not found/,
      ],
      [
        { identifier: 'x', name: 'x', type: 'SITE', subAccountName: NOWHERE },
        'item_not_exists',
        /Sub-account not found/,
      ],
      [{ identifier: 'hierarchy', name: 'x', type: 'SITE' }, 'invalid_request', /reserved/],
      [{ identifier: 'list', name: 'x', type: 'SITE' }, 'invalid_request', /reserved/],
    ];
    for (const [body, error, words] of cases) {
      const answer = await put(body);
      assert.deepEqual([answer.status, answer.body.error], [400, error], JSON.stringify(body));
      assert.match(answer.body.message, words);
    }
    assert.equal((await c.get('/api/v1/groups/x')).status, 404);
    const deleted = await c.del(`/api/v1/groups/${top}`);
    assert.deepEqual([deleted.status, deleted.body.error], [400, 'invalid_request']);
  });

  it('two creates of one identifier at once are one group', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => put({ identifier: 'race', name: `G${i}`, type: 'REGION' })),
    );
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [...Array(7).fill(200), 201]);
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
  });

  it('are listed with those of every kind, one sub-account at a time if asked', async () => {
    const other = await company({ beside: c });
    try {
      await other.group('REGION', { identifier: 'n', subAccountName: 'North' });
      await other.group('REGION', { identifier: 'all' });
      await Groups.create(other.ctx(), { name: 'Chess', externalId: 'chess' });
      const list = async (query = '') => (await other.get(`/api/v1/groups/list${query}`)).body;
      assert.deepEqual(
        (await list()).map((group: any) => [group.identifier, group.type]),
        [
          ['n', 'REGION'],
          ['all', 'REGION'],
          ['chess', undefined],
        ],
      );
      assert.deepEqual(
        (await list('?subAccountName=North')).map((group: any) => group.identifier),
        ['n'],
      );
      assert.deepEqual(await list('?subAccountName=Nowhere'), []);
      assert.equal((await list('?subAccountName=Whole%20Company')).length, 3);
    } finally {
      await other.close();
    }
  });

  it('gain and lose members; replace leaves the other ones, custom groups too', async () => {
    const user = await c.user();
    const [one, two, north] = [
      await c.group('REGION'),
      await c.group('SITE'),
      await c.group('SITE', { subAccountName: 'North' }),
    ];
    const chess = await Groups.create(c.ctx(), { name: 'Chess', externalId: 'chess-club' });
    const join = (group: string, query = '', body?: unknown) =>
      c.post(`/api/v1/groups/${group}/users/${user}${query}`, body);
    assert.equal((await join(one, '', [])).status, 200);
    assert.equal((await join(one)).status, 200);
    assert.equal((await join(chess.externalId!)).status, 200);
    assert.equal((await join(north)).status, 200);
    assert.equal((await join(two, '?replace=true&subAccountName=North')).status, 404, 'the group is not in that part');
    assert.equal((await join(two, '?replace=false')).status, 200);
    assert.deepEqual((await groupsOf(user)).sort(), ['chess-club', north, one, two].sort());
    assert.deepEqual(await groupsOf(user, '?subAccountName=North'), [north]);
    const second = await c.group('SITE', { subAccountName: 'North' });
    await join(second, '?replace=true&subAccountName=North');
    assert.deepEqual((await groupsOf(user)).sort(), ['chess-club', one, second, two].sort());
    await join(two, '?replace=TRUE');
    assert.deepEqual(await groupsOf(user), [two]);
    await join(chess.externalId!);
    const leave = (group: string) => c.del(`/api/v1/groups/${group}/users/${user}`);
    assert.deepEqual([(await leave(two)).status, (await leave(two)).status], [200, 200]);
    assert.deepEqual(await groupsOf(user), ['chess-club']);
    const person = await People.find(c.ctx(), user);
    const page = { page: { kind: 'rows', offset: 0, limit: 9, total: false } } as const;
    assert.equal((await Groups.listOfPerson(c.ctx(), person!.id, page)).rows.length, 1);
    assert.equal((await c.post(`/api/v1/groups/${NOWHERE}/users/${user}`)).body.message, 'Group not found');
    assert.equal((await c.post(`/api/v1/groups/${one}/users/${NOWHERE}`)).body.message, 'User not found');
    assert.equal((await c.post(`/api/v1/groups/${one}/users/${user}?replace=perhaps`)).status, 400);
  });

  it('take their members into channels, recursively, as people and groups come and go', async () => {
    const [top, other] = [await c.group('REGION'), await c.group('REGION')];
    const site = await c.group('SITE', { parentIdentifier: top });
    const team = await c.group('TEAM', { parentIdentifier: site });
    const [a, b, d] = [await c.user(), await c.user(), await c.user()];
    const join = (group: string, user: string) => c.post(`/api/v1/groups/${group}/users/${user}`);
    await join(top, a);
    await join(team, b);
    const channel = await c.channel();
    const link = `/api/v1/channels/${channel}/groups/${top}`;
    assert.equal((await c.post(link)).status, 200);
    assert.deepEqual(await inside(channel), [a]);
    assert.equal((await c.post(`${link}?recursive=true&userRole=LEARNER`)).status, 200);
    assert.deepEqual(await inside(channel), [a, b].sort());
    await join(site, d);
    assert.equal(await learners(channel), 3);
    await c.put(`/api/v2/users/${d}?isActive=false`);
    assert.equal(await learners(channel), 2, 'inactive users are no learners');
    await put({ identifier: site, parentIdentifier: other });
    assert.deepEqual(await inside(channel), [a]);
    await put({ identifier: site, parentIdentifier: top });
    assert.deepEqual(await inside(channel), [a, b].sort(), 'inactive users are waited for');
    await c.put(`/api/v2/users/${d}?isActive=true`);
    assert.deepEqual(await inside(channel), [a, b, d].sort());
    await c.post(`/api/v2/channels/${channel}/users/${b}`);
    assert.equal((await c.del(link)).status, 200);
    assert.deepEqual(await inside(channel), [b], 'what was given by name stays');
    assert.equal((await c.del(link)).status, 200);
    await c.post(`${link}?recursive=true`);
    await c.del(`/api/v1/channels/${channel}/users/${a}`);
    await join(team, await c.user());
    assert.ok(!(await inside(channel)).includes(a));
    assert.equal((await c.post(`${link}?userRole=INSTRUCTOR`)).status, 400);
    assert.equal((await c.post(`/api/v1/channels/${NOWHERE}/groups/${top}`)).body.message, 'Channel not found');
    assert.equal((await c.post(`/api/v1/channels/${channel}/groups/${NOWHERE}`)).body.message, 'Group not found');
    await c.put('/api/v1/channels', { identifier: channel, status: 'INACTIVE' });
    assert.equal((await c.post(`/api/v1/channels/${channel}/groups/${other}`)).body.error, 'invalid_request');
  });

  it('are deleted with their members’ access, whatever body comes along', async () => {
    const group = await c.group('REGION', { subAccountName: 'North' });
    const [user, channel] = [await c.user(), await c.channel()];
    await c.post(`/api/v1/groups/${group}/users/${user}`, { subAccountName: 'North' });
    await c.post(`/api/v1/channels/${channel}/groups/${group}`);
    assert.equal(await learners(channel), 1);
    const url = `/api/v1/groups/${group}`;
    assert.equal((await c.del(url, { subAccountName: 'South' })).status, 404);
    assert.equal((await c.del(`${url}?subAccountName=South`)).status, 404);
    assert.equal((await c.del(url, { subAccountName: 'North', more: [1] })).status, 200);
    assert.equal(await learners(channel), 0);
    assert.deepEqual(await groupsOf(user), []);
    assert.equal((await c.del(url)).status, 404);
    const again = await c.group('REGION', { identifier: group });
    for (const raw of ['[]', '{', 'clientKey=x', '"text"', '[1]']) {
      assert.equal((await c.call('POST', `/api/v1/groups/${again}/users/${user}`, { raw })).status, 200, raw);
      assert.equal((await c.call('DELETE', `/api/v1/groups/${again}/users/${user}`, { raw })).status, 200, raw);
    }
    assert.equal((await c.call('DELETE', `/api/v1/groups/${again}`, { raw: '[]' })).status, 200);
  });
});
