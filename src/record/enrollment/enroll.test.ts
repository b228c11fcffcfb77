import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes, refusal, rule, START } from '../../../test/support/fixture.ts';
import { Courses, Offerings } from '../catalog/index.ts';
import { newId } from '../kernel/ids.ts';
import { Attempts, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

test('enrolling makes a live enrollment with its version, its primary mark, its grant and its event', async () => {
  const course = await f.course({ activities: ['One'] });
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  assert.equal(made.outcome, 'created');
  const kept = await Enrollments.get(f.ctx, made.enrollmentId);
  assert.deepEqual(
    [kept.state, kept.offeringId, kept.versionId, kept.isPrimary, kept.source, kept.progress, kept.score, kept.ending],
    ['not_started', course.offeringId, course.versionId, true, 'admin', 0, null, null],
  );
  assert.equal(kept.enrolledAt, START);
  assert.deepEqual(await f.events(kept.id), ['enrollment.created']);
  assert.deepEqual(await f.eventData('enrollment.created', kept.id), {
    offeringId: course.offeringId,
    state: 'not_started',
    source: 'admin',
  });
  assert.deepEqual(
    await f.rows('select kind from enrollment_grant where tenant_id = $1 and enrollment_id = $2', kept.id),
    [{ kind: 'direct' }],
  );
});

test('what is not there is not found: people, courses and offerings unknown, deleted, or of another tenant', async () => {
  const other = await fixture(database.db);
  const course = await f.course();
  const personId = await f.person();
  const foreign = await other.course();
  const deleted = await f.person({ status: 'deleted' });
  const gone = await f.course();
  await f.set('course', gone.id, { deletedAt: START });
  const goneOffering = await f.offering(course);
  await f.set('offering', goneOffering, { deletedAt: START });
  for (const id of [deleted, newId(), await other.person()])
    assert.deepEqual(await refusal(Enrollments.enroll(f.ctx, { personId: id, courseId: course.id })), {
      kind: 'not_found',
      entity: 'person',
      id,
    });
  for (const id of [gone.id, newId(), foreign.id])
    assert.deepEqual(await refusal(Enrollments.enroll(f.ctx, { personId, courseId: id })), {
      kind: 'not_found',
      entity: 'course',
      id,
    });
  for (const id of [goneOffering, gone.offeringId, newId(), foreign.offeringId])
    assert.deepEqual(await refusal(Enrollments.enroll(f.ctx, { personId, offeringId: id })), {
      kind: 'not_found',
      entity: 'offering',
      id,
    });
  const elsewhere = await f.course();
  assert.deepEqual(
    await refusal(Enrollments.enroll(f.ctx, { personId, offeringId: elsewhere.offeringId, courseId: course.id })),
    {
      kind: 'not_found',
      entity: 'offering',
      id: elsewhere.offeringId,
    },
  );
  assert.deepEqual(
    await refusal(Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { versionId: elsewhere.versionId })),
    { kind: 'not_found', entity: 'course_version', id: elsewhere.versionId },
  );
});

test('the suspended, unpublished and retired courses and retired offerings are refused by rule', async () => {
  const course = await f.course();
  const personId = await f.person();
  const suspended = await f.person({ status: 'suspended' });
  assert.equal(await rule(Enrollments.enroll(f.ctx, { personId: suspended, courseId: course.id })), 'person_inactive');
  const draft = await f.course({ state: 'draft' });
  assert.equal(await rule(Enrollments.enroll(f.ctx, { personId, courseId: draft.id })), 'course_not_published');
  const retired = await f.course();
  await f.set('course', retired.id, { state: 'retired' });
  assert.equal(await rule(Enrollments.enroll(f.ctx, { personId, courseId: retired.id })), 'course_not_published');
  const offering = await f.offering(course);
  await Offerings.update(f.ctx, offering, { state: 'retired' });
  assert.equal(await rule(Enrollments.enroll(f.ctx, { personId, offeringId: offering })), 'offering_retired');
  assert.deepEqual(await f.rows('select 1 from enrollment where tenant_id = $1 and person_id = $2', personId), []);
});

