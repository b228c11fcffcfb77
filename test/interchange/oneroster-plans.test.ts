import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeRoster } from '../../scripts/make-roster.ts';
import { connect } from '../../src/database/client.ts';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { createTenant, operator, tenantContext } from '../../src/record/access/index.ts';
import { asServerAdmin, type TestDatabase, testDatabase } from '../support/database.ts';
import { school } from './small-school.ts';
import { inFolder } from './support.ts';

let database: TestDatabase;
let folder: string;
before(async () => {
  database = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'matricula-plans-'));
  await makeRoster(folder, { people: 1500, classes: 30, enrollments: 3000, lineItems: 2, results: 3000 });
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Read {
  /** Rows of every table that were looked at, by scans of whole tables and by indexes. */
  all: number;
  /** By scans of whole tables, by table. */
  scanned: Map<string, number>;
}

const READ = `select relname as name, seq_tup_read as scanned, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where schemaname = 'public'`;

/** Imports into a new tenant and counts the rows that the server looked at, which no load of the machine changes. */
async function counted(slug: string, from: string): Promise<Read> {
  const admin = await asServerAdmin(database);
  try {
    const reads = async () => {
      const { rows } = await admin.query<{ name: string; scanned: string; read: string }>(READ);
      return new Map(rows.map(({ name, scanned, read }) => [name, [Number(scanned), Number(read)] as const]));
    };
    const others = async (): Promise<number> => {
      const { rows } = await admin.query(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'counted'`,
      );
      return rows[0].n;
    };
    const tenant = await createTenant(operator(database.db, 'test'), { name: slug, slug });
    const before = await reads();
    const own = connect({ connection: database.connection, poolSize: 3, namedStatements: true });
    own.pool.options.application_name = 'counted';
    const ctx = tenantContext({ db: own.db, dialect: 'test' }, tenant);
    try {
      const report = await importOneRoster({ ctx, pool: own.pool }, { folder: from });
      assert.deepEqual(report.refusals, []);
    } finally {
      await own.close();
    }
    // a connection tells what it read when it ends
    while ((await others()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const scanned = new Map<string, number>();
    let all = 0;
    for (const [name, [scans, read]] of await reads()) {
      const [scansBefore, readBefore] = before.get(name) ?? [0, 0];
      scanned.set(name, scans - scansBefore);
      all += read - readBefore;
    }
    return { all, scanned };
  } finally {
    await admin.end();
  }
}

test('an import reads as much whatever other tenants hold, and scans no table that they fill', async () => {
  const first = await counted('first', folder);
  const second = await counted('second', folder);
  const third = await counted('third', folder);
  for (const [name, { all }] of Object.entries({ second, third }))
    assert.ok(all <= first.all * 1.3, `the ${name} tenant read ${all} rows, the first ${first.all}`);

  const { rows } = await database.pool.query(
    `select c.relname as name, c.reltuples::int as size from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and c.reltuples > 1000`,
  );
  assert.ok(rows.length > 5);
  const small = await inFolder(school, (at) => counted('small', at));
  const whole = rows.filter(({ name, size }) => small.scanned.get(name)! >= size).map(({ name }) => name);
  assert.deepEqual(whole, [], 'tables that a small import scanned from end to end');
  assert.ok(small.all < first.all / 10, `a small import read ${small.all} rows`);
});
