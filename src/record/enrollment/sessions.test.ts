import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal, rule } from '../../../test/support/fixture.ts';
import { newId } from '../kernel/ids.ts';
import { ActivityStates, Enrollments, Places } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const workshop = async (seats: number | null = null) => {
  const course = await f.course({
    kind: 'instructor_led',
    activities: [
      { name: 'Live', kind: 'live_session' },
      { name: 'Another', kind: 'live_session' },
    ],
  });
  const [activityId, other] = course.activityIds as [string, string];
  return {
    course,
    first: await f.session(course.offeringId, activityId, { seats }),
    second: await f.session(course.offeringId, activityId, { seats }),
    elsewhere: await f.session(course.offeringId, other, { seats }),
  };
};

const places = async (sessionId: string): Promise<string[]> =>
  (await Places.list(f.ctx, { page: { kind: 'rows', offset: 0, limit: 99, total: false } }, { sessionId })).rows.map(
    (row) => row.personId,
  );

test('taking a session enrolls in the course and takes the place, both or neither', async () => {
  const { course, first } = await workshop(1);
  const [a, b] = await f.people(2);
  const taken = await Places.take(f.ctx, a!, course.id, first);
  assert.deepEqual([taken.personId, taken.courseId, taken.sessionId], [a, course.id, first]);
  assert.equal((await Enrollments.getPrimary(f.ctx, a!, course.id)).id, taken.enrollmentId);
  assert.deepEqual(await places(first), [a]);
  assert.deepEqual(await f.events(taken.placeId), ['session_enrollment.created']);
  assert.equal(await rule(Places.take(f.ctx, b!, course.id, first)), 'session_full');
  assert.equal((await refusal(Enrollments.getPrimary(f.ctx, b!, course.id))).kind, 'not_found');
  assert.deepEqual(await Places.take(f.after(1), a!, course.id, first), taken, 'again is the same');
});

test('a second session of the same activity moves only when asked to; another activity’s is a place of its own', async () => {
  const { course, first, second, elsewhere } = await workshop();
  const personId = await f.person();
  const taken = await Places.take(f.ctx, personId, course.id, first);
  assert.deepEqual(await refusal(Places.take(f.ctx, personId, course.id, second)), {
    kind: 'rule',
    rule: 'session_held',
    entity: 'session',
    id: first,
  });
  const moved = await Places.take(f.ctx, personId, course.id, second, { cancel: true });
  assert.equal(moved.enrollmentId, taken.enrollmentId);
  assert.notEqual(moved.placeId, taken.placeId);
  assert.deepEqual([await places(first), await places(second)], [[], [personId]]);
  assert.deepEqual(await f.events(taken.placeId), ['session_enrollment.created', 'session_enrollment.cancelled']);
  await Places.take(f.ctx, personId, course.id, elsewhere);
  assert.deepEqual([await places(second), await places(elsewhere)], [[personId], [personId]]);
});

test('a full session refuses to be moved to, and the place held stays', async () => {
  const { course, first, second } = await workshop(1);
  const [a, b] = await f.people(2);
  await Places.take(f.ctx, a!, course.id, first);
  await Places.take(f.ctx, b!, course.id, second);
  assert.equal(await rule(Places.take(f.ctx, a!, course.id, second, { cancel: true })), 'session_full');
  assert.deepEqual(await places(first), [a]);
});

test('cancelling the session held gives the place up; the course enrollment stays', async () => {
  const { course, first } = await workshop();
  const personId = await f.person();
  const taken = await Places.take(f.ctx, personId, course.id, first);
  const given = await Places.take(f.ctx, personId, course.id, first, { cancel: true });
  assert.deepEqual(given, taken);
  assert.deepEqual(await places(first), []);
  assert.equal((await Enrollments.get(f.ctx, taken.enrollmentId)).ending, null);
});

test('re-enrolling gives up and starts over, also in a full session', async () => {
  const { course, first, second } = await workshop(1);
  const personId = await f.person();
  const taken = await Places.take(f.ctx, personId, course.id, first);
  for (const [sessionId, options] of [
    [first, { reEnroll: true, cancel: true }],
    [first, { reEnroll: true }],
    [second, { reEnroll: true }],
  ] as const) {
    const before = (await Enrollments.getPrimary(f.ctx, personId, course.id)).id;
    const anew = await Places.take(f.after(1), personId, course.id, sessionId, options);
    assert.notEqual(anew.enrollmentId, before);
    assert.deepEqual(await places(sessionId), [personId]);
  }
  assert.equal((await Enrollments.get(f.ctx, taken.enrollmentId)).ending, 'superseded');
});

