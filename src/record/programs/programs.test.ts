import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal, rule, type TestCourse } from '../../../test/support/fixture.ts';
import { Courses } from '../catalog/index.ts';
import { Enrollments } from '../enrollment/index.ts';
import type { Context } from '../kernel/context.ts';
import { Groups, People } from '../people/index.ts';
import { Paths, ProgramAudiences, ProgramContents, ProgramMembers, Programs } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

const ALL = { page: { kind: 'rows', offset: 0, limit: 1000, total: false } } as const;

const as = (personId: string): Context => ({
  ...f.ctx,
  actor: { kind: 'person', id: personId, clientId: null, permissions: new Set(), units: [] },
});
const defaultProgram = async (): Promise<string> =>
  (await f.rows<{ id: string }>('select id from program where tenant_id = $1 and is_default'))[0]!.id;
const outsider = async (): Promise<string> => {
  const personId = await f.person();
  await ProgramMembers.leave(f.ctx, await defaultProgram(), [personId]);
  return personId;
};
const holding = async (...courses: TestCourse[]): Promise<string> => {
  const { id } = await Programs.create(f.ctx, { name: 'Program' });
  for (const course of courses) await ProgramContents.put(f.ctx, id, course.id);
  return id;
};
const found = async (personId: string): Promise<Set<string>> =>
  new Set((await Courses.list(as(personId), ALL)).rows.map((course) => course.id));
const members = async (programId: string): Promise<string[]> =>
  (await ProgramMembers.list(f.ctx, programId, ALL)).rows.map((row) => row.personId).sort();
const live = async (personId: string): Promise<string[]> =>
  (await Enrollments.list(f.ctx, ALL, { personId, endings: 'live' })).rows.map((row) => row.courseId);
const enroll = (personId: string, courseId: string, programId: string) =>
  Enrollments.create(f.ctx, { personId, courseId, programId });

test('without programs everybody finds every published course, and nobody makes the default one', async () => {
  const course = await f.course();
  const draft = await f.course({ state: 'draft' });
  const personId = await f.person();
  const seen = await found(personId);
  assert.ok(seen.has(course.id) && !seen.has(draft.id));
  const own = (await Programs.listOfPerson(as(personId), personId, ALL)).rows;
  assert.deepEqual(
    own.map(({ isDefault }) => isDefault),
    [true],
  );
  assert.ok((await members(own[0]!.id)).includes(personId));
  assert.equal((await Enrollments.enroll(as(personId), { personId, courseId: course.id })).outcome, 'created');
});

test('a program shows its published courses to its members, and hides the others from who left the default one', async () => {
  const [shown, other, draft] = [await f.course(), await f.course(), await f.course({ state: 'draft' })];
  const programId = await holding(shown, draft);
  const personId = await outsider();
  assert.deepEqual(await found(personId), new Set());
  await ProgramMembers.join(f.ctx, programId, [personId]);
  assert.deepEqual(await found(personId), new Set([shown.id]));
  const gone = { kind: 'not_found', entity: 'course', id: other.id };
  assert.deepEqual(await refusal(Courses.get(as(personId), other.id)), gone);
  assert.deepEqual(await refusal(Enrollments.enroll(as(personId), { personId, courseId: other.id })), gone);
  // an enrollment gives access regardless
  await Enrollments.enroll(f.ctx, { personId, courseId: other.id });
  assert.deepEqual(await found(personId), new Set([shown.id, other.id]));
  await Courses.update(f.ctx, shown.id, { state: 'retired' });
  assert.deepEqual(await found(personId), new Set([other.id]));
});

test('a program that is retired, not open yet or over shows nothing', async () => {
  const course = await f.course();
  const programId = await holding(course);
  const personId = await outsider();
  await ProgramMembers.join(f.ctx, programId, [personId]);
  const shows = async () => (await found(personId)).has(course.id);
  assert.equal(await shows(), true);
  await Programs.update(f.ctx, programId, { startsAt: '2030-01-01T00:00:00.000Z' });
  assert.equal(await shows(), false);
  await Programs.update(f.ctx, programId, { startsAt: null, endsAt: '2020-01-01T00:00:00.000Z' });
  assert.equal(await shows(), false);
  await Programs.update(f.ctx, programId, { endsAt: null, state: 'retired' });
  assert.equal(await shows(), false);
  assert.equal(await rule(ProgramMembers.join(f.ctx, programId, [personId])), 'program_retired');
});

