import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
before(async () => {
  app = await testApp();
  world = worldOf(app.api);
});
after(() => app.close());

const TEXT = { 'content-type': 'text/plain' };
const get = async (path: string, as?: string) => (await app.api('GET', path, as ? { as } : {})).body;

/** A learner who brought a file, handed it in and has 8 of 10 points, in one of two offerings. */
async function marked() {
  const course = await world.course();
  const assessment = await world.assessment(course);
  const learner = await app.personWith();
  const enrollment = await world.enroll(course.defaultOfferingId, learner.id);
  const of = (id: string) => `/files?assessmentId=${id}&enrollmentId=${enrollment.id}`;
  const file = await app.api('POST', `${of(assessment.id)}&name=a.txt`, {
    payload: 'my essay',
    headers: TEXT,
    as: learner.token,
  });
  assert.equal(file.status, 201);
  const work = (id: string) => `/assessments/${id}/submissions/${enrollment.id}`;
  const mark = (id: string) => `/assessments/${id}/marks/${enrollment.id}`;
  await app.api('PUT', work(assessment.id), { as: learner.token, body: { state: 'submitted' } });
  assert.equal((await app.api('PUT', mark(assessment.id), { body: { score: 8 } })).status, 201);
  const offering = await world.offering(course);
  const transfer = async (to = offering.id) => {
    const answer = await app.api('POST', `/enrollments/${enrollment.id}/transfers`, { body: { offeringId: to } });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  return { course, assessment, learner, enrollment, offering, file: file.body, of, work, mark, transfer };
}

test('what was handed in, its mark and its files go along to the assessment of the activity there', async () => {
  const { course, assessment, learner, enrollment, offering, file, of, work, mark, transfer } = await marked();
  const before = await get(work(assessment.id));
  const there = await world.post('/assessments', {
    offeringId: offering.id,
    activityId: course.activityId,
    name: 'There',
    maximum: 50,
  });
  assert.equal((await transfer()).score, 80);
  assert.deepEqual(
    { ...(await get(work(there.id), learner.token)), updatedAt: 0 },
    { ...before, assessmentId: there.id, updatedAt: 0 },
  );
  const { score, percent } = await get(mark(there.id), learner.token);
  assert.deepEqual([score, percent], [40, 80], 'in the measure of the assessment there');
  const files = await get(of(there.id), learner.token);
  assert.deepEqual(
    files.data.map((one: { id: string }) => one.id),
    [file.id],
  );
  for (const path of [work(assessment.id), mark(assessment.id), of(assessment.id)])
    assert.equal((await app.api('GET', path)).status, 404, path);
  const books = await Promise.all(
    [offering.id, course.defaultOfferingId].map((id) => get(`/offerings/${id}/marks?count=true`)),
  );
  assert.deepEqual(
    books.map((page) => page.total),
    [1, 0],
  );
  const { rows } = await app.database.pool.query(
    `select type, data from event where person_id = $1 and type like '%.moved' order by type`,
    [learner.id],
  );
  const changed = { assessmentId: [assessment.id, there.id] };
  assert.deepEqual(rows, [
    {
      type: 'file.moved',
      data: {
        entity: 'submission',
        entityId: there.id,
        enrollmentId: enrollment.id,
        changed: { entityId: [assessment.id, there.id] },
      },
    },
    { type: 'mark.moved', data: { enrollmentId: enrollment.id, changed: { ...changed, score: [8, 40] } } },
    { type: 'submission.moved', data: { enrollmentId: enrollment.id, changed } },
  ]);
});

test('what has no counterpart stays where it is, can be read, and comes along later', async () => {
  const { course, assessment, learner, offering, of, work, mark, transfer } = await marked();
  assert.equal((await transfer()).score, 80);
  for (const as of [learner.token, app.key]) {
    assert.equal((await get(mark(assessment.id), as)).score, 8);
    assert.equal((await get(work(assessment.id), as)).state, 'marked');
    assert.equal((await get(of(assessment.id), as)).data.length, 1);
  }
  assert.equal((await app.api('PUT', mark(assessment.id), { body: { score: 1 } })).status, 404);
  const third = await world.offering(course);
  const there = await world.post('/assessments', {
    offeringId: third.id,
    activityId: course.activityId,
    name: 'There',
    maximum: 10,
  });
  assert.equal((await get(`/assessments/${there.id}`)).offeringId, third.id);
  await transfer(third.id);
  assert.equal((await get(mark(there.id), learner.token)).score, 8);
  assert.equal((await get(of(there.id), learner.token)).data.length, 1);
  // and back to where no assessment is
  await transfer(offering.id);
  assert.equal((await get(mark(there.id), learner.token)).score, 8);
});

test('two assessments of one activity keep their order, and what the learner has there already stands', async () => {
  const { course, assessment, enrollment, mark, transfer, offering } = await marked();
  const of = (offeringId: string, name: string) =>
    world.post('/assessments', { offeringId, activityId: course.activityId, name, maximum: 10 });
  const second = await of(course.defaultOfferingId, 'Second');
  await app.api('PUT', mark(second.id), { body: { score: 3 } });
  const there = [await of(offering.id, 'First'), await of(offering.id, 'Second')];
  await transfer();
  assert.deepEqual(await Promise.all(there.map(async ({ id }) => (await get(mark(id))).score)), [8, 3]);
  await transfer(course.defaultOfferingId);
  assert.equal((await get(mark(assessment.id))).score, 8);
  assert.equal((await get(`/enrollments/${enrollment.id}/marks?count=true`)).total, 2);
});
