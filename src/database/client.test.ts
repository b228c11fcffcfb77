import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
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

test('columns of a kept statement are told once; its rows are the same each time, as objects and as lists, and after a fault', async () => {
  const database = await testDatabase({ poolSize: 1 });
  const client = await database.pool.connect();
  try {
    let told = 0;
    (client as unknown as { connection: EventEmitter }).connection.on('rowDescription', () => told++);
    const text = `select $1::int as n, null::text as nothing, 1.50 as half, array['a', $2] as list`;
    const changed = `with told as (select $1::int as n, $2::text as of) update tenant set name = told.of from told where false`;
    const seen: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      seen.push((await client.query(text, [i, 'b'])).rows);
      seen.push((await client.query({ text, rowMode: 'array' }, [i, 'b'])).rows);
      seen.push((await client.query(changed, [i, 'b'])).rowCount);
      await assert.rejects(client.query(text, ['x', 'b']), { code: '22P02' });
    }
    const expected = (n: number) => [
      [{ n, nothing: null, half: 1.5, list: ['a', 'b'] }],
      [[n, null, 1.5, ['a', 'b']]],
      0,
    ];
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5].flatMap(expected));
    assert.ok(told <= 5, `columns were told ${told} times`);
  } finally {
    client.release();
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
