import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at, byExternalId, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import { equals } from '../kernel/condition.ts';
import type { Context } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal, type RefusalFact } from '../kernel/refusal.ts';
import { Content, Courses, CreditTypes, Offerings, Terms } from './index.ts';

let database: TestDatabase;
let ctx: Context;

before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db, { now: '2026-03-01T08:00:00.000Z' });
});
after(() => database.close());

const refused = async (work: Promise<unknown>): Promise<RefusalFact> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.fact;
    throw error;
  }
  throw new Error('not refused');
};

const eventsOf = async (id: string): Promise<{ type: string; data: any }[]> =>
  (
    await run<{ type: string; data: any }>(ctx.db, 'select type, data from event where entity_id = $1 order by seq', [
      id,
    ])
  ).rows;

test('a course comes with a draft of one section and a default offering of the same external id', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Fire safety', externalId: 'FIRE-1' });
  assert.equal(course.state, 'draft');
  assert.equal(course.currentVersionId, null);
  assert.ok(course.draftVersionId);
  assert.ok(Number.isInteger(course.number));
  assert.equal(course.createdAt, '2026-03-01T08:00:00.000Z');
  assert.deepEqual(course.sectionIds, []);
  const offering = await Offerings.get(ctx, course.defaultOfferingId!);
  assert.equal(offering.externalId, 'FIRE-1');
  assert.equal(offering.name, 'Fire safety');
  assert.equal(offering.isDefault, true);
  assert.equal(offering.versionId, null);
  assert.equal(offering.seatsTaken, 0);
  assert.equal((await byExternalId(ctx, Courses.list, 'FIRE-1'))?.id, course.id);
  assert.equal(await byExternalId(ctx, Courses.list, 'fire-1'), undefined);
  assert.equal((await byExternalId(ctx, Offerings.list, 'FIRE-1'))?.id, offering.id);
  assert.deepEqual(
    (await eventsOf(course.id)).map((event) => event.type),
    ['course.created'],
  );
});

test('of two courses made at once with one external id, one is refused', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => Courses.create(ctx, { kind: 'online', name: `Twin ${i}`, externalId: 'TWIN' })),
  );
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  for (const result of results)
    if (result.status === 'rejected')
      assert.deepEqual(result.reason.fact, { kind: 'taken', entity: 'course', field: 'externalId', value: 'TWIN' });
});

test('an update merges, and what is sent back as shown changes nothing', async () => {
  const type = await CreditTypes.create(ctx, { name: 'CPD' });
  const first = await Courses.create(ctx, { kind: 'online', name: 'Basics' });
  const course = await Courses.create(ctx, {
    kind: 'online',
    name: 'Ethics',
    externalId: 'ETH',
    description: 'On right and wrong',
    expireAfter: { years: 1, months: 0, days: 0, hours: 0 },
    attributes: { level: 3, topic: 'law' },
    prices: [{ amount: 12.5, currency: 'EUR' }, { amount: 20 }],
    prerequisites: [{ courseId: first.id }],
    creditAwards: [{ creditTypeId: type.id, credits: 1.5 }],
    credits: 1.5,
    tagIds: [newId()],
  });
  const later = at(ctx, '2026-03-02T08:00:00.000Z');
  const same = await Courses.update(later, course.id, { ...course });
  assert.deepEqual(same, course);
  assert.equal((await eventsOf(course.id)).length, 1);

  const changed = await Courses.update(later, course.id, {
    name: 'Ethics II',
    description: null,
    externalId: 'ETH-2',
    attributes: { topic: null, room: 'B' },
    prices: [{ amount: 13, currency: 'EUR' }],
  });
  assert.equal(changed.name, 'Ethics II');
  assert.equal(changed.description, null);
  assert.deepEqual(changed.attributes, { level: 3, room: 'B' });
  assert.deepEqual(changed.expireAfter, course.expireAfter);
  assert.equal(changed.prices.length, 1);
  assert.equal(changed.prices[0]!.amount, 13);
  assert.equal(changed.prices[0]!.id, course.prices.find((price) => price.currency === 'EUR')!.id);
  assert.deepEqual(changed.prerequisiteCourseIds, [first.id]);
  assert.equal(changed.updatedAt, later.now);
  const offering = await Offerings.get(ctx, course.defaultOfferingId!);
  assert.equal(offering.name, 'Ethics II');
  assert.equal(offering.externalId, 'ETH-2');
  const event = (await eventsOf(course.id)).at(-1)!;
  assert.equal(event.type, 'course.updated');
  assert.deepEqual(event.data.changed.name, ['Ethics', 'Ethics II']);
  assert.deepEqual(await refused(Courses.update(ctx, course.id, { name: 'x' }, course.updatedAt)), {
    kind: 'stale',
    entity: 'course',
    id: course.id,
  });
});

