import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, refusal } from '../../../test/support/fixture.ts';
import { holderIn } from '../../../test/support/holder.ts';
import { transaction } from '../../database/transaction.ts';
import { Courses } from '../catalog/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { Awards, Certificates } from './index.ts';
import type { CertificateInput } from './save-certificate.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const on = (n: number): Context => at(f.ctx, days(n));
const holder = (input?: CertificateInput, n?: number) => holderIn(f, input, n);

test('taking a renewal back does not undo the revocation before it', async () => {
  const h = await holder();
  await h.complete(0, 1);
  const { id } = await h.award(1);
  await Awards.revoke(on(2), id, 'Copied answers');
  await h.again(0, 3);
  await h.complete(0, 4);
  assert.equal(await h.state(4), 'certified');
  await Enrollments.reset(on(5), h.ids[0]!);
  const back = await h.award(5);
  assert.deepEqual(
    [back.state, back.revocation, back.revokedBecause, back.revokedAt, back.certifiedAt],
    ['revoked', 'revoked', 'Copied answers', days(2), days(1)],
  );
  await h.complete(0, 6);
  assert.deepEqual([await h.state(6), (await h.award(6)).certifiedAt], ['certified', days(6)]);
});

test('a course that came to the certificate later takes nothing away when its completion is taken back', async () => {
  const h = await holder();
  await h.complete(0, 1);
  const added = await f.course({ activities: ['Quiz'] });
  await Certificates.update(on(2), h.certificate.id, { courseIds: [h.courses[0]!.id, added.id] });
  const { enrollmentId } = await Enrollments.enroll(on(2), { personId: h.personId, courseId: added.id });
  await Enrollments.setOutcome(on(3), enrollmentId, { state: 'complete' });
  await Enrollments.reset(on(4), enrollmentId);
  assert.deepEqual([await h.state(4), (await h.award(4)).certifiedAt], ['certified', days(1)]);
  await Enrollments.setOutcome(on(5), enrollmentId, { state: 'complete' });
  await h.again(0, 6);
  await h.complete(0, 7);
  assert.deepEqual([(await h.award(7)).certifiedAt, (await h.award(7)).spans.length], [days(7), 1]);
  // now the renewal rests on it
  await Enrollments.reset(on(8), enrollmentId);
  assert.equal((await h.award(8)).certifiedAt, days(1));
});

test('an earlier span goes with its completion, and is not given back later', async () => {
  const h = await holder();
  const first = h.ids[0]!;
  const offeringId = await f.offering(h.courses[0]!);
  const other = await Enrollments.enroll(f.ctx, { personId: h.personId, offeringId });
  await h.complete(0, 1);
  await Enrollments.setOutcome(on(2), other.enrollmentId, { state: 'complete' });
  assert.equal((await h.award(2)).spans.length, 1);
  await Enrollments.reset(on(3), first);
  const rest = await h.award(3);
  assert.deepEqual([rest.state, rest.certifiedAt, rest.spans], ['certified', days(2), []]);
  await Enrollments.reset(on(4), other.enrollmentId);
  assert.equal(await h.state(4), 'revoked');
  assert.deepEqual(await h.events(), ['certified', 'renewed', 'span_withdrawn', 'withdrawn']);
});

test('a completion dated back leaves an award of an archived certificate alone', async () => {
  const h = await holder();
  await h.complete(0, 20, days(10));
  await Certificates.update(on(21), h.certificate.id, { status: 'archived' });
  await h.complete(0, 22, days(5));
  assert.deepEqual([await h.state(22), (await h.award(22)).certifiedAt], ['certified', days(10)]);
});

test('a completion that was left behind counts again on return', async () => {
  const h = await holder({}, 2);
  await h.complete(0, 1);
  await Enrollments.withdraw(on(2), [h.ids[0]!], { ending: 'kept' });
  await h.complete(1, 3);
  assert.equal(await h.state(3), 'in_progress');
  await Enrollments.enroll(on(4), { personId: h.personId, courseId: h.courses[0]!.id });
  assert.deepEqual([await h.state(4), (await h.award(4)).certifiedAt], ['certified', days(3)]);
});

test('a course that is deleted is no longer missing', async () => {
  const h = await holder({}, 2);
  await h.complete(0, 1);
  await Enrollments.withdraw(on(2), [h.ids[1]!], { ending: 'kept' });
  assert.equal(await h.state(2), 'in_progress');
  await Courses.delete(on(3), h.courses[1]!.id);
  assert.deepEqual([await h.state(3), (await h.award(3)).certifiedAt], ['certified', days(1)]);
  assert.deepEqual(await h.events(), ['certified']);
});

test('completing anew before or after a revocation is not lost when it is lifted', async () => {
  const h = await holder({ confirmation: true, validity: { count: 60, unit: 'day' } });
  await h.complete(0, 1);
  const { id } = await h.award(1);
  await Awards.confirm(on(2), id);
  await h.again(0, 10);
  await h.complete(0, 11);
  assert.equal((await h.award(11)).readyAt, days(11));
  await Awards.revoke(on(12), id, 'In doubt');
  assert.deepEqual([await h.state(12), (await h.award(12)).readyAt], ['revoked', null]);
  const lifted = await Awards.reinstate(on(13), id);
  assert.deepEqual([lifted.state, lifted.readyAt, lifted.certifiedAt], ['certified', days(11), days(2)]);

  await Awards.revoke(on(14), id, 'Again');
  await h.again(0, 15);
  await h.complete(0, 16);
  assert.equal(await h.state(16), 'awaits_confirmation');
  assert.equal((await Awards.reinstate(on(17), id)).readyAt, days(16));
  // past the end of the span that stands again, the word is still waited for
  assert.equal(await h.state(70), 'awaits_confirmation');
  assert.equal((await Awards.confirm(on(71), id)).state, 'certified');
});

test('what was reinstated after its end reads expired, and can be earned anew', async () => {
  const h = await holder({ validity: { count: 10, unit: 'day' } });
  await h.complete(0, 0);
  const { id } = await h.award();
  await Awards.revoke(on(1), id, 'In doubt');
  assert.equal((await Awards.reinstate(on(20), id)).state, 'expired');
  // a new length is for new awards
  await Certificates.update(on(21), h.certificate.id, { validity: { count: 1, unit: 'year' } });
  assert.deepEqual([await h.state(21), (await h.award(21)).expiresAt], ['expired', days(10)]);
  await h.again(0, 22);
  await h.complete(0, 23);
  assert.deepEqual([await h.state(23), (await h.award(23)).expiresAt], ['certified', days(388)]);
});

test('a certificate is deleted or an award of it confirmed, never both', async () => {
  const h = await holder({ confirmation: true });
  await h.complete(0, 1);
  const { id } = await h.award(1);
  let word: Promise<unknown> | undefined;
  await transaction(on(2), async (inner) => {
    await Certificates.delete(inner, h.certificate.id);
    word = Awards.confirm(on(2), id);
    // as far as it comes before the deletion is for good
    await Promise.race([word, new Promise((resolve) => setTimeout(resolve, 200))]);
  });
  assert.equal((await refusal(word!)).kind, 'not_found');
});
