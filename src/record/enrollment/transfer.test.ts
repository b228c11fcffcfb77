import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, refusal, rule } from '../../../test/support/fixture.ts';
import { Courses } from '../catalog/index.ts';
import { newId } from '../kernel/ids.ts';
import { Attempts, Enrollments, Places } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const enrolled = async (input: Parameters<Fixture['course']>[0] = { activities: ['One', 'Two'] }) => {
  const course = await f.course(input);
  const personId = await f.person();
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  return { course, personId, id };
};

test('the enrollment itself moves: state, progress, attempts and mark go with it', async () => {
  const { course, id } = await enrolled();
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, id), course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete', score: 44 });
  const offeringId = await f.offering(course);
  const moved = await Enrollments.transfer(f.ctx, id, offeringId);
  assert.deepEqual(
    [moved.id, moved.offeringId, moved.state, moved.progress, moved.score, moved.isPrimary],
    [id, offeringId, 'in_progress', 50, 44, true],
  );
  assert.deepEqual(await f.eventData('enrollment.transferred', id), {
    changed: { offeringId: [course.offeringId, offeringId] },
  });
  const events = await f.events(id);
  assert.deepEqual(
    await Enrollments.transfer(f.ctx, id, offeringId.toUpperCase()),
    moved,
    'to where it is, nothing happens',
  );
  assert.deepEqual(await f.events(id), events);
});

test('refused: other courses, retired and full offerings, where the person is already, other versions on demand', async () => {
  const { course, personId, id } = await enrolled();
  const elsewhere = await f.course();
  assert.equal(await rule(Enrollments.transfer(f.ctx, id, elsewhere.offeringId)), 'wrong_course');
  const retired = await f.offering(course, { state: 'retired' });
  assert.equal(await rule(Enrollments.transfer(f.ctx, id, retired)), 'offering_retired');
  const full = await f.offering(course, { seats: 1, waitlistSeats: 3 });
  const there = await Enrollments.enroll(f.ctx, { personId: await f.person(), offeringId: full });
  assert.equal(await rule(Enrollments.transfer(f.ctx, id, full)), 'offering_full');
  const second = await f.offering(course);
  await Enrollments.enroll(f.ctx, { personId, offeringId: second });
  assert.equal(await rule(Enrollments.transfer(f.ctx, id, second)), 'already_enrolled');
  const same = await f.offering(course);
  await f.draft(course, ['New']);
  await Courses.publish(f.ctx, course.id);
  const newer = await f.offering(course);
  assert.equal(await rule(Enrollments.transfer(f.ctx, id, newer, { sameVersion: true })), 'wrong_version');
  assert.equal((await Enrollments.transfer(f.ctx, id, same, { sameVersion: true })).offeringId, same);
  for (const unknown of [newId(), 'no id', (await (await fixture(database.db)).course()).offeringId])
    assert.equal((await refusal(Enrollments.transfer(f.ctx, id, unknown))).kind, 'not_found');
  assert.equal((await refusal(Enrollments.transfer(f.ctx, newId(), same))).kind, 'not_found');
  assert.equal((await Enrollments.get(f.ctx, there.enrollmentId)).state, 'not_started');
});

test('another version: progress follows the activities that both have', async () => {
  const { course, id } = await enrolled();
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, id), course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete', score: 80 });
  const next = await f.draft(course, [{ id: course.activityIds[0]!, name: 'One' }, 'Two', 'Three', 'Four']);
  await Courses.publish(f.ctx, course.id);
  const moved = await Enrollments.transfer(f.ctx, id, await f.offering(course));
  assert.deepEqual([moved.versionId, moved.progress, moved.score], [next, 25, 80]);
});

test('activities hidden there do not count there', async () => {
  const { course, id } = await enrolled();
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, id), course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete' });
  const offeringId = await f.offering(course, { hiddenActivityIds: [course.activityIds[1]!] });
  assert.equal((await Enrollments.transfer(f.ctx, id, offeringId)).state, 'complete');
});

test('dates that the offering gave are those of the new one; the learner’s own stay', async () => {
  const course = await f.course({ offering: { dueAt: days(3), accessAt: days(1) }, expiresAt: days(60) });
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  await Enrollments.setOutcome(f.ctx, id, { accessAt: days(-1) });
  const relative = await f.offering(course, { dueAfterDays: 10, expiresAt: days(90) });
  const moved = await Enrollments.transfer({ ...f.ctx, now: days(4) }, id, relative);
  assert.deepEqual([moved.accessAt, moved.dueAt, moved.expiresAt], [days(-1), days(10), days(90)]);
  const open = await Enrollments.transfer(f.ctx, id, await f.offering(course));
  assert.deepEqual([open.accessAt, open.dueAt, open.expiresAt], [days(-1), null, days(60)]);
});

test('who waits moves to the other queue, or to a seat that is free there', async () => {
  const course = await f.course();
  const full = await f.offering(course, { seats: 0, waitlistSeats: 9 });
  const [a, b, c] = await f.people(3);
  const waiting = [];
  for (const personId of [a!, b!, c!])
    waiting.push((await Enrollments.enroll(f.ctx, { personId, offeringId: full })).enrollmentId);
  const free = await f.offering(course, { seats: 1, waitlistSeats: 1 });
  assert.equal((await Enrollments.transfer(f.ctx, waiting[0]!, free)).state, 'not_started');
  assert.equal((await Enrollments.transfer(f.ctx, waiting[1]!, free)).state, 'on_waitlist');
  assert.equal(await rule(Enrollments.transfer(f.ctx, waiting[2]!, free)), 'offering_full');
});

test('places in sessions of the earlier offering go', async () => {
  const course = await f.course({ kind: 'instructor_led', activities: [{ name: 'Live', kind: 'live_session' }] });
  const sessionId = await f.session(course.offeringId, course.activityIds[0]!);
  const taken = await Places.take(f.ctx, await f.person(), course.id, sessionId);
  await Enrollments.transfer(f.ctx, taken.enrollmentId, await f.offering(course));
  assert.deepEqual(await f.events(taken.placeId), ['session_enrollment.created', 'session_enrollment.cancelled']);
});

test('it needs the permission, and people in sight', async () => {
  const { course, id, personId } = await enrolled();
  const offeringId = await f.offering(course);
  assert.equal((await refusal(Enrollments.transfer(f.learner(personId), id, offeringId))).kind, 'forbidden');
  const away = actingWith(f.ctx, ['enrollments.write'], [await f.unit('Away')]);
  assert.equal((await refusal(Enrollments.transfer(away, id, offeringId))).kind, 'not_found');
  assert.equal(
    (await Enrollments.transfer(actingWith(f.ctx, ['enrollments.write']), id, offeringId)).offeringId,
    offeringId,
  );
});
