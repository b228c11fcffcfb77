import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { about } from '../../../src/dialects/enabley/about.ts';
import { loadContract } from '../../../src/http/contract.ts';
import { Clients, Roles } from '../../../src/record/access/index.ts';
import { PERMISSIONS } from '../../../src/record/kernel/permission.ts';
import { People, Units } from '../../../src/record/people/index.ts';
import { giveRole } from '../../support/context.ts';
import { type Answered, type Company, company } from './company.ts';
import { furnish, NOTHING, type Request, requests, type Things } from './requests.ts';

/**
 * What an operation is about, for a client that acts for somebody of one unit: a list of whatever is in sight, what is the whole account's
 * and everybody reads who reads its kind, one thing that the request names, something that it makes, or a file of rows that stand alone.
 */
type About = 'self' | 'list' | 'shared' | 'thing' | 'account' | 'make' | 'rows';

const all = (about: About, names: string): Record<string, About> =>
  Object.fromEntries(
    names
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => [name, about]),
  );

/** Every operation stands here once; one that does not fails the test. */
const ABOUT: Readonly<Record<string, About>> = {
  ...all('self', 'createToken getGroupHierarchy'),
  ...all(
    'list',
    `listChannels listChannelsPaged listMasterChannels listMasterChannelsPaged listGroups listUsers listUsersPaged listCertificates
     listCertificatesPaged`,
  ),
  ...all('shared', 'getCertificate getUserProfiles'),
  ...all('account', 'putUserProfile'),
  ...all('make', 'putChannel putGroup putUser'),
  ...all('rows', 'uploadOrganisationFiles'),
  ...all(
    'thing',
    `getCatalogItem setCertificateRequirement listUserCertificates listTrainingEvents assignGroupToChannel removeGroupFromChannel
     removeUserFromChannel getChannel countChannelMembers createChannelInstance assignUserToChannel forceCompleteChannel assignUserToGroup
     removeUserFromGroup getGroup deleteGroup listUserGroups listPerformance listPerformancePaged listProfilesOfUser assignProfileToUser
     removeProfileFromUser addEntitlement removeEntitlement changeUserIdentifier getUser setUserStatus deleteUser
     removeUserFromSubAccount setInstructorPermissions`,
  ),
};

const { operations } = loadContract('enabley');
const SECRET = 'Out Of Sight';

let c: Company;
let far: Things;
let near: Things;
let north: { id: string; name: string };
/** Identifiers that nobody of the unit may be shown. */
let hidden: string[];
const actors: Record<string, { token: string; learner: boolean }> = {};

const asked = operations.filter(({ id }) => ABOUT[id] !== 'self');
const eventCount = async (): Promise<number> =>
  (await c.db.pool.query('select count(*)::int as n from event')).rows[0].n;

before(async () => {
  c = await company();
  north = { id: c.units.north, name: 'North' };
  const south = { id: (await Units.create(c.ctx(), { name: `${SECRET} South` })).id, name: `${SECRET} South` };
  near = await furnish(c, { unit: north, name: 'In sight' });
  far = await furnish(c, { unit: south, name: SECRET });
  hidden = [far.user, far.teacher, far.group, far.channel, far.master];
  const writer = await Roles.create(c.ctx(), { name: 'Writes', permissions: [...PERMISSIONS] });
  for (const role of ['admin', 'training_admin', 'people_admin', 'instructor', writer.id, null]) {
    const name = role ?? 'learner';
    const person = await People.create(c.ctx(), { username: `acting-${name}`, fullName: name, unitId: north.id });
    if (role !== null) await giveRole(c.ctx(), person.id, role, north.id);
    const client = await Clients.create(c.ctx(), { dialect: about, name, personId: person.id });
    actors[name] = { token: await c.newToken(client), learner: role === null };
  }
  // without a role, as manager of somebody
  const manager = await People.create(c.ctx(), { username: 'acting-manager', fullName: 'Manager', unitId: north.id });
  await People.create(c.ctx(), { username: 'report', fullName: 'Report', unitId: north.id, managerId: manager.id });
  const client = await Clients.create(c.ctx(), { dialect: about, name: 'Manager', personId: manager.id });
  actors['manager of somebody'] = { token: await c.newToken(client), learner: false };
});
after(() => c.close());

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Identifiers and names in an answer that belong out of sight and did not stand in the request. */
function leaks(answer: Answered, request: Request): string[] {
  const text = JSON.stringify(answer.body ?? null);
  const sent = decodeURIComponent(JSON.stringify(request));
  const shows = (one: string) => new RegExp(`(?<![\\w-])${escaped(one)}(?![\\w-])`).test(text) && !sent.includes(one);
  const found = hidden.filter(shows);
  return text.includes(SECRET) && !sent.includes(SECRET) ? [...found, SECRET] : found;
}