test('faults are told together, each with its path', async () => {
  const fact = await refused(
    Courses.create(ctx, {
      kind: 'online',
      name: ' ',
      unitId: 'x',
      credits: -1,
      accessAt: 'soon',
      prices: [{ amount: 1 }, { amount: -2 }],
      tagIds: ['no'],
      attributes: { a: 'x\u0000' },
    } as never),
  );
  assert.ok(fact.kind === 'invalid');
  assert.deepEqual(fact.issues.map((issue) => `${issue.path.join('.')} ${issue.fault}`).sort(), [
    'accessAt format',
    'attributes format',
    'credits out_of_range',
    'name required',
    'prices.1.amount out_of_range',
    'tagIds.0 format',
    'unitId format',
  ]);
  assert.equal((await refused(Courses.create(ctx, { kind: 'film' as never, name: 'x' }))).kind, 'invalid');
  assert.deepEqual(await refused(Courses.create(ctx, { kind: 'online', name: 'x', editorIds: [newId()] })), {
    kind: 'invalid',
    issues: [{ path: ['editorIds', 0], fault: 'not_found' }],
  });
  assert.deepEqual(await refused(Courses.create(ctx, { kind: 'online', name: 'x', unitId: newId() })), {
    kind: 'invalid',
    issues: [{ path: ['unitId'], fault: 'not_found', detail: 'unit' }],
  });
});

test('prerequisites never lead back to the course, whoever writes first', async () => {
  const [a, b, c] = await Promise.all(
    ['A', 'B', 'C'].map((name) => Courses.create(ctx, { kind: 'online', name: `Step ${name}` })),
  );
  const follows = (course: string, before: string, enforced = true) =>
    Courses.update(ctx, course, { prerequisites: [{ courseId: before, enforced }] });
  await follows(b!.id, a!.id);
  await follows(c!.id, b!.id, false);
  assert.deepEqual(await refused(follows(a!.id, c!.id)), { kind: 'rule', rule: 'cycle', entity: 'course', id: a!.id });
  assert.equal((await refused(follows(a!.id, a!.id))).kind, 'rule');
  assert.deepEqual((await Courses.get(ctx, c!.id)).prerequisites, [{ courseId: b!.id, enforced: false }]);
  await Courses.update(ctx, c!.id, { prerequisites: [] });

  const halves = await Promise.allSettled([follows(a!.id, c!.id), follows(c!.id, a!.id)]);
  assert.equal(halves.filter((half) => half.status === 'fulfilled').length, 1);
  await Courses.update(ctx, a!.id, { followUpCourseIds: [b!.id] });
  assert.deepEqual((await Courses.get(ctx, a!.id)).followUpCourseIds, [b!.id]);
});

test('a course is retired, brought back and deleted', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Old', externalId: 'OLD' });
  assert.deepEqual(await refused(Courses.update(ctx, course.id, { state: 'published' })), {
    kind: 'rule',
    rule: 'course_not_published',
    entity: 'course',
    id: course.id,
  });
  await Content.save(ctx, course.id, { sections: [{ name: 'One', activities: [{ kind: 'page', name: 'Read' }] }] });
  await Courses.publish(ctx, course.id);
  assert.equal((await Courses.update(ctx, course.id, { state: 'retired' })).state, 'retired');
  await Courses.update(ctx, course.id, { state: 'retired' });
  assert.equal((await Courses.update(ctx, course.id, { state: 'published' })).state, 'published');
  await Courses.delete(ctx, course.id);
  assert.equal((await refused(Courses.get(ctx, course.id))).kind, 'not_found');
  assert.equal((await refused(Offerings.get(ctx, course.defaultOfferingId!))).kind, 'not_found');
  const again = await Courses.create(ctx, { kind: 'online', name: 'New', externalId: 'OLD' });
  assert.notEqual(again.id, course.id);
  assert.deepEqual(
    (await eventsOf(course.id)).map((event) => event.type),
    ['course.created', 'course.published', 'course.retired', 'course.restored', 'course.deleted'],
  );
});