test('enrolling again gives the same enrollment, unchanged, also when the course has been retired since', async () => {
  const course = await f.course();
  const personId = await f.person();
  const first = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const kept = await Enrollments.get(f.ctx, first.enrollmentId);
  const events = await f.events();
  const again = await Enrollments.enroll(f.after(5), { personId, offeringId: course.offeringId });
  assert.deepEqual([again.outcome, again.enrollmentId], ['unchanged', first.enrollmentId]);
  await f.set('course', course.id, { state: 'retired' });
  await f.set('person', personId, { status: 'suspended' });
  assert.equal((await Enrollments.enroll(f.after(6), { personId, courseId: course.id })).outcome, 'unchanged');
  assert.deepEqual(await Enrollments.get(f.ctx, first.enrollmentId), kept);
  assert.deepEqual(await f.events(), events);
});

test('with no offering named, the one the person is live in is meant, else the default one, made when it is first needed', async () => {
  const course = await f.course();
  const [there, fresh] = await f.people(2);
  const offeringId = await f.offering(course);
  const own = await Enrollments.enroll(f.ctx, { personId: there!, offeringId });
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId: there!, courseId: course.id })).enrollmentId,
    own.enrollmentId,
  );
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId: fresh!, courseId: course.id })).offeringId,
    course.offeringId,
  );

  const template = await f.course({ template: true, name: 'Template' });
  assert.equal(template.offeringId, null);
  const made = await Enrollments.enroll(f.ctx, { personId: there!, courseId: template.id });
  const same = await Enrollments.enroll(f.ctx, { personId: fresh!, courseId: template.id });
  assert.equal(made.offeringId, same.offeringId);
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).versionId, template.versionId);
});

test('somebody withdrawn and kept resumes the same enrollment where it stood', async () => {
  const course = await f.course({ activities: ['One', 'Two'] });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const live = await Enrollments.get(f.ctx, enrollmentId);
  const attempt = (await Attempts.start(f.ctx, live, course.activityIds[0]!)).attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete', score: 80 });
  await Enrollments.withdraw(f.after(1), [enrollmentId], { ending: 'kept' });
  const back = await Enrollments.enroll(f.after(2), { personId, courseId: course.id });
  assert.deepEqual([back.outcome, back.enrollmentId, back.state], ['resumed', enrollmentId, 'in_progress']);
  const resumed = await Enrollments.get(f.ctx, enrollmentId);
  assert.deepEqual(
    [resumed.progress, resumed.score, resumed.isPrimary, resumed.ending, resumed.endedAt],
    [50, 80, true, null, null],
  );
  assert.deepEqual((await f.events(enrollmentId)).slice(-2), ['enrollment.withdrawn', 'enrollment.resumed']);
  await Enrollments.withdraw(f.after(3), [enrollmentId], { ending: 'kept' });
  assert.equal((await Enrollments.enroll(f.after(4), { personId, courseId: course.id })).enrollmentId, enrollmentId);
});

test('somebody withdrawn and closed starts afresh, also when an earlier one had been kept', async () => {
  const course = await f.course();
  const personId = await f.person();
  const first = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Enrollments.withdraw(f.after(1), [first.enrollmentId], { ending: 'kept' });
  const second = await Enrollments.enroll(f.after(2), { personId, courseId: course.id }, { reEnroll: true });
  assert.notEqual(second.enrollmentId, first.enrollmentId);
  await Enrollments.withdraw(f.after(3), [second.enrollmentId], { ending: 'closed' });
  const third = await Enrollments.enroll(f.after(4), { personId, courseId: course.id });
  assert.equal(third.outcome, 'created');
  assert.ok(![first.enrollmentId, second.enrollmentId].includes(third.enrollmentId));
});

test('re-enrolling supersedes: the old one keeps what it earned, the new one starts at nothing and takes grants over', async () => {
  const course = await f.course({ activities: ['One', 'Two'] });
  const personId = await f.person();
  const groupId = newId();
  const grant = { kind: 'audience', sourceId: groupId } as const;
  const old = await Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { grant });
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, old.enrollmentId), course.activityIds[0]!))
    .attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete', score: 70 });
  const fresh = await Enrollments.enroll(f.after(9), { personId, courseId: course.id }, { reEnroll: true });
  assert.equal(fresh.outcome, 'created');
  const before = await Enrollments.get(f.ctx, old.enrollmentId);
  assert.deepEqual(
    [before.ending, before.endedAt, before.progress, before.score, before.state, before.isPrimary],
    ['superseded', minutes(9), 50, 70, 'in_progress', false],
  );
  assert.equal(
    (await f.rows('select 1 from attempt where tenant_id = $1 and enrollment_id = $2', before.id)).length,
    1,
  );
  const now = await Enrollments.get(f.ctx, fresh.enrollmentId);
  assert.deepEqual([now.state, now.progress, now.score, now.isPrimary], ['not_started', 0, null, true]);
  assert.deepEqual(
    await f.rows('select kind from enrollment_grant where tenant_id = $1 and enrollment_id = $2 order by kind', now.id),
    [{ kind: 'audience' }, { kind: 'direct' }],
  );
  // without anybody there, it is a plain enrolling
  const newcomer = await f.person();
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId: newcomer, courseId: course.id }, { reEnroll: true })).outcome,
    'created',
  );
});

