import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { refused } from '../../../test/support/refused.ts';
import { Courses } from '../catalog/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import { equals } from '../kernel/condition.ts';
import { newId } from '../kernel/ids.ts';
import { Awards, Certificates } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const page = { kind: 'rows', offset: 0, limit: 50, total: true } as const;

test('a certificate has courses in order, a validity and a key', async () => {
  const [one, two] = [await f.course({ externalId: 'C-1' }), await f.course()];
  const made = await Certificates.create(f.ctx, {
    externalId: ' CERT-1 ',
    name: 'First aid',
    description: 'Helping until help comes',
    validity: { count: 2, unit: 'year' },
    courseIds: [two.id, one.id.toUpperCase(), two.id],
  });
  assert.equal(made.externalId, 'CERT-1');
  assert.equal(made.status, 'active');
  assert.equal(made.confirmation, false);
  assert.deepEqual(made.validity, { count: 2, unit: 'year' });
  assert.deepEqual(
    made.courses.map((course) => [course.id, course.externalId]),
    [
      [two.id, null],
      [one.id, 'C-1'],
    ],
  );
  assert.ok(Number.isInteger(made.number));
  assert.deepEqual(await Certificates.get(f.ctx, made.id), made);
  assert.deepEqual(await Certificates.find(f.ctx, 'CERT-1'), made);
  assert.equal(await Certificates.find(f.ctx, 'cert-1'), undefined);
  assert.equal(await Certificates.find(f.ctx, made.id), undefined, 'the id stands in only where no key was set');
  assert.deepEqual(await f.events(made.id), ['certificate.created']);
});

test('without a key the id stands in', async () => {
  const made = await Certificates.create(f.ctx, { name: 'Plain' });
  assert.equal((await Certificates.find(f.ctx, made.id.toUpperCase()))?.id, made.id);
  assert.equal(made.validity, null);
  assert.deepEqual(made.courses, []);
});

test('an update merges, and what is sent back as shown changes nothing', async () => {
  const course = await f.course();
  const made = await Certificates.create(f.ctx, {
    name: 'Forklift',
    externalId: 'FORK',
    description: 'Up and down',
    validity: { count: 12, unit: 'month' },
    courseIds: [course.id],
  });
  const again = await Certificates.update(f.after(5), made.id, {
    name: made.name,
    externalId: made.externalId,
    description: made.description,
    status: made.status,
    validity: made.validity,
    confirmation: made.confirmation,
    courseIds: made.courses.map((each) => each.id),
  });
  assert.deepEqual(again, made);
  const changed = await Certificates.update(f.after(6), made.id, {
    description: null,
    validity: null,
    confirmation: true,
  });
  assert.deepEqual(
    [changed.name, changed.externalId, changed.description, changed.validity, changed.confirmation],
    ['Forklift', 'FORK', null, null, true],
  );
  assert.equal(changed.updatedAt, f.after(6).now);
  assert.deepEqual((await f.eventData('certificate.updated', made.id))?.changed, {
    description: ['Up and down', null],
    validity: [{ count: 12, unit: 'month' }, null],
    confirmation: [false, true],
  });
  assert.deepEqual(await f.events(made.id), ['certificate.created', 'certificate.updated']);
});

test('every fault is named at once', async () => {
  await refused(
    Certificates.create(f.ctx, {
      name: 'Bad',
      status: 'open' as 'active',
      validity: { count: 0, unit: 'week' as 'day' },
      courseIds: ['nonsense'],
    }),
    {
      kind: 'invalid',
      issues: [
        { path: ['status'], fault: 'unknown_value' },
        { path: ['validity', 'unit'], fault: 'unknown_value' },
        { path: ['validity', 'count'], fault: 'out_of_range' },
        { path: ['courseIds', 0], fault: 'format' },
      ],
    },
  );
  for (const validity of [
    { count: 1.5, unit: 'day' },
    { count: 101, unit: 'year' },
    { count: Number.NaN, unit: 'month' },
  ] as const)
    await refused(Certificates.create(f.ctx, { name: 'Bad', validity }), { kind: 'invalid' });
  await refused(Certificates.create(f.ctx, { name: '  ' }), {
    kind: 'invalid',
    issues: [{ path: ['name'], fault: 'required' }],
  });
  await refused(Certificates.create(f.ctx, {}), { kind: 'invalid', issues: [{ path: ['name'], fault: 'required' }] });
  const unknown = newId();
  await refused(Certificates.create(f.ctx, { name: 'Bad', courseIds: [unknown] }), {
    kind: 'invalid',
    issues: [{ path: ['courseIds', 0], fault: 'not_found', detail: unknown }],
  });
  assert.equal((await Certificates.list(f.ctx, { where: equals('name', 'Bad'), page })).total, 0);
});

test('a key is taken once, also by many at once, and free again after deleting', async () => {
  const many = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => Certificates.create(f.ctx, { name: `N${i}`, externalId: 'ONE' })),
  );
  const won = many.filter((result) => result.status === 'fulfilled');
  assert.equal(won.length, 1);
  await refused(Certificates.create(f.ctx, { name: 'Late', externalId: 'ONE' }), {
    kind: 'taken',
    entity: 'certificate',
    field: 'externalId',
    value: 'ONE',
  });
  const { value } = won[0] as PromiseFulfilledResult<Certificates.Certificate>;
  await Certificates.delete(f.ctx, value.id);
  await refused(Certificates.get(f.ctx, value.id), { kind: 'not_found', entity: 'certificate' });
  assert.equal((await Certificates.create(f.ctx, { name: 'Heir', externalId: 'ONE' })).name, 'Heir');
  await refused(Certificates.create(f.ctx, { id: value.id, name: 'Same id' }), { kind: 'taken', field: 'id' });
});

