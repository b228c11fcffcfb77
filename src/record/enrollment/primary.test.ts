import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes } from '../../../test/support/fixture.ts';
import { transaction } from '../../database/transaction.ts';
import { Offerings } from '../catalog/index.ts';

import type { Context } from '../kernel/context.ts';
import { Enrollments } from './index.ts';
import { settlePrimary } from './primary.ts';

let database: TestDatabase;
let f: Fixture;

const settle = (ctx: Context, pairs: Parameters<typeof settlePrimary>[1]) =>
  transaction(ctx, (inner) => settlePrimary(inner, pairs));
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

/** Somebody in so many offerings of one course, a minute after each other. */
const inOfferings = async (n: number, options: Parameters<Fixture['offering']>[1] = {}) => {
  const course = await f.course({ activities: ['One'] });
  const personId = await f.person();
  const offeringIds: string[] = [];
  const ids: string[] = [];
  for (let i = 0; i < n; i++) {
    offeringIds.push(await f.offering(course, options));
    ids.push((await Enrollments.enroll(f.after(i), { personId, offeringId: offeringIds[i]! })).enrollmentId);
  }
  const primary = async (): Promise<number> => {
    const marked = await f.rows<{ id: string }>(
      'select id from enrollment where tenant_id = $1 and person_id = $2 and course_id = $3 and is_primary',
      personId,
      course.id,
    );
    assert.equal(marked.length, 1);
    return ids.indexOf(marked[0]!.id);
  };
  return { course, personId, offeringIds, ids, primary };
};

test('of open ones the first enrolled is primary', async () => {
  const { primary, personId, course, ids } = await inOfferings(3);
  assert.equal(await primary(), 0);
  assert.equal((await Enrollments.getPrimary(f.ctx, personId, course.id)).id, ids[0]);
  // settling anew changes nothing
  await settle(f.after(9), [{ personId, courseId: course.id }]);
  assert.equal(await primary(), 0);
});

test('complete goes before open, the first completed before later ones', async () => {
  const { ids, primary } = await inOfferings(3);
  await Enrollments.setOutcome(f.after(10), ids[2]!, { state: 'complete' });
  assert.equal(await primary(), 2);
  await Enrollments.setOutcome(f.after(11), ids[0]!, { state: 'complete' });
  assert.equal(await primary(), 2);
  await Enrollments.setOutcome(f.after(12), ids[1]!, { state: 'complete', completedAt: minutes(5) });
  assert.equal(await primary(), 1);
  await Enrollments.recompute(f.after(13), ids[1]!);
  assert.equal(await primary(), 2);
  await Enrollments.recompute(f.after(14), ids[2]!);
  assert.equal(await primary(), 0);
});

test('failed ones come last, of several the last enrolled', async () => {
  const { ids, primary } = await inOfferings(3);
  await Enrollments.setOutcome(f.after(10), ids[0]!, { state: 'failed' });
  assert.equal(await primary(), 1);
  await Enrollments.setOutcome(f.after(11), ids[1]!, { state: 'failed' });
  assert.equal(await primary(), 2);
  await Enrollments.setOutcome(f.after(12), ids[2]!, { state: 'failed' });
  assert.equal(await primary(), 2);
  await Enrollments.setOutcome(f.after(13), ids[0]!, { state: 'in_progress' });
  assert.equal(await primary(), 0);
});

test('an offering that is retired or over counts as closed; completion there still goes first', async () => {
  const { ids, offeringIds, primary, personId, course } = await inOfferings(3);
  await f.set('offering', offeringIds[0]!, { endsAt: days(1) });
  await settle(f.after(10), [{ personId, courseId: course.id }]);
  assert.equal(await primary(), 0);
  await settle({ ...f.ctx, now: days(2) }, [{ personId, courseId: course.id }]);
  assert.equal(await primary(), 1);
  await Offerings.update(f.ctx, offeringIds[1]!, { state: 'retired' });
  await settle({ ...f.ctx, now: days(2) }, [{ personId, courseId: course.id }]);
  assert.equal(await primary(), 2);
  await Enrollments.setOutcome({ ...f.ctx, now: days(3) }, ids[0]!, { state: 'complete' });
  assert.equal(await primary(), 0);
});

test('a retired offering hands the mark on at once', async () => {
  const { offeringIds, primary } = await inOfferings(2);
  await Offerings.update(f.after(5), offeringIds[0]!, { state: 'retired' });
  assert.equal(await primary(), 1);
});

test('withdrawing the holder hands the mark on, and coming back settles it anew', async () => {
  const { ids, offeringIds, primary, personId } = await inOfferings(2);
  await Enrollments.withdraw(f.after(10), [ids[0]!], { ending: 'kept' });
  assert.equal(await primary(), 1);
  await Enrollments.enroll(f.after(11), { personId, offeringId: offeringIds[0]! });
  assert.equal(await primary(), 0);
  await Enrollments.withdraw(f.after(12), ids, { ending: 'kept' });
  assert.deepEqual(
    await f.rows('select 1 from enrollment where tenant_id = $1 and person_id = $2 and is_primary', personId),
    [],
  );
});

test('starting the holder over hands the mark to the new enrollment, whatever else there is', async () => {
  const { ids, offeringIds, primary, personId, course } = await inOfferings(3);
  await Enrollments.setOutcome(f.after(10), ids[1]!, { state: 'complete' });
  await Enrollments.setOutcome(f.after(11), ids[2]!, { state: 'complete' });
  assert.equal(await primary(), 1);
  const again = await Enrollments.enroll(f.after(12), { personId, courseId: course.id }, { reEnroll: true });
  assert.equal(again.offeringId, offeringIds[1]);
  ids[1] = again.enrollmentId;
  assert.equal(await primary(), 1);
  await settle(f.after(13), [{ personId, courseId: course.id }]);
  assert.equal(await primary(), 1);
  // what is completed from now on goes before it
  await Enrollments.setOutcome(f.after(14), ids[0]!, { state: 'complete' });
  assert.equal(await primary(), 2, 'then the first completed of all has it');
});

test('starting another than the holder over leaves the mark alone', async () => {
  const { ids, offeringIds, primary, personId } = await inOfferings(2);
  ids[1] = (
    await Enrollments.enroll(f.after(9), { personId, offeringId: offeringIds[1]! }, { reEnroll: true })
  ).enrollmentId;
  assert.equal(await primary(), 0);
});

test('transferring the holder settles the mark by where it goes', async () => {
  const { ids, course, primary } = await inOfferings(2);
  await Enrollments.transfer(f.after(9), ids[0]!, course.offeringId);
  assert.equal(await primary(), 0);
  const over = await f.offering(course, { endsAt: days(-1) });
  await Enrollments.transfer(f.after(10), ids[0]!, over);
  assert.equal(await primary(), 1);
});

test('a waiting or pending enrollment may hold the mark when it is the only one', async () => {
  const course = await f.course({ approvalRequired: true });
  const personId = await f.person();
  await Enrollments.enroll(f.learner(personId), { personId, courseId: course.id });
  assert.equal((await Enrollments.getPrimary(f.ctx, personId, course.id)).state, 'pending_approval');
});