test('a template gets its default offering when it is first needed, once', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Template', template: true });
  assert.equal(course.defaultOfferingId, null);
  const made = await Promise.all(Array.from({ length: 6 }, () => Offerings.ensureDefault(ctx, course.id)));
  assert.equal(new Set(made.map((offering) => offering.id)).size, 1);
  assert.equal(made[0]!.isDefault, true);
});

test('lists filter, sort and page; another tenant sees nothing', async () => {
  const own = await testTenant(database.db);
  for (const name of ['beta', 'Alpha', 'gamma'])
    await Courses.create(own, { kind: name === 'gamma' ? 'instructor_led' : 'online', name });
  const page = await Courses.list(own, { page: { kind: 'rows', offset: 0, limit: 2, total: true } });
  assert.deepEqual(
    page.rows.map((course) => course.name),
    ['Alpha', 'beta'],
  );
  assert.equal(page.total, 3);
  const led = await Courses.list(own, { where: equals('kind', 'instructor_led'), page: { kind: 'keyset', limit: 5 } });
  assert.deepEqual(
    led.rows.map((course) => course.name),
    ['gamma'],
  );
  assert.equal((await refused(Courses.get(ctx, page.rows[0]!.id))).kind, 'not_found');
  assert.equal((await refused(Courses.get(ctx, 'nonsense'))).kind, 'not_found');
});

test('who may do what: permissions, units, learners', async () => {
  const course = await Courses.create(ctx, { kind: 'online', name: 'Everybody’s' });
  const reader = actingWith(ctx, ['courses.read']);
  assert.equal((await Courses.get(reader, course.id)).id, course.id);
  assert.deepEqual(await refused(Courses.create(reader, { kind: 'online', name: 'x' })), {
    kind: 'forbidden',
    permission: 'courses.write',
  });
  assert.equal(
    (await refused(Courses.list(actingWith(ctx, []), { page: { kind: 'keyset', limit: 1 } }))).kind,
    'forbidden',
  );

  const root = (await run<{ id: string }>(ctx.db, 'select id from unit where tenant_id = $1', [ctx.tenant.id])).rows[0]!
    .id;
  const [north, south] = [newId(), newId()];
  for (const [id, name] of [
    [north, 'North'],
    [south, 'South'],
  ])
    await run(
      ctx.db,
      'insert into unit (tenant_id, id, name, parent_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)',
      [ctx.tenant.id, id, name, root, ctx.now],
    );
  const southern = await Courses.create(ctx, { kind: 'online', name: 'Southern', unitId: south });
  const northener = actingWith(ctx, ['courses.read', 'courses.write'], [north]);
  assert.equal((await refused(Courses.get(northener, southern.id))).kind, 'not_found');
  assert.equal((await Courses.get(northener, course.id)).id, course.id);
  assert.equal((await refused(Courses.update(northener, course.id, { name: 'Ours' }))).kind, 'forbidden');
  assert.equal((await Offerings.create(northener, { courseId: course.id })).unitId, north);
  assert.equal((await refused(Offerings.create(northener, { courseId: course.id, unitId: null }))).kind, 'forbidden');
  const northern = await Courses.create(northener, { kind: 'online', name: 'Northern' });
  assert.equal(northern.unitId, north);
  assert.equal((await Courses.update(northener, northern.id, { name: 'Far north' })).name, 'Far north');
  assert.equal(
    (await refused(Courses.create(northener, { kind: 'online', name: 'x', unitId: south }))).kind,
    'invalid',
  );

  // what belongs to the whole account is changed by those who see all of it
  const term = await Terms.create(ctx, { name: 'Spring' });
  const type = await CreditTypes.create(ctx, { name: 'Hours' });
  for (const work of [
    Terms.create(northener, { name: 'x' }),
    Terms.update(northener, term.id, { name: 'x' }),
    Terms.delete(northener, term.id),
    CreditTypes.create(northener, { name: 'x' }),
    CreditTypes.update(northener, type.id, { name: 'x' }),
    CreditTypes.delete(northener, type.id),
  ])
    assert.equal((await refused(work)).kind, 'forbidden');

  const learner: Context = {
    ...ctx,
    actor: { kind: 'person', id: newId(), clientId: null, permissions: new Set(), units: [] },
  };
  assert.equal((await refused(Courses.get(learner, course.id))).kind, 'not_found');
  await Courses.create(ctx, { kind: 'online', name: 'Open', externalId: 'OPEN', state: 'published' });
  assert.equal((await byExternalId(learner, Courses.list, 'OPEN'))?.state, 'published');
});
