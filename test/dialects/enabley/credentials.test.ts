import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Awards, Certificates } from '../../../src/record/credentials/index.ts';
import { People } from '../../../src/record/people/index.ts';
import { type Company, company, NOWHERE } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const DAY = 24 * 3_600_000;
/** Moves the account's clock, and takes a token by it. */
async function clock(offsetMs: number): Promise<void> {
  await c.db.pool.query('update tenant set clock_offset_ms = $2 where id = $1', [c.ctx().tenant.id, offsetMs]);
  c.token = await c.newToken();
}
const states = async (user: string) => (await c.get(`/api/v1/certificates/users/${user}`)).body;

describe('certificates', () => {
  it('are listed whole, by page and one by one', async () => {
    const other = await company({ beside: c });
    try {
      const [first, second] = [await other.course(), await other.course()];
      await Certificates.create(other.ctx(), {
        externalId: 'c/1',
        name: 'First aid',
        courseIds: [first.id, second.id],
        validity: { count: 2, unit: 'year' },
      });
      await Certificates.create(other.ctx(), { name: 'For ever', courseIds: [first.id], status: 'inactive' });
      const { body } = await other.get('/api/v1/certificates');
      assert.partialDeepStrictEqual(body, [
        {
          externalCertificateId: 'c/1',
          name: 'First aid',
          status: 'ACTIVE',
          courseIds: [first.externalId, second.externalId],
          expiration: { duration: 2, period: 'YEAR' },
        },
        { name: 'For ever', status: 'INACTIVE' },
      ]);
      assert.equal('expiration' in body[1], false);
      const page = (await other.get('/api/v2/certificates')).body;
      assert.deepEqual(page, { items: body, pageSize: 200, currentPage: 1, totalPages: 1, paginationKey: null });
      assert.deepEqual((await other.get('/api/v2/certificates/c%2F1')).body, body[0]);
      assert.equal((await other.get(`/api/v2/certificates/${body[1].externalCertificateId}`)).status, 200);
      assert.equal((await other.get('/api/v2/certificates/none')).body.message, 'Certificate not found');
    } finally {
      await other.close();
    }
  });

  it('go from access to certified, about to expire, expired, and certified again', async () => {
    const course = await c.course();
    const channel = course.externalId!;
    await Certificates.create(c.ctx(), {
      externalId: 'yearly',
      name: 'Yearly',
      courseIds: [course.id],
      validity: { count: 100, unit: 'day' },
    });
    const user = await c.user();
    assert.deepEqual(await states(user), []);
    await c.post(`/api/v2/channels/${channel}/users/${user}`);
    assert.deepEqual(await states(user), [
      { externalCertificateId: 'yearly', name: 'Yearly', state: 'INIT', isRequired: false },
    ]);
    const require = (isRequired: boolean) =>
      c.put('/api/v1/certificates/compliance', { userIdentifier: user, certificateIdentifier: 'yearly', isRequired });
    assert.equal((await require(true)).status, 200);
    assert.equal((await states(user))[0].isRequired, true);
    await require(false);
    await c.post(`/api/v4/channels/forceComplete/channel/${channel}/user/${user}`);
    const [certified] = await states(user);
    assert.equal(certified.state, 'CERTIFIED');
    assert.equal(Date.parse(certified.expirationDate) - Date.parse(certified.certificationDate), 100 * DAY);
    assert.match(certified.pdfUrl, /^http:\/\/[^/]+\/certificates\/.+\.pdf$/);
    try {
      await clock(71 * DAY);
      assert.equal((await states(user))[0].state, 'ABOUT_TO_EXPIRE');
      await clock(101 * DAY);
      assert.equal((await states(user))[0].state, 'EXPIRED');
    } finally {
      await clock(0);
    }
    const person = await People.find(c.ctx(), user);
    const { rows } = await Awards.listStates(
      c.ctx(),
      { page: { kind: 'rows', offset: 0, limit: 9, total: false } },
      { personId: person!.id },
    );
    await Awards.revoke(c.ctx(), rows[0]!.id, 'cheated');
    const [revoked] = await states(user);
    assert.deepEqual([revoked.state, 'pdfUrl' in revoked], ['REVOKED', false]);
  });

  it('wait for the learner’s word where they ask for one, and for all of their courses', async () => {
    const [one, two] = [await c.course(), await c.course()];
    await Certificates.create(c.ctx(), {
      externalId: 'both',
      name: 'Both',
      courseIds: [one.id, two.id],
      confirmation: true,
    });
    const user = await c.user();
    for (const course of [one, two]) await c.post(`/api/v2/channels/${course.externalId}/users/${user}`);
    const finish = (channel: string) => c.post(`/api/v4/channels/forceComplete/channel/${channel}/user/${user}`);
    await finish(one.externalId!);
    assert.equal((await states(user))[0].state, 'IN_PROGRESS');
    await finish(two.externalId!);
    const [waiting] = await states(user);
    assert.deepEqual(
      [waiting.state, waiting.certificationDate, waiting.pdfUrl],
      ['AWAITS_LEARNER_CONFIRMATION', undefined, undefined],
    );
  });

  it('are required of linked users only', async () => {
    const [linked, stranger] = [await c.user(), await c.user()];
    const course = await c.course();
    await Certificates.create(c.ctx(), { externalId: 'linked', name: 'Linked', courseIds: [course.id] });
    await c.post(`/api/v2/channels/${course.externalId}/users/${linked}`);
    const require = (userIdentifier: string, certificateIdentifier: string, isRequired: unknown = true) =>
      c.put('/api/v1/certificates/compliance', { userIdentifier, certificateIdentifier, isRequired });
    const told = async (...args: Parameters<typeof require>) => {
      const { status, body } = await require(...args);
      return [status, body.message];
    };
    assert.deepEqual(await told(linked, 'linked'), [200, 'Requirement status was updated']);
    assert.deepEqual(await told(stranger, 'linked'), [409, 'No existing user-certificate connection']);
    assert.deepEqual(await told(NOWHERE, 'linked'), [404, 'User or certificate not found']);
    assert.deepEqual(await told(linked, NOWHERE), [404, 'User or certificate not found']);
    assert.equal((await require(linked, 'linked', 'yes')).status, 400);
    assert.ok(await Certificates.find(c.ctx(), 'linked'));
  });
});

