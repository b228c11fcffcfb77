import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { migrate } from '../../src/database/migrate.ts';
import { exportAcademy, importAcademy } from '../../src/interchange/academy/index.ts';
import { Tenants } from '../../src/record/access/index.ts';
import { asServerAdmin, testDatabase } from '../support/database.ts';

const MIGRATIONS = new URL('../../src/database/migrations/', import.meta.url);
const DUMPS = new URL('../fixtures/database/', import.meta.url);
const TABLES = `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;

/** Every dump of `scripts/dump-database.ts`, named after its last migration. */
for (const dump of readdirSync(DUMPS))
  test(`a database as it was at ${dump.slice(0, 4)} starts, keeps every row and is used on`, async () => {
    const database = await testDatabase({ bare: true });
    try {
      const admin = await asServerAdmin(database);
      try {
        await fill(database.pool, admin, dump);
        const before = await counts(admin);
        assert.ok(before.get('enrollment')! > 50 && before.get('event')! > 500);
        const { applied } = await migrate(database.pool);
        assert.equal(
          applied.length,
          readdirSync(MIGRATIONS).filter((name) => name.slice(0, 4) > dump.slice(0, 4)).length,
        );
        const after = await counts(admin);
        for (const [table, rows] of before)
          if (table !== 'schema_migration') assert.deepEqual([table, after.get(table)], [table, rows]);
        assert.deepEqual((await migrate(database.pool)).applied, []);
      } finally {
        await admin.end();
      }
      for (const slug of ['demo', 'slice']) {
        const tenant = await Tenants.find(Tenants.operator(database.db, 'test'), slug);
        const ctx = Tenants.contextOf({ db: database.db, dialect: 'test' }, tenant!);
        const home = await importAcademy(ctx, await exportAcademy(ctx));
        assert.deepEqual([slug, home.created, home.changed], [slug, {}, {}]);
      }
    } finally {
      await database.close();
    }
  });

/** The schema of that moment, and its rows. */
async function fill(pool: pg.Pool, admin: pg.Client, dump: string): Promise<void> {
  for (const name of readdirSync(MIGRATIONS).sort())
    if (name.endsWith('.sql') && name.slice(0, 4) <= dump.slice(0, 4))
      await pool.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
  await pool.query(
    'create table schema_migration (name text primary key, applied_at timestamptz not null default now())',
  );
  const { rows } = await admin.query<{ name: string }>(TABLES);
  await admin.query(`set session_replication_role = replica; truncate ${rows.map(({ name }) => name).join(', ')}`);
  await admin.query(gunzipSync(readFileSync(new URL(dump, DUMPS))).toString());
  // what the dump made belongs to whoever made the rest, as it did there
  const { rows: made } = await admin.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'`,
  );
  const owner = (await pool.query('select current_user as name')).rows[0].name;
  for (const { name } of made) await admin.query(`alter sequence "${name}" owner to "${owner}"`);
}

async function counts(admin: pg.Client): Promise<Map<string, number>> {
  const { rows } = await admin.query<{ name: string }>(TABLES);
  const all = new Map<string, number>();
  for (const { name } of rows)
    all.set(name, Number((await admin.query(`select count(*) as n from "${name}"`)).rows[0].n));
  return all;
}
