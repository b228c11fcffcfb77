import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeRoster } from '../../scripts/make-roster.ts';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { createTenant, operator, tenantContext } from '../../src/record/access/index.ts';
import { asServerAdmin, connectTo, type TestDatabase, testDatabase } from '../support/database.ts';
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
  /** The same by table. */
  read: Map<string, number>;
  /** By scans of whole tables, by table. */
  scanned: Map<string, number>;
  /** Of the whole database, what an import lays aside for itself included. */
  returned: number;
}

const tenants = new Map<string, Awaited<ReturnType<typeof createTenant>>>();

const READ = `select relname as name, seq_tup_read as scanned, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where schemaname = 'public'`;

const RETURNED = `select tup_returned::int8 as n from pg_stat_database where datname = current_database()`;

/** Imports into a tenant, made where there is none yet, and counts the rows that the server looked at, which no load of the machine changes. */
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
    const returned = async (): Promise<number> => Number((await admin.query(RETURNED)).rows[0].n);
    const tenant = tenants.get(slug) ?? (await createTenant(operator(database.db, 'test'), { name: slug, slug }));
    tenants.set(slug, tenant);
    const before = await reads();
    const returnedBefore = await returned();
    const own = connectTo(database, 3);
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
    const returnedThen = await returned();
    const scanned = new Map<string, number>();
    const read = new Map<string, number>();
    for (const [name, [scans, rows]] of await reads()) {
      const [scansBefore, readBefore] = before.get(name) ?? [0, 0];
      scanned.set(name, scans - scansBefore);
      read.set(name, rows - readBefore);
    }
    return {
      all: [...read.values()].reduce((sum, rows) => sum + rows),
      read,
      scanned,
      returned: returnedThen - returnedBefore,
    };
  } finally {
    await admin.end();
  }
}

test('an import reads as much whatever other tenants hold, and scans no table that they fill', async () => {
  const first = await counted('first', folder);
  const second = await counted('second', folder);
  const third = await counted('third', folder);
  const told = JSON.stringify(
    [...first.read].map(([name, rows]) => [name, rows, second.read.get(name), third.read.get(name)]),
  );
  // of two alike, a table may be read from end to end as well as by its index; of three it may not
  assert.ok(second.all <= first.all * 2, `the second tenant read ${second.all} rows, the first ${first.all}: ${told}`);
  assert.ok(third.all <= first.all * 1.3, `the third tenant read ${third.all} rows, the first ${first.all}: ${told}`);

  const { rows } = await database.pool.query(
    `select c.relname as name, c.reltuples::int as size from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and c.reltuples > 1000`,
  );
  assert.ok(rows.length > 5);
  const small = await inFolder(school, (at) => counted('small', at));
  const whole = rows.filter(({ name, size }) => small.scanned.get(name)! >= size).map(({ name }) => name);
  assert.deepEqual(whole, [], 'tables that a small import scanned from end to end');
  assert.ok(small.all < first.all / 10, `a small import read ${small.all} rows`);
});

test('an import that is repeated reads twice as much of a set twice as large', async () => {
  const sizes = [1000, 2000];
  const repeated: number[] = [];
  for (const people of sizes) {
    const from = mkdtempSync(path.join(tmpdir(), 'matricula-plans-'));
    try {
      await makeRoster(from, { people, classes: people / 50, enrollments: people * 2, lineItems: 1, results: 0 });
      await counted(`size-${people}`, from);
      repeated.push((await counted(`size-${people}`, from)).returned);
    } finally {
      rmSync(from, { recursive: true, force: true });
    }
  }
  assert.ok(repeated[1]! < repeated[0]! * 2.8, `of ${sizes.join(' and ')} people: ${repeated.join(' and ')} rows`);
});
