import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at } from '../../../test/support/context.ts';
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

const learner = async (
  activity: Exclude<NonNullable<CourseOptions['activities']>[number], string> | Record<string, unknown> = {},
  input: Omit<CourseOptions, 'activities'> = {},
) => {
  const course = await f.course({ activities: [{ name: 'Quiz', ...activity } as never, 'Other'], ...input });
  const personId = await f.person();
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const activityId = course.activityIds[0]!;
  const now = () => Enrollments.get(f.ctx, id);
  return {
    id,
    course,
    personId,
    activityId,
    now,
    start: async (n = 0) => (await Attempts.start(f.after(n), await now(), activityId)).attempt,
    state: async () => ActivityStates.get(f.ctx, await now(), activityId),
  };
};

test('starting opens a try, and an open one is returned again', async () => {
  const { start, state, now, id } = await learner();
  const first = await start(1);
  assert.deepEqual(
    [first.ordinal, first.state, first.startedAt, first.finishedAt],
    [1, 'in_progress', minutes(1), null],
  );
  assert.deepEqual(await start(5), first);
  const stands = await state();
  assert.deepEqual(
    [stands.state, stands.attempts, stands.failures, stands.startedAt, stands.lastAttemptAt],
    ['in_progress', 1, 0, minutes(1), minutes(1)],
  );
  assert.deepEqual([(await now()).state, (await now()).startedAt], ['in_progress', minutes(1)]);
  assert.deepEqual(await f.events(first.id), ['attempt.started']);
  assert.deepEqual((await f.events(id)).slice(1), ['enrollment.started']);
});

test('attempts are limited by the activity; a finished activity without a limit takes no more', async () => {
  const limited = await learner({ attemptsAllowed: 2 });
  await Attempts.record(f.after(1), (await limited.start()).id, { state: 'complete', score: 50 });
  await Attempts.record(f.after(2), (await limited.start(1)).id, { state: 'complete', score: 80 });
  assert.equal(await rule(limited.start(3)), 'attempts_used_up');
  assert.equal((await limited.state()).score, 80);
  const free = await learner();
  for (let i = 0; i < 3; i++) await Attempts.record(f.after(i + 1), (await free.start(i)).id, { state: 'failed' });
  const stands = await free.state();
  assert.deepEqual([stands.attempts, stands.failures, stands.state], [3, 3, 'failed']);
  await Attempts.record(f.after(9), (await free.start(8)).id, { state: 'complete' });
  assert.equal(await rule(free.start(10)), 'attempt_finished');
});

test('saving keeps the try open, finishing closes it', async () => {
  const { start, state } = await learner();
  const { id } = await start();
  const saved = await Attempts.record(f.after(1), id, { state: 'in_progress', score: 30 });
  assert.deepEqual([saved.state, saved.score, saved.finishedAt], ['in_progress', 30, null]);
  assert.equal((await start(2)).id, id);
  const done = await Attempts.record(f.after(3), id, { state: 'complete', score: 66.66666 });
  assert.deepEqual([done.finishedAt, done.score, done.timeTicks], [minutes(3), 66.6667, 3 * 60 * 10_000_000]);
  const stands = await state();
  assert.deepEqual(
    [stands.state, stands.progress, stands.score, stands.completedAt, stands.timeTicks],
    ['complete', 100, 66.6667, minutes(3), 3 * 60 * 10_000_000],
  );
});

test('recording again replaces the result, and the history is in the events', async () => {
  const { start, state } = await learner();
  const { id } = await start();
  await Attempts.record(f.after(1), id, { state: 'failed', score: 20, feedback: 'Too short' });
  const again = await Attempts.record(f.after(5), id, { state: 'complete', score: 70, timeTicks: 151_000_000 });
  assert.deepEqual(
    [again.state, again.score, again.finishedAt, again.timeTicks, again.feedback],
    ['complete', 70, minutes(1), 151_000_000, 'Too short'],
  );
  assert.deepEqual((await state()).failures, 0);
  const open = await Attempts.record(f.after(6), id, { state: 'in_progress' });
  assert.deepEqual([open.state, open.finishedAt], ['in_progress', null]);
  assert.deepEqual(await f.events(id), ['attempt.started', 'attempt.finished', 'attempt.finished', 'attempt.saved']);
  const history = await f.rows<{ changed: unknown }>(
    `select data->'changed'->'score' as changed from event where tenant_id = $1 and entity_id = $2 and type = 'attempt.finished' order by seq`,
    id,
  );
  assert.deepEqual(
    history.map((row) => row.changed),
    [
      [null, 20],
      [20, 70],
    ],
  );
});

test('the same result sent again changes nothing', async () => {
  const { start } = await learner();
  const { id } = await start();
  const done = await Attempts.record(f.after(1), id, { state: 'complete', score: 70 });
  const events = await f.events();
  assert.deepEqual(await Attempts.record(f.after(5), id, { state: 'complete', score: 70 }), done);
  assert.deepEqual(await f.events(), events);
});

