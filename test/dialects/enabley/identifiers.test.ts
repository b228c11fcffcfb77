import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Company, company } from './company.ts';

/** As integrating systems choose them. */
const ODD = ['with space', 'a/b', 'a%2Fb', 'a+b', '100%', 'née/日本', 'q?x#y', 'quo\'te"', 'null', '[x]', 'x;y,z'];

describe('identifiers', () => {
  let c: Company;
  before(async () => {
    c = await company();
  });
  after(() => c.close());

  const at = encodeURIComponent;
  /** Things by one identifier of each kind; gives the statuses. */
  const put = async (identifier: string, username: string) => {
    const answers = [
      await c.put('/api/v2/users', { identifier, firstName: 'F', lastName: 'L', username }),
      await c.put('/api/v1/groups', { identifier, name: 'G', type: 'REGION' }),
      await c.put('/api/v1/channels', { identifier, name: 'C', type: 'COURSE' }),
      await c.put('/api/v2/userProfiles', { identifier, name: 'P' }),
    ];
    return answers.map(({ status, body }) => [status, body.identifier]);
  };
  /** Every call that names two things in its path. */
  const tie = async (key: string) => {
    const answers = [
      await c.post(`/api/v1/groups/${at(key)}/users/${at(key)}`, []),
      await c.post(`/api/v1/channels/${at(key)}/groups/${at(key)}`, []),
      await c.post(`/api/v2/channels/${at(key)}/users/${at(key)}`, []),
      await c.put(`/api/v2/userProfiles/${at(key)}/users/${at(key)}`),
      await c.post(`/api/v4/channels/forceComplete/channel/${at(key)}/user/${at(key)}`),
      await c.post('/api/v2/users/entitlements', {
        userIdentifier: key,
        entityType: 'GROUP',
        entityIdentifier: key,
        userRole: 'MANAGER',
      }),
    ];
    return answers.map(({ status }) => status);
  };
  const all = (value: unknown, of: number) => Array(of).fill(value);

  it('of any text work in paths, queries and bodies', async () => {
    for (const [i, key] of ODD.entries()) {
      assert.deepEqual(await put(key, `odd-${i}`), all([201, key], 4));
      assert.deepEqual(await tie(key), all(200, 6), key);
      assert.equal((await c.get(`/api/v2/users/${at(key)}`)).body.identifier, key);
      assert.equal((await c.get(`/api/v1/groups/${at(key)}`)).body.identifier, key);
      assert.equal((await c.get(`/api/v1/channels/${at(key)}`)).body.identifier, key);
      const query = new URLSearchParams({ userIdentifier: key, channelIdentifier: key });
      const { items } = (await c.get(`/api/v2/performance?${query}`)).body;
      assert.deepEqual([items.length, items[0].externalUserId, items[0].externalChannelId], [1, key, key]);
    }
  });

  it('do not count blanks around them, wherever they stand', async () => {
    const key = ' around ';
    assert.deepEqual(await put(key, 'around'), all([201, 'around'], 4));
    assert.deepEqual(await put(key, 'around'), all([200, 'around'], 4));
    assert.deepEqual(await tie(key), all(200, 6));
    assert.equal((await c.post('/api/v2/getUserProfiles', [key])).body.length, 1);
    const child = { identifier: 'child', name: 'x', type: 'SITE', parentIdentifier: key };
    assert.equal((await c.put('/api/v1/groups', child)).status, 201);
    const master = await c.master();
    const instance = { identifier: 'its-instance', name: 'x', masterCourseIdentifier: ` ${master}` };
    assert.equal((await c.put('/api/v2/channels/master/instance', instance)).status, 200);
  });
});
