import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type Course, type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort();

/** Work of somebody, handed in for an assessment of a course's default offering. */
async function handedIn(course: Course, assessmentId: string, personId?: string) {
  const enrollment = await world.enroll(course.defaultOfferingId, personId);
  const path = `/assessments/${assessmentId}/submissions/${enrollment.id}`;
  const answer = await app.api('PUT', path, { body: { state: 'submitted' } });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return { enrollment, path, mark: `/assessments/${assessmentId}/marks/${enrollment.id}` };
}

const entitle = async (personId: string, role: string, thing: string): Promise<void> => {
  const { status, body } = await app.api('PUT', `/${thing}/staff/${personId}`, { body: { roles: [role] } });
  assert.equal(status, 200, JSON.stringify(body));
};

test('who is entitled as marker to one offering marks there and nowhere else', async () => {
  const [course, other] = [await world.course(), await world.course()];
  const [assessment, next] = [await world.assessment(course), await world.assessment(other)];
  const [work, strange] = [await handedIn(course, assessment.id), await handedIn(other, next.id)];
  const marker = await app.personWith();
  const as = marker.token;
  const status = async (method: string, path: string, body?: object) =>
    (await app.api(method, path, { as, body })).status;
  assert.equal(await status('GET', work.path), 404);
  await entitle(marker.id, 'marker', `offerings/${course.defaultOfferingId}`);

  const list = await app.api('GET', `/assessments/${assessment.id}/submissions`, { as });
  assert.equal(list.status, 200);
  assert.deepEqual(
    list.body.data.map((row: { enrollmentId: string }) => row.enrollmentId),
    [work.enrollment.id],
  );
  assert.deepEqual(ids((await app.api('GET', '/assessments', { as })).body.data), [assessment.id]);
  assert.deepEqual(ids((await app.api('GET', '/enrollments', { as })).body.data), [work.enrollment.id]);
  assert.equal(await status('GET', work.path), 200);
  assert.equal(await status('PUT', work.mark, { score: 7 }), 201);
  assert.equal(await status('GET', work.mark), 200);
  assert.equal((await app.api('GET', `/enrollments/${work.enrollment.id}`)).body.score, 70);

  for (const path of [
    strange.path,
    `/assessments/${next.id}`,
    `/assessments/${next.id}/submissions`,
    `/enrollments/${strange.enrollment.id}`,
  ])
    assert.equal(await status('GET', path), 404, path);
  assert.equal(await status('PUT', strange.mark, { score: 7 }), 404);
  assert.equal(await status('PUT', strange.path, { state: 'draft' }), 404);
  assert.deepEqual(
    (await app.api('GET', '/people', { as })).body.data.map((one: { id: string }) => one.id),
    [marker.id],
  );

  await app.api('DELETE', `/offerings/${course.defaultOfferingId}/staff/${marker.id}`);
  assert.equal(await status('GET', work.path), 404);
  assert.equal(await status('PUT', work.mark, { score: 8 }), 403);
});

test('a marker never marks their own work', async () => {
  const course = await world.course();
  const assessment = await world.assessment(course);
  const marker = await app.personWith();
  await entitle(marker.id, 'marker', `offerings/${course.defaultOfferingId}`);
  const own = await handedIn(course, assessment.id, marker.id);
  const answer = await app.api('PUT', own.mark, { as: marker.token, body: { score: 10 } });
  assert.equal(answer.status, 403, JSON.stringify(answer.body));
  const attempt = await app.api('POST', `/enrollments/${own.enrollment.id}/attempts`, {
    as: marker.token,
    body: { activityId: course.activityId },
  });
  const { status } = await app.api('PATCH', `/attempts/${attempt.body.id}`, {
    as: marker.token,
    body: { state: 'complete', score: 100 },
    headers: { 'if-match': attempt.headers.etag as string },
  });
  assert.equal(status, 403);
});

test('an entitlement on what is deleted, or stands in another unit, gives nothing', async () => {
  const [north, south] = [await world.unit(), await world.unit()];
  const marker = await app.personWith({ unitId: north.id });
  const course = await world.course({ unitId: north.id });
  const offering = await world.offering(course, { unitId: north.id });
  const { id: enrolled } = await world.enroll(offering.id);
  await entitle(marker.id, 'marker', `offerings/${offering.id}`);
  const sees = async (id: string) => (await app.api('GET', `/enrollments/${id}`, { as: marker.token })).status;
  assert.equal(await sees(enrolled), 200);
  const move = async (unitId: string | null) => {
    const { headers } = await app.api('GET', `/offerings/${offering.id}`);
    const body = { unitId };
    const moved = await app.api('PATCH', `/offerings/${offering.id}`, {
      body,
      headers: { 'if-match': String(headers.etag) },
    });
    assert.equal(moved.status, 200, JSON.stringify(moved.body));
  };
  await move(south.id);
  assert.equal(await sees(enrolled), 404);
  await move(north.id);
  assert.equal(await sees(enrolled), 200);
  await app.database.pool.query('update offering set deleted_at = now() where id = $1', [offering.id]);
  assert.equal(await sees(enrolled), 404);
});