test('reopening a try while another is open leaves only one open', async () => {
  const { start, state } = await learner({ attemptsAllowed: 5 });
  const first = await start();
  await Attempts.record(f.after(1), first.id, { state: 'failed', score: 10 });
  const second = await start(2);
  const saved = await Attempts.record(f.after(3), first.id, { state: 'in_progress', score: 15 });
  assert.deepEqual([saved.state, saved.finishedAt], ['in_progress', minutes(1)]);
  assert.equal((await start(4)).id, second.id);
  await Attempts.record(f.after(3), first.id, { state: 'in_progress', finishedAt: null });
  assert.equal((await state()).state, 'in_progress');
});

test('highest, latest or best passed counts, as the activity says', async () => {
  const scores = [
    ['failed', 55],
    ['complete', 60],
    ['complete', 90],
    ['complete', 75],
    ['failed', 95],
  ] as const;
  const outcome = async (
    attemptCounts: 'highest' | 'latest' | 'best_passed',
    tries: typeof scores | readonly (readonly ['failed', number])[],
  ) => {
    const { start, state } = await learner({ attemptCounts, attemptsAllowed: 9 });
    for (const [i, [result, score]] of tries.entries())
      await Attempts.record(f.after(2 * i + 1), (await start(2 * i)).id, { state: result, score });
    const stands = await state();
    return [stands.state, stands.score, stands.progress];
  };
  assert.deepEqual(await outcome('highest', scores), ['complete', 90, 100]);
  assert.deepEqual(await outcome('latest', scores), ['failed', 95, 0]);
  assert.deepEqual(await outcome('best_passed', scores), ['complete', 90, 100]);
  const failures = [
    ['failed', 40],
    ['failed', 20],
  ] as const;
  assert.deepEqual(await outcome('highest', failures), ['failed', 40, 0]);
  assert.deepEqual(await outcome('latest', failures), ['failed', 20, 0]);
  assert.deepEqual(await outcome('best_passed', failures), ['failed', null, 0]);
});

test('nothing starts before access, after expiry, in a read-only offering, without a seat or when suspended', async () => {
  const early = await learner({}, { accessAt: days(2), expiresAt: days(4) });
  assert.equal(await rule(early.start()), 'not_open_yet');
  const late = Attempts.start(at(f.ctx, days(5)), await early.now(), early.activityId);
  assert.equal(await rule(late), 'expired');
  const open = (await Attempts.start(at(f.ctx, days(3)), await early.now(), early.activityId)).attempt;
  assert.equal(
    (await Attempts.start(at(f.ctx, days(5)), await early.now(), early.activityId)).attempt.id,
    open.id,
    'what was begun in time is returned again',
  );
  await Attempts.record(at(f.ctx, days(5)), open.id, { state: 'complete' });

  const closed = await learner();
  await f.set('offering', closed.course.offeringId, { readOnly: true });
  assert.equal(await rule(closed.start()), 'closed');

  const waiting = await learner();
  await Enrollments.setOutcome(f.ctx, waiting.id, { state: 'pending_approval' });
  assert.equal(await rule(waiting.start()), 'not_enrolled');

  const suspended = await learner();
  await f.set('person', suspended.personId, { status: 'suspended' });
  assert.equal(await rule(suspended.start()), 'person_inactive');
});

test('nothing starts behind an enforced prerequisite; one completed earlier and started over still counts', async () => {
  const before = await f.course({ activities: ['a'] });
  const advised = await f.course();
  const { start, personId } = await learner(
    {},
    {
      prerequisites: [
        { courseId: before.id, enforced: true },
        { courseId: advised.id, enforced: false },
      ],
    },
  );
  const fact = await refusal(start());
  assert.deepEqual(fact, { kind: 'rule', rule: 'prerequisite_missing', entity: 'course', id: before.id });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: before.id });
  assert.equal(await rule(start()), 'prerequisite_missing');
  await Enrollments.setOutcome(f.ctx, enrollmentId, { state: 'complete' });
  await Enrollments.enroll(f.ctx, { personId, courseId: before.id }, { reEnroll: true });
  assert.equal((await start()).state, 'in_progress');
});

test('activities that are unknown, of another course or hidden are not found', async () => {
  const { now, course } = await learner();
  const other = await f.course({ activities: ['x'] });
  await f.set('offering', course.offeringId, { hiddenActivityIds: [course.activityIds[1]!] });
  for (const activityId of [newId(), other.activityIds[0]!, course.activityIds[1]!])
    assert.deepEqual(await refusal(Attempts.start(f.ctx, await now(), activityId)), {
      kind: 'not_found',
      entity: 'activity',
      id: activityId,
    });
});

test('historical and ended enrollments take no more: not starting, not recording', async () => {
  const { id, personId, course, activityId, start, now } = await learner();
  const attempt = await start();
  const stale = await now();
  const fresh = await Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { reEnroll: true });
  assert.equal((await refusal(Attempts.start(f.ctx, stale, activityId))).kind, 'not_found');
  assert.equal(await rule(Attempts.record(f.ctx, attempt.id, { state: 'complete' })), 'enrollment_finished');
  assert.equal((await Attempts.get(f.ctx, attempt.id)).state, 'in_progress');
  await Enrollments.withdraw(f.ctx, [id, fresh.enrollmentId], { ending: 'closed' });
  assert.equal((await refusal(Attempts.get(f.ctx, attempt.id))).kind, 'not_found');
});

