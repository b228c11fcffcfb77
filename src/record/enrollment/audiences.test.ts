import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal, rule, type TestCourse } from '../../../test/support/fixture.ts';
import { Offerings } from '../catalog/index.ts';
import { newId } from '../kernel/ids.ts';
import { Groups, People, Units } from '../people/index.ts';
import { Audiences, Enrollments } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

/** Who is in, seated or waiting. */
const inside = async (course: TestCourse): Promise<string[]> =>
  (
    await Enrollments.list(
      f.ctx,
      { page: { kind: 'rows', offset: 0, limit: 1000, total: false } },
      { offeringId: course.offeringId, endings: 'live' },
    )
  ).rows
    .map((row) => row.personId)
    .sort();

const group = async (name: string, parentId?: string): Promise<string> =>
  (await Groups.create(f.ctx, { name, ...(parentId ? { parentId } : {}) })).id;

/** A tree of three: top, middle, bottom, with a person in each. */
async function tree() {
  const top = await group('Top');
  const middle = await group('Middle', top);
  const bottom = await group('Bottom', middle);
  const [a, b, c] = (await f.people(3)) as [string, string, string];
  await Groups.addMembers(f.ctx, top, [a]);
  await Groups.addMembers(f.ctx, middle, [b]);
  await Groups.addMembers(f.ctx, bottom, [c]);
  return { top, middle, bottom, a, b, c };
}

test('an audience enrolls the group, with the groups below only when it says so, and may be set anew', async () => {
  const { top, a, b, c } = await tree();
  const course = await f.course();
  const made = await Audiences.set(f.ctx, top, course.offeringId);
  assert.equal(made.created, true);
  assert.deepEqual(await inside(course), [a]);
  assert.equal((await Enrollments.getInOffering(f.ctx, a, course.offeringId)).source, 'automatic');
  const again = await Audiences.set(f.ctx, top, course.offeringId);
  assert.deepEqual(again, { audience: made.audience, created: false });
  const wider = await Audiences.set(f.ctx, top, course.offeringId, { recursive: true });
  assert.deepEqual([wider.created, wider.audience.id, wider.audience.recursive], [false, made.audience.id, true]);
  assert.deepEqual(await inside(course), [a, b, c].sort());
  await Audiences.set(f.ctx, top, course.offeringId, { recursive: false });
  assert.deepEqual(await inside(course), [a]);
  assert.deepEqual(
    (await Audiences.list(f.ctx, { groupId: top })).map((one) => one.offeringId),
    [course.offeringId],
  );
  assert.deepEqual(await f.events(made.audience.id), ['audience.created', 'audience.updated', 'audience.updated']);
});

test('who joins is enrolled, who leaves loses what the group gave and nothing else', async () => {
  const { top, bottom, a } = await tree();
  const course = await f.course();
  await Audiences.set(f.ctx, top, course.offeringId, { recursive: true });
  const [late, direct] = (await f.people(2)) as [string, string];
  await Enrollments.enroll(f.ctx, { personId: direct, courseId: course.id });
  await Groups.addMembers(f.ctx, bottom, [late, direct]);
  const entered = await Enrollments.getInOffering(f.ctx, late, course.offeringId);
  const { id } = await Enrollments.getInOffering(f.ctx, direct, course.offeringId);
  const { rows: grants } = await Enrollments.listGrants(f.ctx, id, {
    page: { kind: 'rows', offset: 0, limit: 10, total: false },
  });
  assert.deepEqual(grants.map((grant) => grant.kind).sort(), ['audience', 'direct']);
  await Groups.removeMembers(f.ctx, bottom, [late, direct]);
  assert.ok(!(await inside(course)).includes(late));
  assert.ok((await inside(course)).includes(direct));
  await Groups.addMembers(f.ctx, top, [late]);
  assert.equal(
    (await Enrollments.getInOffering(f.ctx, late, course.offeringId)).id,
    entered.id,
    'the same enrollment goes on',
  );
  await Groups.addMembers(f.ctx, bottom, [late]);
  await Groups.removeMembers(f.ctx, top, [late]);
  assert.ok((await inside(course)).includes(late), 'still meant through the group below');
  await Audiences.remove(f.ctx, top, course.offeringId);
  assert.deepEqual(await inside(course), [direct]);
  assert.equal(await Audiences.remove(f.ctx, top, course.offeringId), false);
  assert.ok(!(await inside(course)).includes(a));
});

