import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes, refusal, type TestCourse } from '../../../test/support/fixture.ts';
import { newId } from '../kernel/ids.ts';
import { Attempts, Enrollments, Places } from './index.ts';
import { dropGrant } from './withdraw.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const endingOf = async (id: string): Promise<string | null> => (await Enrollments.get(f.ctx, id, 'all')).ending;

const memberOf = async (personId: string, course: TestCourse): Promise<string> =>
  (await Enrollments.getInOffering(f.ctx, personId, course.offeringId)).id;

test('all or nothing: each unknown id is answered by its index, and nothing is withdrawn', async () => {
  const course = await f.course();
  const [a, b] = await f.people(2);
  const one = await Enrollments.enroll(f.ctx, { personId: a!, courseId: course.id });
  const two = await Enrollments.enroll(f.ctx, { personId: b!, courseId: course.id });
  const gone = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  await Enrollments.withdraw(f.ctx, [gone.enrollmentId], { ending: 'closed' });
  const other = await fixture(database.db);
  const foreign = await Enrollments.enroll(other.ctx, {
    personId: await other.person(),
    courseId: (await other.course()).id,
  });
  const unknown = newId();
  const fact = await refusal(
    Enrollments.withdraw(
      f.ctx,
      [one.enrollmentId, unknown, gone.enrollmentId, two.enrollmentId, foreign.enrollmentId, 'no id'],
      {
        ending: 'closed',
      },
    ),
  );
  assert.deepEqual(fact.kind === 'invalid' && fact.issues.map((issue) => [issue.path, issue.fault, issue.detail]), [
    [[1], 'not_found', unknown],
    [[2], 'not_found', gone.enrollmentId],
    [[4], 'not_found', foreign.enrollmentId],
    [[5], 'not_found', 'no id'],
  ]);
  assert.deepEqual([await endingOf(one.enrollmentId), await endingOf(two.enrollmentId)], [null, null]);
  await Enrollments.withdraw(f.after(3), [one.enrollmentId, two.enrollmentId, one.enrollmentId.toUpperCase()], {
    ending: 'closed',
  });
  assert.deepEqual(
    [await endingOf(one.enrollmentId), await endingOf(two.enrollmentId)],
    ['withdrawn_closed', 'withdrawn_closed'],
  );
  assert.equal((await Enrollments.get(f.ctx, one.enrollmentId, 'all')).endedAt, minutes(3));
  assert.deepEqual(await f.events(one.enrollmentId), ['enrollment.created', 'enrollment.withdrawn']);
  assert.equal((await refusal(Enrollments.get(f.ctx, one.enrollmentId))).kind, 'not_found');
});

test('superseded enrollments may be named too', async () => {
  const course = await f.course();
  const personId = await f.person();
  const old = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const now = await Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { reEnroll: true });
  await Enrollments.withdraw(f.ctx, [old.enrollmentId], { ending: 'closed' });
  assert.deepEqual([await endingOf(old.enrollmentId), await endingOf(now.enrollmentId)], ['withdrawn_closed', null]);
  assert.equal((await Enrollments.get(f.ctx, now.enrollmentId)).isPrimary, true);
});

test('an import dates it, and a reason is kept', async () => {
  const course = await f.course();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'kept', endedAt: days(-3), reason: 'left' });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId, 'all')).endedAt, days(-3));
  const data = await f.eventData('enrollment.withdrawn', enrollmentId);
  assert.deepEqual([data?.reason, data?.kept, data?.changed], ['left', true, { ending: [null, 'withdrawn_kept'] }]);
});

test('places in sessions go, with an event', async () => {
  const course = await f.course({ kind: 'instructor_led', activities: [{ name: 'Live', kind: 'live_session' }] });
  const sessionId = await f.session(course.offeringId, course.activityIds[0]!, { seats: 1 });
  const [a, b] = await f.people(2);
  const taken = await Places.take(f.ctx, a!, course.id, sessionId);
  await Enrollments.withdraw(f.ctx, [taken.enrollmentId], { ending: 'closed' });
  assert.deepEqual(await f.events(taken.placeId), ['session_enrollment.created', 'session_enrollment.cancelled']);
  assert.ok((await Places.take(f.ctx, b!, course.id, sessionId)).placeId);
});