test('who waits for a seat records nothing either', async () => {
  const { id, start } = await learner();
  const attempt = await start();
  await Enrollments.setOutcome(f.ctx, id, { state: 'declined' });
  assert.equal(await rule(Attempts.record(f.ctx, attempt.id, { state: 'complete' })), 'not_enrolled');
});

test('the learner may, and whoever may record results; to others the attempt is not there', async () => {
  const { personId, now, activityId } = await learner();
  const me = f.learner(personId);
  const stranger = f.learner(await f.person());
  const attempt = (await Attempts.start(me, await now(), activityId)).attempt;
  assert.equal((await Attempts.get(me, attempt.id)).id, attempt.id);
  assert.equal((await refusal(Attempts.get(stranger, attempt.id))).kind, 'not_found');
  assert.equal((await refusal(Attempts.record(stranger, attempt.id, { state: 'complete' }))).kind, 'not_found');
  assert.equal((await refusal(Attempts.start(stranger, await now(), activityId))).kind, 'forbidden');
  const mine = await Attempts.record(f.learner(personId, 1), attempt.id, { state: 'in_progress', timeTicks: 3 });
  assert.equal(mine.timeTicks, 3);
  const marker = actingWith(f.ctx, ['marks.write']);
  assert.equal((await Attempts.record(marker, attempt.id, { state: 'complete', score: 9 })).score, 9);
  assert.equal((await refusal(Attempts.get(marker, attempt.id))).kind, 'forbidden');
  const reader = actingWith(f.ctx, ['enrollments.read']);
  assert.equal((await refusal(Attempts.record(reader, attempt.id, { state: 'complete' }))).kind, 'forbidden');
  const away = actingWith(f.ctx, ['marks.write', 'enrollments.read'], [await f.unit('Away')]);
  assert.equal((await refusal(Attempts.record(away, attempt.id, { state: 'failed' }))).kind, 'not_found');
  assert.equal((await refusal(Attempts.get(away, attempt.id))).kind, 'not_found');
  // a learner who may enroll people does not need the right to mark for an own attempt
  const helper = await learner();
  const both = {
    ...f.ctx,
    actor: {
      kind: 'person' as const,
      id: helper.personId,
      clientId: null,
      permissions: new Set(['enrollments.write' as const]),
      units: null,
    },
  };
  assert.equal((await Attempts.start(both, await helper.now(), helper.activityId)).attempt.state, 'in_progress');
});

test('other tenants’ attempts and what is no id are not found', async () => {
  const { start } = await learner();
  const { id } = await start();
  const other = await fixture(database.db);
  for (const ctx of [other.ctx, f.ctx])
    assert.equal(
      (await refusal(Attempts.record(ctx, ctx === f.ctx ? 'no id' : id, { state: 'complete' }))).kind,
      'not_found',
    );
});

test('results out of range are refused', async () => {
  const { start } = await learner();
  const { id } = await start(10);
  const fault = async (result: Parameters<typeof Attempts.record>[2]): Promise<unknown> => {
    const fact = await refusal(Attempts.record(f.after(20), id, result));
    return fact.kind === 'invalid' && fact.issues[0]!.path[0];
  };
  assert.equal(await fault({ state: 'complete', score: -1 }), 'score');
  assert.equal(await fault({ state: 'complete', score: Number.NaN }), 'score');
  assert.equal(await fault({ state: 'complete', timeTicks: -5 }), 'timeTicks');
  assert.equal(await fault({ state: 'complete', finishedAt: minutes(5) }), 'finishedAt');
  assert.equal(await fault({ state: 'complete', startedAt: minutes(9), finishedAt: minutes(8) }), 'finishedAt');
  // dates at both ends of time are only odd
  const long = await Attempts.record(f.after(20), id, {
    state: 'complete',
    startedAt: '0001-01-01T00:00:00.000Z',
    finishedAt: '9999-12-31T23:59:59.999Z',
  });
  assert.equal(long.timeTicks, Number.MAX_SAFE_INTEGER);
});

test('attempts are listed oldest first, of one activity or all', async () => {
  const { start, now, course, activityId } = await learner({ attemptsAllowed: 3 });
  const first = await start();
  await Attempts.record(f.after(1), first.id, { state: 'failed' });
  const second = await start(2);
  const other = (await Attempts.start(f.after(3), await now(), course.activityIds[1]!)).attempt;
  const ids = async (of?: string) => (await Attempts.list(f.ctx, await now(), of)).map((attempt) => attempt.id);
  assert.deepEqual(await ids(activityId), [first.id, second.id]);
  assert.deepEqual((await ids()).sort(), [first.id, second.id, other.id].sort());
});
