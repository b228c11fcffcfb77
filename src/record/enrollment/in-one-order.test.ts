import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { waiting } from '../../../test/support/held.ts';
import { run } from '../../database/run.ts';
import { lockPeople, transaction } from '../../database/transaction.ts';
import { JoinKeys, Offerings } from '../catalog/index.ts';
import type { Context } from '../kernel/context.ts';
import { Groups } from '../people/index.ts';
import { Audiences, Enrollments } from './index.ts';
import { lockSeats } from './waitlist.ts';

// Locks are taken in the order of kernel/locks.ts: a writer who holds the earlier one gets the later one, however others wait.
let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
  f = await fixture(database.db);
});
after(() => database.close());

/**
 * A transaction holds something; another writer begins and waits for it; then the first takes something more. It must get it: were the
 * other one to hold that already, each would wait for the other.
 */
async function inOrder(
  first: (ctx: Context) => Promise<unknown>,
  other: () => Promise<unknown>,
  then: (ctx: Context) => Promise<unknown>,
): Promise<void> {
  let running: Promise<unknown> | undefined;
  await transaction(f.ctx, async (inner) => {
    assert.equal(running, undefined, 'it waited for the other one, and was ended for it');
    await run(inner.db, `set local lock_timeout = '500ms'`, []);
    await first(inner);
    running = other();
    running.catch(() => {});
    await waiting(database);
    await then(inner);
  });
  await running;
}

const inGroup = async (personId: string): Promise<string> => {
  const { id } = await Groups.create(f.ctx, { name: 'Group' });
  await Groups.addMembers(f.ctx, id, [personId]);
  return id;
};
const leave = (groupId: string, personId: string) => (ctx: Context) =>
  run(ctx.db, 'delete from group_member where tenant_id = $1 and group_id = $2 and person_id = $3', [
    ctx.tenant.id,
    groupId,
    personId,
  ]);

test('who takes people out of a group holds the people first', async () => {
  const personId = await f.person();
  const groupId = await inGroup(personId);
  await inOrder(
    (ctx) => lockPeople(ctx, [personId]),
    () => Groups.removeMembers(f.ctx, groupId, [personId]),
    leave(groupId, personId),
  );
});

test('who deletes a group holds its people first', async () => {
  const personId = await f.person();
  const groupId = await inGroup(personId);
  await inOrder(
    (ctx) => lockPeople(ctx, [personId]),
    () => Groups.delete(f.ctx, groupId),
    leave(groupId, personId),
  );
});

test('who opens an offering holds the groups first, who closes it the learners', async () => {
  const offeringId = await f.offering(await f.course(), { seats: 3 });
  const personId = await f.person();
  await Enrollments.enroll(f.ctx, { personId, offeringId });
  const group = await Groups.create(f.ctx, { name: 'Group' });
  await Audiences.set(f.ctx, group.id, offeringId);
  await inOrder(
    (ctx) => lockPeople(ctx, [personId]),
    () => Offerings.update(f.ctx, offeringId, { state: 'retired' }),
    (ctx) => lockSeats(ctx, [offeringId]),
  );
  await inOrder(
    (ctx) => Groups.lock(ctx, 'shared'),
    () => Offerings.update(f.ctx, offeringId, { state: 'active' }),
    (ctx) => lockSeats(ctx, [offeringId]),
  );
});

test('who moves between audiences holds both offerings in their order', async () => {
  const course = await f.course();
  const [low, high] = [await f.offering(course, { seats: 5 }), await f.offering(course, { seats: 5 })].sort();
  const personId = await f.person();
  const ctx: Context = { ...f.ctx, tenant: { ...f.ctx.tenant, settings: { groupLevels: ['Team'] } } };
  const [from, to] = [
    await Groups.create(ctx, { name: 'From', level: 'Team' }),
    await Groups.create(ctx, { name: 'To', level: 'Team' }),
  ];
  await Audiences.set(ctx, from.id, high!);
  await Audiences.set(ctx, to.id, low!);
  await Groups.addMembers(ctx, from.id, [personId]);
  await inOrder(
    (inner) => lockSeats(inner, [low!]),
    () => Groups.join(ctx, personId, to.id, { replace: ['hierarchical', 'custom'] }),
    (inner) => lockSeats(inner, [high!]),
  );
});

test('who comes by a key holds its offering first, then the key', async () => {
  const offeringId = await f.offering(await f.course(), { seats: 5 });
  const key = await JoinKeys.create(f.ctx, { name: 'Key', code: 'Ordered', offeringId });
  const personId = await f.person();
  let enrollmentId = '';
  await inOrder(
    (ctx) =>
      run(ctx.db, 'select 1 from offering where tenant_id = $1 and id = $2 for update', [ctx.tenant.id, offeringId]),
    async () => {
      enrollmentId = (await Enrollments.create(f.ctx, { personId, joinKeyCode: 'ordered' })).enrollment.id;
    },
    (ctx) => run(ctx.db, 'select 1 from join_key where tenant_id = $1 and id = $2 for update', [ctx.tenant.id, key.id]),
  );
  assert.equal((await Enrollments.get(f.ctx, enrollmentId)).offeringId, offeringId);
});