describe('profiles', () => {
  it('are labels by identifier, assigned one by one or in place of the others', async () => {
    const put = (body: Record<string, unknown>) => c.put('/api/v2/userProfiles', body);
    assert.equal((await put({ identifier: 'nurse', name: 'Nurses' })).status, 201);
    assert.equal((await put({ identifier: 'nurse', name: 'Nursing' })).status, 200);
    assert.equal((await put({ identifier: 'nurse' })).status, 200);
    assert.equal((await put({ identifier: 'doctor' })).body.message, 'Invalid input: name is required');
    await put({ identifier: 'doctor', name: 'Doctors' });
    const { body } = await c.post('/api/v2/getUserProfiles', ['doctor', 'none', 'nurse']);
    assert.deepEqual(
      body.map((profile: any) => [profile.identifier, profile.name]),
      [
        ['doctor', 'Doctors'],
        ['nurse', 'Nursing'],
      ],
    );
    assert.deepEqual((await c.post('/api/v2/getUserProfiles', [])).body, []);
    assert.equal((await c.post('/api/v2/getUserProfiles', [1])).status, 400);
    const user = await c.user();
    const held = async () =>
      (await c.post(`/api/v2/userProfiles/users/${user}`)).body.map((profile: any) => profile.identifier);
    const url = (profile: string) => `/api/v2/userProfiles/${profile}/users/${user}`;
    for (const profile of ['nurse', 'nurse', 'doctor']) assert.equal((await c.put(url(profile))).status, 200);
    assert.deepEqual(await held(), ['nurse', 'doctor']);
    await c.put(`${url('doctor')}?replace=true`);
    assert.deepEqual(await held(), ['doctor']);
    assert.deepEqual([(await c.del(url('doctor'))).status, (await c.del(url('doctor'))).status], [200, 200]);
    assert.deepEqual(await held(), []);
    assert.equal((await c.put(url('none'))).body.message, 'User profile not found');
    const races = await Promise.all(Array.from({ length: 8 }, () => put({ identifier: 'race', name: 'R' })));
    assert.deepEqual(races.map((answer) => answer.status).sort(), [...Array(7).fill(200), 201]);
  });
});