const json = (method: string, path: string, body?: unknown): Request => ({
  method,
  path,
  ...(body === undefined ? {} : { options: { body } }),
});

/** Further requests that name somebody or something out of sight where a body or query may. */
function further(): Record<string, Request[]> {
  const user = { firstName: 'New', lastName: 'Name', username: 'new-name' };
  const csv = (fileName: string, content: string) => ({ files: [{ fileName, content }] });
  const upload = (fileName: string, content: string) =>
    json('POST', '/api/v1/uploads/organization', csv(fileName, content));
  return {
    putUser: [
      json('PUT', '/api/v2/users', { ...user, identifier: far.user }),
      json('PUT', '/api/v2/users', { ...user, identifier: 'new-1', username: `login-${far.user}` }),
      json('PUT', '/api/v2/users', { ...user, identifier: 'new-2', subAccountName: far.subAccount }),
    ],
    putGroup: [
      json('PUT', '/api/v1/groups', { identifier: far.group, name: 'Taken', type: 'REGION' }),
      json('PUT', '/api/v1/groups', { identifier: 'g-new-1', name: 'N', type: 'SITE', parentIdentifier: far.group }),
      json('PUT', '/api/v1/groups', { identifier: 'g-new-2', name: 'N', type: 'SITE', subAccountName: far.subAccount }),
    ],
    putChannel: [
      json('PUT', '/api/v1/channels', { identifier: far.channel, name: 'Taken', type: 'COURSE' }),
      json('PUT', '/api/v1/channels', {
        identifier: 'c-new-1',
        name: 'N',
        type: 'COURSE',
        subAccountName: far.subAccount,
      }),
    ],
    createChannelInstance: [
      json('PUT', '/api/v2/channels/master/instance', {
        identifier: far.channel,
        masterCourseIdentifier: near.master,
      }),
    ],
    changeUserIdentifier: [
      json('PUT', '/api/v2/users/identityManagement', {
        currentUserIdentifier: near.user,
        newUserIdentifier: far.user,
      }),
    ],
    assignUserToGroup: [json('POST', `/api/v1/groups/${near.group}/users/${far.user}`)],
    assignUserToChannel: [
      json('POST', `/api/v2/channels/${near.channel}/users/${far.user}`),
      json('POST', `/api/v2/channels/${far.channel}/users/${near.user}`),
    ],
    assignGroupToChannel: [
      json('POST', `/api/v1/channels/${near.channel}/groups/${far.group}`),
      json('POST', `/api/v1/channels/${far.channel}/groups/${near.group}`),
    ],
    assignProfileToUser: [json('PUT', `/api/v2/userProfiles/${near.profile}/users/${far.user}`)],
    setCertificateRequirement: [
      json('PUT', '/api/v1/certificates/compliance', {
        userIdentifier: far.user,
        certificateIdentifier: near.certificate,
        isRequired: true,
      }),
    ],
    addEntitlement: ['GROUP', 'COURSE', 'WORKSPACE'].map((entityType) =>
      json('POST', '/api/v2/users/entitlements', {
        userIdentifier: near.user,
        entityType,
        entityIdentifier: { GROUP: far.group, COURSE: far.channel, WORKSPACE: far.subAccount }[entityType],
        userRole: 'MANAGER',
      }),
    ),
    listUsers: [
      json('GET', `/api/v2/users?identifier=${far.user}`),
      json('GET', `/api/v2/users?usernameSubstring=login-${far.user}`),
      json('GET', `/api/v2/users?subAccountName=${encodeURIComponent(far.subAccount)}`),
    ],
    listChannels: [json('GET', `/api/v1/channels?subAccountName=${encodeURIComponent(far.subAccount)}`)],
    listGroups: [json('GET', `/api/v1/groups/list?subAccountName=${encodeURIComponent(far.subAccount)}`)],
    uploadOrganisationFiles: [
      upload('users.csv', `identifier,firstName,username\n${far.user},New,x\n`),
      upload(
        'groups.csv',
        `identifier,name,type,parentIdentifier\n${far.group},New,REGION,\ng-new-3,N,SITE,${far.group}\n`,
      ),
      upload(
        'assignments.csv',
        `userIdentifier,entityIdentifier\n${far.user},${near.group}\n${near.user},${far.group}\n`,
      ),
    ],
  };
}

