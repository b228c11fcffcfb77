import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes, refusal, rule } from '../../../test/support/fixture.ts';
import { JoinKeys, Offerings } from '../catalog/index.ts';
import { newId } from '../kernel/ids.ts';
import { Units } from '../people/index.ts';
import { Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

test('an enrollment with dates of its own; who is in already is left as they are', async () => {
  const course = await f.course();
  const personId = await f.person();
  const made = await Enrollments.create(f.ctx, {
    personId,
    courseId: course.id,
    source: 'manager',
    enrolledAt: days(-3),
    dueAt: days(3),
    accessAt: days(1),
    expiresAt: days(9),
    termsAccepted: true,
  });
  const { created, enrollment } = made;
  assert.deepEqual(
    [created, enrollment.source, enrollment.enrolledAt, enrollment.dueAt, enrollment.accessAt, enrollment.expiresAt],
    [true, 'manager', days(-3), days(3), days(1), days(9)],
  );
  assert.ok(enrollment.termsAcceptedAt);
  const again = await Enrollments.create(f.after(1), { personId, courseId: course.id, dueAt: days(8) });
  assert.deepEqual(again, { created: false, enrollment });
  assert.equal((await Enrollments.getDetails(at(f.ctx, days(4)), enrollment.id)).late, true);
});

test('learners enroll themselves and choose nothing of it', async () => {
  const course = await f.course();
  const closed = await f.offering(course, { enrollmentType: 'closed' });
  const [me, other] = await f.people(2);
  const ctx = f.learner(me!);
  for (const more of [
    { dueAt: days(1) },
    { source: 'admin' as const },
    { enrolledAt: days(-1) },
    { versionId: course.versionId },
  ])
    assert.equal(
      (await refusal(Enrollments.create(ctx, { personId: me!, courseId: course.id, ...more }))).kind,
      'forbidden',
    );
  assert.equal((await refusal(Enrollments.create(ctx, { personId: other!, courseId: course.id }))).kind, 'forbidden');
  assert.equal(await rule(Enrollments.create(ctx, { personId: me!, offeringId: closed })), 'self_enrollment_closed');
  const { enrollment } = await Enrollments.create(ctx, { personId: me!, courseId: course.id, termsAccepted: true });
  assert.deepEqual([enrollment.source, enrollment.termsAcceptedAt], ['self', f.ctx.now]);
});

test('a join key opens its offering where people cannot enroll themselves, while it is open and not used up', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { enrollmentType: 'closed' });
  const key = await JoinKeys.create(f.ctx, {
    name: 'Key',
    code: 'Open-Sesame',
    offeringId,
    usesAllowed: 2,
    opensAt: minutes(5),
    closesAt: minutes(60),
  });
  const people = await f.people(4);
  const join = (n: number, minute: number, more: object = {}) =>
    Enrollments.create(f.learner(people[n]!, minute), { personId: people[n]!, joinKeyCode: 'open-SESAME', ...more });
  assert.equal(await rule(join(0, 1)), 'not_open_yet');
  assert.equal(await rule(join(0, 61)), 'closed');
  const { enrollment } = await join(0, 10);
  assert.deepEqual(
    [enrollment.offeringId, enrollment.joinKeyId, enrollment.source, enrollment.state],
    [offeringId, key.id, 'self', 'not_started'],
  );
  assert.equal((await join(0, 11)).created, false, 'again it is no further use');
  await join(1, 12, { courseId: course.id });
  assert.equal(await rule(join(2, 13)), 'key_used_up');
  assert.deepEqual(await f.rows('select 1 from enrollment where tenant_id = $1 and person_id = $2', people[2]), []);
  assert.equal((await JoinKeys.get(f.ctx, key.id)).uses, 2);
  const wrong = await refusal(join(3, 14, { offeringId: course.offeringId }));
  assert.equal(wrong.kind, 'invalid');
  assert.equal(
    (await refusal(Enrollments.create(f.learner(people[3]!), { personId: people[3]!, joinKeyCode: 'nothing' }))).kind,
    'invalid',
  );
  await JoinKeys.update(f.ctx, key.id, { status: 'paused' });
  assert.equal(await rule(join(3, 15)), 'closed');
});

test('who joins by a key enters its unit, once and only if the key lets them in', async () => {
  const course = await f.course();
  const unitId = await f.unit('Evening school');
  await JoinKeys.create(f.ctx, { name: 'Key', code: 'evening', offeringId: course.offeringId, unitId, usesAllowed: 1 });
  const [ada, grace, inside] = await f.people(3);
  const native = await f.person({ unitId });
  const join = (personId: string) => Enrollments.create(f.learner(personId, 1), { personId, joinKeyCode: 'evening' });
  const unitsOf = async (personId: string) =>
    (
      await Units.listOfPerson(f.ctx, personId, { page: { kind: 'rows', offset: 0, limit: 10, total: false } })
    ).rows.map((row) => row.unitId);
  const joined = async () => (await f.events(unitId)).filter((type) => type === 'unit.member_added').length;
  await join(ada!);
  assert.deepEqual(await unitsOf(ada!), [f.rootUnitId, unitId], 'a further unit; the primary one stays');
  await join(ada!);
  assert.equal(await joined(), 1);
  assert.equal(await rule(join(grace!)), 'key_used_up');
  assert.deepEqual(await unitsOf(grace!), [f.rootUnitId], 'nobody enters by a key that was refused');
  await Enrollments.create(f.ctx, { personId: inside!, courseId: course.id });
  assert.equal((await join(inside!)).created, false);
  assert.deepEqual(await unitsOf(inside!), [f.rootUnitId]);
  await JoinKeys.update(
    f.ctx,
    (await f.rows<{ id: string }>(`select id from join_key where tenant_id = $1 and code = $2`, 'evening'))[0]!.id,
    { usesAllowed: null },
  );
  await join(native);
  assert.deepEqual([await unitsOf(native), await joined()], [[unitId], 1]);
  // an administrator of another part may use the key, and it still leads where it says
  const elsewhere = await f.unit('Elsewhere');
  const local = await f.person({ unitId: elsewhere });
  const admin = actingWith(f.after(2), ['enrollments.write', 'enrollments.read'], [elsewhere]);
  await Enrollments.create(admin, { personId: local, joinKeyCode: 'evening' });
  assert.deepEqual(await unitsOf(local), [elsewhere, unitId]);
});

