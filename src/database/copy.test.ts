import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { withBulkConnection, withoutRowChecks } from './copy.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase({ poolSize: 3 });
});
after(() => database.close());

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts)
    if (text instanceof Error) throw text;
    else yield text;
}

test('copies into a temporary table that later statements see', async () => {
  const rows = await withBulkConnection(database.pool, async ({ db, copyIn }) => {
    await sql`create temporary table t (a int, b text)`.execute(db);
    await copyIn('copy t from stdin', pieces('1\tone\n2\t', '\\N\n3\ta\\tb\\\\\n'));
    return (await sql`select * from t order by a`.execute(db)).rows;
  });
  assert.deepEqual(rows, [
    { a: 1, b: 'one' },
    { a: 2, b: null },
    { a: 3, b: 'a\tb\\' },
  ]);
});

test('an error of the sender is thrown as it is, and the connection goes on', async () => {
  await withBulkConnection(database.pool, async ({ db, copyIn }) => {
    await sql`create temporary table t (a int)`.execute(db);
    await assert.rejects(copyIn('copy t from stdin', pieces('1\n', new Error('no more'))), { message: 'no more' });
    await assert.rejects(copyIn('copy t from stdin', pieces('x\n')), { code: '22P02' });
    assert.deepEqual((await sql`select count(*) as n from t`.execute(db)).rows, [{ n: 0 }]);
  });
});

test('locks, tables and settings end with the connection', async () => {
  for (let i = 0; i < 3; i++)
    await withBulkConnection(database.pool, async ({ db }) => {
      assert.deepEqual((await sql`select pg_try_advisory_lock(7) as free`.execute(db)).rows, [{ free: true }]);
      await sql`create temporary table t (a int)`.execute(db);
    });
});

test('calling off ends the statement that runs', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('enough')), 50);
  await assert.rejects(
    withBulkConnection(database.pool, ({ db }) => sql`select pg_sleep(30)`.execute(db), abort.signal),
    { message: 'enough' },
  );
});

test('row checks are off for what is inserted inside, and on again afterwards', async () => {
  await withBulkConnection(database.pool, async ({ db, mayVouch }) => {
    const orphan = sql`insert into idempotency_key (tenant_id, client_id, key, request_hash, created_at) values (uuidv7(), uuidv7(), 'k', 'h', now())`;
    await sql`begin`.execute(db);
    if (mayVouch) await withoutRowChecks(db, mayVouch, () => orphan.execute(db));
    await assert.rejects(orphan.execute(db), { code: '23503' });
    await sql`rollback`.execute(db);
    await sql`begin`.execute(db);
    await assert.rejects(
      withoutRowChecks(db, false, () => orphan.execute(db)),
      { code: '23503' },
    );
    await sql`rollback`.execute(db);
  });
});