test('members go with their collection, unless something else holds them', async () => {
  const [one, two, three] = [await f.course(), await f.course(), await f.course()];
  const collection = await f.collection([one, two, three]);
  const other = await f.collection([three]);
  const personId = await f.person();
  await Enrollments.enroll(f.ctx, { personId, courseId: two.id });
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  await Enrollments.enroll(f.ctx, { personId, courseId: other.id });
  const [first, second, third] = [
    await memberOf(personId, one),
    await memberOf(personId, two),
    await memberOf(personId, three),
  ];
  const kept = await Enrollments.get(f.ctx, first);
  assert.deepEqual([kept.collectionId, kept.source], [collection.id, 'automatic']);
  assert.equal((await Enrollments.get(f.ctx, second)).collectionId, null);
  await Enrollments.withdraw(f.ctx, [made.enrollmentId], { ending: 'closed' });
  assert.deepEqual(
    [await endingOf(first), await endingOf(second), await endingOf(third)],
    ['withdrawn_closed', null, null],
  );
});

test('enrolling by name holds somebody beyond the collection that brought them; saving an outcome does not', async () => {
  const [one, two] = [await f.course(), await f.course()];
  const collection = await f.collection([one, two]);
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  const first = await memberOf(personId, one);
  const second = await memberOf(personId, two);
  await Enrollments.enroll(f.ctx, { personId, courseId: one.id });
  await Enrollments.save(f.ctx, { personId, courseId: two.id }, { score: 40 });
  await Enrollments.withdraw(f.ctx, [made.enrollmentId], { ending: 'kept' });
  assert.deepEqual([await endingOf(first), await endingOf(second)], [null, 'withdrawn_kept']);
});

test('collections in collections: entering and leaving reaches all the way down', async () => {
  const course = await f.course();
  const inner = await f.collection([course]);
  const outer = await f.collection([inner]);
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: outer.id });
  const deep = await memberOf(personId, course);
  assert.equal((await Enrollments.get(f.ctx, deep)).collectionId, inner.id);
  await Enrollments.withdraw(f.ctx, [made.enrollmentId], { ending: 'kept' });
  assert.equal(await endingOf(deep), 'withdrawn_kept');
  await Enrollments.enroll(f.after(1), { personId, courseId: outer.id });
  assert.equal(await endingOf(deep), null);
});

test('a member nobody can be enrolled in stays out; leaving a member shows in the collection', async () => {
  const [one, two] = [await f.course({ activities: ['One'] }), await f.course()];
  const collection = await f.collection([one, two]);
  await f.set('offering', two.offeringId, { seats: 0 });
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  await assert.rejects(memberOf(personId, two));
  await Enrollments.setOutcome(f.ctx, await memberOf(personId, one), { state: 'complete' });
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).progress, 50);
  await Enrollments.withdraw(f.ctx, [await memberOf(personId, one)], { ending: 'kept' });
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).progress, 0);
});

test('starting a collection over starts its members over', async () => {
  const [one, two] = [await f.course(), await f.course()];
  const collection = await f.collection([one, two]);
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  await Enrollments.setOutcome(f.ctx, await memberOf(personId, one), { state: 'complete' });
  await Enrollments.setOutcome(f.ctx, await memberOf(personId, two), { state: 'complete' });
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).state, 'complete');
  const again = await Enrollments.enroll(f.after(1), { personId, courseId: collection.id }, { reEnroll: true });
  const fresh = await Enrollments.get(f.ctx, again.enrollmentId);
  assert.deepEqual([fresh.state, fresh.progress], ['not_started', 0]);
  assert.equal((await Enrollments.get(f.ctx, made.enrollmentId)).state, 'complete');
});