test('lists are filtered, sorted, paged, and cut to a course', async () => {
  const own = await fixture(database.db);
  const [one, two] = [await own.course(), await own.course()];
  for (const [name, status, course] of [
    ['Beta', 'active', one],
    ['alpha', 'inactive', one],
    ['Gamma', 'archived', two],
  ] as const)
    await Certificates.create(own.ctx, { name, status, courseIds: [course.id] });
  const names = async (query: Partial<Parameters<typeof Certificates.list>[1]>, scope = {}) =>
    (await Certificates.list(own.ctx, { page, ...query }, scope)).rows.map((each) => each.name);
  assert.deepEqual(await names({}), ['Beta', 'alpha', 'Gamma']);
  assert.deepEqual(await names({ sort: [{ field: 'name', descending: false }] }), ['alpha', 'Beta', 'Gamma']);
  assert.deepEqual(await names({ where: equals('status', 'inactive') }), ['alpha']);
  assert.deepEqual(await names({}, { courseId: two.id }), ['Gamma']);
  assert.deepEqual(await names({}, { courseId: 'none' }), []);
  const first = await Certificates.list(own.ctx, { page: { kind: 'keyset', limit: 2, total: true } });
  assert.deepEqual([first.rows.length, first.total], [2, 3]);
  const rest = await Certificates.list(own.ctx, { page: { kind: 'keyset', limit: 2, after: first.next } });
  assert.deepEqual(
    rest.rows.map((each) => each.name),
    ['Gamma'],
  );
  // a deleted course is gone from it
  await Courses.delete(own.ctx, two.id);
  assert.deepEqual((await Certificates.list(own.ctx, { where: equals('name', 'Gamma'), page })).rows[0]?.courses, []);
});

test('it takes permissions, and another tenant sees nothing', async () => {
  const made = await Certificates.create(f.ctx, { name: 'Ours', externalId: 'OURS' });
  await refused(Certificates.list(actingWith(f.ctx, []), { page }), { kind: 'forbidden', permission: 'courses.read' });
  await refused(Certificates.create(actingWith(f.ctx, ['courses.read']), { name: 'No' }), {
    kind: 'forbidden',
    permission: 'courses.write',
  });
  await refused(Certificates.delete(actingWith(f.ctx, ['courses.read']), made.id), { kind: 'forbidden' });
  const other = await testTenant(database.db);
  await refused(Certificates.get(other, made.id), { kind: 'not_found' });
  await refused(Certificates.update(other, made.id, { name: 'Mine' }), { kind: 'not_found' });
  assert.equal(await Certificates.find(other, 'OURS'), undefined);
  const course = await f.course();
  await refused(Certificates.create(other, { name: 'Theirs', courseIds: [course.id] }), { kind: 'invalid' });
});

test('once earned it cannot be deleted, only archived', async () => {
  const course = await f.course();
  const certificate = await Certificates.create(f.ctx, { name: 'Kept', courseIds: [course.id] });
  const personId = await f.person();
  const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
  await Enrollments.setOutcome(f.ctx, enrollmentId, { state: 'complete' });
  await refused(Certificates.delete(f.ctx, certificate.id), { kind: 'rule', rule: 'in_use' });
  assert.equal((await Certificates.update(f.ctx, certificate.id, { status: 'archived' })).status, 'archived');
  assert.equal((await Awards.find(f.ctx, { personId, certificateId: certificate.id }))?.state, 'certified');
});

test('who completed the courses before holds it from then on', async () => {
  const [one, two] = [await f.course(), await f.course()];
  const people = await f.people(3);
  for (const [i, personId] of people.entries())
    for (const [j, course] of [one, two].entries()) {
      const { enrollmentId } = await Enrollments.enroll(f.ctx, { personId, courseId: course.id });
      if (i < 2 || j === 0)
        await Enrollments.setOutcome(f.after(10 * (i + 1) + j), enrollmentId, { state: 'complete' });
    }
  const certificate = await Certificates.create(f.after(60), {
    name: 'Late',
    status: 'inactive',
    courseIds: [one.id, two.id],
  });
  const stands = (personId: string) => Awards.find(f.after(70), { personId, certificateId: certificate.id });
  assert.equal(await stands(people[0]!), undefined, 'an inactive certificate links nobody');
  await Certificates.update(f.after(65), certificate.id, { status: 'active' });
  assert.equal((await stands(people[0]!))?.certifiedAt, f.after(11).now);
  assert.equal((await stands(people[1]!))?.certifiedAt, f.after(21).now);
  assert.equal((await stands(people[2]!))?.state, 'in_progress');
  // a course less: the third has them all
  await Certificates.update(f.after(66), certificate.id, { courseIds: [one.id] });
  assert.equal((await stands(people[2]!))?.certifiedAt, f.after(30).now);
  // a course more: nobody loses
  const three = await f.course();
  await Certificates.update(f.after(67), certificate.id, { courseIds: [one.id, three.id] });
  assert.deepEqual(
    (await Promise.all(people.map(stands))).map((award) => award?.state),
    ['certified', 'certified', 'certified'],
  );
});
