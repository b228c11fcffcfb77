import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture } from '../../../test/support/fixture.ts';
import { holderIn } from '../../../test/support/holder.ts';
import { refused } from '../../../test/support/refused.ts';
import { ActivityStates, Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
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

test('access makes the award, starting moves it, completing all courses certifies', async () => {
  const h = await holder({ validity: { count: 1, unit: 'year' } }, 2);
  const first = await h.award();
  assert.equal(first.state, 'init');
  assert.deepEqual([first.code, first.createdAt, first.certifiedAt, first.required], [null, null, null, false]);
  await ActivityStates.record(on(1), await Enrollments.get(f.ctx, h.ids[0]!), h.courses[0]!.activityIds[0]!, {
    progress: 40,
  });
  assert.equal(await h.state(1), 'in_progress');
  await h.complete(0, 2);
  assert.equal(await h.state(2), 'in_progress');
  await h.complete(1, 3);
  const done = await h.award(3);
  assert.equal(done.state, 'certified');
  assert.equal(done.id, first.id, 'the id is the same before and after');
  assert.equal(done.certifiedAt, days(3));
  assert.equal(done.expiresAt, '2027-03-05T08:00:00.000Z');
  assert.match(done.code!, /^[2-9A-HJ-NP-Z]{16}$/);
  assert.deepEqual(await h.events(), ['certified']);
  const event = await f.eventData('award.certified', done.id);
  assert.equal(event?.certificateId, h.certificate.id);
  assert.deepEqual(event?.changed, {
    certifiedAt: [null, days(3)],
    expiresAt: [null, '2027-03-05T08:00:00.000Z'],
  });
  assert.deepEqual(await Awards.get(on(3), done.id.toUpperCase()), done);
  assert.deepEqual(await Awards.get(f.ctx, first.id).then((award) => award.state), 'certified');
});

test('the clock alone makes it about to expire, then expired', async () => {
  const h = await holder({ validity: { count: 60, unit: 'day' } });
  await h.complete(0, 0);
  assert.equal(await h.state(29.999), 'certified');
  assert.equal(await h.state(30), 'about_to_expire', '30 days left');
  assert.equal(await h.state(59.999), 'about_to_expire');
  assert.equal(await h.state(60), 'expired');
  const forever = await holder();
  await forever.complete(0, 0);
  assert.equal(await forever.state(100_000), 'certified');
  assert.equal((await forever.award()).expiresAt, null);
});

test('validity follows the calendar of the tenant', async () => {
  const h = await holder({ validity: { count: 1, unit: 'month' } });
  const berlin: Context = { ...f.ctx, tenant: { ...f.ctx.tenant, timeZone: 'Europe/Berlin' } };
  // the last of March, half past midnight in Berlin, is still the 30th in UTC; clocks were moved forward two days before
  await Enrollments.setOutcome(at(berlin, '2026-03-30T22:30:00.000Z'), h.ids[0]!, { state: 'complete' });
  assert.equal((await h.award()).expiresAt, '2026-04-29T22:30:00.000Z');
  const winter = await holder({ validity: { count: 1, unit: 'month' } });
  await Enrollments.setOutcome(at(berlin, '2026-03-10T08:00:00.000Z'), winter.ids[0]!, { state: 'complete' });
  assert.equal((await winter.award()).expiresAt, '2026-04-10T07:00:00.000Z', 'nine in the morning stays nine');
});

test('completing anew after expiry renews, and the earlier span stays', async () => {
  const h = await holder({ validity: { count: 60, unit: 'day' } });
  await h.complete(0, 0);
  const { code } = await h.award();
  await h.again(0, 100);
  assert.equal(await h.state(100), 'expired', 'enrolling again is not completing');
  await h.complete(0, 110);
  const renewed = await h.award(110);
  assert.equal(renewed.state, 'certified');
  assert.deepEqual([renewed.certifiedAt, renewed.expiresAt, renewed.code], [days(110), days(170), code]);
  assert.deepEqual(renewed.spans, [{ certifiedAt: days(0), expiresAt: days(60), endedAt: days(60) }]);
  assert.deepEqual(await h.events(), ['certified', 'renewed']);
  assert.deepEqual((await f.eventData('award.renewed', renewed.id))?.changed, {
    certifiedAt: [days(0), days(110)],
    expiresAt: [days(60), days(170)],
  });
});

test('renewing before expiry ends the earlier span there, and takes every course', async () => {
  const h = await holder({ validity: { count: 60, unit: 'day' } }, 2);
  await h.complete(0, 0);
  await h.complete(1, 1);
  await h.again(0, 40);
  await h.again(1, 40);
  await h.complete(0, 45);
  assert.equal((await h.award(45)).certifiedAt, days(1), 'one of two is not enough');
  await h.complete(1, 50);
  const { certifiedAt, expiresAt, spans } = await h.award(50);
  assert.deepEqual([certifiedAt, expiresAt], [days(50), days(110)]);
  assert.deepEqual(spans, [{ certifiedAt: days(1), expiresAt: days(61), endedAt: days(50) }]);
});

test('a completion taken back withdraws the award with its reason, a new one certifies again', async () => {
  const h = await holder({ validity: { count: 1, unit: 'year' } });
  await h.complete(0, 1);
  await Enrollments.reset(on(2), h.ids[0]!);
  const gone = await h.award(2);
  assert.equal(gone.state, 'revoked');
  assert.deepEqual([gone.revocation, gone.revokedBecause, gone.revokedAt], ['withdrawn', 'completion_undone', days(2)]);
  assert.deepEqual((await f.eventData('award.withdrawn', gone.id))?.reason, 'completion_undone');
  await h.complete(0, 3);
  const back = await h.award(3);
  assert.equal(back.state, 'certified');
  assert.deepEqual([back.certifiedAt, back.revokedAt, back.revokedBecause, back.spans], [days(3), null, null, []]);
  assert.deepEqual(await h.events(), ['certified', 'withdrawn', 'certified']);
});

test('with an earlier span, taking the renewal back gives that span back', async () => {
  const h = await holder({ validity: { count: 1, unit: 'year' } });
  await h.complete(0, 1);
  await h.again(0, 100);
  await h.complete(0, 110);
  assert.equal((await h.award(110)).spans.length, 1);
  await Enrollments.recompute(on(111), h.ids[0]!);
  const back = await h.award(111);
  assert.deepEqual([back.state, back.certifiedAt, back.expiresAt, back.spans], ['certified', days(1), days(366), []]);
  assert.deepEqual((await f.eventData('award.withdrawn', back.id))?.changed.certifiedAt, [days(110), days(1)]);
  // and a completion after all renews once more
  await h.complete(0, 120);
  assert.deepEqual(
    (await h.award(120)).spans.map((span) => span.certifiedAt),
    [days(1)],
  );
});

test('what another completion carries is not withdrawn', async () => {
  const h = await holder({}, 2);
  const offeringId = await f.offering(h.courses[0]!);
  const other = await Enrollments.enroll(f.ctx, { personId: h.personId, offeringId });
  await h.complete(0, 1);
  await Enrollments.setOutcome(on(1), other.enrollmentId, { state: 'complete' });
  await h.complete(1, 2);
  await Enrollments.recompute(on(3), other.enrollmentId);
  assert.equal((await h.award(3)).certifiedAt, days(2));
  await Enrollments.setOutcome(on(4), other.enrollmentId, { state: 'complete' });
  await Enrollments.recompute(on(5), h.ids[0]!);
  // the set is full since the fourth day only
  const now = await h.award(5);
  assert.deepEqual([now.state, now.certifiedAt], ['certified', days(4)]);
});

test('leaving a course takes no award away, but the link where nothing was earned', async () => {
  const earned = await holder();
  await earned.complete(0, 1);
  await Enrollments.withdraw(on(2), earned.ids, { ending: 'closed' });
  assert.equal(await earned.state(2), 'certified');
  const started = await holder();
  await Enrollments.withdraw(on(2), started.ids, { ending: 'kept' });
  assert.equal(await started.award(2), undefined);
});

test('of completions brought with their dates, all full sets become spans', async () => {
  const h = await holder({ status: 'inactive', validity: { count: 10, unit: 'day' } }, 2);
  await h.complete(0, 500, days(10));
  await h.complete(1, 500, days(12));
  await h.again(0, 500);
  await h.again(1, 500);
  await h.complete(0, 500, days(100));
  await h.complete(1, 500, days(101));
  await Certificates.update(on(500), h.certificate.id, { status: 'active' });
  const award = await h.award(105);
  assert.deepEqual([award.certifiedAt, award.state], [days(101), 'about_to_expire']);
  assert.deepEqual(award.spans, [{ certifiedAt: days(12), expiresAt: days(22), endedAt: days(22) }]);
  assert.deepEqual(await h.events(), ['certified']);
});

test('with confirmation the learner has the last word', async () => {
  const h = await holder({ confirmation: true, validity: { count: 60, unit: 'day' } });
  const learner = at(f.learner(h.personId), days(5));
  await refused(Awards.confirm(learner, (await h.award()).id), { kind: 'rule', rule: 'not_earned' });
  await h.complete(0, 1);
  const ready = await h.award(2);
  assert.deepEqual([ready.state, ready.readyAt, ready.certifiedAt], ['awaits_confirmation', days(1), null]);
  await refused(Awards.confirm(f.learner(await f.person()), ready.id), {
    kind: 'not_found',
    entity: 'certificate_award',
  });
  const confirmed = await Awards.confirm(learner, ready.id);
  assert.deepEqual(
    [confirmed.state, confirmed.certifiedAt, confirmed.expiresAt, confirmed.readyAt],
    ['certified', days(5), days(65), null],
  );
  assert.deepEqual(await Awards.confirm(learner, ready.id), confirmed, 'once is enough');
  // anew after expiry
  await h.again(0, 70);
  await h.complete(0, 80);
  assert.equal(await h.state(80), 'awaits_confirmation');
  const renewed = await Awards.confirm(on(81), ready.id);
  assert.deepEqual([renewed.certifiedAt, renewed.spans.length], [days(81), 1]);
  assert.deepEqual(await h.events(), ['awaits_confirmation', 'certified', 'awaits_confirmation', 'renewed']);
});

test('a completion taken back before the word takes the waiting back', async () => {
  const h = await holder({ confirmation: true });
  await h.complete(0, 1);
  await Enrollments.reset(on(2), h.ids[0]!);
  assert.deepEqual([await h.state(2), (await h.award(2)).readyAt], ['init', null]);
  assert.deepEqual(await h.events(), ['awaits_confirmation', 'withdrawn']);
});

test('revoking takes a reason and stands until reinstated or earned anew', async () => {
  const h = await holder({ validity: { count: 1, unit: 'year' } });
  const { id } = await h.award();
  await refused(Awards.revoke(on(1), id, 'Too early'), { kind: 'rule', rule: 'not_earned' });
  await h.complete(0, 1);
  await refused(Awards.revoke(on(2), id, ' '), { kind: 'invalid', issues: [{ path: ['reason'], fault: 'required' }] });
  await refused(Awards.revoke(f.learner(h.personId), id, 'Me'), { kind: 'forbidden', permission: 'enrollments.write' });
  const revoked = await Awards.revoke(on(2), id, 'Copied answers');
  assert.deepEqual(
    [revoked.state, revoked.revokedBecause, revoked.revocation],
    ['revoked', 'Copied answers', 'revoked'],
  );
  assert.deepEqual(await Awards.revoke(on(3), id, 'Twice'), revoked);
  // a completion that was there before does not count again
  await ActivityStates.record(on(3), await Enrollments.get(f.ctx, h.ids[0]!), h.courses[0]!.activityIds[0]!, {
    progress: 100,
  });
  assert.equal(await h.state(3), 'revoked');
  const back = await Awards.reinstate(on(4), id);
  assert.deepEqual([back.state, back.certifiedAt, back.revokedBecause], ['certified', days(1), null]);
  await Awards.revoke(on(5), id, 'After all');
  await h.again(0, 6);
  await h.complete(0, 7);
  const renewed = await h.award(7);
  assert.deepEqual([renewed.state, renewed.certifiedAt], ['certified', days(7)]);
  assert.deepEqual(renewed.spans, [{ certifiedAt: days(1), expiresAt: days(366), endedAt: days(5) }]);
  assert.deepEqual(await h.events(), ['certified', 'revoked', 'reinstated', 'revoked', 'renewed']);
});

test('somebody can be told to hold one that they are linked to', async () => {
  const h = await holder();
  const of = [h.personId, h.certificate.id] as const;
  const required = await Awards.require(on(1), ...of, true);
  assert.deepEqual([required.required, required.state], [true, 'init']);
  assert.match(required.code!, /^[2-9A-HJ-NP-Z]{16}$/);
  assert.deepEqual(await Awards.require(on(2), ...of, true), required);
  assert.equal((await Awards.require(on(3), ...of, false)).required, false);
  assert.deepEqual(await h.events(), ['required', 'released']);
  await Awards.require(on(4), ...of, true);
  await h.complete(0, 5);
  assert.deepEqual([(await h.award(5)).required, await h.state(5)], [true, 'certified']);

  await refused(Awards.require(on(1), newId(), h.certificate.id, true), { kind: 'not_found', entity: 'person' });
  await refused(Awards.require(on(1), 'x', h.certificate.id, true), { kind: 'not_found', entity: 'person' });
  await refused(Awards.require(on(1), h.personId, newId(), true), { kind: 'not_found', entity: 'certificate' });
  await refused(Awards.require(on(1), await f.person(), h.certificate.id, true), {
    kind: 'rule',
    rule: 'not_enrolled',
  });
  await refused(Awards.require(on(1), await f.person({ status: 'deleted' }), h.certificate.id, true), {
    kind: 'not_found',
    entity: 'person',
  });
});

test('a completion that was dated later renews, one dated back corrects', async () => {
  const h = await holder({ validity: { count: 10, unit: 'day' } });
  await h.complete(0, 20, days(10));
  await h.complete(0, 20, days(5));
  assert.deepEqual([(await h.award()).certifiedAt, (await h.award()).expiresAt], [days(5), days(15)]);
  await h.complete(0, 40, days(40));
  const award = await h.award(40);
  assert.deepEqual([award.certifiedAt, award.spans.map((span) => span.certifiedAt)], [days(40), [days(5)]]);
});

test('the last courses completed at the same time by many make one award each', async () => {
  const h = await holder({}, 4);
  await Promise.all(h.ids.map((_, i) => h.complete(i, 1)));
  assert.equal(await h.state(1), 'certified');
  assert.deepEqual(await h.events(), ['certified']);
});

test('a certificate defined while people complete misses nobody', async () => {
  const course = await f.course();
  const people = await f.people(12);
  const ids = await Promise.all(
    people.map(async (personId) => (await Enrollments.enroll(f.ctx, { personId, courseId: course.id })).enrollmentId),
  );
  const [certificate] = await Promise.all([
    new Promise((resolve) => setTimeout(resolve, 15)).then(() =>
      Certificates.create(f.ctx, { name: 'Meanwhile', courseIds: [course.id] }),
    ),
    ...ids.map((id) => Enrollments.setOutcome(on(1), id, { state: 'complete' })),
  ]);
  for (const personId of people)
    assert.equal((await Awards.find(on(1), { personId, certificateId: certificate!.id }))?.state, 'certified');
});

test('revoking, completing and confirming at once end in a serial result', async () => {
  const h = await holder({ validity: { count: 1, unit: 'year' } });
  await h.complete(0, 1);
  await h.again(0, 2);
  const { id } = await h.award();
  await Promise.all([
    Awards.revoke(on(3), id, 'At once'),
    Enrollments.setOutcome(on(3), h.ids[0]!, { state: 'complete', completedAt: days(3) }),
    Awards.require(on(3), h.personId, h.certificate.id, true),
  ]);
  const award = await h.award(3);
  assert.equal(award.required, true);
  // revoked first, then the completion of the same moment does not lie after it; or renewed first, then revoked
  assert.equal(award.state, 'revoked');
});