test('leaving a program withdraws, kept, what was enrolled under it and nothing else', async () => {
  const [under, direct, self, both] = await Promise.all([f.course(), f.course(), f.course(), f.course()]);
  const programId = await holding(under!, self!, both!);
  const other = await holding(both!);
  const personId = await outsider();
  await ProgramMembers.join(f.ctx, programId, [personId]);
  await ProgramMembers.join(f.ctx, other, [personId]);
  const { enrollment } = await enroll(personId, under!.id, programId);
  assert.equal(enrollment.programId, programId);
  await Enrollments.enroll(f.ctx, { personId, courseId: direct!.id });
  // who enrolls themselves in what the program alone shows does so under it
  await Enrollments.enroll(as(personId), { personId, courseId: self!.id });
  await enroll(personId, both!.id, programId);
  await enroll(personId, both!.id, other);
  await ProgramMembers.leave(f.ctx, programId, [personId]);
  assert.deepEqual((await live(personId)).sort(), [direct!.id, both!.id].sort());
  assert.equal((await Enrollments.getDetails(f.ctx, enrollment.id)).ending, 'withdrawn_kept');
  assert.deepEqual(await found(personId), new Set([direct!.id, both!.id]));
  // a return resumes it
  await ProgramMembers.join(f.ctx, programId, [personId]);
  assert.equal((await enroll(personId, under!.id, programId)).enrollment.id, enrollment.id);
  await ProgramMembers.leave(f.ctx, other, [personId]);
  assert.deepEqual((await live(personId)).sort(), [direct!.id, under!.id].sort());
});

test('who was enrolled under the default program loses that by leaving it', async () => {
  const [under, direct] = [await f.course(), await f.course()];
  const personId = await f.person();
  const programId = await defaultProgram();
  await enroll(personId, under.id, programId);
  await Enrollments.enroll(as(personId), { personId, courseId: direct.id });
  assert.deepEqual(await ProgramMembers.leave(f.ctx, programId, [personId]), [personId]);
  assert.deepEqual(await live(personId), [direct.id]);
  assert.deepEqual(await ProgramMembers.leave(f.ctx, programId, [personId]), []);
  assert.equal((await members(programId)).includes(personId), false);
  assert.deepEqual(await ProgramMembers.join(f.ctx, programId, [personId]), [personId]);
  assert.deepEqual(await ProgramMembers.join(f.ctx, programId, [personId]), []);
  assert.equal((await members(programId)).includes(personId), true);
});

test('enrolling under a program takes a member and a course that it holds', async () => {
  const [course, other] = [await f.course(), await f.course()];
  const programId = await holding(course);
  const personId = await f.person();
  assert.equal(await rule(enroll(personId, course.id, programId)), 'not_a_member');
  await ProgramMembers.join(f.ctx, programId, [personId]);
  assert.equal(await rule(enroll(personId, other.id, programId)), 'not_in_program');
  await Programs.update(f.ctx, programId, { state: 'retired' });
  assert.equal(await rule(enroll(personId, course.id, programId)), 'program_retired');
  await Programs.delete(f.ctx, programId);
  assert.deepEqual(await refusal(enroll(personId, course.id, programId)), {
    kind: 'not_found',
    entity: 'program',
    id: programId,
  });
});

test('the same member twice is one, and the stay that is over stays on record', async () => {
  const programId = await holding();
  const personId = await f.person();
  assert.deepEqual(await ProgramMembers.join(f.ctx, programId, [personId, personId]), [personId]);
  assert.deepEqual(await ProgramMembers.join(f.ctx, programId, [personId]), []);
  await ProgramMembers.leave(f.ctx, programId, [personId]);
  await ProgramMembers.join(f.ctx, programId, [personId]);
  const left = (await ProgramMembers.list(f.ctx, programId, ALL, { left: true })).rows;
  assert.equal(left.length, 1);
  assert.equal(left[0]!.leftAt, f.ctx.now);
  assert.deepEqual(await members(programId), [personId]);
  assert.equal((await Programs.get(f.ctx, programId)).memberCount, 1);
});

test('seats are counted, all wanted come or none, and fewer seats put nobody out', async () => {
  const programId = await holding();
  await Programs.update(f.ctx, programId, { seats: 2 });
  const [a, b, c] = (await f.people(3)) as [string, string, string];
  await ProgramMembers.join(f.ctx, programId, [a]);
  assert.equal(await rule(ProgramMembers.join(f.ctx, programId, [b, c])), 'program_full');
  assert.deepEqual(await members(programId), [a]);
  await ProgramMembers.join(f.ctx, programId, [a, b]);
  await Programs.update(f.ctx, programId, { seats: 1 });
  assert.deepEqual(await members(programId), [a, b].sort());
});

