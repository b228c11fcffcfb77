import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answered, type TestApp, type TestTenant, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

const DAY = 86_400_000;
let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

interface Place {
  tenant: TestTenant;
  world: World;
  /** Somebody enrolled in the only course of a new certificate. */
  learner(more?: object, as?: { id: string }): Promise<Learner>;
  complete(enrollmentId: string): Promise<void>;
  award(learner: { personId: string; certificateId: string }): Promise<Record<string, any>>;
  wait(days: number): Promise<void>;
}
interface Learner {
  personId: string;
  courseId: string;
  offeringId: string;
  enrollmentId: string;
  certificateId: string;
  awardId: string;
}

/** A sandbox, whose clock can be moved. */
async function place(options: { timeZone?: string } = {}): Promise<Place> {
  const tenant = await app.tenant({ sandbox: true, ...options });
  const world = worldOf(tenant.api);
  const award: Place['award'] = async ({ personId, certificateId }) =>
    (await tenant.api('GET', `/people/${personId}/certificates/${certificateId}`)).body;
  return {
    tenant,
    world,
    award,
    learner: async (more = {}, as) => {
      const course = await world.course();
      const { id: certificateId } = await world.post('/certificates', {
        name: 'First aid',
        courseIds: [course.id],
        ...more,
      });
      const personId = as?.id ?? (await world.person()).id;
      const offeringId = course.defaultOfferingId;
      const { id: enrollmentId } = await world.enroll(offeringId, personId);
      const { id: awardId } = await award({ personId, certificateId });
      return { personId, courseId: course.id, offeringId, enrollmentId, certificateId, awardId };
    },
    complete: async (enrollmentId) => {
      const { status, body } = await tenant.api('PUT', `/enrollments/${enrollmentId}/completion`);
      assert.equal(status, 200, JSON.stringify(body));
    },
    wait: async (days) => {
      const { status } = await tenant.api('PATCH', '/clock', { body: { advanceMs: days * DAY } });
      assert.equal(status, 200);
    },
  };
}

const outcome = ({ status, body }: Answered) => [
  status,
  body?.rule ?? body?.permission ?? body?.entity ?? body?.errors?.[0]?.path ?? null,
];
const page = async (url: string) => {
  const { pathname } = new URL(url);
  return app.app.server.inject({ method: 'GET', url: pathname });
};

