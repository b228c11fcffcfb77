import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { Offerings } from '../catalog/index.ts';
import { Refusal } from '../kernel/refusal.ts';
import { ActivityStates, Attempts, Enrollments, Places } from './index.ts';

// Many writers at one thing, over a pool of twenty connections: the result must be that of some order, one after the other.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 20 });
  f = await fixture(database.db);
});
after(() => database.close());

type Outcome<T> = { value: T } | { rule: string };

/** All at once. Refusals by rule are results; anything else fails the test. */
const atOnce = <T>(work: readonly (() => Promise<T>)[]): Promise<Outcome<T>[]> =>
  Promise.all(
    work.map(async (each) => {
      try {
        return { value: await each() };
      } catch (error) {
        if (error instanceof Refusal && error.fact.kind === 'rule') return { rule: error.fact.rule };
        throw error;
      }
    }),
  );

const inOffering = (offeringId: string) =>
  f.rows<{ id: string; personId: string; state: string; ending: string | null; isPrimary: boolean }>(
    `select id, person_id as "personId", state, ending, is_primary as "isPrimary" from enrollment
      where tenant_id = $1 and offering_id = $2 order by enrolled_at, number`,
    offeringId,
  );

/** Each event once: no try that was run again left its events behind. */
const once = async (offeringId: string): Promise<void> => {
  const twice = await f.rows(
    `select entity_id, type, count(*) from event where tenant_id = $1 and data->>'offeringId' = $2 and type in ('enrollment.created', 'enrollment.seated')
      group by entity_id, type having count(*) > 1`,
    offeringId,
  );
  assert.deepEqual(twice, []);
};

test('fifty want the last seat: exactly one gets it, the rest are refused', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1 });
  const people = await f.people(50);
  const results = await atOnce(people.map((personId) => () => Enrollments.enroll(f.ctx, { personId, offeringId })));
  assert.equal(results.filter((r) => 'value' in r).length, 1);
  assert.equal(results.filter((r) => 'rule' in r && r.rule === 'offering_full').length, 49);
  assert.equal((await inOffering(offeringId)).length, 1);
  await once(offeringId);
});

test('fifty want one seat with a waitlist of twenty: one seated, twenty in line, the rest refused; seats go down the line', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1, waitlistSeats: 20 });
  const people = await f.people(50);
  const results = await atOnce(people.map((personId) => () => Enrollments.enroll(f.ctx, { personId, offeringId })));
  assert.equal(results.filter((r) => 'rule' in r).length, 29);
  const line = await inOffering(offeringId);
  assert.deepEqual(
    line.map((row) => row.state),
    ['not_started', ...Array(20).fill('on_waitlist')],
  );
  for (let i = 0; i < 20; i++) {
    await Enrollments.withdraw(f.after(i + 1), [line[i]!.id], { ending: 'kept' });
    assert.equal((await Enrollments.get(f.ctx, line[i + 1]!.id)).state, 'not_started');
  }
  await once(offeringId);
});

test('one learner enrolled fifty times at once is one enrollment with one event', async () => {
  const course = await f.course();
  const personId = await f.person();
  const results = await atOnce(
    Array.from({ length: 50 }, () => () => Enrollments.enroll(f.ctx, { personId, courseId: course.id })),
  );
  const ids = new Set(results.map((r) => ('value' in r ? r.value.enrollmentId : r.rule)));
  assert.equal(ids.size, 1);
  assert.equal(results.filter((r) => 'value' in r && r.value.outcome === 'created').length, 1);
  assert.equal((await inOffering(course.offeringId)).length, 1);
  assert.deepEqual(await f.events([...ids][0]!), ['enrollment.created']);
});

test('one learner started over many times at once: one live enrollment, the others superseded', async () => {
  const course = await f.course();
  const personId = await f.person();
  await atOnce(
    Array.from(
      { length: 20 },
      () => () => Enrollments.enroll(f.ctx, { personId, courseId: course.id }, { reEnroll: true }),
    ),
  );
  const rows = await inOffering(course.offeringId);
  assert.equal(rows.length, 20);
  assert.equal(rows.filter((row) => row.ending === null && row.isPrimary).length, 1);
  assert.equal(rows.filter((row) => row.ending === 'superseded').length, 19);
});

