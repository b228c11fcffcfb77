import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, minutes, refusal, rule, START } from '../../../test/support/fixture.ts';
import { Courses } from '../catalog/index.ts';
import { newId } from '../kernel/ids.ts';
import { Attempts, Enrollments } from './index.ts';
import type { EnrollmentState } from './types.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const learner = async (...activities: string[]) => {
  const course = await f.course({ activities });
  const personId = await f.person();
  const { enrollmentId: id } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const finish = async (n: number, score: number | null, state: 'complete' | 'failed' = 'complete') => {
    const attempt = (await Attempts.start(f.ctx, await Enrollments.get(f.ctx, id), course.activityIds[n]!)).attempt;
    return Attempts.record(f.ctx, attempt.id, { state, score });
  };
  return { course, personId, id, finish };
};

const STATES: EnrollmentState[] = [
  'in_progress',
  'complete',
  'not_complete',
  'failed',
  'pending_approval',
  'pending_acceptance',
  'declined',
  'pending_evaluation_required',
  'on_waitlist',
  'absent',
  'not_applicable',
  'pending_proctor',
  'ready_for_review',
];

test('each state may be set, and only complete touches progress and the completion date', async () => {
  for (const state of STATES) {
    const { id } = await learner('One');
    const set = await Enrollments.setOutcome(f.after(7), id, { state });
    const complete = state === 'complete';
    assert.deepEqual(
      [set.state, set.progress, set.completedAt, set.outcomeBy],
      [state, complete ? 100 : 0, complete ? minutes(7) : null, 'test'],
      state,
    );
    assert.deepEqual((await f.events(id)).slice(1), [complete ? 'enrollment.completed' : 'enrollment.outcome_set']);
    const data = await f.eventData(complete ? 'enrollment.completed' : 'enrollment.outcome_set', id);
    assert.deepEqual(data!.changed.state, ['not_started', state]);
  }
});

test('complete is dated as given, and another date may be set later', async () => {
  const { id } = await learner('One');
  assert.equal(
    (await Enrollments.setOutcome(f.ctx, id, { state: 'complete', completedAt: days(-2) })).completedAt,
    days(-2),
  );
  assert.equal((await Enrollments.setOutcome(f.ctx, id, { completedAt: days(-1) })).completedAt, days(-1));
  assert.equal(
    (await Enrollments.setOutcome(f.ctx, id, { state: 'complete', completedAt: days(-3) })).completedAt,
    days(-3),
  );
  const open = await Enrollments.setOutcome(f.ctx, id, { state: 'in_progress', completedAt: days(-3) });
  assert.deepEqual([open.state, open.completedAt, open.progress], ['in_progress', null, 0]);
});

test('a value sent back as shown changes nothing: no event, updated_at stays', async () => {
  const { id, finish } = await learner('One', 'Two');
  await finish(0, 81.5);
  await Enrollments.setOutcome(f.ctx, id, { result: 'Merit', credits: 3, dueAt: days(4) });
  const shown = await Enrollments.get(f.ctx, id);
  const events = await f.events();
  const same: Enrollments.Outcome = {
    state: shown.state,
    score: shown.score,
    completedAt: shown.completedAt,
    result: shown.result,
    credits: shown.credits,
    versionId: shown.versionId.toUpperCase(),
    joinKeyId: shown.joinKeyId,
    termsAccepted: false,
    accessAt: shown.accessAt,
    dueAt: shown.dueAt,
    expiresAt: shown.expiresAt,
  };
  assert.deepEqual(await Enrollments.setOutcome(f.after(9), id, same), shown);
  await finish(1, 80);
  const done = await Enrollments.get(f.ctx, id);
  assert.deepEqual(
    await Enrollments.setOutcome(f.after(9), id, { ...same, state: 'complete', score: done.score }),
    done,
  );
  await Enrollments.recompute(f.after(10), id);
  assert.equal(
    (await f.events()).filter((type) => type === 'enrollment.outcome_set').length,
    events.filter((type) => type === 'enrollment.outcome_set').length,
  );
});

