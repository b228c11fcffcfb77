import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { at, testTenant } from '../../../test/support/context.ts';
import { connectTo, type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { transaction } from '../../database/transaction.ts';
import { Clock, Tenants } from '../access/index.ts';
import { givePlaces } from '../insight/feed-places.ts';
import { equals } from '../kernel/condition.ts';
import type { Context } from '../kernel/context.ts';
import { People } from './index.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const page = { kind: 'rows', offset: 0, limit: 2, total: true } as const;
const total = async (ctx: Context): Promise<number | undefined> => (await People.list(ctx, { page })).total;
const people = async (ctx: Context, n: number): Promise<string[]> => {
  const made: string[] = [];
  for (let i = 0; i < n; i++) made.push((await People.create(ctx, { fullName: `Person ${i}` })).id);
  return made;
};
/** A change that no event tells of, as none of the product's is: whether a number was counted or remembered shows by it. */
const silently = (ctx: Context, id: string, status: 'active' | 'deleted') =>
  database.pool.query('update person set status = $3 where tenant_id = $1 and id = $2', [ctx.tenant.id, id, status]);
const givenPlaces = async (ctx: Context): Promise<void> => {
  while (!(await givePlaces(ctx)));
};

it('a number is remembered while nothing happens, with and without events that wait for their places', async () => {
  const ctx = await testTenant(database.db);
  const [first] = await people(ctx, 4);
  await givenPlaces(ctx);
  assert.equal(await total(ctx), 4);
  await silently(ctx, first!, 'deleted');
  assert.equal(await total(ctx), 4);
  await silently(ctx, first!, 'active');
  // somebody more, who waits in the feed
  const [second] = await people(ctx, 1);
  assert.equal(await total(ctx), 5);
  await silently(ctx, second!, 'deleted');
  assert.equal(await total(ctx), 5);
  await silently(ctx, second!, 'active');
  await givenPlaces(ctx);
  assert.equal(await total(ctx), 5);
});

it('every page tells the number as it is, whoever wrote between: this server, another one, inside and outside of transactions', async () => {
  const ctx = await testTenant(database.db);
  const other = connectTo(database, 2);
  try {
    const elsewhere: Context = { ...ctx, db: other.db };
    const ids = await people(ctx, 3);
    const places = [() => Promise.resolve(), () => givenPlaces(ctx)];
    for (let n = 3; n < 12; n++) {
      const from = n % 2 ? ctx : elsewhere;
      assert.equal(await total(ctx), n);
      assert.equal(await total(elsewhere), n);
      await people(from, 1);
      await places[n % 3 ? 1 : 0]!();
      assert.equal(await total(ctx), n + 1);
      // gone and another come: as many as before, and the next page counts right again
      await People.delete(n % 3 ? elsewhere : ctx, ids.pop()!);
      assert.equal(await total(ctx), n);
      assert.equal(await total(elsewhere), n);
      ids.push(...(await people(from, 1)));
    }
  } finally {
    await other.close();
  }
});

it('what a transaction has not committed is seen by itself alone, and leaves nothing behind', async () => {
  const ctx = await testTenant(database.db);
  const [first] = await people(ctx, 3);
  await givenPlaces(ctx);
  assert.equal(await total(ctx), 3);
  await assert.rejects(
    transaction(ctx, async (inner) => {
      await People.delete(inner, first!);
      assert.equal(await total(inner), 2);
      assert.equal(await total(ctx), 3);
      throw new Error('back');
    }),
    /back/,
  );
  assert.equal(await total(ctx), 3);
  await transaction(ctx, async (inner) => {
    await People.delete(inner, first!);
    assert.equal(await total(ctx), 3);
  });
  assert.equal(await total(ctx), 2);
});

it('numbers are of one tenant and of what was asked', async () => {
  const [here, there] = [await testTenant(database.db), await testTenant(database.db)];
  const [first, second] = await people(here, 3);
  await people(there, 5);
  await givenPlaces(here);
  await givenPlaces(there);
  assert.deepEqual([await total(here), await total(there)], [3, 5]);
  await people(there, 1);
  assert.deepEqual([await total(here), await total(there)], [3, 6]);
  const named = async (jobTitle: string) =>
    (await People.list(here, { where: equals('jobTitle', jobTitle), page })).total;
  assert.equal(await named('Analyst'), 0);
  await People.update(here, first!, { jobTitle: 'Analyst' });
  assert.equal(await named('Analyst'), 1);
  await People.update(here, second!, { jobTitle: 'Analyst' });
  await givenPlaces(here);
  assert.equal(await named('Analyst'), 2);
  // by other columns than those whose every change is told: counted each time
  await silently(here, second!, 'deleted');
  assert.equal(await named('Analyst'), 1);
  assert.equal(
    (await People.list(here, { page }, { statuses: ['active'] })).total,
    2,
    'another question is not answered by the number of the first',
  );
});

it('a moved clock and a sandbox that is emptied make no difference', async () => {
  const ctx = await testTenant(database.db, { sandbox: true });
  const ids = await people(ctx, 3);
  assert.equal(await total(ctx), 3);
  const { now } = await Clock.advance(ctx, 400 * 86_400_000);
  const later = at(ctx, now);
  assert.equal(await total(later), 3);
  await People.delete(later, ids[0]!);
  assert.equal(await total(later), 2);
  assert.equal(await total(ctx), 2);
  await givenPlaces(ctx);
  assert.equal(await total(ctx), 2);
  await Tenants.clear(ctx);
  assert.equal(await total(ctx), 0);
  await people(ctx, 2);
  assert.equal(await total(ctx), 2);
  await givenPlaces(ctx);
  assert.equal(await total(ctx), 2);
});