test('many in one call: answered in order, refused ones stop nobody, one learner named twice is one enrollment', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 2 });
  const [a, b, c, d] = await f.people(4);
  const suspended = await f.person({ status: 'suspended' });
  const results = await Enrollments.enrollMany(f.ctx, [
    { personId: a!, offeringId },
    { personId: suspended, offeringId },
    { personId: a!, offeringId },
    { personId: b!, offeringId },
    { personId: c!, offeringId },
    { personId: d!, offeringId: course.offeringId },
  ]);
  assert.deepEqual(
    results.map((r) => (r.outcome === 'refused' && r.fact.kind === 'rule' ? r.fact.rule : r.outcome)),
    ['created', 'person_inactive', 'unchanged', 'created', 'offering_full', 'created'],
  );
  assert.equal(
    (results[0] as { enrollmentId: string }).enrollmentId,
    (results[2] as { enrollmentId: string }).enrollmentId,
  );
});

test('one learner in two offerings of a course in one call has one primary enrollment, the first', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course);
  const personId = await f.person();
  const [first] = await Enrollments.enrollMany(f.ctx, [
    { personId, offeringId },
    { personId, offeringId: course.offeringId },
  ]);
  assert.deepEqual(
    await f.rows('select id from enrollment where tenant_id = $1 and person_id = $2 and is_primary', personId),
    [{ id: (first as { enrollmentId: string }).enrollmentId }],
  );
});

test('enrollment dates, approval and closed offerings bind only who enrolls themselves', async () => {
  const course = await f.course();
  const personId = await f.person();
  const me = f.learner(personId);
  const early = await f.offering(course, { enrollFrom: days(1), enrollUntil: days(2) });
  assert.equal(await rule(Enrollments.enroll(me, { personId, offeringId: early })), 'not_open_yet');
  assert.equal(await rule(Enrollments.enroll(at(me, days(3)), { personId, offeringId: early })), 'closed');
  for (const enrollmentType of ['closed', 'nomination'] as const) {
    const offeringId = await f.offering(course, { enrollmentType });
    assert.equal(await rule(Enrollments.enroll(me, { personId, offeringId })), 'self_enrollment_closed');
    assert.equal((await Enrollments.enroll(f.ctx, { personId, offeringId })).state, 'not_started');
  }
  const asked = await f.offering(course, { enrollmentType: 'approval' });
  const pending = await Enrollments.enroll(me, { personId, offeringId: asked });
  assert.equal(pending.state, 'pending_approval');
  assert.equal((await Enrollments.get(f.ctx, pending.enrollmentId)).source, 'self');
  const wary = await f.course({ approvalRequired: true });
  assert.equal((await Enrollments.enroll(me, { personId, courseId: wary.id })).state, 'pending_approval');
  assert.equal((await Enrollments.enroll(f.ctx, { personId, offeringId: early })).state, 'not_started');
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: wary.id })).state,
    'not_started',
  );
});

test('the access date binds no enrolling, and an accepted offer is asked for as one', async () => {
  const course = await f.course({ accessAt: days(10) });
  const personId = await f.person();
  const made = await Enrollments.enroll(f.learner(personId), { personId, courseId: course.id });
  assert.equal(made.state, 'not_started');
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).accessAt, days(10));
  const nominee = await f.person();
  assert.equal(
    (await Enrollments.enroll(f.ctx, { personId: nominee, courseId: course.id }, { nominated: true })).state,
    'pending_acceptance',
  );
});

