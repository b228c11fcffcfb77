import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, rule } from '../../../test/support/fixture.ts';
import { Offerings } from '../catalog/index.ts';
import { People } from '../people/index.ts';

import { Attempts, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const queue = async (offering: { seats: number; waitlistSeats: number }, n: number, activities: string[] = []) => {
  const course = await f.course({ activities });
  const offeringId = await f.offering(course, offering);
  const people = await f.people(n);
  const ids: string[] = [];
  for (const [i, personId] of people.entries())
    ids.push((await Enrollments.enroll(f.after(i), { personId, offeringId })).enrollmentId);
  return { course, offeringId, people, ids };
};

const states = async (ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map(async (id) => (await Enrollments.get(f.ctx, id, 'all')).state));

test('who comes after the last seat waits, and beyond the waitlist is refused', async () => {
  const { offeringId, ids } = await queue({ seats: 1, waitlistSeats: 2 }, 3);
  assert.deepEqual(await states(ids), ['not_started', 'on_waitlist', 'on_waitlist']);
  const personId = await f.person();
  assert.equal(await rule(Enrollments.enroll(f.ctx, { personId, offeringId })), 'offering_full');
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId, offeringId }, { queueBeyondLimit: true })).state,
    'on_waitlist',
    'an audience queues whoever is over the limit',
  );
});

test('a seat that comes free goes to the first in the queue, in the same transaction, with an event', async () => {
  const { ids } = await queue({ seats: 1, waitlistSeats: 5 }, 3);
  await Enrollments.withdraw(f.after(9), [ids[0]!], { ending: 'kept' });
  assert.deepEqual(await states(ids.slice(1)), ['not_started', 'on_waitlist']);
  assert.deepEqual(await f.eventData('enrollment.seated', ids[1]!), {
    offeringId: (await Enrollments.get(f.ctx, ids[1]!)).offeringId,
    changed: { state: ['on_waitlist', 'not_started'] },
  });
  const together = await f.rows<{ n: number }>(
    `select count(distinct xmin::text) as n from event where tenant_id = $1 and (entity_id, type) in (($2, 'enrollment.withdrawn'), ($3, 'enrollment.seated'))`,
    ids[0],
    ids[1],
  );
  assert.equal(together[0]!.n, 1);
});

test('order is that of enrolling, by number within one moment; imports with an earlier date stand ahead', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1, waitlistSeats: 9 });
  const [a, b, c, d] = await f.people(4);
  const made = await Enrollments.enrollMany(
    f.ctx,
    [a!, b!, c!].map((personId) => ({ personId, offeringId })),
  );
  const ids = made.map((r) => (r as { enrollmentId: string }).enrollmentId);
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: d!, offeringId }, { enrolledAt: days(-1) });
  await Enrollments.withdraw(f.after(1), [ids[0]!], { ending: 'kept' });
  assert.deepEqual(await states([ids[1]!, ids[2]!, enrollmentId]), ['on_waitlist', 'on_waitlist', 'not_started']);
  await Enrollments.withdraw(f.after(2), [enrollmentId], { ending: 'kept' });
  assert.deepEqual(await states([ids[1]!, ids[2]!]), ['not_started', 'on_waitlist']);
});

test('suspended people wait on and keep their place', async () => {
  const { ids, people } = await queue({ seats: 1, waitlistSeats: 5 }, 3);
  await f.set('person', people[1]!, { status: 'suspended' });
  await Enrollments.withdraw(f.after(9), [ids[0]!], { ending: 'kept' });
  assert.deepEqual(await states(ids.slice(1)), ['on_waitlist', 'not_started']);
  await f.set('person', people[1]!, { status: 'active' });
  await Enrollments.withdraw(f.after(10), [ids[2]!], { ending: 'kept' });
  assert.deepEqual(await states([ids[1]!]), ['not_started']);
});

test('who comes back from a suspension takes the seat that came free meanwhile', async () => {
  const { ids, people } = await queue({ seats: 1, waitlistSeats: 5 }, 2);
  await People.update(f.ctx, people[1]!, { status: 'suspended' });
  await Enrollments.withdraw(f.after(9), [ids[0]!], { ending: 'kept' });
  assert.deepEqual(await states([ids[1]!]), ['on_waitlist']);
  await People.update(f.after(10), people[1]!, { status: 'active' });
  assert.deepEqual(await states([ids[1]!]), ['not_started']);
});

