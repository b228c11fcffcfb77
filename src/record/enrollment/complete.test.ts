import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import {
  type CourseOptions,
  days,
  type Fixture,
  fixture,
  minutes,
  refusal,
  rule,
} from '../../../test/support/fixture.ts';
import { newId } from '../kernel/ids.ts';
import { ActivityStates, Attempts, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const learner = async (activities: NonNullable<CourseOptions['activities']>) => {
  const course = await f.course({ activities });
  const personId = await f.person();
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const now = () => Enrollments.get(f.ctx, id);
  return {
    course,
    personId,
    id,
    now,
    finish: async (n: number, score: number) => {
      const attempt = (await Attempts.start(f.ctx, await now(), course.activityIds[n]!)).attempt;
      return Attempts.record(f.ctx, attempt.id, { state: 'complete', score });
    },
    states: async () => (await ActivityStates.list(f.ctx, await now())).map((activity) => activity.state),
  };
};

test('force-completing completes the required activities and all sessions, and changes no score', async () => {
  const { finish, id, states } = await learner([
    'One',
    'Two',
    { name: 'Extra', required: false },
    { name: 'Live', kind: 'live_session', required: false },
  ]);
  await finish(0, 61);
  const done = await Enrollments.complete(f.after(5), id);
  assert.deepEqual([done.state, done.progress, done.score, done.completedAt], ['complete', 100, 61, minutes(5)]);
  assert.deepEqual(await states(), ['complete', 'complete', 'not_started', 'complete']);
  assert.deepEqual((await f.events(id)).slice(-2), ['enrollment.force_completed', 'enrollment.completed']);
  const events = await f.events(id);
  assert.deepEqual(await Enrollments.complete(f.after(9), id), done, 'again it keeps the date');
  assert.deepEqual(await f.events(id), events);
});

test('where nothing is required, optional activities stay as they are, and the enrollment is complete', async () => {
  const { id, states } = await learner([
    { name: 'One', required: false },
    { name: 'Two', required: false },
  ]);
  const done = await Enrollments.complete(f.after(3), id);
  assert.deepEqual(
    [done.state, done.progress, done.completedAt, done.outcomeBy],
    ['complete', 100, minutes(3), 'test'],
  );
  assert.ok((await states()).every((state) => state !== 'complete'));
  const empty = await learner([]);
  assert.equal((await Enrollments.complete(f.ctx, empty.id)).state, 'complete');
});

test('what is done afterwards does not undo what was forced', async () => {
  const { course, now, id } = await learner([{ name: 'One', attemptsAllowed: 3 }]);
  await Enrollments.complete(f.ctx, id);
  const attempt = (await Attempts.start(f.ctx, await now(), course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'failed', score: 12 });
  const stands = await now();
  assert.deepEqual([stands.state, stands.progress, stands.score], ['complete', 100, 12]);
});

test('a collection is force-completed in its required courses', async () => {
  const [one, extra] = [await f.course({ activities: ['a'] }), await f.course({ activities: ['b'] })];
  const collection = await f.collection([one, { course: extra, required: false }]);
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  assert.equal((await Enrollments.complete(f.ctx, enrollmentId)).state, 'complete');
  assert.equal((await Enrollments.getPrimary(f.ctx, personId, one.id)).state, 'complete');
  assert.equal((await Enrollments.getPrimary(f.ctx, personId, extra.id)).state, 'not_started');
});

test('without a seat nothing is forced, and an outcome set by hand stands over it', async () => {
  const { id } = await learner(['One']);
  await Enrollments.setOutcome(f.ctx, id, { state: 'pending_approval' });
  assert.equal(await rule(Enrollments.complete(f.ctx, id)), 'not_enrolled');
  await Enrollments.setOutcome(f.ctx, id, { state: 'not_applicable' });
  const done = await Enrollments.complete(f.ctx, id);
  assert.deepEqual([done.state, done.progress], ['not_applicable', 100]);
});

test('a reset takes attempts, progress, marks and outcome away: as on the first day', async () => {
  const { finish, id, now, states } = await learner(['One', 'Two']);
  const first = await now();
  await finish(0, 70);
  await finish(1, 80);
  await Enrollments.setOutcome(f.ctx, id, { score: 99, result: 'Merit', rating: 5, credits: 2, dueAt: days(7) });
  await Enrollments.touch(f.after(4), id);
  const reset = await Enrollments.reset(f.after(5), id);
  assert.deepEqual({ ...reset, updatedAt: '' }, { ...first, dueAt: days(7), updatedAt: '' });
  assert.deepEqual(await states(), ['not_started', 'not_started']);
  assert.deepEqual(await Attempts.list(f.ctx, reset), []);
  assert.equal((await f.eventData('enrollment.reset', id))!.was.score, 99);
  assert.equal((await finish(0, 10)).ordinal, 1);
});

test('recompute goes by the facts and says so', async () => {
  const { finish, id } = await learner(['One', 'Two']);
  await finish(0, 70);
  await Enrollments.setOutcome(f.ctx, id, { state: 'complete', score: 100 });
  const facts = await Enrollments.recompute(f.ctx, id);
  assert.deepEqual([facts.state, facts.progress, facts.score, facts.completedAt], ['in_progress', 50, 70, null]);
  assert.deepEqual((await f.events(id)).slice(-2), ['enrollment.outcome_cleared', 'enrollment.reopened']);
});

test('touching notes the last access, later ones only', async () => {
  const { id, personId } = await learner(['One']);
  assert.equal((await Enrollments.touch(f.learner(personId, 3), id)).lastAccessAt, minutes(3));
  assert.equal((await Enrollments.touch(f.after(2), id)).lastAccessAt, minutes(3));
  assert.equal((await Enrollments.touch(f.ctx, id, minutes(9))).lastAccessAt, minutes(9));
  assert.deepEqual((await f.eventData('enrollment.accessed', id))!.changed, { lastAccessAt: [minutes(3), minutes(9)] });
  assert.equal((await f.events(id)).filter((type) => type === 'enrollment.accessed').length, 2);
  const stranger = f.learner(await f.person());
  assert.equal((await refusal(Enrollments.touch(stranger, id))).kind, 'not_found');
});

test('each needs the permission, and people in sight', async () => {
  const { id, personId } = await learner(['One']);
  const away = actingWith(f.ctx, ['enrollments.write'], [await f.unit('Away')]);
  for (const verb of [Enrollments.complete, Enrollments.reset, Enrollments.recompute]) {
    assert.equal((await refusal(verb(f.learner(personId), id))).kind, 'forbidden');
    assert.equal((await refusal(verb(away, id))).kind, 'not_found');
    assert.equal((await refusal(verb(f.ctx, newId()))).kind, 'not_found');
    assert.ok(await verb(actingWith(f.ctx, ['enrollments.write']), id));
  }
});