describe('performance', () => {
  it('is given by user, by channel and by both, whole or by page', async () => {
    const [a, b] = [await c.user(), await c.user({ email: 'b@performance.example' })];
    const [one, two] = [await c.channel(), await c.channel()];
    for (const channel of [one, two]) await c.post(`/api/v2/channels/${channel}/users/${a}`);
    await c.post(`/api/v2/channels/${one}/users/${b}`);
    const rows = async (path: string) => {
      const { body } = await c.get(path);
      return (body.items ?? body).map((row: any) => `${row.externalUserId} ${row.externalChannelId}`);
    };
    assert.deepEqual(await rows(`/api/v1/performance?externalUserId=${a}`), [`${a} ${one}`, `${a} ${two}`]);
    assert.deepEqual(await rows(`/api/v1/performance?externalChannelId=${one}`), [`${a} ${one}`, `${b} ${one}`]);
    assert.deepEqual(await rows(`/api/v2/performance?channelIdentifier=${one}&userIdentifier=${b}`), [`${b} ${one}`]);
    assert.deepEqual(await rows(`/api/v2/performance?userIdentifier=${a}`), [`${a} ${one}`, `${a} ${two}`]);
    for (const path of ['/api/v1/performance', '/api/v2/performance'])
      assert.equal((await c.get(path)).body.error, 'invalid_request');
    const person = await People.find(c.ctx(), b);
    await c.db.pool.query('update person set external_id = null where id = $1', [person!.id]);
    assert.deepEqual(
      await rows(`/api/v1/performance?externalChannelId=${one}`),
      [`${a} ${one}`],
      'v1 leaves out who has no identifier',
    );
    assert.deepEqual(await rows(`/api/v2/performance?channelIdentifier=${one}`), [
      `${a} ${one}`,
      `b@performance.example ${one}`,
    ]);
    await c.del(`/api/v2/users/${a}`);
    assert.deepEqual(await rows(`/api/v2/performance?channelIdentifier=${one}`), [`b@performance.example ${one}`]);
  });

  it('pages through hundreds without losing or repeating anybody while others come', async () => {
    const channel = await c.channel();
    await c.group('REGION', { identifier: 'crowd' });
    const crowd = Array.from({ length: 430 }, (_, i) => `crowd-${i}`);
    await c.people(crowd.map((externalId) => ({ externalId, givenName: 'C', familyName: 'Rowd' })));
    const rows = crowd.map((user) => `${user},crowd`).join('\n');
    await c.post('/api/v1/uploads/organization', {
      files: [{ fileName: 'assignments.csv', content: `userIdentifier,entityIdentifier\n${rows}` }],
    });
    await c.post(`/api/v1/channels/${channel}/groups/crowd`);
    const seen: string[] = [];
    let key = '';
    for (let page = 1; page <= 3; page++) {
      const { body } = await c.get(
        `/api/v2/performance?channelIdentifier=${channel}${key && `&paginationKey=${encodeURIComponent(key)}`}`,
      );
      assert.deepEqual([body.currentPage, body.totalPages], [page, 3]);
      seen.push(...body.items.map((row: any) => row.externalUserId));
      key = body.paginationKey;
      await c.post(`/api/v2/channels/${channel}/users/${await c.user()}`);
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(crowd.every((user) => seen.includes(user)));
    assert.equal(key, null);
  });
});