test('seats come free by more seats, by a state without one, by transfer, and by withdrawing several at once', async () => {
  const one = await queue({ seats: 1, waitlistSeats: 5 }, 4);
  await Offerings.update(f.after(9), one.offeringId, { seats: 2 });
  assert.deepEqual(await states(one.ids), ['not_started', 'not_started', 'on_waitlist', 'on_waitlist']);
  await Enrollments.setOutcome(f.after(10), one.ids[0]!, { state: 'declined' });
  assert.deepEqual(await states(one.ids.slice(2)), ['not_started', 'on_waitlist']);
  await Enrollments.transfer(f.after(11), one.ids[1]!, one.course.offeringId);
  assert.deepEqual(await states(one.ids.slice(2)), ['not_started', 'not_started']);

  const two = await queue({ seats: 2, waitlistSeats: 5 }, 5);
  await Enrollments.withdraw(f.after(9), two.ids.slice(0, 2), { ending: 'closed' });
  assert.deepEqual(await states(two.ids.slice(2)), ['not_started', 'not_started', 'on_waitlist']);
  await Offerings.update(f.after(10), two.offeringId, { seats: null });
  assert.deepEqual(await states(two.ids.slice(2)), ['not_started', 'not_started', 'not_started']);
});

test('somebody put back on the waitlist gives the seat to the next', async () => {
  const { ids } = await queue({ seats: 1, waitlistSeats: 5 }, 2);
  await Enrollments.setOutcome(f.after(5), ids[0]!, { state: 'on_waitlist' });
  assert.deepEqual(await states(ids), ['on_waitlist', 'not_started']);
});

test('any write that takes a seat is checked', async () => {
  const { ids, offeringId, course, people } = await queue({ seats: 1, waitlistSeats: 5 }, 2);
  assert.equal(await rule(Enrollments.setOutcome(f.ctx, ids[1]!, { state: 'in_progress' })), 'offering_full');
  const elsewhere = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  assert.equal(await rule(Enrollments.transfer(f.ctx, elsewhere.enrollmentId, offeringId)), 'offering_full');
  await Enrollments.withdraw(f.after(6), [ids[0]!], { ending: 'kept' });
  const back = await Enrollments.enroll(f.after(7), { personId: people[0]!, offeringId });
  assert.deepEqual([back.outcome, back.state], ['resumed', 'on_waitlist']);
});

test('starting over keeps the seat, and the place in the queue counts once', async () => {
  const { offeringId, people } = await queue({ seats: 1, waitlistSeats: 1 }, 2);
  const seated = await Enrollments.enroll(f.after(5), { personId: people[0]!, offeringId }, { reEnroll: true });
  assert.equal(seated.state, 'not_started');
  const queued = await Enrollments.enroll(f.after(6), { personId: people[1]!, offeringId }, { reEnroll: true });
  assert.equal(queued.state, 'on_waitlist');
});

test('who comes back to a full offering goes on where they were once seated', async () => {
  const { ids, people, offeringId, course } = await queue({ seats: 1, waitlistSeats: 5 }, 1, ['One', 'Two']);
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, ids[0]!), course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete' });
  await Enrollments.withdraw(f.after(1), ids, { ending: 'kept' });
  const other = await Enrollments.enroll(f.after(2), { personId: await f.person(), offeringId });
  assert.equal((await Enrollments.enroll(f.after(3), { personId: people[0]!, offeringId })).state, 'on_waitlist');
  await Enrollments.withdraw(f.after(4), [other.enrollmentId], { ending: 'kept' });
  const back = await Enrollments.get(f.ctx, ids[0]!);
  assert.deepEqual([back.state, back.progress], ['in_progress', 50]);
});

test('a collection enrolls in its members once its waitlist lets somebody in', async () => {
  const member = await f.course();
  const collection = await f.collection([member]);
  await f.set('offering', collection.offeringId, { seats: 1, waitlistSeats: 1 });
  const [a, b] = await f.people(2);
  const first = await Enrollments.enroll(f.ctx, { personId: a!, courseId: collection.id });
  assert.equal((await Enrollments.enroll(f.after(1), { personId: b!, courseId: collection.id })).state, 'on_waitlist');
  await assert.rejects(Enrollments.getInOffering(f.ctx, b!, member.offeringId));
  await Enrollments.withdraw(f.after(2), [first.enrollmentId], { ending: 'kept' });
  assert.equal((await Enrollments.getInOffering(f.ctx, b!, member.offeringId)).collectionId, collection.id);
});
