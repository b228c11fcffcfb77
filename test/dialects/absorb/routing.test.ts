import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Academy, academy, NOBODY } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

describe('routing', () => {
  it('takes literal segments in any case, with and without dashes, and trailing slashes', async () => {
    for (const path of [
      '/my-details',
      '/MyDetails',
      '/mydetails/',
      '/MY-DETAILS',
      '/online-courses',
      '/onlineCourses',
      '/OnlineCourses?_Limit=2',
      '/instructorledcourses',
      '/bulk/studentCourses',
      '/bulk/Student-Courses/',
    ])
      assert.equal((await a.get(path)).status, 200, path);
  });

  it('takes ids in any case and emits them in lower case', async () => {
    const answer = await a.get(`/Users/${a.admin.id.toUpperCase()}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.id, a.admin.id);
  });

  it('names method and path of an unknown address, and allows what is allowed', async () => {
    const unknown = await a.get('/no-such-thing?x=1');
    assert.equal(unknown.status, 404);
    assert.equal(unknown.body.code, 404);
    assert.match(unknown.body.message, /GET \/no-such-thing/);
    for (const path of ['/certificates', '/courses/forsale', '/Courses/for-sale/'])
      assert.equal((await a.get(path)).status, 404, path);
    assert.match((await a.get('/courses/forsale')).body.message, /GET \/courses\/forsale/);
    const method = await a.call('DELETE', '/users');
    assert.equal(method.status, 405);
    assert.match(String(method.headers.allow), /GET.*POST/);
    assert.equal(method.body.code, 405);
  });

  it('serves both spellings of a session and an attempt', async () => {
    const learner = await a.person();
    const { course, sessionIds } = await a.taught();
    const base = `/users/${learner.id}/enrollments/${course.id}`;
    assert.equal((await a.post(`${base}/sessions/${sessionIds[0]}`)).status, 201);
    assert.equal((await a.post(`${base}/session/${sessionIds[0]}`)).status, 201);
    const online = await a.course();
    const mine = `/users/${learner.id}/enrollments/${online.id}`;
    await a.post(mine);
    const [lesson] = (await a.get(`${mine}/lessons`)).body;
    for (const spelling of ['startattempt', 'start-attempt', 'startAttempt'])
      assert.equal((await a.post(`${mine}/lessons/${lesson.lessonId}/${spelling}`)).status, 200);
  });
});

describe('order of checks', () => {
  const bad = 'not-a-guid';
  it('key, token, path leftmost first, query, body', async () => {
    const path = `/users/${bad}/enrollments/${bad}`;
    assert.equal((await a.post(path, undefined, { key: null, token: null })).status, 403);
    assert.equal((await a.post(path, undefined, { token: null })).status, 401);
    assert.equal((await a.post(path)).body.message, 'Invalid format provided for userId');
    assert.equal(
      (await a.post(`/users/${NOBODY}/enrollments/${bad}?reEnroll=x`)).body.message,
      'Invalid format provided for courseId',
    );
    assert.equal(
      (await a.post(`/users/${NOBODY}/enrollments/${NOBODY}?reEnroll=x`)).body.message,
      'Invalid format provided for reEnroll',
    );
    const broken = { raw: '{"courseId":', headers: { 'content-type': 'application/json' } };
    assert.equal(
      (await a.call('POST', `/users/${bad}/enrollments`, broken)).body.message,
      'Invalid format provided for userId',
    );
    assert.equal((await a.call('POST', '/users?key=', broken)).body.message, 'Invalid format provided for key');
    assert.equal((await a.call('POST', `/users/${NOBODY}/enrollments`, broken)).status, 400);
    assert.equal((await a.call('POST', `/attempts/${NOBODY}/finish`, broken)).status, 422);
  });

  it('counts empty query values as left out', async () => {
    assert.equal((await a.post(`/users/${NOBODY}/enrollments/${NOBODY}?reEnroll=`)).status, 404);
    assert.equal((await a.get('/users?_limit=&_filter=&key=&_sort=')).status, 200);
  });

  it('refuses a parameter that stands twice', async () => {
    const answer = await a.get('/users?_limit=1&_LIMIT=2');
    assert.deepEqual([answer.status, answer.body.message], [422, 'Invalid format provided for _limit']);
  });

  it('refuses guids in braces and without dashes', async () => {
    for (const id of [`{${NOBODY}}`, NOBODY.replaceAll('-', ''), `${NOBODY}%00`, `${NOBODY} `, 'x'.repeat(1500)])
      assert.equal((await a.get(`/users/${encodeURIComponent(id)}`)).status, 422, id);
  });

  it('ignores bodies where none is wanted, and unknown query names', async () => {
    const course = await a.course();
    const learner = await a.person();
    const path = `/users/${learner.id}/enrollments/${course.id}?whatever=1`;
    const headers = { 'content-type': 'application/json' };
    for (const raw of ['{}', 'null', '', '{"broken', 'stray'])
      assert.equal((await a.call('POST', path, { raw, headers })).status, 201);
    assert.equal((await a.call('POST', path, { raw: '<x/>', headers: { 'content-type': 'text/xml' } })).status, 201);
  });

  it('415 for a body of another media type; charset is fine', async () => {
    const learner = await a.person();
    const raw = JSON.stringify({ courseId: (await a.course()).id });
    const path = `/users/${learner.id}/enrollments`;
    const wrong = await a.call('POST', path, { raw, headers: { 'content-type': 'text/plain' } });
    assert.equal(wrong.status, 415);
    assert.equal(wrong.body.code, 415);
    const right = await a.call('POST', path, { raw, headers: { 'content-type': 'application/json; charset=utf-8' } });
    assert.equal(right.status, 201);
  });

  it('says no cleanly to what is too large, too deep or badly encoded', async () => {
    const headers = { 'content-type': 'application/json' };
    const path = `/users/${a.admin.id}/enrollments`;
    const huge = await a.call('POST', path, { raw: `{"x":"${'a'.repeat(11_000_000)}"}`, headers });
    assert.equal(huge.status, 413);
    const deep = await a.call('POST', path, {
      raw: `{"courseName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      headers,
    });
    assert.ok([400, 422].includes(deep.status));
    const latin = await a.call('POST', path, { raw: Buffer.from([0x7b, 0x22, 0xe4, 0x22, 0x3a, 0x31, 0x7d]), headers });
    assert.equal(latin.status, 400);
    assert.equal((await a.get('/users/%E0%A4%A')).status, 422);
    for (const answer of [huge, deep, latin]) assert.equal(answer.body.term, 'ErrorGeneric');
  });
});

it('429 in the envelope with Retry-After', async () => {
  const limited = await academy({ rate: { perSecond: 1, burst: 3 } });
  try {
    const answers = await Promise.all(Array.from({ length: 10 }, () => limited.get('/my-details')));
    const refused = answers.find(({ status }) => status === 429)!;
    assert.equal(refused.body.code, 429);
    assert.ok(Number(refused.headers['retry-after']) >= 1);
  } finally {
    await limited.close();
  }
});
