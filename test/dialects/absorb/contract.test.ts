import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadContract } from '../../../src/http/contract.ts';
import { Tokens } from '../../../src/record/access/index.ts';
import { type Academy, type Answered, academy, NOBODY } from './academy.ts';
import { furnish, grantOf, type Ids, NOTHING, type Request, requests } from './requests.ts';

const { operations } = loadContract('absorb');
const OAUTH = 'createOAuthToken';

let a: Academy;
let ids: Ids;
/** `operation status` pairs that were answered; every answer was checked strictly against its schema by the server. */
const reached = new Set<string>();

async function ask(
  id: string,
  request: Request,
  expected: number,
  options: Request['options'] = {},
): Promise<Answered> {
  const answer = await a.call(request.method, request.path, { ...request.options, ...options });
  assert.equal(
    answer.status,
    expected,
    `${id} ${request.method} ${request.path}: ${JSON.stringify(answer.body)?.slice(0, 600)}`,
  );
  reached.add(`${id} ${answer.status}`);
  return answer;
}

before(async () => {
  a = await academy();
  ids = await furnish(a);
  await a.post(`/enroll/${ids.courseId}`);
});
after(() => a.close());

describe('every operation of the contract', () => {
  it('is asked for here', () => {
    assert.equal(operations.length, 62);
    assert.deepEqual(Object.keys(requests(a, ids)).sort(), operations.map(({ id }) => id).sort());
  });

  it('succeeds', async () => {
    const all: Record<string, Request> = { ...requests(a, ids), [OAUTH]: await grantOf(a) };
    // ending the enrollment comes last
    const order = operations.filter(({ id }) => id !== 'unenrollUsers');
    for (const { id, answers } of [...order, ...operations.filter((operation) => !order.includes(operation))])
      await ask(id, all[id]!, Number([...answers.keys()].find((status) => status.startsWith('2'))));
    ids = {
      ...ids,
      enrollmentId: (await a.post(`/users/${ids.userId}/enrollments/${ids.courseId}`)).body.enrollmentId,
    };
  });

  it('401 without a token, 403 without a key', async () => {
    const all = requests(a, ids);
    for (const { id, security } of operations) {
      if (security.length === 0) continue;
      if (id !== 'createToken') await ask(id, all[id]!, 401, { token: null });
      const { body } = await ask(id, all[id]!, 403, { key: null });
      assert.deepEqual(body, { message: 'Forbidden' });
    }
    await ask('createToken', all.createToken!, 401, {
      body: { username: 'admin', password: 'wrong', privateKey: a.client.key },
    });
  });

  it('403 envelope for a role without permissions', async () => {
    const { token } = await a.signedIn();
    const all = requests(a, ids);
    const ownAlso = ['getEnrollment', 'finishAttempt', 'finishLessonAttempt'];
    const own = /^(getMy|createMy|listMy|create(Token|OAuthToken))/;
    for (const { id } of operations) {
      if (own.test(id)) continue;
      // what learners may do with their own is not found with others'
      const status = ownAlso.includes(id) ? 404 : 403;
      const { body } = await ask(id, all[id]!, status, { token });
      assert.deepEqual([body.code, body.term], [status, 'ErrorGeneric']);
    }
  });

  it('404 for what does not exist', async () => {
    const all = requests(a, NOTHING);
    for (const { id, answers } of operations) {
      if (!answers.has('404') || id === 'listMyEnrollments') continue;
      const { body } = await ask(id, all[id]!, 404);
      assert.match(body.message, /^[A-Z][a-z ]+ with specified id was not found\.$/, id);
    }
    const { token } = await Tokens.issue(a.ctx, { kind: 'access', clientId: a.client.client.id, lifetimeMs: 60_000 });
    await ask('listMyEnrollments', all.listMyEnrollments!, 404, { token });
  });

  it('422 for malformed values', async () => {
    const all = requests(a, ids);
    for (const { id, answers, parameters } of operations) {
      if (!answers.has('422')) continue;
      const request = all[id]!;
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      if (inPath.length > 0) {
        const malformed = { ...request, path: request.path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'malformed') };
        const { body } = await ask(id, malformed, 422);
        assert.equal(body.message, `Invalid format provided for ${inPath[0]!.name}`);
      }
      if (parameters.some(({ name }) => name === '_limit'))
        for (const bad of ['_limit=0', '_offset=-1', '_filter=x', '_sort=x'])
          await ask(id, { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${bad}` }, 422);
      if (parameters.some(({ name }) => name === 'status'))
        await ask(id, { ...request, path: `${request.path}?status=13` }, 422);
    }
    const special: Record<string, [string, unknown?]> = {
      listProvinces: ['/provinces'],
      getMyDetails: ['/my-details?x=%zz'],
      listBulkEnrollments: ['/bulk/student-courses?courseIds=x'],
      unenrollUsers: ['/enrollments/unenroll', [NOBODY]],
      upsertUser: ['/users', { username: '' }],
      uploadUsers: ['/users/upload', [{}]],
      upsertDepartment: ['/departments', { name: '' }],
      upsertUserCourseEnrollment: [`/users/${ids.userId}/enrollments`, {}],
    };
    for (const [id, [path, body]] of Object.entries(special)) {
      const { method } = all[id]!;
      await ask(id, { method, path, ...(body === undefined ? {} : { options: { body } }) }, 422);
    }
  });

  it('400 and 409 where they are listed', async () => {
    const all = requests(a, ids);
    const broken = { raw: '{"a":', headers: { 'content-type': 'application/json' } };
    const many = (await a.taught({ meetings: 2 })).course.id;
    const mine = `/users/${ids.userId}/enrollments`;
    const without = (id: string): Request => ({ method: all[id]!.method, path: all[id]!.path });
    for (const id of [
      'upsertUserCourseEnrollment',
      'upsertUser',
      'updateUser',
      'uploadUsers',
      'upsertDepartment',
      'unenrollUsers',
    ])
      await ask(id, without(id), 400, broken);
    await ask('createToken', without('createToken'), 400, { ...broken, token: null });
    await ask(OAUTH, all[OAUTH]!, 400);
    await ask(
      'createUserSessionEnrollment',
      { method: 'POST', path: `${mine}/${ids.courseId}/session/${ids.sessionId}` },
      400,
    );
    await ask('createUserCourseEnrollment', { method: 'POST', path: `${mine}/${many}` }, 400);
    await ask('createMyEnrollment', { method: 'POST', path: `/enroll/${many}` }, 400);
    const held = { username: (await a.get(`/users/${ids.userId}`)).body.username };
    const other = await a.person();
    await ask('updateUser', { method: 'PUT', path: `/users/${other.id}`, options: { body: held } }, 409);
    const crossed = { ...held, departmentId: a.rootId, firstName: 'A', lastName: 'B', externalId: 'NEW-ONE' };
    await ask('upsertUser', { method: 'POST', path: '/users?key=1', options: { body: crossed } }, 409);
  });

  it('413 and 415 for bodies that are too large or of another kind', async () => {
    const small = await academy({ bodyBytes: 1000, beside: a });
    try {
      for (const { id, method, path, body } of operations) {
        if (!body) continue;
        const url = path.replaceAll(/\{\w+\}/g, NOBODY);
        for (const [status, raw, type] of [
          [413, JSON.stringify({ filler: 'x'.repeat(1000) }), 'application/json'],
          [415, '<users/>', 'application/xml'],
        ] as const) {
          const answer = await small.call(method, url, { raw, headers: { 'content-type': type } });
          assert.equal(answer.status, status, id);
          reached.add(`${id} ${status}`);
        }
      }
    } finally {
      await small.close();
    }
  });

  it('503 in its own shape while the database is away, and works again afterwards', async () => {
    const all = requests(a, ids);
    const { connect } = a.db.pool;
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    (a.db.pool as { connect: unknown }).connect = (done?: (error: Error) => void) =>
      done ? done(away) : Promise.reject(away);
    try {
      for (const { id } of operations) {
        if (id === OAUTH) continue;
        const answer = await a.call(all[id]!.method, all[id]!.path, all[id]!.options);
        assert.equal(answer.status, 503, id);
        assert.equal(answer.body.code, 503);
        assert.ok(!JSON.stringify(answer.body).includes('ECONN'));
      }
      const body = {
        grant_type: 'refresh_token',
        refresh_token: 'x',
        client_id: a.client.client.id,
        client_secret: 'y',
      };
      const oauth = await a.post('/oauth/token', body, { key: null, token: null });
      assert.deepEqual([oauth.status, oauth.body.error], [503, 'temporarily_unavailable']);
    } finally {
      a.db.pool.connect = connect;
    }
    assert.equal((await a.get('/my-details')).status, 200);
  });

  it('429 with Retry-After', async () => {
    const limited = await academy({ rate: { perSecond: 0.01, burst: 1 }, beside: a });
    try {
      const all = requests(limited, ids);
      await limited.call('POST', '/oauth/token', all[OAUTH]!.options);
      for (const { id } of operations) {
        const answer = await limited.call(all[id]!.method, all[id]!.path, {
          token: 'x',
          ...all[id]!.options,
          ...(id === OAUTH ? {} : { token: limited.token }),
        });
        assert.equal(answer.status, 429, `${id}: ${JSON.stringify(answer.body)}`);
        assert.ok(Number(answer.headers['retry-after']) >= 1);
        reached.add(`${id} 429`);
      }
    } finally {
      await limited.close();
    }
  });

  it('every documented status was reached', () => {
    const documented = operations.flatMap(({ id, answers }) => [...answers.keys()].map((status) => `${id} ${status}`));
    assert.deepEqual(
      documented.filter((pair) => !reached.has(pair)),
      [],
    );
  });
});

describe('another tenant', () => {
  it('its ids answer as if absent, wherever they stand', async () => {
    const other = await academy({ beside: a });
    try {
      const foreign = await furnish(other);
      const [there, nowhere] = [requests(a, foreign), requests(a, NOTHING)];
      for (const { id, answers } of operations) {
        if (
          !answers.has('404') &&
          !['unenrollUsers', 'listBulkEnrollments', 'upsertUser', 'uploadUsers', 'upsertDepartment'].includes(id)
        )
          continue;
        if (id === 'listMyEnrollments') continue;
        const [one, two] = [
          await a.call(there[id]!.method, there[id]!.path, there[id]!.options),
          await a.call(nowhere[id]!.method, nowhere[id]!.path, nowhere[id]!.options),
        ];
        assert.equal(one.status, two.status, id);
        assert.ok(
          [404, 422].includes(one.status) || ['listBulkEnrollments', 'uploadUsers'].includes(id),
          `${id} ${one.status}`,
        );
        const told = (answer: Answered) => JSON.stringify(answer.body).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
        assert.equal(told(one), told(two), id);
      }
      const body = { departmentId: a.rootId, username: 'trespasser', firstName: 'T', lastName: 'T' };
      for (const more of [
        { supervisorId: foreign.userId },
        { roleIds: [foreign.roleId] },
        { departmentId: foreign.departmentId },
      ])
        assert.equal((await a.post('/users', { ...body, ...more })).status, 422, JSON.stringify(more));
      const mixed = [
        `/users/${foreign.userId}/enrollments/${ids.courseId}`,
        `/users/${ids.userId}/enrollments/${foreign.courseId}`,
        `/users/${ids.userId}/enrollments/${ids.sessionCourseId}/session/${foreign.sessionId}`,
        `/users/${ids.userId}/enrollments/${ids.courseId}/lessons/${foreign.lessonId}/startattempt`,
      ];
      for (const path of mixed) assert.equal((await a.post(path)).status, 404, path);
      assert.equal((await a.post('/enrollments/unenroll', [ids.enrollmentId, foreign.enrollmentId])).status, 422);
      assert.equal((await a.get(`/users?_filter=id eq guid'${foreign.userId}'`)).body.totalItems, 0);
      assert.equal((await a.get('/my-details', { token: other.token })).status, 401);
      assert.equal((await other.get(`/users/${foreign.userId}`)).status, 200);
      assert.equal((await other.get(`/enrollments/${foreign.enrollmentId}`)).status, 200);
    } finally {
      await other.close();
    }
  });
});
