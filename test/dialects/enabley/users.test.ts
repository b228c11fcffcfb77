import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Deliveries } from '../../../src/record/catalog/index.ts';
import { Enrollments } from '../../../src/record/enrollment/index.ts';
import { Attributes, People } from '../../../src/record/people/index.ts';
import { SIGNING_IN } from '../../support/dialects.ts';
import { type Company, company, NOWHERE } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const own = (identifier: string) => ({
  identifier,
  firstName: 'Ada',
  lastName: 'Byron',
  username: `${identifier}-login`,
});
const read = async (identifier: string) => (await c.get(`/api/v2/users/${encodeURIComponent(identifier)}`)).body;

describe('users', () => {
  it('are made by identifier, changed by the same call, and read as written', async () => {
    const body = {
      ...own('a/b c+ü'),
      email: 'ada@example.org',
      address: '-',
      phone: '+55 11',
      possibleRoles: ['LEARNER', 'INSTRUCTOR'],
      subAccountName: 'North',
      customAttributes: { shoe: 41, tags: ['x'] },
    };
    const made = await c.put('/api/v2/users', body);
    assert.equal(made.status, 201);
    assert.deepEqual([made.body.message, made.body.identifier], ['User was created', 'a/b c+ü']);
    assert.match(made.body.id, /^\d+$/);
    const { created, modified, ...rest } = await read('a/b c+ü');
    const { subAccountName: _, ...written } = body;
    assert.deepEqual(rest, { ...written, isActive: true, userSubAccountNames: ['North'] });
    assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(created, modified);
    const again = await c.put('/api/v2/users', { identifier: 'a/b c+ü', phone: null, subAccountName: 'South' });
    assert.deepEqual([again.status, again.body.message], [200, 'User was updated']);
    assert.equal(again.body.id, made.body.id);
    const now = await read('a/b c+ü');
    assert.deepEqual([now.phone, now.email, now.firstName], [undefined, 'ada@example.org', 'Ada']);
    assert.deepEqual(now.userSubAccountNames.sort(), ['North', 'South']);
    assert.equal(now.isActive, true);
  });

  it('need first name, last name and username at creation only', async () => {
    for (const missing of ['firstName', 'lastName', 'username']) {
      const body: Record<string, unknown> = own('lacking');
      delete body[missing];
      const blanks = missing === 'lastName' ? [{}] : [{}, { [missing]: '' }, { [missing]: ' ' }];
      for (const blank of blanks) {
        const { status, body: told } = await c.put('/api/v2/users', { ...body, ...blank });
        assert.deepEqual([status, told.error], [400, 'invalid_request']);
        assert.equal(told.message, `Invalid input: ${missing} is required`);
        assert.equal(told.error_description, told.message);
      }
    }
    assert.equal(
      (await c.put('/api/v2/users', { firstName: 'x' })).body.message,
      'Invalid input: identifier is required',
    );
    assert.equal(await People.find(c.ctx(), 'lacking'), undefined);
  });

  it('with one name only come with an empty last name', async () => {
    assert.equal((await c.put('/api/v2/users', { ...own('mono'), lastName: '' })).status, 201);
    const { firstName, lastName } = await read('mono');
    assert.deepEqual([firstName, lastName], ['Ada', '']);
    const content = 'identifier,firstName,lastName,username\nmono2,Plato,,plato\n';
    const { body } = await c.post('/api/v1/uploads/organization', { files: [{ fileName: 'users.csv', content }] });
    assert.deepEqual(body.files[0].errors, []);
    assert.equal((await read('mono2')).firstName, 'Plato');
  });

  it('are people: whom a client signs in with is none of them', async () => {
    const { client } = await People.connectClient(c.ctx(), { dialect: SIGNING_IN, name: 'Machine' });
    const { rows } = await c.db.pool.query(
      `select p.id, p.username from person p join source_key k on k.tenant_id = p.tenant_id and k.id = p.id where k.key = $1`,
      [client.id],
    );
    assert.equal(rows.length, 1);
    const listed = (await c.get(`/api/v2/users?usernameSubstring=${rows[0].username}`)).body;
    const paged = (await c.get('/api/v3/users')).body.items as { username?: string }[];
    assert.deepEqual([listed, paged.filter((user) => user.username === rows[0].username)], [[], []]);

    const key = encodeURIComponent(rows[0].username);
    const channel = await c.channel();
    const group = await c.group('REGION');
    for (const [method, path] of [
      ['GET', `/api/v2/users/${key}`],
      ['PUT', `/api/v2/users/${key}?isActive=false`],
      ['DELETE', `/api/v2/users/${key}`],
      ['GET', `/api/v1/users/${key}/groups`],
      ['POST', `/api/v1/groups/${group}/users/${key}`],
      ['POST', `/api/v2/channels/${channel}/users/${key}`],
      ['GET', `/api/v2/performance?userIdentifier=${key}`],
    ] as const)
      assert.deepEqual([path, (await c.call(method, path)).body.error], [path, 'item_not_exists']);
    const row = { ...own(rows[0].username), username: rows[0].username };
    assert.equal((await c.put('/api/v2/users', row)).body.error, 'item_exists');
    const content = `identifier,password\n${rows[0].username},taken over\n`;
    const { body } = await c.post('/api/v1/uploads/organization', { files: [{ fileName: 'users.csv', content }] });
    assert.deepEqual([body.files[0].updated, body.files[0].failed], [0, 1]);

    // somebody else's door may still have enrolled it
    const { courseId, id } = (await Deliveries.find(c.ctx(), channel))!;
    await Enrollments.enroll(c.ctx(), { personId: rows[0].id, courseId, offeringId: id });
    const performance = (await c.get(`/api/v2/performance?channelIdentifier=${channel}`)).body;
    assert.deepEqual([performance.items, performance.totalPages], [[], 0]);
  });

  it('refuse what cannot be, in the words that clients look for, and nothing is half done', async () => {
    await c.user({ identifier: 'taken', username: 'taken-name', email: 'taken@example.org' });
    const cases: [Record<string, unknown>, string, RegExp][] = [
      [{ email: 'no address' }, 'invalid_request', /invalid email/],
      [{ password: 'short' }, 'invalid_request', /password.*weak/],
      [{ username: 'TAKEN-name' }, 'item_exists', /username already exists/],
      [{ email: 'Taken@Example.org' }, 'item_exists', /email already exists/],
      [{ subAccountName: 'West' }, 'item_not_exists', /Sub-account not found/],
      [{ possibleRoles: ['LEARNER', 'KING'] }, 'invalid_request', /possibleRoles/],
      [{ isActive: 'perhaps' }, 'invalid_request', /isActive/],
      [{ customAttributes: [] }, 'invalid_request', /customAttributes/],
      [{ identifier: 'entitlements' }, 'invalid_request', /identifier/],
      [{ identifier: 'x'.repeat(256) }, 'invalid_request', /identifier is too long/],
      [{ identifier: ' ' }, 'invalid_request', /identifier is required/],
    ];
    for (const [more, error, words] of cases) {
      const { status, body } = await c.put('/api/v2/users', { ...own('fresh'), ...more });
      assert.deepEqual([status, body.error], [400, error], JSON.stringify(more));
      assert.match(body.message, words);
    }
    assert.equal((await c.get('/api/v2/users/fresh')).status, 404);
    const broken = await c.call('PUT', '/api/v2/users', { raw: '{"identifier":' });
    assert.deepEqual([broken.status, broken.body.error], [400, 'invalid_request']);
    assert.equal((await c.call('PUT', '/api/v2/users')).status, 400);
  });

  it('two creates of one identifier at once are one user: one 201, the rest 200', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => c.put('/api/v2/users', { ...own('race'), lastName: `L${i}` })),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [...Array(11).fill(200), 201]);
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
  });

  it('are found by email or username where nobody gave them an identifier', async () => {
    await c.user({ identifier: 'handle', email: 'handle@example.org' });
    const person = await People.find(c.ctx(), 'handle');
    await c.db.pool.query('update person set external_id = null where id = $1', [person!.id]);
    assert.equal((await read('handle@example.org')).identifier, 'handle@example.org');
    const { status } = await c.put('/api/v2/users', { identifier: 'handle@example.org', firstName: 'Changed' });
    assert.equal(status, 200);
    const after = await People.find(c.ctx(), 'handle@example.org');
    assert.deepEqual([after?.id, after?.externalId, after?.givenName], [person!.id, null, 'Changed']);
  });

  it('keep declared attributes and roles that this protocol has no word for', async () => {
    await Attributes.declare(c.ctx(), { entity: 'person', key: 'badge', name: 'Badge' });
    await c.user({ identifier: 'kept', customAttributes: { badge: 'B1', loose: 1 }, possibleRoles: ['MANAGER'] });
    await c.put('/api/v2/users', { identifier: 'kept', customAttributes: { other: 2 } });
    const now = await read('kept');
    assert.deepEqual(now.customAttributes, { badge: 'B1', other: 2 });
    assert.deepEqual(now.possibleRoles, ['MANAGER']);
    await c.put('/api/v2/users', { identifier: 'kept', possibleRoles: ['LEARNER', 'EDITOR', 'PREVIEW', 'EVALUATOR'] });
    assert.deepEqual((await read('kept')).possibleRoles, ['LEARNER', 'EDITOR', 'PREVIEW', 'EVALUATOR']);
    await c.put('/api/v2/users', { identifier: 'kept', possibleRoles: null, customAttributes: null });
    assert.deepEqual((await read('kept')).possibleRoles, ['LEARNER']);
    assert.deepEqual((await read('kept')).customAttributes, { badge: 'B1' });
  });

  it('are searched with start and limit, or by page', async () => {
    const many = await company({ beside: c });
    try {
      const names = Array.from({ length: 205 }, (_, i) => `n${String(i).padStart(3, '0')}`);
      await many.people(
        names.map((name) => ({
          externalId: name,
          username: name,
          givenName: name,
          familyName: 'User',
          ...(name < 'n003' ? { unitId: many.units.north } : {}),
        })),
      );
      const first = await many.get('/api/v3/users');
      assert.deepEqual(
        [first.body.items.length, first.body.pageSize, first.body.currentPage, first.body.totalPages],
        [200, 200, 1, 2],
      );
      const key = encodeURIComponent(first.body.paginationKey);
      const second = await many.get(`/api/v3/users?paginationKey=${key}&subAccountName=South`);
      assert.deepEqual(
        second.body.items.map((user: any) => user.identifier),
        names.slice(200),
      );
      assert.deepEqual([second.body.currentPage, second.body.totalPages, second.body.paginationKey], [2, 2, null]);
      assert.deepEqual(
        (await many.get(`/api/v3/users?paginationKey=${key}`)).body,
        second.body,
        'the same key, the same page',
      );
      const found = (query: string) =>
        many.get(`/api/v2/users?${query}`).then(({ body }) => body.map((user: any) => user.identifier));
      assert.deepEqual(await found('start=203'), ['n203', 'n204']);
      assert.deepEqual(await found('start=1&limit=2'), ['n001', 'n002']);
      assert.deepEqual(await found('firstNameSubstring=N00&subAccountName=North'), ['n000', 'n001', 'n002']);
      assert.deepEqual(await found('identifier=n007'), ['n007']);
      assert.deepEqual(await found('identifier=n007&lastNameSubstring=zzz'), []);
      assert.deepEqual(await found('subAccountName=Nowhere'), []);
      assert.equal((await found('subAccountName=Whole+Company')).length, 200);
      await many.user({ identifier: 'n20', username: 'n20' });
      assert.deepEqual((await found('usernameSubstring=n20')).slice(0, 3), ['n20', 'n200', 'n201']);
      assert.deepEqual(await found('usernameSubstring=n20&start=1&limit=2'), ['n200', 'n201']);
      const exact = (await many.get('/api/v3/users?usernameSubstring=N20')).body;
      assert.equal(exact.items[0].identifier, 'n20');
      assert.equal(exact.items.length, 6);
      for (const bad of ['limit=201', 'limit=0', 'start=-1', 'limit=x'])
        assert.equal((await many.get(`/api/v2/users?${bad}`)).body.error, 'invalid_request', bad);
    } finally {
      await many.close();
    }
  });

  it('a pagination key is good for one list, client and account, for a day, and only as it is', async () => {
    const many = await company({ beside: c });
    try {
      await many.people(
        Array.from({ length: 201 }, (_, i) => ({ externalId: `u${i}`, givenName: 'Uma', familyName: 'User' })),
      );
      const { paginationKey } = (await many.get('/api/v3/users?firstNameSubstring=Uma')).body;
      const at = (path: string, key: string, token?: string) =>
        many.get(`${path}?paginationKey=${encodeURIComponent(key)}`, token ? { token } : {});
      assert.equal((await at('/api/v3/users', paginationKey)).status, 200);
      const [body, seal] = paginationKey.split('.');
      const filtersChanged = Buffer.from(Buffer.from(body, 'base64url').toString().replace('Uma', 'Ada')).toString(
        'base64url',
      );
      for (const key of [
        'x',
        `${body}.`,
        `${body}.${seal}x`,
        `${filtersChanged}.${seal}`,
        `${paginationKey}.`,
        `.${seal}`,
      ]) {
        const answer = await at('/api/v3/users', key);
        assert.deepEqual([answer.status, answer.body.error], [404, 'not_found'], key);
      }
      assert.equal((await at('/api/v3/channels', paginationKey)).status, 404);
      assert.equal((await c.get(`/api/v3/users?paginationKey=${encodeURIComponent(paginationKey)}`)).status, 404);
      await many.db.pool.query(`update tenant set clock_offset_ms = 23 * 3600000 where id = $1`, [
        many.ctx().tenant.id,
      ]);
      const later = await many.newToken();
      assert.equal((await at('/api/v3/users', paginationKey, later)).status, 200);
      await many.db.pool.query(`update tenant set clock_offset_ms = 25 * 3600000 where id = $1`, [
        many.ctx().tenant.id,
      ]);
      assert.equal((await at('/api/v3/users', paginationKey, await many.newToken())).status, 404);
    } finally {
      await many.close();
    }
  });

  it('are switched off and on, deleted, and their identifier is free again', async () => {
    const user = await c.user();
    const url = `/api/v2/users/${user}`;
    assert.equal((await c.put(`${url}?isActive=false`)).status, 200);
    assert.equal((await read(user)).isActive, false);
    assert.ok((await c.get('/api/v2/users')).body.some((one: any) => one.identifier === user && !one.isActive));
    assert.equal((await c.put(url)).status, 200);
    assert.equal((await read(user)).isActive, true);
    assert.equal((await c.put(`${url}?isActive=maybe`)).status, 400);
    const gone = await c.del(url);
    assert.deepEqual([gone.status, gone.body.message], [200, 'Deleted successfully']);
    const absent = await c.get(url);
    assert.deepEqual(
      [absent.status, absent.body.error, absent.body.message],
      [404, 'item_not_exists', 'User not found'],
    );
    assert.equal((await c.put('/api/v2/users', own(user))).status, 201);
  });

  it('change their identifier, and everything follows', async () => {
    const [user, other] = [await c.user(), await c.user({ email: 'other@example.org' })];
    const group = await c.group('REGION');
    await c.post(`/api/v1/groups/${group}/users/${user}`);
    const change = (from: string, to: string) =>
      c.put('/api/v2/users/identityManagement', { currentUserIdentifier: from, newUserIdentifier: to });
    assert.deepEqual((await change(user, other)).body.error, 'item_exists');
    assert.deepEqual((await change(user, 'other@example.org')).body.error, 'item_exists');
    assert.deepEqual((await change(NOWHERE, 'x')).body.error, 'item_not_exists');
    assert.deepEqual((await change(user, 'entitlements')).body.error, 'invalid_request');
    assert.equal((await change(user, user)).status, 200);
    const changed = await change(user, 'née/neu');
    assert.deepEqual([changed.status, changed.body.identifier], [200, 'née/neu']);
    assert.equal((await c.get(`/api/v2/users/${user}`)).status, 404);
    const groups = (await c.get(`/api/v1/users/${encodeURIComponent('née/neu')}/groups`)).body;
    assert.deepEqual([groups[0].identifier, groups[0].roles], [group, ['LEARNER']]);
    assert.equal((await c.put('/api/v2/users', own(user))).status, 201, 'the old one is free at once');
  });

  it('belong to sub-accounts, and leave one with its groups and channels', async () => {
    const user = await c.user({ subAccountName: 'North' });
    await c.put('/api/v2/users', { identifier: user, subAccountName: 'South' });
    const group = await c.group('REGION', { subAccountName: 'North' });
    const elsewhere = await c.group('REGION', { subAccountName: 'South' });
    const channel = await c.channel({ unitId: c.units.north });
    const [viaGroup, kept] = [await c.channel(), await c.channel()];
    await c.post(`/api/v1/channels/${viaGroup}/groups/${group}`);
    await c.post(`/api/v2/channels/${channel}/users/${user}?roles=LEARNER&roles=INSTRUCTOR`);
    await c.post(`/api/v2/channels/${kept}/users/${user}`);
    for (const one of [group, elsewhere]) await c.post(`/api/v1/groups/${one}/users/${user}`);
    const channels = async () =>
      (await c.get(`/api/v1/performance?externalUserId=${user}`)).body.map((row: any) => row.externalChannelId).sort();
    assert.deepEqual(await channels(), [channel, kept, viaGroup].sort());
    assert.equal((await c.get(`/api/v2/users/${user}?subAccountName=South`)).status, 200);
    assert.equal((await c.del(`/api/v2/users/${user}/subAccountName/West`)).status, 404);
    assert.equal((await c.del(`/api/v2/users/${user}/subAccountName/North`)).status, 200);
    assert.equal((await c.get(`/api/v2/users/${user}?subAccountName=North`)).status, 404);
    assert.deepEqual(await channels(), [kept]);
    const groups = (await c.get(`/api/v1/users/${user}/groups`)).body.map((one: any) => one.identifier);
    assert.deepEqual(groups, [elsewhere]);
    assert.equal((await c.del(`/api/v2/users/${user}/subAccountName/North`)).status, 404);
    assert.equal((await c.del(`/api/v2/users/${user}/subAccountName/South`)).status, 200);
    assert.deepEqual((await read(user)).userSubAccountNames, []);
    assert.equal((await c.del(`/api/v2/users/${user}/subAccountName/Whole%20Company`)).status, 404);
  });

  it('take instructor permissions, instructors only', async () => {
    const [teacher, learner] = [await c.user({ possibleRoles: ['INSTRUCTOR'] }), await c.user()];
    const set = (user: string, ...permissions: string[]) => c.put(`/api/v2/users/${user}/permissions`, { permissions });
    assert.equal((await set(teacher, 'INSTRUCTOR_CREATE_COURSE')).status, 200);
    assert.equal((await set(teacher, 'INSTRUCTOR_CREATE_COURSE_INSTANCE', 'INSTRUCTOR_CREATE_COURSE')).status, 200);
    assert.equal((await set(teacher)).status, 200);
    assert.deepEqual([(await set(learner)).status, (await set(teacher, 'FLY')).status], [400, 400]);
    assert.equal((await set(NOWHERE)).status, 404);
  });

  it('hold roles on things without becoming administrators of all', async () => {
    const user = await c.user();
    const group = await c.group('REGION');
    const channel = await c.channel();
    const master = await c.master();
    const give = (entityType: string, entityIdentifier: string, userRole: string, by = c.post) =>
      by('/api/v2/users/entitlements', { userIdentifier: user, entityType, entityIdentifier, userRole });
    const all: [string, string, string][] = [
      ['GROUP', group, 'MANAGER'],
      ['COURSE', channel, 'INSTRUCTOR'],
      ['COURSE', channel, 'EDITOR'],
      ['COURSE', master, 'EDITOR'],
      ['WORKSPACE', 'North', 'SITE_ADMIN'],
    ];
    for (const [type, id, role] of all) {
      assert.equal((await give(type, id, role)).status, 200);
      assert.equal((await give(type, id, role)).status, 200);
    }
    assert.deepEqual((await read(user)).possibleRoles, ['SITE_ADMIN', 'LEARNER', 'INSTRUCTOR', 'EDITOR', 'MANAGER']);
    await c.put('/api/v2/users', { identifier: user, possibleRoles: (await read(user)).possibleRoles });
    const person = await People.find(c.ctx(), user);
    assert.deepEqual(
      person!.roles.map((role) => role.key),
      ['learner'],
    );
    const [held] = (await c.get(`/api/v1/users/${user}/groups`)).body;
    assert.deepEqual([held.identifier, held.roles], [group, ['MANAGER']]);
    for (const [type, id, role] of all) assert.equal((await give(type, id, role, c.del)).status, 200);
    assert.equal((await give('GROUP', group, 'MANAGER', c.del)).status, 200);
    assert.deepEqual((await read(user)).possibleRoles, ['LEARNER']);
    assert.equal((await give('GROUP', NOWHERE, 'MANAGER')).body.error, 'item_not_exists');
    assert.equal((await give('WORKSPACE', NOWHERE, 'MANAGER')).body.error, 'item_not_exists');
    assert.equal((await give('GROUP', group, 'LEARNER')).body.error, 'invalid_request');
    assert.equal((await give('PLANET', group, 'MANAGER')).body.error, 'invalid_request');
  });
});
