import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingAs } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal } from '../../../test/support/fixture.ts';
import { beside } from '../../../test/support/held.ts';
import { Enrollments } from '../enrollment/index.ts';
import { and, equals } from '../kernel/condition.ts';
import { Assessments, Marks, Submissions } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
  f = await fixture(database.db);
});
after(() => database.close());

const PAGE = { page: { kind: 'rows', offset: 0, limit: 20, total: false } } as const;

const of = (assessmentId: string, enrollmentId: string) => ({
  ...PAGE,
  where: and(equals('assessmentId', assessmentId), equals('enrollmentId', enrollmentId)),
});

/** An essay of 100 points that was handed in, and people to mark it. */
async function essay() {
  const course = await f.course({ activities: [{ name: 'Essay', kind: 'assignment' }] });
  const { id } = await Assessments.create(f.ctx, {
    offeringId: course.offeringId,
    activityId: course.activityIds[0]!,
    name: 'Essay',
  });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Submissions.save(f.ctx, id, enrollmentId, {});
  const [anna, ben, cleo] = await f.people(3);
  const give = (markerId: string, score: number, role?: Marks.Role) =>
    Marks.saveMarking(f.ctx, id, enrollmentId, { markerId, score, ...(role ? { role } : {}) });
  return {
    id,
    enrollmentId,
    personId,
    anna: anna!,
    ben: ben!,
    cleo: cleo!,
    give,
    score: async () => (await Enrollments.get(f.ctx, enrollmentId)).score,
    /** Scores, the one that counts with a star. */
    all: async () =>
      (await Marks.listAll(f.ctx, of(id, enrollmentId))).rows
        .map((mark) => `${mark.score}${mark.counts ? '*' : ''}`)
        .sort(),
    book: async () => (await Marks.listOfAssessment(f.ctx, id, PAGE)).rows.map((mark) => mark.score),
  };
}

test('the first marker’s mark counts until a moderator marks or one is agreed on; gradebook and score see no other', async () => {
  const { id, enrollmentId, anna, ben, cleo, give, all, score, book } = await essay();
  await give(anna, 50);
  const { mark: second, created } = await give(ben, 70);
  assert.deepEqual([second.counts, created, await all(), await score()], [false, true, ['50*', '70'], 50]);
  assert.equal((await Marks.agree(f.ctx, second.id)).counts, true);
  assert.deepEqual([await all(), await score(), await book()], [['50', '70*'], 70, [70]]);
  await give(cleo, 60, 'moderator');
  assert.deepEqual([await all(), await score()], [['50', '60*', '70'], 60]);
  await give(anna, 55);
  assert.deepEqual([await all(), await score()], [['55', '60*', '70'], 60], 'a marker does not overrule the moderator');
  assert.deepEqual(await f.eventData('mark.counted', id), {
    enrollmentId,
    changed: { markId: [(await Marks.listAll(f.ctx, of(id, enrollmentId))).rows[0]!.id, second.id] },
    score: 70,
  });
});

test('an evaluator’s mark counts only when it is agreed on, and the work still waits for marking', async () => {
  const { id, enrollmentId, anna, ben, give, all, score } = await essay();
  const { mark } = await give(anna, 90, 'evaluator');
  assert.deepEqual([mark.counts, await score()], [false, null]);
  assert.equal((await Submissions.get(f.ctx, id, enrollmentId)).state, 'submitted');
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).state, 'ready_for_review');
  assert.equal((await refusal(Marks.get(f.ctx, id, enrollmentId))).kind, 'not_found');
  await give(ben, 40);
  assert.deepEqual(await all(), ['40*', '90']);
  await Marks.agree(f.ctx, mark.id);
  assert.equal(await score(), 90);
});

test('when the mark that counts is taken back, a moderator’s counts, else a marker’s, the latest', async () => {
  const { id, enrollmentId, anna, ben, cleo, give, all, score } = await essay();
  await give(anna, 90, 'evaluator');
  await give(ben, 50);
  const third = await f.person();
  const { mark } = await give(third, 30);
  await give(cleo, 60, 'moderator');
  await Marks.delete(f.ctx, id, enrollmentId);
  assert.deepEqual([await all(), await score()], [['30*', '50', '90'], 30]);
  await Marks.deleteOne(f.ctx, mark.id);
  assert.deepEqual([await all(), await score()], [['50*', '90'], 50]);
  await Marks.delete(f.ctx, id, enrollmentId);
  assert.deepEqual([await all(), await score()], [['90'], null]);
  assert.equal((await Submissions.get(f.ctx, id, enrollmentId)).state, 'submitted');
});

test('a new maximum and a reset reach all marks; learners see the one that counts', async () => {
  const { id, enrollmentId, personId, anna, ben, give, all, score } = await essay();
  await give(anna, 50);
  await give(ben, 70);
  await Assessments.update(f.ctx, id, { maximum: 200 });
  assert.equal(await score(), 25);
  const learner = await actingAs(f.ctx, personId);
  assert.equal((await Marks.get(learner, id, enrollmentId)).score, 50);
  assert.equal((await Marks.listOfEnrollment(learner, enrollmentId, PAGE)).rows.length, 1);
  assert.equal((await refusal(Marks.listAll(learner, of(id, enrollmentId)))).kind, 'forbidden');
  await Enrollments.reset(f.ctx, enrollmentId);
  assert.deepEqual(await all(), []);
});

test('nobody marks their own work, or is named as the marker of it', async () => {
  const { id, enrollmentId, personId, anna, give } = await essay();
  const { mark } = await give(anna, 20);
  assert.equal(
    (await refusal(Marks.saveMarking(f.ctx, id, enrollmentId, { markerId: personId, score: 1 }))).kind,
    'invalid',
  );
  const learner = { ...(await actingAs(f.ctx, personId)) };
  const marking = {
    ...learner,
    actor: { ...learner.actor, units: null, permissions: new Set(['marks.write', 'marks.read']) },
  } as typeof f.ctx;
  assert.equal(
    (await refusal(Marks.saveMarking(marking, id, enrollmentId, { markerId: anna, score: 1 }))).kind,
    'forbidden',
  );
  assert.equal((await refusal(Marks.agree(marking, mark.id))).kind, 'forbidden');
});

test('of two markers at once one mark counts, and both stand', async () => {
  const { id, enrollmentId, anna, ben, all } = await essay();
  await beside(
    database,
    f.ctx,
    (inner) => Marks.saveMarking(inner, id, enrollmentId, { markerId: anna, score: 40 }),
    () => Marks.saveMarking(f.ctx, id, enrollmentId, { markerId: ben, score: 80 }),
  );
  assert.deepEqual(await all(), ['40*', '80']);
});

test('a mark that comes while a reset takes the work back finds nothing to mark', async () => {
  const { id, enrollmentId, anna, all } = await essay();
  const result = await beside(
    database,
    f.ctx,
    (inner) => Enrollments.reset(inner, enrollmentId),
    () => Marks.saveMarking(f.ctx, id, enrollmentId, { markerId: anna, score: 40 }),
  );
  assert.equal(result.status, 'rejected');
  assert.deepEqual(await all(), []);
});
