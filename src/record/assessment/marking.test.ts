import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingAs, at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, refusal, rule } from '../../../test/support/fixture.ts';
import { Enrollments } from '../enrollment/index.ts';
import { listMarks } from './gradebook.ts';
import { Assessments, Marks, Submissions } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

/** A learner in a course of an essay (marked 0 to 50) and a page. */
async function essay(dueAt: string | null = null) {
  const course = await f.course({
    activities: [
      { name: 'Essay', kind: 'assignment' },
      { name: 'Page', kind: 'page', required: false, weight: 0 },
    ],
  });
  const assessment = await Assessments.create(f.ctx, {
    offeringId: course.offeringId,
    activityId: course.activityIds[0]!,
    name: 'Essay',
    maximum: 50,
    dueAt,
  });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  return { course, assessment, personId, enrollmentId };
}

test('what is handed in waits for review, its mark completes the activity and makes the score', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).state, 'ready_for_review');
  const { mark, created } = await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 40 });
  assert.deepEqual([mark.score, mark.percent, created], [40, 80, true]);
  const done = await Enrollments.get(f.ctx, enrollmentId);
  assert.deepEqual([done.state, done.progress, done.score], ['complete', 100, 80]);
  assert.equal((await Submissions.get(f.ctx, assessment.id, enrollmentId)).state, 'marked');
});

test('a mark given again replaces it and does not undo the completion; taking it back does', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 40 });
  assert.equal((await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 10 })).created, false);
  const marked = await Enrollments.get(f.ctx, enrollmentId);
  assert.deepEqual([marked.state, marked.score], ['complete', 20]);
  await Marks.delete(f.ctx, assessment.id, enrollmentId);
  const back = await Enrollments.get(f.ctx, enrollmentId);
  assert.deepEqual([back.state, back.score], ['ready_for_review', null]);
});

test('nothing handed in is not marked, but a mark may be carried over; it is never late', async () => {
  const { assessment, enrollmentId } = await essay(days(-1));
  assert.equal(await rule(Marks.save(f.ctx, assessment.id, enrollmentId, { score: 1 })), 'not_enrolled');
  await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 50, carriedOver: true });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).score, 100);
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  assert.equal((await Submissions.get(f.ctx, assessment.id, enrollmentId)).late, false);
});

test('late is what comes after the due date', async () => {
  const { assessment, enrollmentId } = await essay(days(1));
  await Submissions.save(at(f.ctx, days(2)), assessment.id, enrollmentId, {});
  assert.equal((await Submissions.get(f.ctx, assessment.id, enrollmentId)).late, true);
});

test('more points than the maximum are kept as given; the score of the enrollment stops at 100', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  const { mark } = await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 52.5 });
  assert.deepEqual([mark.score, mark.percent], [52.5, 105]);
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).score, 100);
  await Assessments.update(f.ctx, assessment.id, { maximum: 0.001 });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).score, 100);
});

test('a score below the minimum or out of all bounds is refused, and nothing is left behind', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  for (const score of [-0.5, 500_001])
    assert.equal((await refusal(Marks.save(f.ctx, assessment.id, enrollmentId, { score }))).kind, 'invalid');
  const { rows } = await listMarks(f.ctx, { page: { kind: 'rows', offset: 0, limit: 10, total: false } });
  assert.equal(
    rows.some((mark) => mark.enrollmentId === enrollmentId),
    false,
  );
});

test('learners hand in their own, and nobody else’s', async () => {
  const { assessment, personId, enrollmentId } = await essay();
  const other = await essay();
  const learner = await actingAs(f.ctx, personId);
  await Submissions.save(learner, assessment.id, enrollmentId, {});
  assert.equal((await refusal(Marks.save(learner, assessment.id, enrollmentId, { score: 50 }))).kind, 'forbidden');
  assert.equal(
    (await refusal(Submissions.save(learner, other.assessment.id, other.enrollmentId, {}))).kind,
    'not_found',
  );
});

test('marks after leaving are kept with the enrollment they belong to', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'kept' });
  await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 25 });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId, 'all')).score, 50);
});

test('a new maximum moves scores, and an assessment with marks stays', async () => {
  const { assessment, enrollmentId } = await essay();
  await Submissions.save(f.ctx, assessment.id, enrollmentId, {});
  await Marks.save(f.ctx, assessment.id, enrollmentId, { score: 40 });
  await Assessments.update(f.ctx, assessment.id, { maximum: 80 });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).score, 50);
  assert.equal(await rule(Assessments.delete(f.ctx, assessment.id)), 'in_use');
});