test('a score stands over the computed one through every roll-up, until cleared or set anew', async () => {
  const { id, finish } = await learner('One', 'Two', 'Three');
  await finish(0, 50);
  assert.equal((await Enrollments.get(f.ctx, id)).score, 50);
  assert.equal((await Enrollments.setOutcome(f.ctx, id, { score: 88.12345 })).score, 88.1235);
  await finish(1, 60);
  const kept = await Enrollments.get(f.ctx, id);
  assert.deepEqual([kept.score, kept.progress], [88.1235, 66.67]);
  assert.equal((await Enrollments.setOutcome(f.ctx, id, { score: null })).score, 55);
  assert.equal((await Enrollments.setOutcome(f.ctx, id, { score: 0 })).score, 0);
  await finish(2, 100);
  assert.deepEqual(
    [(await Enrollments.get(f.ctx, id)).score, (await Enrollments.get(f.ctx, id)).state],
    [0, 'complete'],
  );
});

test('a state set by hand stands over facts; complete without facts is complete', async () => {
  const { id, finish } = await learner('One', 'Two');
  await Enrollments.setOutcome(f.ctx, id, { state: 'failed' });
  await finish(0, 90);
  await finish(1, 90);
  const failed = await Enrollments.get(f.ctx, id);
  assert.deepEqual([failed.state, failed.progress, failed.score], ['failed', 100, 90]);
  const facts = await Enrollments.recompute(f.ctx, id);
  assert.deepEqual([facts.state, facts.outcomeBy], ['complete', null]);
  const byHand = await learner('One', 'Two');
  await Enrollments.setOutcome(f.ctx, byHand.id, { state: 'complete' });
  await byHand.finish(0, 40, 'failed');
  const stands = await Enrollments.get(f.ctx, byHand.id);
  assert.deepEqual([stands.state, stands.progress, stands.score], ['complete', 100, 40]);
});

test('in progress by hand follows what the learner does from then on', async () => {
  const { id, finish } = await learner('One', 'Two');
  await Enrollments.setOutcome(f.ctx, id, { state: 'in_progress' });
  await Enrollments.setOutcome(f.ctx, id, { score: 5 });
  await Enrollments.setOutcome(f.ctx, id, { score: null });
  assert.equal((await Enrollments.get(f.ctx, id)).state, 'in_progress');
  await finish(0, 1);
  await finish(1, 1);
  assert.equal((await Enrollments.get(f.ctx, id)).state, 'complete');
});

test('dates, result, rating, terms and key are set and cleared', async () => {
  const { id, course } = await learner('One');
  const keyId = newId();
  await f.rows(
    `insert into join_key (tenant_id, id, code, name, offering_id, created_at, updated_at) values ($1, $2, 'K1', 'Key', $3, $4, $4)`,
    keyId,
    course.offeringId,
    START,
  );
  const dates = { accessAt: days(1), dueAt: days(2), expiresAt: days(3) };
  const set = await Enrollments.setOutcome(f.after(4), id, {
    ...dates,
    result: 'Distinction',
    rating: 4,
    termsAccepted: true,
    joinKeyId: keyId.toUpperCase(),
  });
  assert.deepEqual(
    [set.accessAt, set.dueAt, set.expiresAt, set.result, set.termsAcceptedAt, set.joinKeyId],
    [days(1), days(2), days(3), 'Distinction', minutes(4), keyId],
  );
  assert.deepEqual((await f.eventData('enrollment.outcome_set', id))!.changed, {
    accessAt: [null, days(1)],
    dueAt: [null, days(2)],
    expiresAt: [null, days(3)],
    result: [null, 'Distinction'],
    rating: [null, 4],
    termsAcceptedAt: [null, minutes(4)],
    joinKeyId: [null, keyId],
  });
  const cleared = await Enrollments.setOutcome(f.ctx, id, {
    accessAt: null,
    dueAt: null,
    expiresAt: null,
    result: null,
    rating: null,
    termsAccepted: false,
    joinKeyId: null,
  });
  assert.deepEqual(
    [cleared.accessAt, cleared.dueAt, cleared.expiresAt, cleared.result, cleared.termsAcceptedAt, cleared.joinKeyId],
    [null, null, null, null, null, null],
  );
});

test('only dates are no outcome: nobody is said to have set one', async () => {
  const { id } = await learner('One');
  assert.equal((await Enrollments.setOutcome(f.ctx, id, { dueAt: days(1) })).outcomeBy, null);
  assert.deepEqual((await f.events(id)).slice(1), ['enrollment.updated']);
});

