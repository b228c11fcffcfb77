import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture, refusal } from '../../../test/support/fixture.ts';
import { newId } from '../kernel/ids.ts';
import { Enrollments } from './index.ts';
import type { EnrollmentRowResult } from './save-enrollments.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const short = (results: readonly EnrollmentRowResult[]): string[] =>
  results.map((r) =>
    r.outcome !== 'refused'
      ? r.outcome
      : r.fact.kind === 'rule'
        ? r.fact.rule
        : r.fact.kind === 'invalid'
          ? r.fact.issues.map((issue) => `${issue.path.join('.')} ${issue.fault}`).join(', ')
          : r.fact.kind,
  );

const idOf = (result: EnrollmentRowResult | undefined): string => (result as { id: string }).id;

test('each row is made, changed or left, and refused ones stop nobody else', async () => {
  const course = await f.course({ activities: ['One'] });
  const [a, b] = await f.people(2);
  const rows = [
    {
      personId: a!,
      courseId: course.id,
      state: 'complete' as const,
      score: 71,
      completedAt: days(-1),
      enrolledAt: days(-9),
    },
    { personId: newId(), courseId: course.id },
    { personId: b!, courseId: newId() },
    { personId: b! },
    { courseId: course.id },
    { personId: b!, courseId: course.id, score: -4 },
    { personId: b!, courseId: course.id, dueAt: 'soon' },
    { id: newId(), score: 1 },
    { personId: b!, offeringId: course.offeringId, source: 'import' as const },
  ];
  const results = await Enrollments.saveMany(f.ctx, rows);
  assert.deepEqual(short(results), [
    'created',
    'personId not_found',
    'courseId not_found',
    'offeringId required',
    'personId required',
    'score out_of_range',
    'dueAt format',
    'not_found',
    'created',
  ]);
  const made = await Enrollments.get(f.ctx, idOf(results[0]));
  assert.deepEqual(
    [made.state, made.score, made.progress, made.completedAt, made.enrolledAt],
    ['complete', 71, 100, days(-1), days(-9)],
  );
  assert.equal((await Enrollments.get(f.ctx, idOf(results[8]))).source, 'import');
  const events = await f.events();
  const again = await Enrollments.saveMany(f.after(5), [rows[0]!, rows[8]!, { id: made.id, score: 71 }]);
  assert.deepEqual(short(again), ['unchanged', 'unchanged', 'unchanged']);
  assert.deepEqual(await f.events(), events);
  assert.deepEqual(short(await Enrollments.saveMany(f.after(6), [{ id: made.id, score: 72 }])), ['changed']);
});

test('rows see what rows before them did: one learner again, a seat given up, a return', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 1 });
  const [a, b] = await f.people(2);
  const results = await Enrollments.saveMany(f.ctx, [
    { personId: a!, offeringId },
    { personId: b!, offeringId },
    { personId: a!, offeringId, withdrawal: {} },
    { personId: b!, offeringId, score: 5 },
    { personId: a!, offeringId },
    { personId: b!, offeringId, withdrawal: { kept: false } },
    { personId: b!, offeringId, withdrawal: { kept: false } },
    { personId: a!, offeringId },
  ]);
  assert.deepEqual(short(results), [
    'created',
    'offering_full',
    'changed',
    'created',
    'offering_full',
    'changed',
    'unchanged',
    'changed',
  ]);
  assert.equal(idOf(results[7]), idOf(results[0]));
  const last = await Enrollments.get(f.ctx, idOf(results[3]), 'all');
  assert.deepEqual([last.ending, last.score], ['withdrawn_closed', 5]);
});

test('who is to have a seat at once is not queued for one', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 0, waitlistSeats: 9 });
  const [a, b] = await f.people(2);
  const results = await Enrollments.saveMany(f.ctx, [
    { personId: a!, offeringId, state: 'complete' },
    { personId: b!, offeringId },
  ]);
  assert.deepEqual(short(results), ['offering_full', 'created']);
  assert.equal((await Enrollments.get(f.ctx, idOf(results[1]))).state, 'on_waitlist');
  assert.deepEqual(await f.rows('select 1 from enrollment where tenant_id = $1 and person_id = $2', a), []);
});

test('people, offerings and courses are found by their outside keys too', async () => {
  await f.course({ externalId: 'BIO-1' });
  const [a, b] = await f.people(2);
  await f.set('person', a!, { externalId: 'P-1' });
  await f.set('person', b!, { email: 'Bea@Example.test' });
  const results = await Enrollments.saveMany(f.ctx, [
    { personExternalId: 'P-1', courseExternalId: 'BIO-1' },
    { personEmail: 'bea@example.TEST', offeringExternalId: 'BIO-1' },
    { personExternalId: 'P-2', courseExternalId: 'BIO-1' },
  ]);
  assert.deepEqual(short(results), ['created', 'created', 'personExternalId not_found']);
  assert.equal((await Enrollments.get(f.ctx, idOf(results[1]))).personId, b);
});

test('a withdrawal of what is over already is left, closed, or refused', async () => {
  const course = await f.course();
  const [a] = await f.people(1);
  const row = { personId: a!, courseId: course.id };
  const results = await Enrollments.saveMany(f.ctx, [
    row,
    { ...row, withdrawal: {} },
    { ...row, withdrawal: { kept: true } },
    { ...row, withdrawal: { kept: false } },
    { ...row, withdrawal: { kept: true } },
    row,
  ]);
  assert.deepEqual(short(results), ['created', 'changed', 'unchanged', 'changed', 'enrollment_finished', 'created']);
  assert.notEqual(idOf(results[5]), idOf(results[0]));
});

test('it needs the permission, and sees only people in sight and its own tenant', async () => {
  const course = await f.course();
  const personId = await f.person();
  assert.equal(
    (await refusal(Enrollments.saveMany(f.learner(personId), [{ personId, courseId: course.id }]))).kind,
    'forbidden',
  );
  const away = actingWith(f.ctx, ['enrollments.write'], [await f.unit('Away')]);
  assert.deepEqual(short(await Enrollments.saveMany(away, [{ personId, courseId: course.id }])), [
    'personId not_found',
  ]);
  const other = await fixture(database.db);
  const foreign = await other.course();
  assert.deepEqual(
    short(
      await Enrollments.saveMany(f.ctx, [
        { personId, courseId: foreign.id },
        { personId, offeringId: foreign.offeringId },
        { personId: await other.person(), courseId: course.id },
      ]),
    ),
    ['courseId not_found', 'offeringId not_found', 'personId not_found'],
  );
});

test('batches against each other: one enrollment each, no seat sold twice', async () => {
  const course = await f.course();
  const offeringId = await f.offering(course, { seats: 10 });
  const people = await f.people(30);
  const batches = await Promise.all(
    Array.from({ length: 6 }, (_, i) => {
      const turned = [...people.slice(i * 5), ...people.slice(0, i * 5)];
      return Enrollments.saveMany(
        f.ctx,
        turned.flatMap((personId) => [
          { personId, offeringId },
          { personId, courseId: course.id },
        ]),
      );
    }),
  );
  assert.ok(batches.every((results) => results.length === 60));
  const live = await f.rows<{ offering: string; n: number }>(
    'select offering_id as offering, count(*) as n from enrollment where tenant_id = $1 and course_id = $2 and ending is null group by 1',
    course.id,
  );
  assert.equal(live.find((row) => row.offering === offeringId)!.n, 10);
  const primaries = await f.rows(
    'select person_id from enrollment where tenant_id = $1 and course_id = $2 and is_primary group by 1 having count(*) = 1',
    course.id,
  );
  assert.equal(primaries.length, 30);
});
