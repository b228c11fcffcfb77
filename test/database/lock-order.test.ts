import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Courses, JoinKeys, Offerings } from '../../src/record/catalog/index.ts';
import { Certificates } from '../../src/record/credentials/index.ts';
import { Audiences, Enrollments } from '../../src/record/enrollment/index.ts';
import { Refusal } from '../../src/record/kernel/refusal.ts';
import { Groups, People, Units } from '../../src/record/people/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Fixture, fixture } from '../support/fixture.ts';
import { lockLog, locksOf, outOfOrder } from '../support/lock-log.ts';

// What the statements of real verbs lock, one after the other in each transaction, beside the map in record/kernel/locks.ts.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 20 });
  f = await fixture(database.db);
});
after(() => database.close());

test('verbs take their locks in the order of the map', async () => {
  const { ctx } = f;
  const people = await Promise.all(Array.from({ length: 12 }, () => f.person()));
  const course = await f.course({ activities: ['a'], offering: { seats: 3, waitlistSeats: 50 } });
  const other = await f.course({ activities: ['b'] });
  const gone = await f.course({ activities: ['c'] });
  const group = await Groups.create(ctx, { name: 'Group' });
  const above = await Groups.create(ctx, { name: 'Above' });
  const unit = await Units.create(ctx, { name: 'Unit' });
  const higher = await Units.create(ctx, { name: 'Higher' });
  await Certificates.create(ctx, { name: 'Certificate', courseIds: [course.id] });
  const key = await JoinKeys.create(ctx, { name: 'Key', offeringId: other.offeringId });
  await Audiences.set(ctx, group.id, course.offeringId);
  const [first, second] = people;
  const enrollment = await Enrollments.enroll(ctx, { personId: first!, offeringId: course.offeringId });
  const further = await f.offering(course, {});
  const verbs: (() => Promise<unknown>)[] = [
    ...people.map((personId) => () => Enrollments.enroll(ctx, { personId, offeringId: course.offeringId })),
    ...people.map((personId) => () => Groups.join(ctx, group.id, personId)),
    () => Groups.addMembers(ctx, group.id, people.slice(0, 6)),
    () => Groups.removeMembers(ctx, group.id, people.slice(3, 9)),
    () => Groups.update(ctx, group.id, { parentId: above.id }),
    () => Units.update(ctx, unit.id, { parentId: higher.id }),
    () => Enrollments.setOutcome(ctx, enrollment.enrollmentId, { state: 'complete' }),
    () => Enrollments.transfer(ctx, enrollment.enrollmentId, further),
    () => Enrollments.withdraw(ctx, [enrollment.enrollmentId], { ending: 'kept' }),
    () => Offerings.update(ctx, course.offeringId, { seats: 5 }),
    () => People.update(ctx, second!, { email: 'second@example.org' }),
    () => Enrollments.create(ctx, { personId: second!, joinKeyCode: key.code }),
    () => People.delete(ctx, people[11]!),
    () => Courses.delete(ctx, gone.id),
  ];
  const log = await lockLog(database, async () => {
    for (const verb of verbs)
      await verb().catch((error) => {
        if (!(error instanceof Refusal)) throw error;
      });
  });
  const taken = new Set(log.flat());
  for (const name of ['groups', 'people', 'offerings', 'course', 'certificates', 'people_keys', 'people_key', 'units'])
    assert.ok(taken.has(name), `${name} was taken by none of them`);
  const wrong = [...new Set(log.flatMap(outOfOrder))];
  assert.deepEqual(wrong, []);
});

test('a step back is found', () => {
  assert.deepEqual(outOfOrder(['groups', 'people', 'offerings', 'people']), []);
  assert.deepEqual(outOfOrder(['offerings', 'people', 'groups']), [
    'offerings before people',
    'offerings before groups',
  ]);
  assert.deepEqual(locksOf('select 1 from person where tenant_id = $1 order by id for no key update'), ['people']);
  assert.deepEqual(
    locksOf('select case when w.shared then pg_advisory_xact_lock_shared(1) else pg_advisory_xact_lock(1) end', [
      ['groups 1'],
    ]),
    ['groups'],
  );
});