test('relative dates are worked out from the learner’s own start, absolute ones win', async () => {
  const course = await f.course({ dueAfterDays: 14, expireAfter: { years: 0, months: 1, days: 1, hours: 2 } });
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const kept = await Enrollments.get(f.ctx, made.enrollmentId);
  assert.deepEqual([kept.dueAt, kept.expiresAt], [days(14), '2026-04-03T10:00:00.000Z']);
  // a part left out is none of it
  await f.set('course', course.id, { expireAfter: JSON.stringify({ days: 3 }) });
  const early = await Enrollments.enroll(
    f.ctx,
    { personId: await f.person(), courseId: course.id },
    { enrolledAt: days(-7) },
  );
  const imported = await Enrollments.get(f.ctx, early.enrollmentId);
  assert.deepEqual([imported.enrolledAt, imported.dueAt, imported.expiresAt], [days(-7), days(7), days(-4)]);
  const fixed = await f.offering(course, { dueAt: days(3), expiresAt: days(5), accessAt: days(1) });
  const other = await Enrollments.enroll(f.ctx, { personId, offeringId: fixed });
  const own = await Enrollments.get(f.ctx, other.enrollmentId);
  assert.deepEqual([own.accessAt, own.dueAt, own.expiresAt], [days(1), days(3), days(5)]);
  const relative = await f.offering(course, { dueAfterDays: 2 });
  const third = await Enrollments.enroll(f.ctx, { personId, offeringId: relative });
  assert.equal((await Enrollments.get(f.ctx, third.enrollmentId)).dueAt, days(2));
});

test('another published version may be named', async () => {
  const course = await f.course({ activities: ['Old'] });
  const draftId = await f.draft(course, ['New']);
  const personId = await f.person();
  assert.equal(
    (await refusal(Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { versionId: draftId }))).kind,
    'not_found',
  );
  await Courses.publish(f.ctx, course.id);
  const made = await Enrollments.enroll(
    f.ctx,
    { personId, courseId: course.id },
    { versionId: course.versionId.toUpperCase() },
  );
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).versionId, course.versionId);
  const newest = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  assert.equal((await Enrollments.get(f.ctx, newest.enrollmentId)).versionId, draftId);
});

test('a course whose sessions meet more than once is refused where one meeting is asked for', async () => {
  const course = await f.course({ kind: 'instructor_led', activities: [{ name: 'Live', kind: 'live_session' }] });
  await f.session(course.offeringId, course.activityIds[0]!, { meetings: 2 });
  const personId = await f.person();
  assert.equal(
    await rule(Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { oneMeeting: true })),
    'many_meetings',
  );
  assert.equal((await Enrollments.enroll(f.ctx, { personId, courseId: course.id })).outcome, 'created');
});

test('who may not enroll others enrolls themselves only; units bound whom and where an actor enrolls', async () => {
  const course = await f.course();
  const [me, somebody] = await f.people(2);
  assert.deepEqual(await refusal(Enrollments.enroll(f.learner(me!), { personId: somebody!, courseId: course.id })), {
    kind: 'forbidden',
    permission: 'enrollments.write',
  });
  assert.equal(
    (await refusal(Enrollments.enroll(f.learner(me!), { personId: somebody!, courseId: course.id }, { self: true })))
      .kind,
    'forbidden',
  );
  assert.equal(
    (await refusal(Enrollments.enroll(f.learner(me!), { personId: me!, courseId: course.id }, { self: false }))).kind,
    'forbidden',
  );
  assert.equal(
    (await Enrollments.enroll(f.learner(me!), { personId: me!.toUpperCase(), courseId: course.id })).outcome,
    'created',
  );
  const north = await f.unit('North');
  const below = await f.unit('Below', north);
  const south = await f.unit('South');
  const inside = await f.person({ unitId: below });
  const outside = await f.person({ unitId: south });
  const northern = actingWith(f.ctx, ['enrollments.write'], [north]);
  assert.equal((await Enrollments.enroll(northern, { personId: inside, courseId: course.id })).outcome, 'created');
  assert.deepEqual(await refusal(Enrollments.enroll(northern, { personId: outside, courseId: course.id })), {
    kind: 'not_found',
    entity: 'person',
    id: outside,
  });
  const southern = await f.course();
  await f.set('course', southern.id, { unitId: south });
  assert.equal(
    (await refusal(Enrollments.enroll(northern, { personId: inside, courseId: southern.id }))).kind,
    'not_found',
  );
});

test('a resumed enrollment keeps the outcome that stands by hand', async () => {
  const course = await f.course();
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Enrollments.setOutcome(f.ctx, enrollmentId, { state: 'complete', score: 91 });
  await Enrollments.withdraw(f.after(1), [enrollmentId], { ending: 'kept' });
  await Enrollments.enroll(f.after(2), { personId, courseId: course.id });
  const back = await Enrollments.get(f.ctx, enrollmentId);
  assert.deepEqual([back.state, back.score, back.progress, back.completedAt], ['complete', 91, 100, START]);
});
