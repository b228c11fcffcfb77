import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes, refusal, rule } from '../../../test/support/fixture.ts';
import { newId } from '../kernel/ids.ts';
import { ActivityStates, Enrollments } from './index.ts';
import type { Progress } from './record-progress.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const learner = async (input: Parameters<Fixture['course']>[0] = {}) => {
  const course = await f.course({
    activities: [
      { name: 'Page', kind: 'page', tasks: [{ name: 'a' }, { name: 'b' }] },
      { name: 'Video', kind: 'video' },
    ],
    ...input,
  });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  const record = (minute: number, n: number, progress: Progress) =>
    ActivityStates.record(f.after(minute), enrollment, course.activityIds[n]!, progress);
  return { course, personId, enrollment, record, now: () => Enrollments.get(f.ctx, enrollmentId) };
};

test('progress, time and completion of one activity', async () => {
  const { record, now } = await learner();
  const half = await record(1, 1, { progress: 40, addTicks: 100 });
  assert.deepEqual([half.state, half.progress, half.timeTicks, half.startedAt], ['in_progress', 40, 100, minutes(1)]);
  const done = await record(2, 1, { progress: 100, addTicks: 50 });
  assert.deepEqual([done.state, done.progress, done.timeTicks, done.completedAt], ['complete', 100, 150, minutes(2)]);
  assert.deepEqual(await record(3, 1, { progress: 70 }), done, 'what is complete stays complete');
  const open = await record(4, 1, { state: 'in_progress', progress: 70 });
  assert.deepEqual([open.state, open.progress, open.completedAt], ['in_progress', 70, null]);
  const whole = await record(5, 1, { state: 'complete' });
  assert.deepEqual([whole.state, whole.progress, whole.startedAt], ['complete', 100, minutes(1)]);
  const { timeTicks, progress } = await now();
  assert.deepEqual([timeTicks, progress], [150, 50]);
  const anew = await record(6, 1, { state: 'not_started', progress: 0 });
  assert.deepEqual([anew.state, anew.progress, anew.startedAt], ['not_started', 0, null]);
  assert.deepEqual((await f.eventData('activity_enrollment.updated', anew.id))!.changed, {
    state: ['complete', 'not_started'],
    progress: [100, 0],
  });
});

test('the same sent again changes nothing, unless time is added', async () => {
  const { record } = await learner();
  const first = await record(1, 1, { progress: 40 });
  const events = await f.events();
  assert.deepEqual(await record(2, 1, { progress: 40 }), first);
  assert.deepEqual(await f.events(), events);
  assert.equal((await record(3, 1, { addTicks: 7 })).timeTicks, 7);
});

test('tasks must be those of the activity', async () => {
  const { record } = await learner();
  const fact = await refusal(record(1, 0, { tasksDone: [newId()] }));
  assert.deepEqual(fact.kind === 'invalid' && fact.issues[0]!.path, ['tasksDone', 0]);
  const none = await record(1, 0, { tasksDone: [] });
  assert.deepEqual([none.state, none.progress], ['in_progress', 0]);
});

test('what is out of range is refused', async () => {
  const { record } = await learner();
  for (const progress of [
    { progress: -1 },
    { progress: 101 },
    { progress: Number.NaN },
    { addTicks: -1 },
    { addTicks: 1.5 },
  ])
    assert.equal((await refusal(record(1, 1, progress))).kind, 'invalid');
});

test('a completion that stood on it goes with it', async () => {
  const { record, now } = await learner();
  await record(1, 0, { progress: 100 });
  await record(2, 1, { progress: 100 });
  assert.equal((await now()).state, 'complete');
  await record(3, 1, { state: 'in_progress', progress: 10 });
  const { state, progress } = await now();
  assert.deepEqual([state, progress], ['in_progress', 55]);
});

test('the same rules hold as for attempts: access, permission, live enrollment', async () => {
  const { record, enrollment, course } = await learner({ accessAt: days(1) });
  assert.equal(await rule(record(1, 1, { progress: 10 })), 'not_open_yet');
  const open = await learner();
  const activityId = open.course.activityIds[1]!;
  const stranger = f.learner(await f.person());
  assert.equal(
    (await refusal(ActivityStates.record(stranger, open.enrollment, activityId, { progress: 1 }))).kind,
    'forbidden',
  );
  const me = f.learner(open.personId);
  assert.equal((await ActivityStates.record(me, open.enrollment, activityId, { progress: 1 })).progress, 1);
  const marker = actingWith(f.ctx, ['marks.write']);
  assert.equal((await ActivityStates.record(marker, open.enrollment, activityId, { progress: 2 })).progress, 2);
  await Enrollments.withdraw(f.ctx, [open.enrollment.id], { ending: 'kept' });
  assert.equal(
    (await refusal(ActivityStates.record(me, open.enrollment, activityId, { progress: 3 }))).kind,
    'not_found',
  );
  assert.equal(
    (await refusal(ActivityStates.record({ ...f.ctx, now: days(2) }, enrollment, newId(), { progress: 3 }))).kind,
    'not_found',
    `${course.id} has no such activity`,
  );
});