test('two audiences of one offering hold a person until both are gone', async () => {
  const [one, two] = [await group('One'), await group('Two')];
  const person = await f.person();
  const course = await f.course();
  await Audiences.set(f.ctx, one, course.offeringId);
  await Audiences.set(f.ctx, two, course.offeringId);
  await Groups.addMembers(f.ctx, one, [person]);
  await Groups.addMembers(f.ctx, two, [person]);
  await Groups.removeMembers(f.ctx, one, [person]);
  assert.deepEqual(await inside(course), [person]);
  await Groups.removeMembers(f.ctx, two, [person]);
  assert.deepEqual(await inside(course), []);
});

test('removed by name stays out until leaving the group and coming back', async () => {
  const { top, middle, b } = await tree();
  const course = await f.course();
  await Audiences.set(f.ctx, top, course.offeringId, { recursive: true });
  await Enrollments.withdraw(f.ctx, [(await Enrollments.getInOffering(f.ctx, b, course.offeringId)).id], {
    ending: 'kept',
  });
  await Audiences.set(f.ctx, top, course.offeringId, { recursive: false });
  await Audiences.set(f.ctx, top, course.offeringId, { recursive: true });
  assert.ok((await inside(course)).includes(b), 'while the audience did not mean them they were as good as gone');
  await Enrollments.withdraw(f.ctx, [(await Enrollments.getInOffering(f.ctx, b, course.offeringId)).id], {
    ending: 'kept',
  });
  await Groups.update(f.ctx, middle, { name: 'Another name' });
  await Groups.addMembers(f.ctx, middle, [await f.person()]);
  assert.ok(!(await inside(course)).includes(b));
  await Groups.removeMembers(f.ctx, middle, [b]);
  await Groups.addMembers(f.ctx, middle, [b]);
  assert.ok((await inside(course)).includes(b));
});

test('the tree moves: what the old parents gave goes, what the new ones give comes', async () => {
  const { top, middle, a, b, c } = await tree();
  const other = await group('Other top');
  const [here, there] = [await f.course(), await f.course()];
  await Audiences.set(f.ctx, top, here.offeringId, { recursive: true });
  await Audiences.set(f.ctx, other, there.offeringId, { recursive: true });
  await Groups.update(f.ctx, middle, { parentId: other });
  assert.deepEqual(await inside(here), [a]);
  assert.deepEqual(await inside(there), [b, c].sort());
  await Groups.update(f.ctx, middle, { parentId: null });
  assert.deepEqual(await inside(there), []);
});

test('deleting a group takes its audiences and what the groups above gave its members', async () => {
  const { top, bottom, c } = await tree();
  const [own, above] = [await f.course(), await f.course()];
  await Audiences.set(f.ctx, bottom, own.offeringId);
  await Audiences.set(f.ctx, top, above.offeringId, { recursive: true });
  await Groups.delete(f.ctx, bottom);
  assert.deepEqual(await inside(own), []);
  assert.ok(!(await inside(above)).includes(c));
  assert.deepEqual(await Audiences.list(f.ctx, { offeringId: own.offeringId }), []);
});

test('suspended people keep their seats and are waited for; deleted ones are gone', async () => {
  const { top, bottom, a, c } = await tree();
  const [first, second] = [await f.course(), await f.course()];
  await Audiences.set(f.ctx, top, first.offeringId, { recursive: true });
  await People.update(f.ctx, c, { status: 'suspended' });
  assert.ok((await inside(first)).includes(c));
  await Audiences.set(f.ctx, top, second.offeringId, { recursive: true });
  assert.ok(!(await inside(second)).includes(c));
  await People.update(f.ctx, c, { status: 'active' });
  assert.ok((await inside(second)).includes(c));
  await People.delete(f.ctx, a);
  assert.ok(!(await inside(first)).includes(a));
  await Groups.addMembers(f.ctx, bottom, [await f.person()]);
  assert.ok(!(await inside(first)).includes(a));
});

test('leaving a unit with its groups is leaving the groups', async () => {
  const unit = await f.unit('North');
  const north = (await Groups.create(f.ctx, { name: 'In North', unitId: unit })).id;
  const person = await f.person({ unitId: unit });
  const course = await f.course();
  await Audiences.set(f.ctx, north, course.offeringId);
  await Groups.addMembers(f.ctx, north, [person]);
  assert.deepEqual(await inside(course), [person]);
  await Units.removePerson(f.ctx, person, unit, { handOn: true, withGroups: true });
  assert.deepEqual(await inside(course), []);
});