test('an enrollment lives while a grant does: a group left, of two, and of all its members at once', async () => {
  const course = await f.course();
  const [a, b, c] = await f.people(3);
  const [group, second] = [newId(), newId()];
  const audience = { kind: 'audience', sourceId: group } as const;
  const made = await Enrollments.enrollMany(
    f.ctx,
    [a!, b!, c!].map((personId) => ({ personId, courseId: course.id })),
    { source: 'automatic', grant: audience },
  );
  const ids = made.map((r) => (r as { enrollmentId: string }).enrollmentId);
  await Enrollments.enrollMany(f.ctx, [{ personId: a!, courseId: course.id }], {
    grant: { kind: 'audience', sourceId: second },
  });
  await dropGrant(f.ctx, audience, [a!]);
  assert.equal(await endingOf(ids[0]!), null);
  await dropGrant(f.ctx, { kind: 'audience', sourceId: second }, [a!]);
  assert.equal(await endingOf(ids[0]!), 'withdrawn_kept');
  await Enrollments.enroll(f.ctx, { personId: b!, courseId: course.id });
  await dropGrant(f.ctx, audience);
  assert.deepEqual([await endingOf(ids[1]!), await endingOf(ids[2]!)], [null, 'withdrawn_kept']);
  await dropGrant(f.ctx, audience);
});

test('withdrawing by name ends all grants: what brought somebody in does not hold them any longer', async () => {
  const course = await f.course();
  const personId = await f.person();
  const made = await Enrollments.enroll(
    f.ctx,
    { personId, courseId: course.id },
    { grant: { kind: 'audience', sourceId: newId() } },
  );
  await Enrollments.withdraw(f.ctx, [made.enrollmentId], { ending: 'kept' });
  assert.deepEqual(
    await f.rows('select 1 from enrollment_grant where tenant_id = $1 and enrollment_id = $2', made.enrollmentId),
    [],
  );
});

test('what was earned stays with the ended enrollment, and attempts are out of reach', async () => {
  const course = await f.course({ activities: ['One', 'Two'] });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, enrollmentId), course.activityIds[0]!))
    .attempt;
  await Attempts.record(f.ctx, attempt.id, { state: 'complete', score: 60 });
  await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'closed' });
  const ended = await Enrollments.get(f.ctx, enrollmentId, 'all');
  assert.deepEqual([ended.progress, ended.score, ended.state, ended.isPrimary], [50, 60, 'in_progress', false]);
  assert.equal((await refusal(Attempts.record(f.ctx, attempt.id, { state: 'failed' }))).kind, 'not_found');
});

test('a learner withdraws their own only; a unit’s administrator only people in sight; others need the permission', async () => {
  const course = await f.course();
  const south = await f.unit('South');
  const [me, other] = await f.people(2);
  const mine = await Enrollments.enroll(f.ctx, { personId: me!, courseId: course.id });
  const theirs = await Enrollments.enroll(f.ctx, { personId: other!, courseId: course.id });
  assert.equal(
    (await refusal(Enrollments.withdraw(f.learner(me!), [theirs.enrollmentId], { ending: 'kept' }))).kind,
    'invalid',
  );
  await Enrollments.withdraw(f.learner(me!), [mine.enrollmentId], { ending: 'kept' });
  const southern = actingWith(f.ctx, ['enrollments.write'], [south]);
  assert.equal(
    (await refusal(Enrollments.withdraw(southern, [theirs.enrollmentId], { ending: 'kept' }))).kind,
    'invalid',
  );
  const reader = actingWith(f.ctx, ['enrollments.read']);
  assert.equal(
    (await refusal(Enrollments.withdraw(reader, [theirs.enrollmentId], { ending: 'kept' }))).kind,
    'forbidden',
  );
  assert.equal(await endingOf(theirs.enrollmentId), null);
});

test('lists leave withdrawn enrollments out and keep superseded ones, unless asked otherwise', async () => {
  const course = await f.course();
  const personId = await f.person();
  await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { reEnroll: true });
  const gone = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  await Enrollments.withdraw(f.ctx, [gone.enrollmentId], { ending: 'kept' });
  const count = async (endings: 'live' | 'standing' | 'all'): Promise<number> =>
    (
      await Enrollments.list(
        f.ctx,
        { page: { kind: 'rows', offset: 0, limit: 9, total: true } },
        { courseId: course.id, endings },
      )
    ).total!;
  assert.deepEqual([await count('live'), await count('standing'), await count('all')], [1, 2, 3]);
});
