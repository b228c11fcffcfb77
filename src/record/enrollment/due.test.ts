import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { run } from '../../database/run.ts';
import { Clock, Tenants } from '../access/index.ts';
import { Offerings } from '../catalog/index.ts';
import { type Instant, later, toInstant } from '../kernel/instant.ts';
import { Enrollments } from './index.ts';

const HOUR = 3_600_000;
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const soon = (ms: number): Instant => later(toInstant(Date.now()), ms);
/** Whose marks were settled. */
const settle = async (by = Tenants.operator(database.db, 'job'), signal?: AbortSignal) =>
  (await Clock.runDueEverywhere(by, signal)).offering_ended ?? 0;
const moveClock = (g: Fixture, ms: number) =>
  run(g.ctx.db, 'update tenant set clock_offset_ms = clock_offset_ms + $2 where id = $1', [g.ctx.tenant.id, ms]);

/** People in two offerings of a course, the first of which ends in an hour. */
async function twoOfferings(g: Fixture, people: readonly string[]) {
  const course = await g.course({ activities: ['One'] });
  const [first, second] = [await g.offering(course, { endsAt: soon(HOUR) }), await g.offering(course)];
  const ids: string[][] = [];
  for (const personId of people)
    ids.push([
      (await Enrollments.enroll(g.after(0), { personId, offeringId: first })).enrollmentId,
      (await Enrollments.enroll(g.after(1), { personId, offeringId: second })).enrollmentId,
    ]);
  const holders = async () => {
    const rows = await g.rows<{ id: string }>(
      'select id from enrollment where tenant_id = $1 and course_id = $2 and is_primary',
      course.id,
    );
    assert.equal(rows.length, people.length, 'each person has one mark');
    const marked = new Set(rows.map((row) => row.id));
    return ids.map((pair) => pair.findIndex((id) => marked.has(id)));
  };
  return { course, first, second, ids, holders };
}

test('the mark moves on when an offering ends by the clock, and stays with whoever is complete', async () => {
  const people = await f.people(3);
  const { first, ids, holders } = await twoOfferings(f, people);
  await Enrollments.setOutcome(f.after(2), ids[1]![0]!, { state: 'complete' });
  await settle();
  assert.deepEqual(await holders(), [0, 0, 0], 'it has not ended yet');
  await moveClock(f, 2 * HOUR);
  assert.equal(await settle(), 2);
  assert.deepEqual(await holders(), [1, 0, 1]);
  assert.equal(await settle(), 0, 'once for each end');
  // it goes on for longer, and ends anew
  const now = { ...f.ctx, now: soon(2 * HOUR) };
  await Offerings.update(now, first, { endsAt: soon(5 * HOUR) });
  assert.deepEqual(await holders(), [0, 0, 0]);
  assert.equal(await settle(), 0);
  await moveClock(f, 4 * HOUR);
  assert.equal(await settle(), 2);
  assert.deepEqual(await holders(), [1, 0, 1]);
});

test('each tenant has its own clock', async () => {
  const [here, there] = [await fixture(database.db), await fixture(database.db)];
  const mine = await twoOfferings(here, await here.people(1));
  const theirs = await twoOfferings(there, await there.people(1));
  await moveClock(there, 2 * HOUR);
  await settle();
  assert.deepEqual([await mine.holders(), await theirs.holders()], [[0], [1]]);
});

test('a just passed end is looked at again, for those whose request began before it', async () => {
  const g = await fixture(database.db);
  const [ada, late] = await g.people(2);
  const { course, first, second, holders } = await twoOfferings(g, [ada!]);
  const [end] = await g.rows<{ endsAt: Instant }>(
    'select ends_at as "endsAt" from offering where tenant_id = $1 and id = $2',
    first,
  );
  await moveClock(g, HOUR + 1_000);
  await settle();
  assert.deepEqual(await holders(), [1]);
  const before = { ...g.ctx, now: later(end!.endsAt, -1) };
  await Enrollments.enroll(before, { personId: late!, offeringId: first });
  await Enrollments.enroll(before, { personId: late!, offeringId: second });
  const held = () =>
    g.rows<{ id: string }>(
      'select offering_id as id from enrollment where tenant_id = $1 and course_id = $2 and person_id = $3 and is_primary',
      course.id,
      late,
    );
  assert.deepEqual(await held(), [{ id: first }]);
  await settle();
  assert.deepEqual(await held(), [{ id: second }]);
});

test('many people, two servers at once, and one that is stopped on its way', async () => {
  const g = await fixture(database.db);
  const people = await g.people(620);
  const course = await g.course({ activities: ['One'] });
  const [first, second] = [await g.offering(course, { endsAt: soon(HOUR) }), await g.offering(course)];
  for (const [i, offeringId] of [first, second].entries())
    await Enrollments.enrollMany(
      g.after(i),
      people.map((personId) => ({ personId, offeringId })),
    );
  await moveClock(g, 2 * HOUR);
  const marks = async () =>
    (
      await g.rows<{ n: number }>(
        'select count(*) as n from enrollment where tenant_id = $1 and offering_id = $2 and is_primary',
        second,
      )
    )[0]!.n;
  await settle(Tenants.operator(database.db, 'job'), AbortSignal.abort());
  const part = await marks();
  assert.ok(part > 0 && part < people.length, `stopped after ${part}`);
  await Promise.all([settle(), settle(), settle()]);
  assert.equal(await marks(), people.length);
});
