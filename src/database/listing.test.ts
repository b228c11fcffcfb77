import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testTenant } from '../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import type { SortKey } from '../record/kernel/condition.ts';
import type { Context } from '../record/kernel/context.ts';
import type { Position } from '../record/kernel/page.ts';
import { People } from '../record/people/index.ts';

let database: TestDatabase;
let ctx: Context;
const TITLES = ['Baker', null, 'Archivist', null, 'Cook'];
before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db);
  for (const jobTitle of TITLES) await People.create(ctx, { fullName: 'Somebody', jobTitle });
});
after(() => database.close());

const sorted = async (key: SortKey, limit?: number): Promise<(string | null)[]> => {
  if (limit === undefined) {
    const { rows } = await People.list(ctx, {
      sort: [key],
      page: { kind: 'rows', offset: 0, limit: 100, total: false },
    });
    return rows.map((row) => row.jobTitle);
  }
  const titles: (string | null)[] = [];
  for (let after: Position | undefined; ; ) {
    const { rows, next } = await People.list(ctx, { sort: [key], page: { kind: 'keyset', after, limit } });
    titles.push(...rows.map((row) => row.jobTitle));
    if (!next) return titles;
    after = next;
  }
};

test('null stands where the sort key says, on every page', async () => {
  const named = ['Archivist', 'Baker', 'Cook'];
  const none = [null, null];
  const orders: [Omit<SortKey, 'field'>, (string | null)[]][] = [
    [{ descending: false }, [...none, ...named]],
    [{ descending: true }, [...named.toReversed(), ...none]],
    [{ descending: false, nulls: 'last' }, [...named, ...none]],
    [{ descending: true, nulls: 'last' }, [...named.toReversed(), ...none]],
    [{ descending: false, nulls: 'first' }, [...none, ...named]],
    [{ descending: true, nulls: 'first' }, [...none, ...named.toReversed()]],
  ];
  for (const [how, expected] of orders)
    for (const limit of [undefined, 1, 2, 4])
      assert.deepEqual(await sorted({ field: 'jobTitle', ...how }, limit), expected, JSON.stringify({ how, limit }));
});