test('whoever is over the seats is queued, and moves up when somebody leaves the group', async () => {
  const top = await group('Crowd');
  const people = await f.people(3);
  const course = await f.course({ offering: { seats: 2 } });
  await Groups.addMembers(f.ctx, top, people);
  await Audiences.set(f.ctx, top, course.offeringId);
  const states = async () =>
    (
      await Promise.all(people.map(async (id) => (await Enrollments.getInOffering(f.ctx, id, course.offeringId)).state))
    ).sort();
  assert.deepEqual(await states(), ['not_started', 'not_started', 'on_waitlist']);
  const seated = (
    await Promise.all(
      people.map(async (id) => ({ id, state: (await Enrollments.getInOffering(f.ctx, id, course.offeringId)).state })),
    )
  ).find((one) => one.state === 'not_started')!;
  await Groups.removeMembers(f.ctx, top, [seated.id]);
  const rest = people.filter((id) => id !== seated.id);
  for (const id of rest)
    assert.equal((await Enrollments.getInOffering(f.ctx, id, course.offeringId)).state, 'not_started');
});

test('a retired offering is refused; opened again it takes in who came meanwhile', async () => {
  const top = await group('Patient');
  const course = await f.course();
  await Offerings.update(f.ctx, course.offeringId, { state: 'retired' });
  assert.equal(await rule(Audiences.set(f.ctx, top, course.offeringId)), 'offering_retired');
  await Offerings.update(f.ctx, course.offeringId, { state: 'active' });
  await Audiences.set(f.ctx, top, course.offeringId);
  await Offerings.update(f.ctx, course.offeringId, { state: 'retired' });
  const person = await f.person();
  await Groups.addMembers(f.ctx, top, [person]);
  assert.deepEqual(await inside(course), []);
  await Offerings.update(f.ctx, course.offeringId, { state: 'active' });
  assert.deepEqual(await inside(course), [person]);
});

test('what is unknown or forbidden is refused', async () => {
  const top = await group('Lonely');
  const course = await f.course();
  const draft = await f.course({ state: 'draft' });
  assert.partialDeepStrictEqual(await refusal(Audiences.set(f.ctx, newId(), course.offeringId)), {
    kind: 'not_found',
    entity: 'group',
  });
  assert.partialDeepStrictEqual(await refusal(Audiences.set(f.ctx, top, newId())), {
    kind: 'not_found',
    entity: 'offering',
  });
  assert.equal(await rule(Audiences.set(f.ctx, top, draft.offeringId)), 'course_not_published');
  const reader = actingWith(f.ctx, ['groups.read', 'enrollments.read']);
  assert.equal((await refusal(Audiences.set(reader, top, course.offeringId))).kind, 'forbidden');
  assert.equal((await refusal(Audiences.remove(reader, top, course.offeringId))).kind, 'forbidden');
  const other = await fixture(database.db);
  assert.partialDeepStrictEqual(await refusal(Audiences.set(other.ctx, top, course.offeringId)), { kind: 'not_found' });
});

test('both ends of an audience are those in sight: the group, the offering and its course', async () => {
  const [north, south] = [await f.unit('North side'), await f.unit('South side')];
  const mine = (await Groups.create(f.ctx, { name: 'Northerners', unitId: north })).id;
  const theirs = (await Groups.create(f.ctx, { name: 'Southerners', unitId: south })).id;
  const open = await f.course();
  const hidden = await f.course({ unitId: south });
  await f.set('offering', hidden.offeringId, { unitId: null });
  const elsewhere = await f.course();
  await f.set('offering', elsewhere.offeringId, { unitId: south });
  const actor = actingWith(f.ctx, ['groups.read', 'enrollments.write'], [north]);
  const absent = { kind: 'not_found', entity: 'offering' };
  for (const course of [hidden, elsewhere]) {
    assert.partialDeepStrictEqual(await refusal(Audiences.set(actor, mine, course.offeringId)), absent);
    await Audiences.set(f.ctx, mine, course.offeringId);
    assert.equal(await Audiences.remove(actor, mine, course.offeringId), false);
    assert.equal((await refusal(Audiences.get(actor, mine, course.offeringId))).kind, 'not_found');
  }
  assert.deepEqual(await Audiences.list(actor, { groupId: mine }), []);
  await Audiences.set(actor, mine, open.offeringId);
  await Audiences.set(f.ctx, theirs, open.offeringId);
  const seen = await Audiences.list(actor, { offeringId: open.offeringId });
  assert.deepEqual(
    seen.map((one) => one.groupId),
    [mine],
  );
  assert.equal(await Audiences.remove(actor, theirs, open.offeringId), false);
  assert.equal(await Audiences.remove(actor, mine, open.offeringId), true);
  assert.partialDeepStrictEqual(await refusal(Audiences.set(f.ctx, mine, 'no-id')), absent);
  assert.equal((await refusal(Audiences.set(f.ctx, 'no-id', open.offeringId))).kind, 'not_found');
  assert.equal(await Audiences.remove(f.ctx, 'no-id', 'no-id'), false);
});

