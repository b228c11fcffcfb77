import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, minutes, refusal, rule } from '../../../test/support/fixture.ts';
import { Assessments, Marks, Submissions } from '../assessment/index.ts';
import { Content } from '../catalog/index.ts';
import type { Context } from '../kernel/context.ts';
import type { Permission } from '../kernel/permission.ts';
import type { AttemptResult } from './attempts.ts';
import { ActivityStates, Attempts, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const REPORTED = ['page', 'video', 'document', 'package', 'link', 'checklist'];
const COUNTED = ['poll', 'survey'];

/** Somebody in a course of one required activity, acting as a learner. */
async function taking(kind: string, permissions: readonly Permission[] = [], units: readonly string[] | null = []) {
  const course = await f.course({
    activities: [{ name: 'Work', kind: kind as 'quiz', tasks: [{ name: 'One' }, { name: 'Two' }] }],
  });
  const personId = await f.person();
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const activityId = course.activityIds[0]!;
  const me: Context = {
    ...f.after(1),
    actor: { kind: 'person', id: personId, clientId: null, permissions: new Set(permissions), units },
  };
  const now = () => Enrollments.get(f.ctx, id);
  const state = async () => (await ActivityStates.get(f.ctx, await now(), activityId)).state;
  const start = async () => (await Attempts.start(me, await now(), activityId)).attempt;
  return { id, personId, course, activityId, me, now, state, start };
}

const forbidden = async (work: Promise<unknown>, permission: Permission = 'marks.write') =>
  assert.deepEqual(await refusal(work), { kind: 'forbidden', permission });

test('a learner’s word completes what is reported, and nothing else', async () => {
  for (const kind of Content.ACTIVITY_KINDS) {
    const own = await taking(kind);
    const attempt = await own.start();
    const done = Attempts.record(own.me, attempt.id, { state: 'complete' });
    if (REPORTED.includes(kind)) {
      assert.equal((await done).finishedAt, minutes(1));
      assert.deepEqual([await own.state(), (await own.now()).state], ['complete', 'complete'], kind);
    } else {
      await forbidden(done);
      for (const progress of [{ progress: 100 }, { state: 'complete' as const }])
        await forbidden(ActivityStates.record(own.me, await own.now(), own.activityId, progress));
      const { rows } = await database.pool.query('select id from task where tenant_id = $1 and activity_id = $2', [
        f.ctx.tenant.id,
        own.activityId,
      ]);
      await ActivityStates.record(own.me, await own.now(), own.activityId, { tasksDone: rows.map((row) => row.id) });
      assert.deepEqual([await own.state(), (await own.now()).progress], ['in_progress', 0], kind);
    }
    const other = await taking(kind);
    const attend = ActivityStates.record(other.me, await other.now(), other.activityId, { state: 'absent' });
    await forbidden(attend);
  }
});

test('score, feedback, moments and failing are for who marks', async () => {
  const own = await taking('quiz');
  const attempt = await own.start();
  const wanted: Partial<AttemptResult>[] = [
    { score: 100 },
    { feedback: 'Well done' },
    { startedAt: minutes(0) },
    { finishedAt: minutes(9) },
    { state: 'failed' },
    { state: 'complete', score: 100 },
  ];
  for (const result of wanted)
    await forbidden(Attempts.record(own.me, attempt.id, { state: 'in_progress', ...result }));
  // sent back as it stands, it says nothing
  const { score, feedback, startedAt } = attempt;
  assert.deepEqual(
    await Attempts.record(own.me, attempt.id, { state: 'in_progress', score, feedback, startedAt }),
    attempt,
  );
});

test('what is handed in waits for its marker, and is closed to the learner', async () => {
  const own = await taking('quiz');
  const attempt = await own.start();
  assert.equal((await Attempts.record(own.me, attempt.id, { state: 'in_progress', timeTicks: 7 })).timeTicks, 7);
  const handed = await Attempts.record(own.me, attempt.id, { state: 'ready_for_review' });
  assert.deepEqual([handed.state, handed.finishedAt], ['ready_for_review', minutes(1)]);
  assert.deepEqual([await own.state(), (await own.now()).state], ['ready_for_review', 'ready_for_review']);
  assert.deepEqual((await f.events(attempt.id)).slice(-1), ['attempt.submitted']);
  for (const result of [{ state: 'in_progress' }, { state: 'ready_for_review', timeTicks: 9 }] as const)
    assert.equal(await rule(Attempts.record(own.me, attempt.id, result)), 'attempt_finished');
  assert.deepEqual(await Attempts.record(own.me, attempt.id, { state: 'ready_for_review' }), handed);

  await Attempts.record(f.after(2), attempt.id, { state: 'failed', score: 20 });
  assert.equal(await own.state(), 'failed');
  await forbidden(Attempts.record(own.me, attempt.id, { state: 'complete', score: 100 }));
  assert.equal(await rule(Attempts.record(own.me, attempt.id, { state: 'in_progress' })), 'attempt_finished');
  const again = ActivityStates.record(own.me, await own.now(), own.activityId, { state: 'in_progress' });
  assert.equal(await rule(again), 'attempt_finished');
  await Attempts.record(f.after(3), attempt.id, { state: 'complete', score: 80 });
  assert.deepEqual([await own.state(), (await own.now()).score], ['complete', 80]);
});

test('nothing is judged in polls and surveys: handed in is complete', async () => {
  for (const kind of COUNTED) {
    const byAttempt = await taking(kind);
    const { id } = await byAttempt.start();
    assert.equal((await Attempts.record(byAttempt.me, id, { state: 'ready_for_review' })).state, 'complete');
    const byState = await taking(kind);
    await ActivityStates.record(byState.me, await byState.now(), byState.activityId, { state: 'ready_for_review' });
    for (const own of [byAttempt, byState])
      assert.deepEqual([await own.state(), (await own.now()).progress], ['complete', 100], kind);
  }
  const live = await taking('live_session');
  await forbidden(ActivityStates.record(live.me, await live.now(), live.activityId, { state: 'ready_for_review' }));
});

test('a page with an assessment is judged like any other work', async () => {
  const own = await taking('page');
  const { offeringId } = own.course;
  const assessment = await Assessments.create(f.ctx, { offeringId, activityId: own.activityId, name: 'Essay' });
  await forbidden(ActivityStates.record(own.me, await own.now(), own.activityId, { state: 'complete' }));
  const { id } = await own.start();
  await forbidden(Attempts.record(own.me, id, { state: 'complete' }));
  await Submissions.save(own.me, assessment.id, own.id, {});
  assert.equal(await own.state(), 'ready_for_review');
  const again = ActivityStates.record(own.me, await own.now(), own.activityId, { state: 'in_progress' });
  assert.equal(await rule(again), 'attempt_finished');
});

test('whoever marks and enrolls others does not judge their own work, the administrators of the account excepted', async () => {
  const permissions = ['marks.write', 'enrollments.write', 'enrollments.read', 'marks.read'] as const;
  for (const units of [null, [f.rootUnitId]]) {
    const own = await taking('quiz', permissions, units);
    const other = await taking('quiz');
    const { offeringId } = own.course;
    const assessment = await Assessments.create(f.ctx, { offeringId, activityId: own.activityId, name: 'Test' });
    const { id } = await own.start();
    await forbidden(Attempts.record(own.me, id, { state: 'complete', score: 100 }));
    await forbidden(Marks.save(own.me, assessment.id, own.id, { score: 100 }, { handIn: true }));
    await forbidden(Enrollments.setOutcome(own.me, own.id, { state: 'complete' }), 'enrollments.write');
    await forbidden(Enrollments.complete(own.me, own.id), 'enrollments.write');
    await forbidden(Enrollments.reset(own.me, own.id), 'enrollments.write');
    assert.equal((await Enrollments.setOutcome(own.me, own.id, { dueAt: minutes(9) })).dueAt, minutes(9));
    assert.equal((await Enrollments.setOutcome(own.me, other.id, { state: 'complete' })).state, 'complete');
  }
  const admin = await taking('quiz', [...permissions, 'tenant.manage'], null);
  const { id } = await admin.start();
  assert.equal((await Attempts.record(admin.me, id, { state: 'complete', score: 100 })).score, 100);
});