test('one learner in twenty offerings of a course at once has exactly one primary enrollment', async () => {
  const course = await f.course();
  const personId = await f.person();
  const offerings: string[] = [];
  for (let i = 0; i < 20; i++) offerings.push(await f.offering(course));
  await atOnce(offerings.map((offeringId) => () => Enrollments.enroll(f.ctx, { personId, offeringId })));
  const rows = await f.rows<{ isPrimary: boolean }>(
    'select is_primary as "isPrimary" from enrollment where tenant_id = $1 and person_id = $2 and ending is null',
    personId,
  );
  assert.equal(rows.length, 20);
  assert.equal(rows.filter((row) => row.isPrimary).length, 1);
});

test('twenty attempts at different activities finished at once: progress counts them all', async () => {
  const course = await f.course({ activities: Array.from({ length: 20 }, (_, i) => `Quiz ${i}`) });
  const collection = await f.collection([course]);
  const personId = await f.person();
  const whole = await Enrollments.enroll(f.ctx, { personId, courseId: collection.id });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  await atOnce(
    course.activityIds.map((activityId, i) => async () => {
      const attempt = (await Attempts.start(f.ctx, enrollment, activityId)).attempt;
      return Attempts.record(f.ctx, attempt.id, { state: 'complete', score: i * 5 });
    }),
  );
  for (const id of [enrollmentId, whole.enrollmentId]) {
    const done = await Enrollments.get(f.ctx, id);
    assert.deepEqual([done.state, done.progress, done.score], ['complete', 100, 47.5]);
  }
  const events = await f.events(enrollmentId);
  assert.equal(events.filter((type) => type === 'enrollment.completed').length, 1);
  assert.equal(events.filter((type) => type === 'enrollment.started').length, 1);
});

test('one attempt opened and recorded many times at once is one attempt', async () => {
  const course = await f.course({ activities: ['Quiz', 'Other'] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  const started = await atOnce(
    Array.from(
      { length: 20 },
      () => () => Attempts.start(f.ctx, enrollment, course.activityIds[0]!).then(({ attempt }) => attempt),
    ),
  );
  const ids = new Set(started.map((r) => ('value' in r ? r.value.id : r.rule)));
  assert.equal(ids.size, 1);
  const [id] = [...ids];
  await atOnce(
    Array.from({ length: 20 }, (_, i) => () => Attempts.record(f.ctx, id!, { state: 'complete', score: i })),
  );
  assert.equal((await f.events(id!)).filter((type) => type === 'attempt.started').length, 1);
  const done = await Enrollments.get(f.ctx, enrollmentId);
  assert.equal(done.progress, 50);
  assert.ok(done.score !== null && done.score >= 0 && done.score < 20);
});

test('limited attempts are never used beyond the limit', async () => {
  const course = await f.course({ activities: [{ name: 'Exam', attemptsAllowed: 3 }] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  for (let round = 0; round < 4; round++)
    await atOnce(
      Array.from({ length: 15 }, () => async () => {
        const attempt = (await Attempts.start(f.ctx, enrollment, course.activityIds[0]!)).attempt;
        return Attempts.record(f.ctx, attempt.id, { state: 'failed', score: 10 });
      }),
    );
  const [row] = await f.rows<{ n: number; last: number }>(
    'select count(*) as n, max(ordinal) as last from attempt where tenant_id = $1 and enrollment_id = $2',
    enrollmentId,
  );
  assert.deepEqual(row, { n: 3, last: 3 });
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).state, 'failed');
});

test('time added by many at once adds up', async () => {
  const course = await f.course({ activities: [{ name: 'Video', kind: 'video' }] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  await atOnce(
    Array.from(
      { length: 30 },
      () => () => ActivityStates.record(f.ctx, enrollment, course.activityIds[0]!, { addTicks: 10 }),
    ),
  );
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).timeTicks, 300);
});

test('withdrawing and enrolling race: one enrollment, live or kept, and history in order', async () => {
  const course = await f.course();
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      try {
        if (i % 2) await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
        else await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'kept' });
      } catch (error) {
        // withdrawn already
        assert.ok(error instanceof Refusal && error.fact.kind === 'invalid', String(error));
      }
    }),
  );
  const rows = await inOffering(course.offeringId);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]!.isPrimary, rows[0]!.ending === null);
  const history = (await f.events(enrollmentId)).slice(1);
  history.forEach((type, i) => {
    assert.equal(type, i % 2 ? 'enrollment.resumed' : 'enrollment.withdrawn');
  });
  assert.equal(history.length % 2, rows[0]!.ending === null ? 0 : 1);
});