test('sessions of other courses, unknown and deleted ones, many meetings and other kinds of course are refused', async () => {
  const { course, first } = await workshop();
  const other = await workshop();
  const personId = await f.person();
  for (const sessionId of [other.first, newId()])
    assert.deepEqual(await refusal(Places.take(f.ctx, personId, course.id, sessionId)), {
      kind: 'not_found',
      entity: 'session',
      id: sessionId,
    });
  await f.set('session', first, { deletedAt: f.ctx.now });
  assert.equal((await refusal(Places.take(f.ctx, personId, course.id, first))).kind, 'not_found');
  const twice = await f.session(course.offeringId, course.activityIds[0]!, { meetings: 2 });
  assert.equal(await rule(Places.take(f.ctx, personId, course.id, twice)), 'many_meetings');
  const online = await f.course({ activities: [{ name: 'Live', kind: 'live_session' }] });
  const live = await f.session(online.offeringId, online.activityIds[0]!);
  assert.equal(await rule(Places.take(f.ctx, personId, online.id, live)), 'not_instructor_led');
});

test('who waits for a seat in the course takes no place beyond the session’s', async () => {
  const { course, first } = await workshop(1);
  await f.set('offering', course.offeringId, { seats: 1, waitlistSeats: 5 });
  const [a, b] = await f.people(2);
  await Places.take(f.ctx, a!, course.id, first);
  assert.equal(await rule(Places.take(f.ctx, b!, course.id, first)), 'session_full');
});

test('leaving a session: the learner’s own, or by whoever may enroll; nobody else’s can be told apart from none', async () => {
  const { course, first } = await workshop();
  const [me, other] = await f.people(2);
  const mine = await Places.take(f.learner(me!), me!, course.id, first);
  const theirs = await Places.take(f.ctx, other!, course.id, first);
  assert.equal((await refusal(Places.drop(f.learner(me!), theirs.enrollmentId, first))).kind, 'not_found');
  assert.equal((await refusal(Places.drop(f.ctx, newId(), first))).kind, 'not_found');
  assert.equal((await refusal(Places.drop(f.ctx, 'no id', first))).kind, 'not_found');
  await Places.drop(f.learner(me!), mine.enrollmentId, first);
  assert.equal((await refusal(Places.drop(f.learner(me!), mine.enrollmentId, first))).kind, 'not_found');
  const away = actingWith(f.ctx, ['enrollments.write'], [await f.unit('Away')]);
  assert.equal((await refusal(Places.drop(away, theirs.enrollmentId, first))).kind, 'not_found');
  assert.equal((await refusal(Places.take(away, other!, course.id, first, { cancel: true }))).kind, 'not_found');
  assert.equal(
    (await refusal(Places.drop(actingWith(f.ctx, ['enrollments.read']), theirs.enrollmentId, first))).kind,
    'forbidden',
  );
  assert.equal(
    (await refusal(Places.take(f.learner(me!), other!, course.id, first, { cancel: true }))).kind,
    'forbidden',
  );
  assert.deepEqual(await places(first), [other]);
  await Places.drop(actingWith(f.ctx, ['enrollments.write']), theirs.enrollmentId, first);
  assert.deepEqual(await places(first), []);
});

test('how a place stands is how the live session stands', async () => {
  const { course, first } = await workshop();
  const personId = await f.person();
  const taken = await Places.take(f.ctx, personId, course.id, first);
  await ActivityStates.record(f.ctx, await Enrollments.get(f.ctx, taken.enrollmentId), course.activityIds[0]!, {
    state: 'complete',
    addTicks: 9,
  });
  const { rows } = await Places.list(
    f.ctx,
    { page: { kind: 'rows', offset: 0, limit: 9, total: false } },
    { enrollmentId: taken.enrollmentId },
  );
  assert.deepEqual(
    rows.map((row) => [row.id, row.state, row.progress, row.timeTicks]),
    [[taken.placeId, 'complete', 100, 9]],
  );
});

test('a place is taken in the offering that the session is of', async () => {
  const { course } = await workshop();
  const offeringId = await f.offering(course);
  const sessionId = await f.session(offeringId, course.activityIds[0]!);
  const personId = await f.person();
  await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const taken = await Places.take(f.ctx, personId, course.id, sessionId);
  assert.equal((await Enrollments.get(f.ctx, taken.enrollmentId)).offeringId, offeringId);
});
