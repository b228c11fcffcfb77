import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { holding } from '../../../test/support/held.ts';
import { refused } from '../../../test/support/refused.ts';
import { Offerings } from '../catalog/index.ts';
import { Certificates } from '../credentials/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { later, toInstant } from '../kernel/instant.ts';
import { Clock, Tenants } from './index.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;
let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

/** A sandbox, and its context at the real moment. */
async function sandbox(): Promise<{ f: Fixture; now: () => Context }> {
  const f = await fixture(database.db);
  await f.rows('update tenant set sandbox = true where id = $1');
  const tenant = { ...f.ctx.tenant, sandbox: true };
  return { f, now: () => ({ ...f.ctx, tenant, now: toInstant(Date.now()) }) };
}

/** Somebody who has an award for so many days from now. */
async function awardFor(f: Fixture, ctx: Context, days: number): Promise<string> {
  const course = await f.course({ activities: ['Quiz'] });
  await Certificates.create(f.ctx, {
    name: `For ${days} days`,
    courseIds: [course.id],
    validity: { count: days, unit: 'day' },
  });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(ctx, { personId, courseId: course.id });
  await Enrollments.setOutcome(ctx, enrollmentId, { state: 'complete' });
  const [award] = await f.rows<{ id: string }>(
    'select id from certificate_award where tenant_id = $1 and person_id = $2',
    personId,
  );
  return award!.id;
}

/** Somebody in two offerings of a course, the first of which ends at a moment. */
async function marked(f: Fixture, ctx: Context, endsAt: string) {
  const course = await f.course({ activities: ['One'] });
  const [first, second] = [await f.offering(course, { endsAt }), await f.offering(course)];
  const personId = await f.person();
  await Enrollments.enroll(ctx, { personId, offeringId: first });
  await Enrollments.enroll({ ...ctx, now: later(ctx.now, 1) }, { personId, offeringId: second });
  const holder = async (of = personId) =>
    (
      await f.rows<{ id: string }>(
        'select offering_id as id from enrollment where tenant_id = $1 and course_id = $2 and person_id = $3 and is_primary',
        course.id,
        of,
      )
    ).map((row) => (row.id === first ? 'first' : 'second'));
  return { course, first, second, personId, holder };
}

test('ten years at once: everything that became due is done in the order of its times, before it returns', async () => {
  const { f, now } = await sandbox();
  const ctx = now();
  const [late, early, far] = [
    await awardFor(f, ctx, 3 * 365),
    await awardFor(f, ctx, 365),
    await awardFor(f, ctx, 11 * 365),
  ];
  const mark = await marked(f, ctx, later(ctx.now, 2 * YEAR));
  const { happened, now: moved } = await Clock.advance(ctx, 10 * YEAR);
  assert.deepEqual(
    happened.map(({ at, change, count }) => [Math.round((Date.parse(at) - Date.parse(ctx.now)) / YEAR), change, count]),
    [
      [1, 'award_expired', 1],
      [2, 'offering_ended', 1],
      [3, 'award_expired', 1],
    ],
  );
  assert.deepEqual(await mark.holder(), ['second']);
  const told = await f.rows<{ id: string; at: string }>(
    `select entity_id as id, at from event where tenant_id = $1 and type = 'award.expired' order by seq`,
  );
  assert.deepEqual(
    told.map((event) => event.id),
    [early, late],
  );
  assert.ok(told.every((event) => event.at === moved));
  assert.ok(!(await f.events(far)).includes('award.expired'));
  // what has been done is not done again, by whoever
  await Clock.runDueEverywhere(Tenants.operator(database.db, 'job'));
  assert.equal((await f.events()).filter((type) => type === 'award.expired').length, 2);
  // half a year more: the one of eleven years has less than 30 days left
  const again = await Clock.advance({ ...now(), now: moved }, YEAR - 10 * DAY);
  assert.deepEqual(
    again.happened.map(({ change, count }) => [change, count]),
    [['award_expiring', 1]],
  );
});

