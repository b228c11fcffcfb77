import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal, rule } from '../../../test/support/fixture.ts';
import { beside } from '../../../test/support/held.ts';
import { Enrollments } from '../enrollment/index.ts';
import { Groups } from '../people/index.ts';
import { ProgramAudiences, ProgramContents, ProgramMembers, Programs } from './index.ts';

// Each race with the rows held: the second writer asks while the first has decided and not ended, and must see what it did.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 20 });
  f = await fixture(database.db);
});
after(() => database.close());

const ALL = { page: { kind: 'rows', offset: 0, limit: 1000, total: false } } as const;

const refused = async (result: PromiseSettledResult<unknown>) =>
  refusal(result.status === 'rejected' ? Promise.reject(result.reason) : Promise.resolve());
const members = async (id: string): Promise<string[]> =>
  (await ProgramMembers.list(f.ctx, id, ALL)).rows.map((row) => row.personId).sort();
const make = async (seats: number | null = null): Promise<string> =>
  (await Programs.create(f.ctx, { name: 'Program', seats })).id;

test('nobody joins a program that is being deleted', async () => {
  const [id, personId] = [await make(), await f.person()];
  const result = await beside(
    database,
    f.ctx,
    (inner) => Programs.delete(inner, id),
    () => ProgramMembers.join(f.ctx, id, [personId]),
  );
  assert.equal((await refused(result)).kind, 'not_found');
  assert.deepEqual(await f.rows('select 1 from program_member where tenant_id = $1 and program_id = $2', id), []);
});

test('who joins while a program is deleted has left it with everybody', async () => {
  const [id, personId] = [await make(), await f.person()];
  const result = await beside(
    database,
    f.ctx,
    (inner) => ProgramMembers.join(inner, id, [personId]),
    () => Programs.delete(f.ctx, id),
  );
  assert.equal(result.status, 'fulfilled');
  const live = 'select 1 from program_member where tenant_id = $1 and program_id = $2 and left_at is null';
  assert.deepEqual(await f.rows(live, id), []);
});

test('what is enrolled under a program that is deleted meanwhile goes with it', async () => {
  const [id, personId, course] = [await make(), await f.person(), await f.course()];
  await ProgramContents.put(f.ctx, id, course.id);
  await ProgramMembers.join(f.ctx, id, [personId]);
  const wanted = { personId, courseId: course.id, programId: id };
  const result = await beside(
    database,
    f.ctx,
    (inner) => Enrollments.create(inner, wanted),
    () => Programs.delete(f.ctx, id),
  );
  assert.equal(result.status, 'fulfilled');
  assert.deepEqual((await Enrollments.list(f.ctx, ALL, { personId, endings: 'live' })).rows, []);
});

test('nobody is enrolled under a program that they are leaving', async () => {
  const [id, personId, course] = [await make(), await f.person(), await f.course()];
  await ProgramContents.put(f.ctx, id, course.id);
  await ProgramMembers.join(f.ctx, id, [personId]);
  const result = await beside(
    database,
    f.ctx,
    (inner) => ProgramMembers.leave(inner, id, [personId]),
    () => Enrollments.create(f.ctx, { personId, courseId: course.id, programId: id }),
  );
  assert.equal(
    await rule(result.status === 'rejected' ? Promise.reject(result.reason) : Promise.resolve()),
    'not_a_member',
  );
});

test('two who add the same member at once make one', async () => {
  const [id, personId] = [await make(), await f.person()];
  const result = await beside(
    database,
    f.ctx,
    (inner) => ProgramMembers.join(inner, id, [personId]),
    () => ProgramMembers.join(f.ctx, id, [personId]),
  );
  assert.deepEqual(result, { status: 'fulfilled', value: [] });
  assert.deepEqual(await members(id), [personId]);
});

test('fifty want the last seat of a program: exactly one gets it', async () => {
  const id = await make(1);
  const people = await f.people(50);
  const results = await Promise.allSettled(people.map((personId) => ProgramMembers.join(f.ctx, id, [personId])));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  for (const result of results)
    if (result.status === 'rejected') assert.equal(await rule(Promise.reject(result.reason)), 'program_full');
  assert.equal((await members(id)).length, 1);
});

test('a limit that is set while somebody joins counts them', async () => {
  const [id, [first, second]] = [await make(), await f.people(2)];
  const result = await beside(
    database,
    f.ctx,
    (inner) => Programs.update(inner, id, { seats: 1 }),
    async () => {
      await ProgramMembers.join(f.ctx, id, [first!]);
      await ProgramMembers.join(f.ctx, id, [second!]);
    },
  );
  const fact = await refused(result);
  assert.equal(fact.kind === 'rule' && fact.rule, 'program_full');
  assert.deepEqual(await members(id), [first]);
});

test('who comes into a group while it is deleted is in no program by it', async () => {
  const [id, personId, group] = [await make(), await f.person(), await Groups.create(f.ctx, { name: 'Group' })];
  await ProgramAudiences.set(f.ctx, id, group.id);
  const result = await beside(
    database,
    f.ctx,
    (inner) => Groups.delete(inner, group.id),
    () => Groups.addMembers(f.ctx, group.id, [personId]),
  );
  assert.equal((await refused(result)).kind, 'not_found');
  assert.deepEqual(await members(id), []);
});
