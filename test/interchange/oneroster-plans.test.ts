import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { makeRoster } from '../../scripts/make-roster.ts';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { Tenants } from '../../src/record/access/index.ts';
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
}

const READ = `select relname as name, seq_tup_read as scanned, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where schemaname = 'public'`;

type Tenant = Awaited<ReturnType<typeof Tenants.create>>;

/** Imports by connections of this name; `watch` sees them. */
async function imported(
  tenant: Tenant,
  from: string,
  name: string,
  watch?: (client: pg.PoolClient) => void,
): Promise<void> {
  const own = connectTo(database, 3);
  own.pool.options.application_name = name;
  if (watch) own.pool.on('connect', watch);
  const ctx = Tenants.contextOf({ db: own.db, dialect: 'test' }, tenant);
  try {
    const report = await importOneRoster({ ctx, pool: own.pool }, { folder: from });
    assert.deepEqual(report.refusals, []);
  } finally {
    await own.close();
  }
}

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
    const tenant = await Tenants.create(Tenants.operator(database.db, 'test'), { name: slug, slug });
    const before = await reads();
    await imported(tenant, from, 'counted');
    // a connection tells what it read when it ends
    while ((await others()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const scanned = new Map<string, number>();
    const read = new Map<string, number>();
    for (const [name, [scans, rows]] of await reads()) {
      const [scansBefore, readBefore] = before.get(name) ?? [0, 0];
      scanned.set(name, scans - scansBefore);
      read.set(name, rows - readBefore);
    }
    return { all: [...read.values()].reduce((sum, rows) => sum + rows), read, scanned };
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

interface Node {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: Node[];
}

/** Rows that a plan went through, those it threw away included. */
const wentThrough = (node: Node): number =>
  node['Actual Loops'] *
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)) +
  (node.Plans ?? []).reduce((sum, below) => sum + wentThrough(below), 0);

test('no statement of an import, first or repeated, goes through more than twice as much of a set twice as large', async () => {
  const admin = await asServerAdmin(database);
  const { rows } = await admin.query('select current_database() as name');
  for (const setting of [
    "session_preload_libraries = 'auto_explain'",
    'auto_explain.log_min_duration = 0',
    'auto_explain.log_analyze = on',
    'auto_explain.log_timing = off',
    "auto_explain.log_format = 'json'",
    "auto_explain.log_level = 'notice'",
  ])
    await admin.query(`alter database ${rows[0].name} set ${setting}`);
  await admin.end();

  /** Of each statement of an import, by its text. */
  const told = async (tenant: Tenant, from: string): Promise<Map<string, number>> => {
    const all = new Map<string, number>();
    await imported(tenant, from, 'explained', (client) =>
      client.on('notice', ({ message = '' }) => {
        const [, json] = /^duration: .*?plan:\s*(\{.*)$/s.exec(message) ?? [];
        if (!json) return;
        const { 'Query Text': text, Plan } = JSON.parse(json) as { 'Query Text': string; Plan: Node };
        all.set(text, (all.get(text) ?? 0) + wentThrough(Plan));
      }),
    );
    return all;
  };
  const sizes = [600, 1200];
  const seen = [];
  for (const people of sizes) {
    const from = mkdtempSync(path.join(tmpdir(), 'matricula-plans-'));
    const slug = `size-${people}`;
    const tenant = await Tenants.create(Tenants.operator(database.db, 'test'), { name: slug, slug });
    try {
      await makeRoster(from, { people, classes: people / 30, enrollments: people * 2, lineItems: 1, results: people });
      seen.push([await told(tenant, from), await told(tenant, from)] as const);
    } finally {
      rmSync(from, { recursive: true, force: true });
    }
  }
  const [small, large] = seen;
  for (const [run, name] of ['first', 'repeated'].entries()) {
    assert.ok(large![run]!.size > 50, `${large![run]!.size} statements were told`);
    const worse = [...large![run]!]
      .map(([text, rows]) => ({ text: text.slice(0, 200), rows, of: small![run]!.get(text) ?? 0 }))
      .filter(({ rows, of }) => rows > 20_000 && rows > of * 2.8);
    assert.deepEqual(worse, [], `the ${name} import of ${sizes[1]} people beside that of ${sizes[0]}`);
  }
});