test('a clock that is moved back stays where it is, and nothing becomes due', async () => {
  const { f, now } = await sandbox();
  await awardFor(f, now(), 1);
  await refused(Clock.advance(now(), -10 * YEAR), { kind: 'invalid' });
  await refused(Clock.set(now(), later(now().now, -10 * YEAR)), { kind: 'invalid' });
  assert.ok(!(await f.events()).some((type) => type === 'award.expired' || type === 'tenant.clock_moved'));
});

test('a clock that is moved twice at once goes the whole way, and each thing becomes due once', async () => {
  const { f, now } = await sandbox();
  const ctx = now();
  for (const days of [100, 200, 300, 2_500, 2_600]) await awardFor(f, ctx, days);
  const mark = await marked(f, ctx, later(ctx.now, YEAR));
  const both = await Promise.all([Clock.advance(ctx, 5 * YEAR), Clock.advance(ctx, 5 * YEAR)]);
  assert.deepEqual(both.map((clock) => clock.offsetMs).sort(), [5 * YEAR, 10 * YEAR].sort());
  const expired = both.flatMap((clock) => clock.happened).filter((one) => one.change === 'award_expired');
  assert.equal(
    expired.reduce((sum, one) => sum + one.count, 0),
    5,
    'each is told by one of the two',
  );
  assert.equal((await f.events()).filter((type) => type === 'award.expired').length, 5);
  assert.deepEqual(await mark.holder(), ['second']);
  for (const { happened } of both)
    assert.deepEqual(
      happened.map((one) => one.at),
      happened.map((one) => one.at).sort(),
    );
});

test('writers at work are waited for, and one who began before is looked at again', async () => {
  const { f, now } = await sandbox();
  const ctx = now();
  const endsAt = later(ctx.now, DAY);
  const mark = await marked(f, ctx, endsAt);
  let returned = false;
  await holding(database, async (hold) => {
    await hold.run('select 1 from person where tenant_id = $1 and id = $2 for update', [
      f.ctx.tenant.id,
      mark.personId,
    ]);
    const moving = Clock.advance(ctx, 10 * YEAR).then((clock) => {
      returned = true;
      return clock;
    });
    await hold.waiting(1);
    assert.equal(returned, false);
    await hold.commit();
    assert.deepEqual(
      (await moving).happened.map((one) => one.change),
      ['offering_ended'],
    );
  });
  assert.deepEqual(await mark.holder(), ['second']);
  // a request that began before the clock was moved decides by the moment that it began at
  const other = await f.person();
  await Enrollments.enroll(ctx, { personId: other, offeringId: mark.first });
  await Enrollments.enroll({ ...ctx, now: later(ctx.now, 1) }, { personId: other, offeringId: mark.second });
  assert.deepEqual(await mark.holder(other), ['first']);
  await Clock.runDueEverywhere(Tenants.operator(database.db, 'job'));
  assert.deepEqual(await mark.holder(other), ['second']);
});

test('a mark that has nowhere better to go is not told of, and one that went is told of once', async () => {
  const { f, now } = await sandbox();
  const ctx = now();
  const mark = await marked(f, ctx, later(ctx.now, DAY));
  await Offerings.update(ctx, mark.second, { endsAt: later(ctx.now, 30 * DAY) });
  // the first in an order of its own: the later enrollment holds the mark already when its offering ends too
  const moved = [
    await Clock.advance(ctx, 10 * DAY),
    await Clock.advance(now(), 40 * DAY),
    await Clock.advance(now(), YEAR),
  ];
  assert.deepEqual(
    moved.map((clock) => clock.happened.map((one) => one.change)),
    [['offering_ended'], [], []],
  );
  assert.deepEqual(await mark.holder(), ['second']);
});

test('an end that is moved meanwhile is not yet due', async () => {
  const { f, now } = await sandbox();
  const ctx = now();
  const mark = await marked(f, ctx, later(ctx.now, DAY));
  await Offerings.update(ctx, mark.first, { endsAt: later(ctx.now, 20 * YEAR) });
  assert.deepEqual((await Clock.advance(ctx, 10 * YEAR)).happened, []);
  assert.deepEqual(await mark.holder(), ['first']);
});