const refused = ({ status }: Answered): boolean => [400, 401, 404, 409].includes(status);

test('every operation says whether it is about a list, a thing, or the account', () => {
  assert.deepEqual(Object.keys(ABOUT).sort(), operations.map(({ id }) => id).sort());
});

test('things of another unit are as if absent, for who administers one and for learners', async () => {
  const wrong: string[] = [];
  const more = further();
  for (const { id } of asked) {
    const about = ABOUT[id]!;
    const own = () => requests(c, far)[id]!;
    for (const [who, { token, learner }] of Object.entries(actors))
      for (const request of [own(), ...(more[id] ?? [])]) {
        const plain = !(more[id] ?? []).includes(request);
        const before = await eventCount();
        const answer = await c.call(request.method, request.path, { ...request.options, token });
        const tell = (what: string) =>
          wrong.push(
            `${who}: ${id} ${what} ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)} for ${JSON.stringify(request)}`,
          );
        const found = leaks(answer, request);
        if (found.length > 0) tell(`shows ${found.join(', ')}:`);
        const mayMake = plain && (about === 'make' || about === 'rows') && !learner;
        if ((await eventCount()) > before && !mayMake) tell('changed something:');
        if (answer.status >= 500) tell('fails:');
        const reads = about === 'list' || about === 'shared' || about === 'rows';
        const empty = about === 'list' && answer.status === 200 && answer.body.length === 0;
        if (learner && !refused(answer) && !empty) tell('is not for learners:');
        if (!reads && !mayMake && !refused(answer)) tell('is answered:');
        else if (plain && about === 'thing') {
          const nothing = requests(c, { ...NOTHING, certificate: far.certificate, profile: far.profile })[id]!;
          const absent = await c.call(nothing.method, nothing.path, { ...nothing.options, token });
          const told = (one: Answered) => JSON.stringify([one.status, one.body]);
          if (told(answer) !== told(absent)) tell(`differs from ${told(absent)}:`);
        }
        if (about === 'list' && !plain && answer.status === 200 && !empty) tell('finds:');
      }
  }
  assert.deepEqual(wrong, []);
});

describe('what is in sight', () => {
  test('is answered to who administers the unit', async () => {
    const wrong: string[] = [];
    const things = await furnish(c, { unit: north, name: 'In sight' });
    const { token } = actors.admin!;
    const last = ['removeUserFromSubAccount', 'deleteGroup', 'deleteUser'];
    const order = [...asked.filter(({ id }) => !last.includes(id)), ...asked.filter(({ id }) => last.includes(id))];
    for (const { id } of order) {
      const { method, path, options } = requests(c, things)[id]!;
      const answer = await c.call(method, path, { ...options, token });
      if (ABOUT[id] === 'account' ? answer.status !== 401 : answer.status >= 300)
        wrong.push(`${id} ${answer.status} ${JSON.stringify(answer.body)}`);
      const rows = Array.isArray(answer.body) ? answer.body : answer.body?.items;
      if (ABOUT[id] === 'list' && rows?.length === 0) wrong.push(`${id} is empty`);
    }
    assert.deepEqual(wrong, []);
  });

  test('names nobody and nothing that is not', async () => {
    // somebody of the other unit in the group and the channel, a group below one of it, and somebody of both units
    await c.post(`/api/v1/groups/${near.group}/users/${far.user}`);
    await c.post(`/api/v2/channels/${near.channel}/users/${far.user}`);
    const below = { identifier: near.group, type: 'SITE', parentIdentifier: far.group };
    assert.equal((await c.put('/api/v1/groups', below)).status, 200);
    const both = await c.user({ subAccountName: far.subAccount, lastName: 'Both' });
    await c.put('/api/v2/users', { identifier: both, subAccountName: 'North' });
    await c.post(`/api/v1/groups/${far.group}/users/${both}`);
    const wrong: string[] = [];
    for (const things of [near, { ...near, user: both }])
      for (const { id, method } of asked) {
        if (method !== 'GET' && id !== 'listProfilesOfUser') continue;
        for (const [who, { token }] of Object.entries(actors)) {
          const request = requests(c, things)[id]!;
          const found = leaks(await c.call(request.method, request.path, { ...request.options, token }), request);
          if (found.length > 0) wrong.push(`${who}: ${id} shows ${found.join(', ')}`);
        }
      }
    assert.deepEqual(wrong, []);
  });
});
