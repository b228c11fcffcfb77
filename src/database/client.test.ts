import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/database.ts';
import { connect } from './client.ts';

test('a statement keeps its plan from the third time on, except where it carries many rows', async () => {
  const database = await testDatabase({ poolSize: 1 });
  try {
    const { pool } = database;
    // a text of this test's own: sightings are counted for the whole process
    const text = 'select count(*) as n from unnest($1::text[]) as kept_or_not';
    const runs = async (): Promise<number> =>
      Number(
        (
          await pool.query(
            `select coalesce(sum(generic_plans + custom_plans), 0) as n from pg_prepared_statements where statement = '${text}'`,
          )
        ).rows[0].n,
      );
    const few = ['a'];
    for (let i = 0; i < 2; i++) await pool.query(text, [few]);
    assert.equal(await runs(), 0);
    for (let i = 0; i < 3; i++) await pool.query(text, [few]);
    assert.equal(await runs(), 3);

    const many = Array.from({ length: 10_000 }, (_, i) => `key ${i}`);
    assert.equal((await pool.query(text, [many])).rows[0].n, 10_000);
    assert.equal(await runs(), 3, 'the kept plan was not used');
    await pool.query(text, [few]);
    assert.equal(await runs(), 4);
  } finally {
    await database.close();
  }
});

test('a statement ends at the server soon after its process is gone', async () => {
  const database = await testDatabase();
  const gone = connect({ connection: database.connection, poolSize: 1, namedStatements: true });
  const { rows } = await gone.pool.query('select pg_backend_pid() as pid');
  const left = gone.pool.query('do $$ begin perform pg_sleep(50); end $$').catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  gone.pool.cut();
  await left;
  const there = async () =>
    (await database.pool.query('select 1 from pg_stat_activity where pid = $1', [rows[0].pid])).rowCount;
  for (let looks = 0; looks < 300 && (await there()); looks++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await there(), 0);
  await gone.close();
  await database.close();
});