test('the last use of a key is not spent twice', async () => {
  const course = await f.course();
  await JoinKeys.create(f.ctx, { name: 'Key', code: 'rush', offeringId: course.offeringId, usesAllowed: 3 });
  const people = await f.people(20);
  const results = await Promise.allSettled(
    people.map((personId) => Enrollments.create(f.learner(personId), { personId, joinKeyCode: 'rush' })),
  );
  assert.equal(results.filter((r) => r.status === 'fulfilled').length, 3);
});

test('a live enrollment is started over; one that ended is not', async () => {
  const course = await f.course();
  const personId = await f.person();
  const { enrollment } = await Enrollments.create(f.ctx, { personId, courseId: course.id });
  await Enrollments.setOutcome(f.ctx, enrollment.id, { state: 'complete' });
  const anew = await Enrollments.startOver(f.after(1), enrollment.id);
  assert.deepEqual([anew.state, anew.isPrimary, anew.offeringId], ['not_started', true, enrollment.offeringId]);
  assert.equal(await rule(Enrollments.startOver(f.after(2), enrollment.id)), 'enrollment_finished');
  assert.equal((await refusal(Enrollments.startOver(f.ctx, newId()))).kind, 'not_found');
  assert.equal((await refusal(Enrollments.startOver(f.learner(personId), anew.id))).kind, 'forbidden');
});

test('learners leave what they entered themselves, rate it and accept its terms, and nothing more', async () => {
  const course = await f.course();
  const [me, other] = await f.people(2);
  const ctx = f.learner(me!, 1);
  const { enrollment: mine } = await Enrollments.create(ctx, { personId: me!, courseId: course.id });
  const { enrollment: theirs } = await Enrollments.create(f.ctx, { personId: other!, courseId: course.id });
  const rated = await Enrollments.update(ctx, mine.id, { rating: 4, termsAccepted: true });
  assert.deepEqual([rated.rating, rated.termsAcceptedAt, rated.outcomeBy], [4, minutes(1), null]);
  assert.equal((await refusal(Enrollments.update(ctx, mine.id, { rating: 5, score: 100 }))).kind, 'forbidden');
  assert.equal((await refusal(Enrollments.update(ctx, theirs.id, { rating: 1 }))).kind, 'not_found');
  assert.equal(
    (await refusal(Enrollments.withdrawOne(f.learner(other!), theirs.id, { ending: 'kept' }))).kind,
    'forbidden',
  );
  assert.equal((await Enrollments.withdrawOne(ctx, mine.id, { ending: 'kept' })).ending, 'withdrawn_kept');
});

test('withdrawing again changes nothing; what was kept may be closed, not the other way', async () => {
  const course = await f.course();
  const { enrollment } = await Enrollments.create(f.ctx, { personId: await f.person(), courseId: course.id });
  const left = await Enrollments.withdrawOne(f.after(1), enrollment.id, { ending: 'kept' });
  assert.deepEqual(await Enrollments.withdrawOne(f.after(2), enrollment.id, { ending: 'kept' }), left);
  const closed = await Enrollments.withdrawOne(f.after(3), enrollment.id, { ending: 'closed' });
  assert.deepEqual([closed.ending, closed.endedAt], ['withdrawn_closed', minutes(1)]);
  assert.equal(
    await rule(Enrollments.withdrawOne(f.after(4), enrollment.id, { ending: 'kept' })),
    'enrollment_finished',
  );
  assert.deepEqual(await f.events(enrollment.id), [
    'enrollment.created',
    'enrollment.withdrawn',
    'enrollment.withdrawn',
  ]);
});

test('what was seen is tested while the learner is held', async () => {
  const course = await f.course();
  const { enrollment } = await Enrollments.create(f.ctx, { personId: await f.person(), courseId: course.id });
  const seen = (current: { updatedAt: string }) => {
    if (current.updatedAt !== enrollment.updatedAt) throw new Error('stale');
  };
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => Enrollments.update(f.after(i + 1), enrollment.id, { score: i }, seen)),
  );
  assert.equal(results.filter((r) => r.status === 'fulfilled').length, 1);
});

test('an offering goes although its key brought somebody who has moved on', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course);
  const key = await JoinKeys.create(f.ctx, { name: 'Key', code: 'moved-on', offeringId });
  const personId = await f.person();
  const { enrollment } = await Enrollments.create(f.learner(personId, 1), { personId, joinKeyCode: 'moved-on' });
  await Enrollments.transfer(f.ctx, enrollment.id, course.offeringId);
  await Offerings.delete(f.ctx, offeringId);
  assert.equal((await JoinKeys.get(f.ctx, key.id)).status, 'paused');
  assert.equal((await Enrollments.getDetails(f.ctx, enrollment.id)).joinKeyId, key.id);
});
