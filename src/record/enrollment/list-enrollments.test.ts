import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal } from '../../../test/support/fixture.ts';
import { compare, equals } from '../kernel/condition.ts';
import { ActivityStates, Enrollments, Places } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const ALL = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

test('units bound who is seen: below them, as primary or further unit; others are not found', async () => {
  const north = await f.unit('North');
  const below = await f.unit('Below', north);
  const south = await f.unit('South');
  const course = await f.course({ activities: ['One'] });
  const inside = await f.person({ unitId: below });
  const further = await f.person({ unitId: south });
  const outside = await f.person({ unitId: south });
  await f.rows(
    'insert into person_unit (tenant_id, person_id, unit_id, created_at) values ($1, $2, $3, $4)',
    further,
    north,
    f.ctx.now,
  );
  const ids = new Map<string, string>();
  for (const personId of [inside, further, outside])
    ids.set(personId, (await Enrollments.enroll(f.ctx, { personId, courseId: course.id })).enrollmentId);
  const northern = actingWith(f.ctx, ['enrollments.read'], [north]);
  const seen = await Enrollments.list(northern, ALL, { courseId: course.id });
  assert.deepEqual(new Set(seen.rows.map((row) => row.personId)), new Set([inside, further]));
  assert.equal(seen.total, 2);
  assert.equal((await Enrollments.get(northern, ids.get(inside)!)).personId, inside);
  assert.equal((await refusal(Enrollments.get(northern, ids.get(outside)!))).kind, 'not_found');
  assert.equal((await refusal(Enrollments.getPrimary(northern, outside, course.id))).kind, 'not_found');
  assert.equal((await refusal(Enrollments.getInOffering(northern, outside, course.offeringId))).kind, 'not_found');
  const states = await ActivityStates.listOfActivity(northern, course.id, course.activityIds[0]!, ALL);
  assert.deepEqual(new Set(states.rows.map((row) => row.personId)), new Set([inside, further]));
  const nowhere = actingWith(f.ctx, ['enrollments.read'], []);
  assert.equal((await Enrollments.list(nowhere, ALL, { courseId: course.id })).total, 0);
});

test('people without the permission see their own, and nobody else’s', async () => {
  const course = await f.course();
  const [me, other] = await f.people(2);
  const mine = await Enrollments.enroll(f.ctx, { personId: me!, courseId: course.id });
  const theirs = await Enrollments.enroll(f.ctx, { personId: other!, courseId: course.id });
  const ctx = f.learner(me!);
  assert.equal((await Enrollments.get(ctx, mine.enrollmentId)).id, mine.enrollmentId);
  assert.equal((await refusal(Enrollments.get(ctx, theirs.enrollmentId))).kind, 'not_found');
  assert.equal((await Enrollments.list(ctx, ALL, { personId: me! })).total, 1);
  assert.equal((await Enrollments.getPrimary(ctx, me!, course.id)).id, mine.enrollmentId);
  for (const scope of [{}, { personId: other! }, { courseId: course.id }])
    assert.equal((await refusal(Enrollments.list(ctx, ALL, scope))).kind, 'forbidden');
  assert.equal((await refusal(Enrollments.list(actingWith(f.ctx, ['people.read']), ALL))).kind, 'forbidden');
  assert.equal((await refusal(Places.list(ctx, ALL, {}))).kind, 'forbidden');
  assert.equal((await Places.list(ctx, ALL, { personId: me! })).total, 0);
});

test('other tenants’ enrollments are never seen', async () => {
  const other = await fixture(database.db);
  const theirs = await Enrollments.enroll(other.ctx, {
    personId: await other.person(),
    courseId: (await other.course()).id,
  });
  assert.equal((await refusal(Enrollments.get(f.ctx, theirs.enrollmentId))).kind, 'not_found');
  assert.equal((await Enrollments.list(f.ctx, { ...ALL, where: equals('id', theirs.enrollmentId) })).total, 0);
});

test('filters, sorts and both kinds of page agree', async () => {
  const course = await f.course();
  const people = await f.people(7);
  const made = await Enrollments.enrollMany(
    f.ctx,
    people.map((personId) => ({ personId, courseId: course.id })),
  );
  for (const [i, result] of made.entries())
    await Enrollments.setOutcome(f.ctx, (result as { enrollmentId: string }).enrollmentId, { score: i * 10 });
  const sort = [{ field: 'score', descending: true }];
  const where = compare('score', 'ge', 20);
  const rows = await Enrollments.list(f.ctx, { ...ALL, where, sort }, { courseId: course.id });
  assert.deepEqual(
    rows.rows.map((row) => row.score),
    [60, 50, 40, 30, 20],
  );
  assert.equal(rows.total, 5);
  const walked: (number | null)[] = [];
  let next: readonly (string | number | boolean | null)[] | undefined;
  do {
    const page = await Enrollments.list(
      f.ctx,
      { where, sort, page: { kind: 'keyset', after: next, limit: 2 } },
      { courseId: course.id },
    );
    walked.push(...page.rows.map((row) => row.score));
    next = page.next;
  } while (next);
  assert.deepEqual(walked, [60, 50, 40, 30, 20]);
});

test('activity and section states have ids of their own, from the first day on', async () => {
  const course = await f.course({ activities: [['One', 'Two'], ['Three']] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId: await f.person(), courseId: course.id });
  const enrollment = await Enrollments.get(f.ctx, enrollmentId);
  const states = await ActivityStates.list(f.ctx, enrollment);
  assert.deepEqual(
    states.map((state) => state.name),
    ['One', 'Two', 'Three'],
  );
  assert.equal(new Set(states.map((state) => state.id)).size, 3);
  assert.ok(states.every((state) => state.state === 'not_started' && state.id !== state.activityId));
  const section = await ActivityStates.getSection(f.ctx, enrollment, course.sectionIds[0]!);
  assert.deepEqual(
    section.activityStateIds,
    states.slice(0, 2).map((state) => state.id),
  );
  assert.deepEqual(await ActivityStates.list(f.ctx, enrollment, course.sectionIds[1]!), states.slice(2));
  assert.equal((await ActivityStates.get(f.ctx, enrollment, course.activityIds[1]!)).id, states[1]!.id);
  assert.equal((await refusal(ActivityStates.getSection(f.ctx, enrollment, course.id))).kind, 'not_found');
});
