import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testTenant } from '../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import type { Context } from '../record/kernel/context.ts';
import { run } from './run.ts';
import { transaction } from './transaction.ts';

let database: TestDatabase;
let ctx: Context;
before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db);
});
after(() => database.close());

const rename = (inner: Context, name: string) =>
  run(inner.db, 'update tenant set name = $2 where id = $1', [inner.tenant.id, name]);
const name = async (): Promise<string> =>
  (await run<{ name: string }>(ctx.db, 'select name from tenant where id = $1', [ctx.tenant.id])).rows[0]!.name;

test('work that passes over a failed statement is not taken for done', async () => {
  const before = await name();
  await assert.rejects(
    transaction(ctx, async (inner) => {
      await rename(inner, 'Lost');
      await run(inner.db, 'select 1 / 0', []).catch(() => {});
    }),
    /passed over/,
  );
  assert.equal(await name(), before);
  // and the connection goes on being used
  await transaction(ctx, (inner) => rename(inner, 'Kept'));
  assert.equal(await name(), 'Kept');
});

test('a transaction within one joins it', async () => {
  await assert.rejects(
    transaction(ctx, async (outer) => {
      await transaction(outer, (inner) => rename(inner, 'Inner'));
      throw new Error('after all not');
    }),
    /after all not/,
  );
  assert.notEqual(await name(), 'Inner');
});
