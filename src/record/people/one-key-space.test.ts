import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { type Fixture, fixture, refusal } from '../../../test/support/fixture.ts';
import { beside } from '../../../test/support/held.ts';
import { People } from './index.ts';

let database: TestDatabase;
let f: Fixture;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
  f = await fixture(database.db);
});
after(() => database.close());

const email = (name: string) => ({ fullName: 'By e-mail', email: `${name}@x.example` });
const externalId = (name: string) => ({ fullName: 'By external id', externalId: `${name}@X.example` });

test('an external id is nobody else’s e-mail address in another case, whichever is first', async () => {
  await People.create(f.ctx, externalId('A'));
  assert.deepEqual((await refusal(People.create(f.ctx, email('a')))).kind, 'taken');
  await People.create(f.ctx, email('b'));
  assert.deepEqual((await refusal(People.create(f.ctx, externalId('B')))).kind, 'taken');
  const { id } = await People.create(f.ctx, { fullName: 'Changes' });
  assert.deepEqual((await refusal(People.update(f.ctx, id, email('A')))).kind, 'taken');
  // one’s own may be both
  await People.create(f.ctx, { ...externalId('C'), ...email('c') });
});

for (const [name, first, second] of [
  ['d', externalId('D'), email('d')],
  ['e', email('e'), externalId('E')],
] as const)
  test(`made at once, one of them is refused (${name})`, async () => {
    const result = await beside(
      database,
      f.ctx,
      (inner) => People.create(inner, first),
      () => People.create(f.ctx, second),
    );
    assert.equal(result.status, 'rejected');
    assert.equal((await refusal(Promise.reject((result as PromiseRejectedResult).reason))).kind, 'taken');
  });
