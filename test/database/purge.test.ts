import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { importAcademy } from '../../src/interchange/academy/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { People } from '../../src/record/people/index.ts';
import { testTenant } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { NOTHING, OF_NOBODY, PERSONAL } from './personal-data.ts';

let database: TestDatabase;
let ctx: Context;
before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db, { sandbox: true });
  await importAcademy(ctx, readFileSync(new URL('../../academies/demo.yaml', import.meta.url), 'utf8'));
});
after(() => database.close());

const columns = async (): Promise<{ table: string; column: string }[]> =>
  (
    await database.pool.query(
      `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
          and (c.data_type in ('text', 'jsonb', 'json', 'bytea', 'character varying') or c.data_type = 'ARRAY' and c.udt_name = '_text')
        order by 1, 2`,
    )
  ).rows;

test('every column that can hold words is known as personal or not', async () => {
  const seen = await columns();
  const known = ({ table, column }: { table: string; column: string }) =>
    PERSONAL[table]?.columns[column] !== undefined ||
    NOTHING[`${table}.${column}`] !== undefined ||
    OF_NOBODY.includes(table);
  assert.deepEqual(
    seen.filter((one) => !known(one)).map(({ table, column }) => `${table}.${column}`),
    [],
    'say in personal-data.ts what of it is a person’s, and have purging erase it',
  );
  const there = new Set(seen.flatMap(({ table, column }) => [table, `${table}.${column}`]));
  const named = [
    ...Object.entries(PERSONAL).flatMap(([table, { columns }]) => Object.keys(columns).map((one) => `${table}.${one}`)),
    ...OF_NOBODY,
  ];
  assert.deepEqual(
    named.filter((one) => !there.has(one)),
    [],
    'named, but not there',
  );
});

test('nothing of a purged person is left in any column of any table', async () => {
  const { pool } = database;
  const tenant = ctx.tenant.id;
  // somebody who has attempts and marks
  const found = await pool.query(
    `select e.person_id as id from enrollment e join mark k on k.tenant_id = $1 and k.enrollment_id = e.id
      where e.tenant_id = $1 and exists (select 1 from enrollment o join attempt a on a.tenant_id = $1 and a.enrollment_id = o.id where o.tenant_id = $1 and o.person_id = e.person_id) limit 1`,
    [tenant],
  );
  const id: string = found.rows[0].id;
  const mark = 'Zzyzx';
  // what the demo does not have of them
  await pool.query(
    `insert into mail (tenant_id, id, person_id, address, name, locale, template, data, subject, body_text, body_html, state, queued_at, due_at, give_up_at)
     select $1, gen_random_uuid(), $2, 'a@x.example', 'n', 'en', 'enrolled', '{}', 's', 't', 'h', 'failed', now(), now(), now()`,
    [tenant, id],
  );
  await pool.query(
    `insert into source_key (tenant_id, system, entity, key, id, data) values ($1, 'test', 'person', 'k', $2, '{}')`,
    [tenant, id],
  );
  await pool.query(
    `with content as (insert into file_content (tenant_id, id, state, sha256, size, created_at, updated_at)
       values ($1, gen_random_uuid(), 'stored', repeat('0', 64), 1, now(), now()) returning id)
     insert into file (tenant_id, id, content_id, person_id, entity, entity_id, name, media_type, created_at)
     select $1, gen_random_uuid(), content.id, $2, 'person', $2, 'n', 'text/plain', now() from content`,
    [tenant, id],
  );
  const planted: string[] = [];
  for (const [table, { of, columns }] of Object.entries(PERSONAL))
    for (const [column, form] of Object.entries(columns)) {
      const value = {
        text: `'${mark}-${column}@x.example'`,
        json: `'{"k":"${mark}"}'::jsonb`,
        list: `array['${mark}']`,
      }[form];
      const { rowCount } = await pool.query(`update ${table} t set ${column} = ${value} where ${of}`, [tenant, id]);
      if (rowCount) planted.push(`${table}.${column}`);
    }
  // words in events, lines in reports, kept answers
  const event = await pool.query(
    `update event set data = jsonb_set(data, '{changed,feedback}', '["${mark}", "${mark}"]') where tenant_id = $1 and person_id = $2 and type = 'attempt.finished' and data ? 'changed'`,
    [tenant, id],
  );
  assert.ok(event.rowCount! > 0);
  await pool.query(
    `insert into import_run (tenant_id, id, kind, source, state, report, started_at)
     values ($1, gen_random_uuid(), 'oneroster', 'x.zip', 'complete', $2, now())`,
    [
      tenant,
      JSON.stringify({
        refusals: [
          { file: 'users', line: 2, reason: `no such manager of ${mark}-username@x.example` },
          { file: 'users', line: 3, reason: 'somebody else' },
        ],
        remarks: [],
        changes: [{ file: 'users', line: 2, key: `${mark}-external_id@x.example`, type: 'person', fields: [] }],
      }),
    ],
  );
  await pool.query(
    `insert into idempotency_key (tenant_id, client_id, key, request_hash, status, body, created_at)
     values ($1, $2, 'k', 'h', 201, $3, now())`,
    [tenant, id, JSON.stringify({ id, fullName: mark })],
  );
  for (const table of ['person', 'attempt', 'mark', 'mail', 'source_key', 'file'])
    assert.ok(
      planted.some((one) => one.startsWith(`${table}.`)),
      `the demo has nothing of theirs in ${table}`,
    );

  await People.delete(ctx, id);
  await People.purge(ctx, id);

  const left: string[] = [];
  for (const { table, column } of await columns()) {
    const { rows } = await pool.query(`select 1 from "${table}" where "${column}"::text ilike $1 limit 1`, [
      `%${mark}%`,
    ]);
    if (rows.length > 0) left.push(`${table}.${column}`);
  }
  assert.deepEqual(left, []);
  const { rows } = await pool.query(
    `select report->'refusals' as refusals from import_run where tenant_id = $1 and source = 'x.zip'`,
    [tenant],
  );
  assert.deepEqual(rows[0].refusals, [{ file: 'users', line: 3, reason: 'somebody else' }]);
  const marks = await pool.query(
    `select count(*)::int as n from mark k join enrollment e on e.tenant_id = $1 and e.id = k.enrollment_id where k.tenant_id = $1 and e.person_id = $2`,
    [tenant, id],
  );
  assert.ok(marks.rows[0].n > 0, 'marks stand');
});