describe('a certificate', () => {
  test('expires while the clock is moved, whose answer says so', async () => {
    const { tenant, learner, complete } = await place();
    const { enrollmentId, awardId } = await learner({ validity: { count: 90, unit: 'day' } });
    await complete(enrollmentId);
    const told = async () =>
      (await tenant.api('GET', '/events?limit=100')).body.data
        .filter((event: { entityId: string }) => event.entityId === awardId)
        .map((event: { type: string }) => event.type);
    const move = async (days: number) =>
      (await tenant.api('PATCH', '/clock', { body: { advanceMs: days * DAY } })).body;
    const nothing = await move(59);
    assert.deepEqual([nothing.happened, nothing.happenedLeftOut], [[], 0]);
    const { happened: near } = await move(2);
    assert.deepEqual(
      near.map(({ what, count }: { what: string; count: number }) => [what, count]),
      [['award_expiring', 1]],
    );
    const { happened: over, now } = await move(3_650);
    assert.deepEqual(
      over.map(({ what, count }: { what: string; count: number }) => [what, count]),
      [['award_expired', 1]],
    );
    assert.ok(near[0].at < over[0].at && over[0].at < now);
    assert.deepEqual(await told(), ['award.certified', 'award.about_to_expire', 'award.expired']);
    assert.equal((await tenant.api('PATCH', '/clock', { body: { now: near[0].at } })).status, 422);
  });

  test('is earned, shown to everybody, runs out, and is earned again', async () => {
    const { tenant, world, complete, wait, award } = await place({ timeZone: 'Europe/Berlin' });
    const [one, two] = [await world.course(), await world.course()];
    const made = await tenant.api('POST', '/certificates', {
      body: {
        name: 'Ersthelfer 急救',
        externalId: 'aid/1',
        validity: { count: 90, unit: 'day' },
        courseIds: [one.id, two.id],
      },
    });
    assert.deepEqual(outcome(made), [201, null]);
    assert.deepEqual((await tenant.api('GET', '/certificates?externalId=aid/1')).body.data, [made.body]);
    assert.deepEqual((await tenant.api('GET', `/certificates?courseId=${two.id}`)).body.data, [made.body]);
    const { id: personId } = await world.post('/people', { fullName: 'Żaneta Müller' });
    const ids = { personId, certificateId: made.body.id };
    assert.deepEqual(outcome(await tenant.api('GET', `/people/${personId}/certificates/${ids.certificateId}`)), [
      404,
      'certificate_award',
    ]);

    const first = await world.enroll(one.defaultOfferingId, personId);
    const init = await award(ids);
    assert.deepEqual(
      [init.state, init.code, init.pdfUrl, init.verificationUrl, init.spans],
      ['init', null, null, null, []],
    );
    await complete(first.id);
    assert.deepEqual([(await award(ids)).state, (await award(ids)).id], ['in_progress', init.id]);
    const second = await world.enroll(two.defaultOfferingId, personId);
    await complete(second.id);
    const certified = await award(ids);
    assert.deepEqual([certified.state, certified.id], ['certified', init.id]);
    assert.ok(certified.certifiedAt < certified.expiresAt);
    assert.deepEqual(certified, (await tenant.api('GET', `/awards/${init.id}`)).body);

    const pdf = await page(certified.pdfUrl);
    assert.deepEqual([pdf.statusCode, pdf.headers['content-type']], [200, 'application/pdf']);
    assert.ok(pdf.rawPayload.subarray(0, 5).equals(Buffer.from('%PDF-')));
    const shown = await page(certified.verificationUrl);
    assert.equal(shown.statusCode, 200);
    assert.match(shown.body, /Żaneta Müller/);

    await wait(61);
    assert.equal((await award(ids)).state, 'about_to_expire');
    await wait(30);
    const expired = await award(ids);
    assert.deepEqual([expired.state, expired.expiresAt], ['expired', certified.expiresAt]);
    assert.match((await page(expired.verificationUrl)).body, /expired/i);
    const list = async (query: string) => (await tenant.api('GET', `/awards?${query}&count=true`)).body.total;
    assert.deepEqual([await list('state=expired'), await list('state=certified')], [1, 0]);
    const until = encodeURIComponent(certified.expiresAt);
    assert.deepEqual([await list(`expiresBefore=${until}`), await list(`expiresAfter=${until}`)], [0, 1]);

    for (const { id } of [first, second]) {
      const again = await tenant.api('POST', `/enrollments/${id}/re-enrollments`);
      assert.equal(again.status, 201, JSON.stringify(again.body));
      await complete(again.body.id);
    }
    const renewed = await award(ids);
    assert.deepEqual([renewed.state, renewed.code], ['certified', certified.code]);
    assert.deepEqual(
      renewed.spans.map((span: any) => [span.certifiedAt, span.expiresAt, span.endedAt]),
      [[certified.certifiedAt, certified.expiresAt, certified.expiresAt]],
    );
    const types = await app.database.pool.query(
      `select type from event where person_id = $1 and entity = 'certificate_award' order by seq`,
      [personId],
    );
    assert.deepEqual(
      types.rows.map((row) => row.type).filter((type) => !/expire|expiry/.test(type)),
      ['award.certified', 'award.renewed'],
    );
  });

  test('waits for the word of its learner where that is asked', async () => {
    const { tenant, complete, learner, award } = await place();
    const [ada, eve] = [await tenant.personWith(), await tenant.personWith()];
    const ids = await learner({ confirmation: true }, ada);
    const path = `/awards/${ids.awardId}`;
    const early = await tenant.api('PUT', `${path}/confirmation`, { as: ada.token });
    assert.deepEqual(outcome(early), [409, 'not_earned']);
    await complete(ids.enrollmentId);
    const ready = await award(ids);
    assert.deepEqual([ready.state, ready.certifiedAt, ready.pdfUrl], ['awaits_confirmation', null, null]);
    assert.notEqual(ready.readyAt, null);
    for (const at of [path, `${path}/confirmation`]) {
      const method = at === path ? 'GET' : 'PUT';
      assert.deepEqual(outcome(await tenant.api(method, at, { as: eve.token })), [404, 'certificate_award']);
    }
    const confirmed = await tenant.api('PUT', `${path}/confirmation`, { as: ada.token });
    assert.deepEqual([confirmed.status, confirmed.body.state], [200, 'certified']);
    assert.equal((await page(confirmed.body.pdfUrl)).statusCode, 200);
    const again = await tenant.api('PUT', `${path}/confirmation`, { as: ada.token });
    assert.deepEqual([again.headers.etag, again.body], [confirmed.headers.etag, confirmed.body]);
    // learners neither revoke nor require
    const revocation = { as: ada.token, body: { reason: 'x' } };
    assert.deepEqual(outcome(await tenant.api('PUT', `${path}/revocation`, revocation)), [403, 'enrollments.write']);
  });

  test('is revoked with a reason, and reinstated', async () => {
    const { tenant, complete, learner, award } = await place();
    const ids = await learner();
    const path = `/awards/${ids.awardId}/revocation`;
    const revoke = (reason: unknown) => tenant.api('PUT', path, { body: { reason } });
    assert.deepEqual(outcome(await revoke('Early')), [409, 'not_earned']);
    assert.deepEqual(outcome(await tenant.api('DELETE', path)), [409, 'not_earned']);
    await complete(ids.enrollmentId);
    const certified = await award(ids);
    assert.deepEqual(outcome(await revoke('')), [422, '/reason']);
    assert.deepEqual(outcome(await revoke('   ')), [422, '/reason']);
    const revoked = (await revoke('Somebody else sat there')).body;
    assert.deepEqual(
      [revoked.state, revoked.revocation, revoked.revokedBecause, revoked.pdfUrl],
      ['revoked', 'revoked', 'Somebody else sat there', null],
    );
    assert.deepEqual((await revoke('Another reason')).body, revoked);
    assert.match((await page(certified.verificationUrl)).body, /revoked/i);
    const gone = await page(certified.pdfUrl);
    assert.deepEqual([gone.statusCode, gone.headers['content-type'] === 'application/pdf'], [410, false]);
    assert.equal((await tenant.api('DELETE', path)).status, 204);
    assert.equal((await tenant.api('DELETE', path)).status, 204);
    assert.deepEqual(await award(ids), certified);
    assert.equal((await page(certified.pdfUrl)).headers['content-type'], 'application/pdf');
  });

  test('may be required of whoever has to do with it', async () => {
    const { tenant, world, learner, award } = await place();
    const ids = await learner();
    const require = (personId: string, required: unknown) =>
      tenant.api('PUT', `/people/${personId}/certificates/${ids.certificateId}`, { body: { required } });
    const stranger = await world.person();
    assert.deepEqual(outcome(await require(stranger.id, true)), [409, 'not_enrolled']);
    assert.deepEqual(outcome(await require(ids.personId, 'yes')), [422, '/required']);
    const answer = await require(ids.personId, true);
    assert.deepEqual([answer.status, answer.body.required, answer.body.state], [200, true, 'init']);
    assert.equal((await tenant.api('GET', '/awards?required=true&count=true')).body.total, 1);
    // it stays required after the course is left
    await tenant.api('PUT', `/enrollments/${ids.enrollmentId}/withdrawal`, { body: {} });
    assert.equal((await award(ids)).required, true);
    assert.equal((await require(ids.personId, false)).body.required, false);
    assert.equal((await tenant.api('GET', `/people/${ids.personId}/certificates`)).body.data.length, 0);
  });

  test('is given to those who were through before, and follows its definition', async () => {
    const { tenant, world, complete, award } = await place();
    const [one, two] = [await world.course(), await world.course()];
    const { id: personId } = await world.person();
    await complete((await world.enroll(one.defaultOfferingId, personId)).id);
    const { id } = await world.post('/certificates', { name: 'Both', courseIds: [one.id, two.id] });
    const ids = { personId, certificateId: id };
    assert.equal((await award(ids)).state, 'in_progress');
    const path = `/certificates/${id}`;
    const shown = await tenant.api('GET', path);
    const patch = (body: object, etag = shown.headers.etag) =>
      tenant.api('PATCH', path, { body, headers: { 'if-match': String(etag) } });
    const both = await Promise.all([patch({ courseIds: [one.id] }), patch({ name: 'Other' })]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
    await tenant.api('PATCH', path, { body: { courseIds: [one.id] } });
    assert.equal((await award(ids)).state, 'certified');
    assert.deepEqual(outcome(await tenant.api('DELETE', path)), [409, 'in_use']);
    assert.equal((await tenant.api('PATCH', path, { body: { status: 'archived' } })).body.status, 'archived');
    assert.equal((await award(ids)).state, 'certified');
    assert.deepEqual((await tenant.api('GET', '/certificates?status=active')).body.data, []);
  });
});

test('definitions are checked', async () => {
  const { tenant, world } = await place();
  const course = await world.course();
  const post = async (body: object) => outcome(await tenant.api('POST', '/certificates', { body }));
  assert.deepEqual(await post({}), [422, '/name']);
  for (const validity of [
    { count: 0, unit: 'day' },
    { count: 101, unit: 'year' },
    { count: 1_201, unit: 'month' },
    { count: 36_501, unit: 'day' },
    { count: 1.5, unit: 'day' },
    { count: 1, unit: 'week' },
    { count: 1 },
    3,
  ])
    assert.equal((await post({ name: 'x', validity }))[0], 422, JSON.stringify(validity));
  assert.deepEqual(await post({ name: 'x', courseIds: ['018f0000-0000-7000-8000-000000000000'] }), [
    422,
    '/courseIds/0',
  ]);
  assert.equal((await post({ name: 'x', courseIds: [course.id, course.id] }))[0], 422);
  assert.equal((await post({ name: 'x', status: 'gone' }))[0], 422);
  const key = { 'idempotency-key': 'one' };
  const body = { name: 'Once', validity: { count: 36_500, unit: 'day' } };
  const answers = [];
  for (const _ of [1, 2]) answers.push(await tenant.api('POST', '/certificates', { body, headers: key }));
  assert.deepEqual(answers[1]!.body, answers[0]!.body);
  assert.equal((await tenant.api('GET', '/certificates?count=true')).body.total, 1);
  assert.deepEqual(
    (await tenant.api('PATCH', `/certificates/${answers[0]!.body.id}`, { body: { validity: null } })).body.validity,
    null,
  );
});

describe('who sees which awards', () => {
  test('another tenant knows nothing of any', async () => {
    const { complete, learner, award } = await place();
    const ids = await learner();
    await complete(ids.enrollmentId);
    const { id } = await award(ids);
    const other = await place();
    const theirs = await other.learner();
    const { api } = other.tenant;
    const reason = { body: { reason: 'x' } };
    const required = { body: { required: true } };
    for (const [method, path, options] of [
      ['GET', `/certificates/${ids.certificateId}`],
      ['PATCH', `/certificates/${ids.certificateId}`, { body: { name: 'x' } }],
      ['DELETE', `/certificates/${ids.certificateId}`],
      ['GET', `/awards/${id}`],
      ['PUT', `/awards/${id}/confirmation`],
      ['PUT', `/awards/${id}/revocation`, reason],
      ['DELETE', `/awards/${id}/revocation`],
      ['GET', `/people/${ids.personId}/certificates`],
      ['GET', `/people/${theirs.personId}/certificates/${ids.certificateId}`],
      ['GET', `/people/${ids.personId}/certificates/${theirs.certificateId}`],
      ['PUT', `/people/${theirs.personId}/certificates/${ids.certificateId}`, required],
      ['PUT', `/people/${ids.personId}/certificates/${theirs.certificateId}`, required],
    ] as const)
      assert.equal((await api(method, path, options)).status, 404, `${method} ${path}`);
    assert.equal((await api('GET', `/awards?certificateId=${ids.certificateId}`)).body.data.length, 0);
    assert.equal((await api('GET', `/awards?personId=${ids.personId}`)).body.data.length, 0);
    const taken = await api('POST', '/certificates', { body: { name: 'x', courseIds: [ids.courseId] } });
    assert.deepEqual(outcome(taken), [422, '/courseIds/0']);
  });

  test('people see their own; whoever works in a unit, that of its people', async () => {
    const { tenant, world, complete, learner } = await place();
    const [mine, other] = [await world.unit(), await world.unit()];
    const [ada, eve] = [await tenant.personWith({ unitId: mine.id }), await tenant.personWith({ unitId: other.id })];
    const [hers, far] = [await learner({}, ada), await learner({}, eve)];
    await complete(far.enrollmentId);
    const get = (path: string, as: string) => tenant.api('GET', path, { as });
    const own = (await get(`/people/${ada.id}/certificates`, ada.token)).body.data;
    assert.deepEqual(
      own.map((row: { id: string }) => row.id),
      [hers.awardId],
    );
    assert.equal((await get(`/people/${ada.id}/certificates/${hers.certificateId}`, ada.token)).status, 200);
    assert.equal((await get(`/awards/${hers.awardId}`, ada.token)).status, 200);
    assert.deepEqual(outcome(await get('/awards', ada.token)), [403, 'enrollments.read']);
    const farPaths = [
      `/people/${eve.id}/certificates`,
      `/people/${eve.id}/certificates/${far.certificateId}`,
      `/awards/${far.awardId}`,
    ];
    for (const path of farPaths) assert.equal((await get(path, ada.token)).status, 404, path);

    const clerk = await tenant.personWith({ unitId: mine.id });
    const [admin] = (await tenant.api('GET', '/roles?key=admin')).body.data;
    await tenant.api('PUT', `/people/${clerk.id}/roles/${admin.id}`, { body: { unitIds: [mine.id] } });
    const as = clerk.token;
    const list = (await get('/awards?count=true', as)).body;
    assert.deepEqual([list.total, list.data[0].personId], [1, ada.id]);
    for (const path of farPaths) assert.equal((await get(path, as)).status, 404, path);
    const requirement = `/people/${eve.id}/certificates/${far.certificateId}`;
    assert.equal((await tenant.api('PUT', requirement, { as, body: { required: true } })).status, 404);
    const revocation = `/awards/${far.awardId}/revocation`;
    assert.equal((await tenant.api('PUT', revocation, { as, body: { reason: 'x' } })).status, 404);
    assert.equal((await tenant.api('DELETE', revocation, { as })).status, 404);
    // certificates are the whole account's
    assert.deepEqual(outcome(await tenant.api('POST', '/certificates', { as, body: { name: 'x' } })), [
      403,
      'courses.write',
    ]);
    const path = `/certificates/${hers.certificateId}`;
    assert.equal((await get(path, as)).status, 200);
    assert.equal((await tenant.api('PATCH', path, { as, body: { name: 'x' } })).status, 403);
    assert.equal((await tenant.api('DELETE', path, { as })).status, 403);
  });

  test('a definition shows the courses in sight, and is found by those alone', async () => {
    const { tenant, world } = await place();
    const [mine, other] = [await world.unit(), await world.unit()];
    const near = await world.course({ unitId: mine.id });
    const far = await world.course({ unitId: other.id, name: 'Out of sight' });
    const courseIds = [far.id, near.id];
    const { id } = (await tenant.api('POST', '/certificates', { body: { name: 'Of both', courseIds } })).body;
    const clerk = await tenant.personWith({ unitId: mine.id });
    const [admin] = (await tenant.api('GET', '/roles?key=admin')).body.data;
    await tenant.api('PUT', `/people/${clerk.id}/roles/${admin.id}`, { body: { unitIds: [mine.id] } });
    const get = async (path: string, as = clerk.token) => (await tenant.api('GET', path, { as })).body;
    for (const shown of [await get(`/certificates/${id}`), (await get('/certificates')).data[0]])
      assert.deepEqual(shown.courseIds, [near.id]);
    const found = async (course: { id: string }, as?: string) =>
      (await get(`/certificates?courseId=${course.id}&count=true`, as)).total;
    assert.deepEqual([await found(near), await found(far), await found(far, tenant.key)], [1, 0, 1]);
  });

  test('lists go on from page to page', async () => {
    const { tenant, world, learner } = await place();
    const first = await learner();
    for (const _ of [1, 2, 3, 4]) await world.enroll(first.offeringId);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await tenant.api('GET', `/awards?certificateId=${first.certificateId}&limit=2${cursor}`);
      seen.push(...body.data.map((row: { id: string }) => row.id));
      cursor = body.next ? `&cursor=${body.next}` : '';
    } while (cursor);
    assert.deepEqual([seen.length, new Set(seen).size], [5, 5]);
    const { body } = await tenant.api('GET', '/awards?limit=1');
    assert.equal((await tenant.api('GET', `/certificates?cursor=${body.next}`)).status, 400);
  });
});