test('seats come free while others enroll, wait and leave: never too many seated, nobody waits beside a free seat', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 5, waitlistSeats: 100 });
  const seated = await f.people(5);
  const held = (
    await Enrollments.enrollMany(
      f.ctx,
      seated.map((personId) => ({ personId, offeringId })),
    )
  ).map((r) => (r as { enrollmentId: string }).enrollmentId);
  const newcomers = await f.people(30);
  await atOnce<unknown>([
    ...newcomers.map((personId) => () => Enrollments.enroll(f.after(1), { personId, offeringId })),
    ...held.map((id) => () => Enrollments.withdraw(f.after(1), [id], { ending: 'kept' })),
    ...newcomers.slice(0, 10).map((personId) => async () => {
      const { enrollmentId } = await Enrollments.enroll(f.after(1), { personId, offeringId });
      await Enrollments.withdraw(f.after(2), [enrollmentId], { ending: 'closed' });
    }),
  ]);
  const rows = (await inOffering(offeringId)).filter((row) => row.ending === null);
  const taken = rows.filter((row) => row.state === 'not_started').length;
  assert.equal(taken, 5);
  // who left and was enrolled by the other call after that is in again
  assert.ok(rows.length >= 20 && rows.length <= 30, String(rows.length));
  await once(offeringId);
});

test('more and fewer seats, outcomes and transfers at the last seat are serial too', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 2, waitlistSeats: 50 });
  const other = await f.offering(course, { seats: 3, waitlistSeats: 50 });
  const people = await f.people(24);
  const ids: string[] = [];
  for (const [i, personId] of people.entries())
    ids.push((await Enrollments.enroll(f.after(i), { personId, offeringId: i % 2 ? offeringId : other })).enrollmentId);
  await atOnce<unknown>([
    ...ids.slice(0, 8).map((id) => () => Enrollments.setOutcome(f.after(50), id, { state: 'in_progress' })),
    ...ids.slice(8, 16).map((id, i) => () => Enrollments.transfer(f.after(50), id, i % 2 ? other : offeringId)),
    ...ids.slice(16, 20).map((id) => () => Enrollments.withdraw(f.after(50), [id], { ending: 'kept' })),
    ...ids.slice(0, 4).map((id) => () => Enrollments.setOutcome(f.after(50), id, { state: 'declined' })),
    () => Offerings.update(f.after(50), offeringId, { seats: 4 }),
  ]);
  for (const [id, seats] of [
    [offeringId, 4],
    [other, 3],
  ] as const) {
    const live = (await inOffering(id)).filter((row) => row.ending === null);
    const taken = live.filter((row) => !['on_waitlist', 'declined'].includes(row.state)).length;
    const waiting = live.filter((row) => row.state === 'on_waitlist').length;
    assert.ok(taken <= seats, `${taken} of ${seats}`);
    assert.ok(waiting === 0 || taken === seats, `${waiting} wait beside ${seats - taken} free seats`);
  }
});

test('the last place in a session is never given twice', async () => {
  const course = await f.course({ kind: 'instructor_led', activities: [{ name: 'Live', kind: 'live_session' }] });
  const sessionId = await f.session(course.offeringId, course.activityIds[0]!, { seats: 3 });
  const people = await f.people(30);
  const results = await atOnce(
    [...people, ...people].map((personId) => () => Places.take(f.ctx, personId, course.id, sessionId)),
  );
  const places = new Set(results.flatMap((r) => ('value' in r ? [r.value.placeId] : [])));
  assert.equal(places.size, 3);
  assert.equal((await inOffering(course.offeringId)).length, 3, 'who got no place is not enrolled either');
});

test('many calls that name the same people in different orders all end', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 12, waitlistSeats: 4 });
  const people = await f.people(20);
  await atOnce(
    Array.from({ length: 12 }, (_, i) => () => {
      const turned = [...people.slice(i), ...people.slice(0, i)];
      return Enrollments.enrollMany(
        f.ctx,
        turned.flatMap((personId) => [
          { personId, offeringId },
          { personId, courseId: course.id },
        ]),
      );
    }),
  );
  const live = await inOffering(offeringId);
  assert.equal(live.filter((row) => row.state === 'not_started').length, 12);
  assert.equal(live.filter((row) => row.state === 'on_waitlist').length, 4);
  await once(offeringId);
});

test('the first enrollment of many in a template makes one default offering', async () => {
  const template = await f.course({ template: true });
  const people = await f.people(20);
  const results = await atOnce(
    people.map((personId) => () => Enrollments.enroll(f.ctx, { personId, courseId: template.id })),
  );
  assert.equal(new Set(results.map((r) => ('value' in r ? r.value.offeringId : r.rule))).size, 1);
});