test('an audience makes its people members: who leaves the group leaves, who is in by name or by another one stays', async () => {
  const course = await f.course();
  const programId = await holding(course);
  const [one, two] = [await Groups.create(f.ctx, { name: 'One' }), await Groups.create(f.ctx, { name: 'Two' })];
  const [a, b, c] = (await f.people(3)) as [string, string, string];
  await Groups.addMembers(f.ctx, one.id, [a, b, c]);
  await Groups.addMembers(f.ctx, two.id, [c]);
  await ProgramAudiences.set(f.ctx, programId, one.id);
  await ProgramAudiences.set(f.ctx, programId, two.id);
  assert.deepEqual(await members(programId), [a, b, c].sort());
  await ProgramMembers.join(f.ctx, programId, [b]);
  await enroll(a, course.id, programId);
  await Groups.removeMembers(f.ctx, one.id, [a, b, c]);
  assert.deepEqual(await members(programId), [b, c].sort());
  assert.deepEqual(await live(a), []);
  await Groups.addMembers(f.ctx, one.id, [a]);
  assert.deepEqual(await members(programId), [a, b, c].sort());
  // removed by name stays out until leaving the group and coming back
  await ProgramMembers.leave(f.ctx, programId, [a]);
  await ProgramAudiences.set(f.ctx, programId, one.id, { recursive: true });
  assert.deepEqual(await members(programId), [b, c].sort());
  await Groups.removeMembers(f.ctx, one.id, [a]);
  await Groups.addMembers(f.ctx, one.id, [a]);
  assert.deepEqual(await members(programId), [a, b, c].sort());
  await ProgramAudiences.remove(f.ctx, programId, two.id);
  await Groups.delete(f.ctx, one.id);
  assert.deepEqual(await members(programId), [b]);
});

test('groups below count where the audience says so', async () => {
  const programId = await holding();
  const top = await Groups.create(f.ctx, { name: 'Top' });
  const below = await Groups.create(f.ctx, { name: 'Below', parentId: top.id });
  const personId = await f.person();
  await Groups.addMembers(f.ctx, below.id, [personId]);
  await ProgramAudiences.set(f.ctx, programId, top.id);
  assert.deepEqual(await members(programId), []);
  await ProgramAudiences.set(f.ctx, programId, top.id, { recursive: true });
  assert.deepEqual(await members(programId), [personId]);
  await ProgramAudiences.set(f.ctx, programId, top.id);
  assert.deepEqual(await members(programId), []);
});

test('an audience fills the seats there are, and goes on when one comes free', async () => {
  const programId = await holding();
  await Programs.update(f.ctx, programId, { seats: 2 });
  const group = await Groups.create(f.ctx, { name: 'Many' });
  const people = await f.people(4);
  await Groups.addMembers(f.ctx, group.id, people);
  await ProgramAudiences.set(f.ctx, programId, group.id);
  const first = await members(programId);
  assert.equal(first.length, 2);
  await Groups.removeMembers(f.ctx, group.id, [first[0]!]);
  const second = await members(programId);
  assert.equal(second.length, 2);
  assert.ok(second.includes(first[1]!) && !second.includes(first[0]!));
  await Programs.update(f.ctx, programId, { seats: null });
  assert.equal((await members(programId)).length, 3);
});

test('suspended people are waited for, deleted ones leave', async () => {
  const programId = await holding();
  const group = await Groups.create(f.ctx, { name: 'Group' });
  const [a, b] = (await f.people(2)) as [string, string];
  await People.update(f.ctx, a, { status: 'suspended' });
  await Groups.addMembers(f.ctx, group.id, [a, b]);
  await ProgramAudiences.set(f.ctx, programId, group.id);
  assert.deepEqual(await members(programId), [b]);
  await People.update(f.ctx, a, { status: 'active' });
  assert.deepEqual(await members(programId), [a, b].sort());
  await People.update(f.ctx, b, { status: 'suspended' });
  assert.deepEqual(await members(programId), [a, b].sort());
  await People.delete(f.ctx, a);
  assert.deepEqual(await members(programId), [b]);
});