test('what is out of range or unknown is refused, each by its place', async () => {
  const { id, course } = await learner('One');
  const foreign = await f.course();
  const draftId = await f.draft(course, ['Later']);
  const fact = await refusal(
    Enrollments.setOutcome(f.ctx, id, {
      score: -1,
      credits: 1e9,
      rating: 2.5,
      result: 'x'.repeat(300),
      versionId: foreign.versionId,
      joinKeyId: newId(),
      creditsByType: [{ creditTypeId: newId(), credits: Number.NaN }],
    }),
  );
  assert.deepEqual(fact.kind === 'invalid' && fact.issues.map((issue) => [issue.path.join('.'), issue.fault]), [
    ['score', 'out_of_range'],
    ['credits', 'out_of_range'],
    ['rating', 'out_of_range'],
    ['result', 'too_long'],
    ['creditsByType.0.credits', 'out_of_range'],
    ['versionId', 'not_found'],
    ['joinKeyId', 'not_found'],
    ['creditsByType.0.creditTypeId', 'not_found'],
  ]);
  assert.equal((await refusal(Enrollments.setOutcome(f.ctx, id, { versionId: draftId }))).kind, 'invalid');
  assert.equal((await refusal(Enrollments.setOutcome(f.ctx, newId(), { score: 1 }))).kind, 'not_found');
  assert.equal((await refusal(Enrollments.setOutcome(f.ctx, 'no id', { score: 1 }))).kind, 'not_found');
});

test('another version: progress follows the activities that both have', async () => {
  const { id, course, finish } = await learner('One', 'Two');
  await finish(0, 90);
  const next = await f.draft(course, [{ id: course.activityIds[0]!, name: 'One' }]);
  await Courses.publish(f.ctx, course.id);
  assert.deepEqual(
    [(await Enrollments.get(f.ctx, id)).versionId, (await Enrollments.get(f.ctx, id)).progress],
    [course.versionId, 50],
  );
  const moved = await Enrollments.setOutcome(f.ctx, id, { versionId: next });
  assert.deepEqual([moved.versionId, moved.progress, moved.state], [next, 100, 'complete']);
});

test('credits: earned by completing, by type; set by hand they stand; null lets what is earned count again', async () => {
  const [theory, practice] = [await f.creditType('Theory'), await f.creditType('Practice')];
  const course = await f.course({
    activities: ['One'],
    creditAwards: [
      { creditTypeId: theory, credits: 2 },
      { creditTypeId: practice, credits: 1.5 },
    ],
  });
  const enrolled = async () =>
    (await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id })).enrollmentId;
  const byType = async (id: string) =>
    (
      await f.rows<{ credits: number }>(
        'select credits from enrollment_credit where tenant_id = $1 and enrollment_id = $2 order by credits',
        id,
      )
    ).map((row) => row.credits);
  const one = await enrolled();
  assert.equal((await Enrollments.setOutcome(f.ctx, one, { state: 'complete' })).credits, 3.5);
  assert.deepEqual(await byType(one), [1.5, 2]);
  assert.deepEqual((await f.eventData('enrollment.credited', one))!.changed, { credits: [null, 3.5] });
  assert.equal((await Enrollments.setOutcome(f.ctx, one, { state: 'in_progress' })).credits, null);
  assert.deepEqual(await byType(one), []);

  const two = await enrolled();
  assert.equal((await Enrollments.setOutcome(f.ctx, two, { credits: 7 })).credits, 7);
  assert.equal((await Enrollments.setOutcome(f.ctx, two, { state: 'complete' })).credits, 7);
  assert.equal((await Enrollments.setOutcome(f.ctx, two, { state: 'failed' })).credits, 7);
  assert.equal((await Enrollments.setOutcome(f.ctx, two, { state: 'complete' })).credits, 7);
  assert.equal((await Enrollments.setOutcome(f.ctx, two, { credits: null })).credits, 3.5);

  const three = await enrolled();
  const own = [
    { creditTypeId: theory.toUpperCase(), credits: 4 },
    { creditTypeId: theory, credits: 1 },
  ];
  assert.equal((await Enrollments.setOutcome(f.ctx, three, { creditsByType: own, state: 'complete' })).credits, 5);
  assert.deepEqual(await byType(three), [5]);
  const events = (await f.events(three)).length;
  await Enrollments.setOutcome(f.ctx, three, { creditsByType: [{ creditTypeId: theory, credits: 5 }] });
  assert.equal((await f.events(three)).length, events);
  assert.equal((await Enrollments.setOutcome(f.ctx, three, { creditsByType: [] })).credits, 0);
  await Enrollments.reset(f.ctx, three);
  assert.equal((await Enrollments.get(f.ctx, three)).credits, null);
});