test('a manager sees the team and below, changes nothing of theirs, and loses sight as soon as somebody moves', async () => {
  const boss = await app.personWith();
  const [report, below] = [await world.person(), await world.person()];
  const stranger = await world.person();
  const setManager = async (id: string, managerId: string | null) => {
    const { headers } = await app.api('GET', `/people/${id}`);
    const answer = await app.api('PATCH', `/people/${id}`, {
      body: { managerId },
      headers: { 'if-match': String(headers.etag) },
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  };
  const course = await world.course();
  const [mine, theirs] = [
    await world.enroll(course.defaultOfferingId, below.id),
    await world.enroll(course.defaultOfferingId, stranger.id),
  ];
  const as = boss.token;
  const people = async () => ids((await app.api('GET', '/people', { as })).body.data);
  const get = async (path: string) => (await app.api('GET', path, { as })).status;
  assert.deepEqual(await people(), [boss.id]);
  await setManager(report.id, boss.id);
  await setManager(below.id, report.id);
  assert.deepEqual(await people(), [boss.id, report.id, below.id].sort());
  assert.equal(await get(`/people/${below.id}`), 200);
  assert.deepEqual(ids((await app.api('GET', '/enrollments', { as })).body.data), [mine.id]);
  for (const path of ['', '/activities', '/sections', '/marks', '/submissions', '/attempts'])
    assert.equal(await get(`/enrollments/${mine.id}${path}`), 200, path);
  assert.equal(await get(`/enrollments/${theirs.id}`), 404);
  assert.equal(await get(`/people/${stranger.id}`), 404);
  const { headers } = await app.api('GET', `/people/${below.id}`, { as });
  const change = { body: { jobTitle: 'Changed' }, headers: { 'if-match': String(headers.etag) }, as };
  assert.equal((await app.api('PATCH', `/people/${below.id}`, change)).status, 403);
  assert.equal((await app.api('PUT', `/enrollments/${mine.id}/withdrawal`, { as, body: {} })).status, 404);

  // a ring: everybody in it sees the others, each once
  await setManager(boss.id, below.id);
  assert.deepEqual(await people(), [boss.id, report.id, below.id].sort());
  await setManager(boss.id, null);

  await setManager(below.id, null);
  assert.deepEqual(await people(), [boss.id, report.id].sort());
  assert.equal(await get(`/enrollments/${mine.id}`), 404);
  await setManager(below.id, report.id);
  assert.equal(await get(`/enrollments/${mine.id}`), 200);
  await app.api('DELETE', `/people/${report.id}`);
  assert.equal(await get(`/enrollments/${mine.id}`), 404);
});

test('who is entitled as author to one course writes it, with its drafts and offerings, and no other', async () => {
  const [course, other] = [await world.course(), await world.draft()];
  const author = await app.personWith();
  await entitle(author.id, 'author', `courses/${course.id}`);
  const as = author.token;
  const send = async (method: string, path: string, body?: object) => {
    const { headers } = await app.api('GET', path);
    const seen = method === 'PATCH' ? { headers: { 'if-match': String(headers.etag) } } : {};
    return (await app.api(method, path, { as, body, ...seen })).status;
  };
  assert.equal(await send('PATCH', `/courses/${course.id}`, { name: 'By its author' }), 200);
  const draft = { sections: [{ name: 'One', activities: [{ kind: 'page', name: 'Page' }] }] };
  assert.equal(await send('POST', `/courses/${course.id}/versions`), 201);
  assert.equal(await send('PUT', `/courses/${course.id}/draft`, draft), 200);
  assert.equal(await send('PUT', `/courses/${course.id}/publication`), 200);
  const made = await app.api('POST', '/offerings', { as, body: { courseId: course.id, name: 'Of the author' } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(await send('PATCH', `/offerings/${made.body.id}`, { name: 'Again' }), 200);
  // where it stands is for who keeps the account, and courses of others are nobody's business
  const unit = await world.unit();
  assert.equal(await send('PATCH', `/courses/${course.id}`, { unitId: unit.id }), 403);
  assert.equal(await send('PATCH', `/courses/${other.id}`, { name: 'Not theirs' }), 404);
  assert.equal(await send('PUT', `/courses/${other.id}/draft`, draft), 404);
  assert.equal((await app.api('POST', '/offerings', { as, body: { courseId: other.id, name: 'No' } })).status, 422);
  assert.equal((await app.api('POST', '/courses', { as, body: { kind: 'online', name: 'No' } })).status, 403);
  assert.equal((await app.api('GET', '/people', { as })).body.data.length, 1);
});
