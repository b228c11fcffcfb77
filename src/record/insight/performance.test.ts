import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { SIGNING_IN } from '../../../test/support/dialects.ts';
import { type Fixture, fixture } from '../../../test/support/fixture.ts';
import { Enrollments } from '../enrollment/index.ts';
import { People } from '../people/index.ts';
import { givePlaces } from './feed-places.ts';
import { Performance } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase();
  f = await fixture(database.db);
});
after(() => database.close());

test('the number of learners in an offering is remembered while nothing happens, and is exact, without accounts of clients', async () => {
  const { offeringId } = await f.course({ activities: ['One'] });
  const door = { ...f.ctx, withoutClients: true };
  const total = async () => (await Performance.list(door, { offeringId }, { limit: 2, total: true })).total;
  const enrolled = async (personId: string) => (await Enrollments.enroll(f.ctx, { personId, offeringId })).enrollmentId;
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) ids.push(await enrolled(await f.person()));
  await People.connectClient(f.ctx, { dialect: SIGNING_IN, name: 'Client' });
  const [account] = await f.rows<{ id: string }>(
    `select id from source_key where tenant_id = $1 and system = 'api_client'`,
  );
  await enrolled(account!.id);
  while (!(await givePlaces(f.ctx)));
  assert.equal(await total(), 4);
  // told by no event, as no change of the product is: it shows whether the number was counted anew
  const silently = (ending: string | null) =>
    database.pool.query('update enrollment set ending = $3, is_primary = false where tenant_id = $1 and id = $2', [
      f.ctx.tenant.id,
      ids[0],
      ending,
    ]);
  await silently('withdrawn_kept');
  assert.equal(await total(), 4, 'it was not counted again');
  await silently(null);
  await Enrollments.withdraw(f.ctx, [ids[1]!], { ending: 'kept' });
  assert.equal(await total(), 3);
  await enrolled(await f.person());
  assert.equal(await total(), 4);
});