test('who was transferred stays where they are, and leaving the group still takes it', async () => {
  const top = await group('Movers');
  const person = await f.person();
  const course = await f.course();
  await Groups.addMembers(f.ctx, top, [person]);
  await Audiences.set(f.ctx, top, course.offeringId);
  const { id } = await Enrollments.getInOffering(f.ctx, person, course.offeringId);
  const other = await f.offering(course);
  await Enrollments.transfer(f.ctx, id, other);
  await Groups.addMembers(f.ctx, await group('Another'), [person]);
  assert.equal((await Enrollments.getInOffering(f.ctx, person, other)).id, id);
  assert.deepEqual(await inside(course), []);
  await Groups.removeMembers(f.ctx, top, [person]);
  assert.equal((await refusal(Enrollments.get(f.ctx, id))).kind, 'not_found');
  await Groups.addMembers(f.ctx, top, [person]);
  assert.deepEqual(await inside(course), [person]);
});

test('an offering that is deleted ends its audiences, and says so', async () => {
  const top = await group('Unused');
  const course = await f.course();
  const offeringId = await f.offering(course);
  const { audience } = await Audiences.set(f.ctx, top, offeringId);
  await Offerings.delete(f.ctx, offeringId);
  assert.deepEqual(await f.events(audience.id), ['audience.created', 'audience.removed']);
});

test('many at once: joining, leaving, moving and setting audiences end in what the groups say', async () => {
  const tops = await Promise.all(['N', 'S'].map((name) => group(name)));
  const children = await Promise.all(Array.from({ length: 4 }, (_, i) => group(`C${i}`, tops[i % 2])));
  const courses = await Promise.all(Array.from({ length: 3 }, () => f.course()));
  const people = await f.people(24);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  const deeds = [
    () => Groups.addMembers(f.ctx, pick(children), [pick(people), pick(people)]),
    () => Groups.removeMembers(f.ctx, pick(children), [pick(people)]),
    () => Groups.update(f.ctx, pick(children), { parentId: pick(tops) }),
    () => Audiences.set(f.ctx, pick(tops), pick(courses).offeringId, { recursive: Math.random() < 0.8 }),
    () => Audiences.set(f.ctx, pick(children), pick(courses).offeringId),
    () => Audiences.remove(f.ctx, pick([...tops, ...children]), pick(courses).offeringId),
    () =>
      People.update(f.ctx, pick(people), { status: 'suspended' }).then((person) =>
        People.update(f.ctx, person.id, { status: 'active' }),
      ),
  ];
  for (let round = 0; round < 6; round++)
    await Promise.all(Array.from({ length: 16 }, () => pick(deeds)() as Promise<unknown>));
  for (const course of courses) {
    const meant = await f.rows<{ id: string }>(
      `select distinct m.person_id as id from audience a
         join people_group top on top.tenant_id = $1 and top.id = a.group_id
         join people_group g on g.tenant_id = $1 and (g.id = top.id or (a.recursive and g.parent_id = top.id))
         join group_member m on m.tenant_id = $1 and m.group_id = g.id
        where a.tenant_id = $1 and a.offering_id = $2`,
      course.offeringId,
    );
    assert.deepEqual(await inside(course), meant.map((row) => row.id).sort());
    const loose = await f.rows(
      `select 1 from enrollment e where e.tenant_id = $1 and e.offering_id = $2 and e.ending is null
          and not exists (select 1 from enrollment_grant g where g.tenant_id = $1 and g.enrollment_id = e.id)`,
      course.offeringId,
    );
    assert.equal(loose.length, 0);
  }
});