test('contents stand in the order given; a course that is taken out or deleted stands in no path', async () => {
  const [a, b, c] = [await f.course(), await f.course(), await f.course()];
  const programId = await holding(a, b, c);
  const order = async () =>
    (await ProgramContents.list(f.ctx, programId, ALL)).rows.map(({ courseId, position }) => [courseId, position]);
  await ProgramContents.put(f.ctx, programId, c.id, { position: 1 });
  assert.deepEqual(await order(), [
    [c.id, 1],
    [a.id, 2],
    [b.id, 3],
  ]);
  await ProgramContents.put(f.ctx, programId, c.id, { position: 9 });
  await ProgramContents.put(f.ctx, programId, a.id, { position: 2 });
  assert.deepEqual(await order(), [
    [b.id, 1],
    [a.id, 2],
    [c.id, 3],
  ]);
  const path = await Paths.create(f.ctx, programId, {
    name: 'Path',
    courses: [{ courseId: c.id, dueAfterDays: 30 }, { courseId: b.id }, { courseId: a.id }],
  });
  const inPath = async () => (await Paths.get(f.ctx, programId, path.id)).courses.map((course) => course.courseId);
  const personId = await f.person();
  await ProgramMembers.join(f.ctx, programId, [personId]);
  await enroll(personId, a.id, programId);
  await ProgramContents.remove(f.ctx, programId, a.id);
  assert.deepEqual(await inPath(), [c.id, b.id]);
  assert.deepEqual(await live(personId), [a.id]);
  await Courses.delete(f.ctx, b.id);
  assert.deepEqual(await order(), [[c.id, 1]]);
  assert.deepEqual(await inPath(), [c.id]);
});

test('what a path names stands in its program, once, with one deadline', async () => {
  const [course, other] = [await f.course(), await f.course()];
  const programId = await holding(course);
  const issues = async (...courses: { courseId: string; dueAt?: string; dueAfterDays?: number }[]) => {
    const fact = await refusal(Paths.create(f.ctx, programId, { name: 'Path', courses }));
    assert.ok(fact.kind === 'invalid');
    return fact.issues.map(({ path, fault }) => [path.slice(1).join('.'), fault]);
  };
  assert.deepEqual(await issues({ courseId: other.id }), [['0.courseId', 'not_found']]);
  assert.deepEqual(await issues({ courseId: course.id }, { courseId: course.id }), [['1.courseId', 'taken']]);
  assert.deepEqual(await issues({ courseId: course.id, dueAt: '2027-01-01T00:00:00.000Z', dueAfterDays: 3 }), [
    ['0.dueAfterDays', 'unknown_field'],
  ]);
});

test('the default program has no contents, audiences, seats or unit of its own, and stays', async () => {
  const programId = await defaultProgram();
  const course = await f.course();
  const group = await Groups.create(f.ctx, { name: 'Group' });
  const kind = async (done: Promise<unknown>) => (await refusal(done)).kind;
  assert.equal(await kind(ProgramContents.put(f.ctx, programId, course.id)), 'invalid');
  assert.equal(await kind(ProgramAudiences.set(f.ctx, programId, group.id)), 'invalid');
  assert.equal(await kind(Programs.update(f.ctx, programId, { seats: 3 })), 'invalid');
  assert.equal(await rule(Programs.delete(f.ctx, programId)), 'last_of_its_kind');
  // closed, it shows nobody anything
  const personId = await f.person();
  await Programs.update(f.ctx, programId, { state: 'retired' });
  assert.deepEqual(await found(personId), new Set());
  await Programs.update(f.ctx, programId, { state: 'active' });
  assert.ok((await found(personId)).has(course.id));
});

test('who acts in one unit sees programs of it and of the account, courses alike, and changes their own', async () => {
  const [north, south] = [await f.unit('North'), await f.unit('South')];
  const acting = actingWith(f.ctx, ['courses.read', 'courses.write', 'enrollments.write', 'enrollments.read'], [north]);
  const shared = await holding();
  const foreign = (await Programs.create(f.ctx, { name: 'South', unitId: south })).id;
  const own = (await Programs.create(acting, { name: 'North' })).id;
  assert.equal((await Programs.get(acting, own)).unitId, north);
  assert.equal((await Programs.get(acting, shared)).unitId, null);
  assert.equal((await refusal(Programs.get(acting, foreign))).kind, 'not_found');
  assert.equal((await refusal(Programs.update(acting, shared, { name: 'Mine' }))).kind, 'forbidden');
  const course = await f.course({ unitId: south });
  assert.equal((await refusal(ProgramContents.put(acting, own, course.id))).kind, 'not_found');
  const stranger = await f.person();
  assert.equal((await refusal(ProgramMembers.join(acting, own, [stranger]))).kind, 'not_found');
});
