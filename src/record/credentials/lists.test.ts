import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { days, type Fixture, fixture } from '../../../test/support/fixture.ts';
import { refused } from '../../../test/support/refused.ts';
import { Enrollments } from '../enrollment/index.ts';
import { equals, oneOf } from '../kernel/condition.ts';
import { newId } from '../kernel/ids.ts';
import type { ListQuery } from '../kernel/page.ts';
import { Awards, Certificates } from './index.ts';
import type { AwardScope } from './read-awards.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const page = { kind: 'rows', offset: 0, limit: 50, total: true } as const;
const states = async (query: Partial<ListQuery>, scope: AwardScope = {}, day = 0) =>
  (await Awards.listStates(at(f.ctx, days(day)), { page, ...query }, scope)).rows.map((row) => row.state);

const enrolled = async (personId: string, courseId: string, completeOn?: number) => {
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId });
  if (completeOn !== undefined)
    await Enrollments.setOutcome(at(f.ctx, days(completeOn)), enrollmentId, { state: 'complete' });
  return enrollmentId;
};

test('a list shows everybody with access, by certificate or person, filtered by state of the moment', async () => {
  const [one, two, open] = [await f.course(), await f.course(), await f.course({ activities: ['A'] })];
  const a = await Certificates.create(f.ctx, {
    name: 'A',
    externalId: 'A',
    courseIds: [one.id, open.id],
    validity: { count: 40, unit: 'day' },
  });
  const b = await Certificates.create(f.ctx, { name: 'B', courseIds: [one.id] });
  const c = await Certificates.create(f.ctx, { name: 'C', courseIds: [two.id] });
  const [p1, p2, p3] = (await f.people(3)) as [string, string, string];
  await enrolled(p1, one.id, 1);
  await enrolled(p1, open.id, 2);
  await enrolled(p2, one.id);
  await enrolled(p3, two.id);
  assert.deepEqual(await states({}, { personId: p1 }, 3), ['certified', 'certified']);
  assert.deepEqual(await states({}, { personId: p1 }, 20), ['about_to_expire', 'certified']);
  assert.deepEqual(await states({}, { personId: p1 }, 42), ['expired', 'certified']);
  assert.deepEqual(await states({}, { certificateId: a.id }, 3), ['certified', 'init']);
  assert.deepEqual(await states({ where: equals('state', 'init') }, { certificateId: a.id }, 3), ['init']);
  assert.deepEqual(await states({ where: oneOf('state', ['expired', 'revoked']) }, {}, 42), ['expired']);
  assert.deepEqual(await states({ where: equals('certificateExternalId', 'A') }, { personId: p2 }), ['init']);
  assert.deepEqual(await states({}, { personId: p3, certificateId: c.id }), ['init']);
  assert.deepEqual(await states({}, { personId: p3, certificateId: b.id }), []);
  assert.deepEqual(await states({}, { personId: newId() }), []);
  assert.deepEqual(await states({}, { certificateId: 'x' }), []);
  const all = await Awards.listStates(f.ctx, { page });
  assert.equal(all.total, 5);
  // one id for the same pair in list and single reading
  for (const row of all.rows) {
    const { spans, ...award } = await Awards.get(f.ctx, row.id);
    assert.deepEqual(award, row);
    assert.deepEqual(spans, []);
  }
  const walked: string[] = [];
  let next: Parameters<typeof Awards.listStates>[1]['page'] | undefined = { kind: 'keyset', limit: 2, total: true };
  while (next) {
    const part: Awaited<ReturnType<typeof Awards.listStates>> = await Awards.listStates(f.ctx, { page: next });
    walked.push(...part.rows.map((row) => row.id));
    next = part.next && { kind: 'keyset', limit: 2, after: part.next };
  }
  assert.deepEqual(
    walked,
    all.rows.map((row) => row.id),
  );
});

test('what links is access that lives, to an active certificate', async () => {
  const course = await f.course({ approvalRequired: true });
  const personId = await f.person();
  const certificate = await Certificates.create(f.ctx, { name: 'Linked', courseIds: [course.id] });
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  const scope = { personId, certificateId: certificate.id };
  assert.deepEqual(await states({}, scope), ['init']);
  await Enrollments.setOutcome(f.ctx, enrollmentId, { state: 'pending_approval' });
  assert.deepEqual(await states({}, scope), [], 'a request is no access');
  await Enrollments.setOutcome(f.ctx, enrollmentId, { state: 'not_started' });
  await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'kept' });
  assert.deepEqual(await states({}, scope), []);
  await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Awards.require(f.ctx, personId, certificate.id, true);
  await Enrollments.withdraw(f.ctx, [enrollmentId], { ending: 'kept' });
  assert.deepEqual(await states({}, scope), ['init'], 'who must hold it stays in sight');
  await Certificates.update(f.ctx, certificate.id, { status: 'archived' });
  assert.deepEqual(await states({}, scope), ['init']);
  await Awards.require(f.ctx, personId, certificate.id, false);
  await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  assert.deepEqual(await states({}, scope), [], 'nobody gets linked to an archived one');
  await Certificates.delete(f.ctx, certificate.id);
  await refused(Awards.require(f.ctx, personId, certificate.id, true), {
    kind: 'not_found',
    entity: 'certificate',
  });
});

test('people see their own, unit administrators their people, others nothing', async () => {
  const course = await f.course();
  const certificate = await Certificates.create(f.ctx, { name: 'Seen', courseIds: [course.id] });
  const unitId = await f.unit('South');
  const [inside, outside] = [await f.person({ unitId }), await f.person()];
  for (const personId of [inside, outside]) await enrolled(personId, course.id);
  const own = f.learner(inside);
  const mine = await Awards.listStates(own, { page }, { personId: inside.toUpperCase() });
  assert.deepEqual(
    mine.rows.map((row) => row.personId),
    [inside],
  );
  const [others] = (await Awards.listStates(f.ctx, { page }, { personId: outside })).rows;
  assert.deepEqual((await Awards.listStates(own, { page }, { personId: outside })).rows, []);
  await refused(Awards.listStates(own, { page }), { kind: 'forbidden', permission: 'enrollments.read' });
  await refused(Awards.get(own, others!.id), { kind: 'not_found', entity: 'certificate_award' });
  assert.equal((await Awards.get(own, mine.rows[0]!.id)).personId, inside);
  const south = actingWith(f.ctx, ['enrollments.read', 'enrollments.write'], [unitId]);
  const seen = await Awards.listStates(south, { page }, { certificateId: certificate.id });
  assert.deepEqual(
    seen.rows.map((row) => row.personId),
    [inside],
  );
  await refused(Awards.get(south, others!.id), { kind: 'not_found' });
  await refused(Awards.require(south, outside, certificate.id, true), { kind: 'not_found', entity: 'person' });
  await refused(Awards.listStates(actingWith(f.ctx, []), { page }), { kind: 'forbidden' });
  await refused(Awards.get(f.ctx, 'nonsense'), { kind: 'not_found' });
  await refused(Awards.get(f.ctx, newId()), { kind: 'not_found' });
  const other = await fixture(database.db);
  await refused(Awards.get(other.ctx, others!.id), { kind: 'not_found' });
  assert.equal((await Awards.listStates(other.ctx, { page })).total, 0);
});