test('a state that takes a seat is checked against the limit; leaving one frees it', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1, enrollmentType: 'approval' });
  const [a, b] = await f.people(2);
  const first = await Enrollments.enroll(f.learner(a!), { personId: a!, offeringId });
  const second = await Enrollments.enroll(f.learner(b!), { personId: b!, offeringId });
  assert.equal(
    (await Enrollments.setOutcome(f.ctx, first.enrollmentId, { state: 'not_started' })).state,
    'not_started',
  );
  for (const state of ['not_started', 'complete', 'absent', 'failed'] as const)
    assert.equal(await rule(Enrollments.setOutcome(f.ctx, second.enrollmentId, { state })), 'offering_full');
  await Enrollments.setOutcome(f.ctx, first.enrollmentId, { state: 'declined' });
  assert.equal(
    (await Enrollments.setOutcome(f.ctx, second.enrollmentId, { state: 'in_progress' })).state,
    'in_progress',
  );
});

test('approving somebody for a collection enrolls in its members', async () => {
  const member = await f.course();
  const collection = await f.collection([member], { approvalRequired: true });
  const personId = await f.person();
  const asked = await Enrollments.enroll(f.learner(personId), { personId, courseId: collection.id });
  await assert.rejects(Enrollments.getInOffering(f.ctx, personId, member.offeringId));
  await Enrollments.setOutcome(f.ctx, asked.enrollmentId, { state: 'not_started' });
  assert.equal((await Enrollments.getInOffering(f.ctx, personId, member.offeringId)).collectionId, collection.id);
});

test('a score set in a member shows in the collection at once', async () => {
  const [one, two] = [await f.course(), await f.course()];
  const collection = await f.collection([one, two]);
  const personId = await f.person();
  const made = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  await Enrollments.setOutcome(f.ctx, (await Enrollments.getPrimary(f.ctx, personId, one.id)).id, { score: 60 });
  await Enrollments.setOutcome(f.ctx, (await Enrollments.getPrimary(f.ctx, personId, two.id)).id, {
    score: 90,
    state: 'complete',
  });
  const kept = await Enrollments.get(f.ctx, made.enrollmentId);
  assert.deepEqual([kept.score, kept.progress, kept.state], [75, 50, 'in_progress']);
});

test('who sets it is named, and needs the permission; people out of sight are absent', async () => {
  const { id, personId } = await learner('One');
  const marker = await f.person();
  const acting = (permissions: 'enrollments.write'[], units: string[] | null = null) => ({
    ...f.ctx,
    actor: { kind: 'person' as const, id: marker, clientId: null, permissions: new Set(permissions), units },
  });
  assert.equal((await Enrollments.setOutcome(acting(['enrollments.write']), id, { score: 10 })).outcomeBy, marker);
  assert.equal((await refusal(Enrollments.setOutcome(f.learner(personId), id, { score: 100 }))).kind, 'forbidden');
  assert.equal(
    (await refusal(Enrollments.setOutcome(actingWith(f.ctx, ['enrollments.read', 'marks.write']), id, { score: 1 })))
      .kind,
    'forbidden',
  );
  const away = await f.unit('Away');
  assert.equal(
    (await refusal(Enrollments.setOutcome(acting(['enrollments.write'], [away]), id, { score: 1 }))).kind,
    'not_found',
  );
});

test('saving enrolls or finds, and sets: both or neither', async () => {
  const course = await f.course({ activities: ['One'] });
  const personId = await f.person();
  const made = await Enrollments.save(f.ctx, { personId, courseId: course.id }, { state: 'complete', score: 92.5 });
  assert.deepEqual([made.state, made.score, made.completedAt], ['complete', 92.5, START]);
  const again = await Enrollments.save(f.after(1), { personId, courseId: course.id }, { score: 93 });
  assert.deepEqual([again.id, again.score, again.completedAt], [made.id, 93, START]);
  const same = await Enrollments.save(f.after(2), { personId, courseId: course.id }, {});
  assert.deepEqual(same, again);
  const fresh = await Enrollments.save(f.after(3), { personId, courseId: course.id }, { score: 1 }, { reEnroll: true });
  assert.notEqual(fresh.id, made.id);
  const newcomer = await f.person();
  assert.equal(
    (await refusal(Enrollments.save(f.ctx, { personId: newcomer, courseId: course.id }, { score: -5 }))).kind,
    'invalid',
  );
  const all: { rows: Enrollments.Enrollment[] } = await Enrollments.list(
    f.ctx,
    { page: { kind: 'rows', offset: 0, limit: 9, total: false } },
    { personId: newcomer, endings: 'all' },
  );
  assert.deepEqual(all.rows, []);
});
