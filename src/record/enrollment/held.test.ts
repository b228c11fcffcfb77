import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, rule } from '../../../test/support/fixture.ts';
import { beside } from '../../../test/support/held.ts';
import { JoinKeys, Offerings, Sessions } from '../catalog/index.ts';
import { Enrollments, Places } from './index.ts';

// Each race with the rows held: the second writer asks while the first has decided and not ended, and must see what it did.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
  f = await fixture(database.db);
});
after(() => database.close());

const value = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

/** The rule that it was refused by. */
const why = (result: PromiseSettledResult<unknown>): Promise<string> =>
  rule(result.status === 'rejected' ? Promise.reject(result.reason) : Promise.resolve());

/** One seat: the first has it, the second waits. */
async function line() {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1, waitlistSeats: 5 });
  const [first, second] = await f.people(2);
  const sits = await Enrollments.enroll(f.ctx, { personId: first!, offeringId });
  const waits = await Enrollments.enroll(f.ctx, { personId: second!, offeringId });
  assert.equal(waits.state, 'on_waitlist');
  return { course, offeringId, first: first!, second: second!, sits: sits.enrollmentId, waits: waits.enrollmentId };
}

test('who starts over while the seat comes free has it', async () => {
  const { sits, waits } = await line();
  const result = await beside(
    database,
    f.ctx,
    (inner) => Enrollments.withdraw(inner, [sits], { ending: 'kept' }),
    () => Enrollments.startOver(f.ctx, waits),
  );
  assert.equal(value(result).state, 'not_started');
});

test('who comes back while another one takes the seat waits', async () => {
  const { offeringId, first, sits, second } = await line();
  await Enrollments.withdraw(f.ctx, [sits], { ending: 'kept' });
  const third = await f.person();
  const result = await beside(
    database,
    f.ctx,
    async (inner) => {
      await Offerings.update(inner, offeringId, { seats: 2 });
      await Enrollments.enroll(inner, { personId: third, offeringId });
    },
    () => Enrollments.enroll(f.ctx, { personId: first, offeringId }),
  );
  assert.equal(value(result).state, 'on_waitlist');
  assert.equal((await Enrollments.enroll(f.ctx, { personId: second, offeringId })).state, 'not_started');
});

test('nobody is transferred into an offering that is retired meanwhile', async () => {
  const course = await f.course({ activities: ['One'] });
  const [from, to] = [await f.offering(course), await f.offering(course)];
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), offeringId: from });
  const result = await beside(
    database,
    f.ctx,
    (inner) => Offerings.update(inner, to, { state: 'retired' }),
    () => Enrollments.transfer(f.ctx, enrollmentId, to),
  );
  assert.equal(await why(result), 'offering_retired');
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).offeringId, from);
});

test('a session whose places are fewer now gives no more than there are', async () => {
  const course = await f.course({
    kind: 'instructor_led',
    activities: [{ name: 'Live', kind: 'live_session' }],
  });
  const sessionId = await f.session(course.offeringId, course.activityIds[0]!, { seats: 2 });
  const [first, second] = await f.people(2);
  await Places.take(f.ctx, first!, course.id, sessionId);
  const result = await beside(
    database,
    f.ctx,
    (inner) => Sessions.update(inner, sessionId, { seats: 1 }),
    () => Places.take(f.ctx, second!, course.id, sessionId),
  );
  assert.equal(await why(result), 'session_full');
});

test('a join key that is paused meanwhile opens nothing', async () => {
  const course = await f.course();
  const key = await JoinKeys.create(f.ctx, { name: 'Paused', code: 'Paused', offeringId: course.offeringId });
  const personId = await f.person();
  const result = await beside(
    database,
    f.ctx,
    (inner) => JoinKeys.update(inner, key.id, { status: 'paused' }),
    () => Enrollments.create(f.ctx, { personId, joinKeyCode: 'paused' }),
  );
  assert.equal(await why(result), 'closed');
});

test('the last use of a join key is not spent twice', async () => {
  const course = await f.course();
  await JoinKeys.create(f.ctx, { name: 'Once', code: 'Once', offeringId: course.offeringId, usesAllowed: 1 });
  const [first, second] = await f.people(2);
  const result = await beside(
    database,
    f.ctx,
    (inner) => Enrollments.create(inner, { personId: first!, joinKeyCode: 'once' }),
    () => Enrollments.create(f.ctx, { personId: second!, joinKeyCode: 'once' }),
  );
  assert.equal(await why(result), 'key_used_up');
});
