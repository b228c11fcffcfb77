import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { mayVouch } from '../../src/database/copy.ts';
import { migrate } from '../../src/database/migrate.ts';
import { transaction } from '../../src/database/transaction.ts';
import { Tenants } from '../../src/record/access/index.ts';
import { Enrollments } from '../../src/record/enrollment/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { People, Profiles } from '../../src/record/people/index.ts';
import { at, testTenant } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { fixture, START } from '../support/fixture.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase({ poolSize: 10 });
});
after(() => database.close());

const tenantIn = async (options = {}): Promise<Context> => at(await testTenant(database.db, options), START);
const made = async (ctx: Context): Promise<number> => (await People.create(ctx, { fullName: 'Somebody' })).number;
const query = async <Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await database.pool.query(text, values)).rows;

/** Every number of a tenant, its own included. */
async function numbersOf(ctx: Context): Promise<number[]> {
  const tables = await query<{ name: string }>(NUMBERED);
  const parts = tables.map(({ name }) => `select number from ${name} where tenant_id = $1`);
  const rows = await query<{ number: number }>(
    `${parts.join(' union all ')} union all select number from tenant where id = $1 order by 1`,
    [ctx.tenant.id],
  );
  return rows.map((row) => row.number);
}

const NUMBERED = `
  select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
   where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attname = 'number' and not a.attisdropped and c.relname <> 'tenant'
   order by 1`;

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, n) => n + from);

test('two tenants made side by side count for themselves, from one on', async () => {
  const [one, other] = await Promise.all([tenantIn(), tenantIn()]);
  for (let n = 0; n < 5; n++) await Promise.all([made(one), made(other)]);
  const numbers = await numbersOf(one);
  assert.deepEqual(numbers, upTo(numbers.length));
  assert.deepEqual(await numbersOf(other), numbers);
});

test('what goes on in other tenants does not show in one’s numbers', async () => {
  const [one, other] = await Promise.all([tenantIn(), tenantIn()]);
  const before = await made(one);
  for (let n = 0; n < 5; n++) await made(other);
  await tenantIn();
  await assert.rejects(transaction(other, async (ctx) => Promise.reject(new Error(String(await made(ctx))))));
  assert.equal(await made(one), before + 1);
});

test('writers at once have numbers of their own, and nobody waits for one', async () => {
  const ctx = await tenantIn();
  const numbers = await transaction(ctx, async (inner) => {
    const first = await made(inner);
    // the first is not committed: where a row counted, this would wait for ever
    return [first, ...(await Promise.all(upTo(8).map(() => made(ctx))))];
  });
  assert.deepEqual(
    [...numbers].sort((a, b) => a - b),
    upTo(numbers[0]! + 8, numbers[0]!),
  );
});

test('rows that are written in one go, without row checks, are numbered in their order', async () => {
  const f = await fixture(database.db);
  assert.ok(await mayVouch(database.db));
  await f.rows(
    `insert into person (tenant_id, id, full_name, given_name, family_name, unit_id, created_at, updated_at)
     select $1, uuidv7(), n, n, '', $2, $3, $3 from (select to_char(g, 'FM00000') as n from generate_series(1, 1000) g order by g) x order by n`,
    f.rootUnitId,
    START,
  );
  const people = await f.rows<{ id: string; number: number }>(
    'select id, number from person where tenant_id = $1 order by full_name',
  );
  const first = people[0]!.number;
  assert.deepEqual(
    people.map((person) => person.number),
    upTo(first + 999, first),
  );

  const { id: courseId } = await f.course();
  const results = await Enrollments.enrollMany(
    f.ctx,
    people.map(({ id }) => ({ personId: id, courseId })),
  );
  assert.deepEqual([...new Set(results.map((result) => result.outcome))], ['created']);
  const enrollments = await f.rows<{ number: number }>(
    'select number from enrollment where tenant_id = $1 order by number',
  );
  const start = enrollments[0]!.number;
  assert.deepEqual(
    enrollments.map((row) => row.number),
    upTo(start + 999, start),
  );
});

test('the number of what was deleted is not used again', async () => {
  const ctx = await tenantIn();
  const profile = await Profiles.create(ctx, { name: 'Short-lived' });
  await Profiles.delete(ctx, profile.id);
  assert.deepEqual(await query('select from profile where tenant_id = $1', [ctx.tenant.id]), []);
  assert.equal(await made(ctx), profile.number + 1);
});

test('a sandbox that is reset goes on counting', async () => {
  const ctx = await tenantIn({ sandbox: true });
  const last = await made(ctx);
  await Tenants.clear(ctx);
  const [own, ...anew] = await numbersOf(ctx);
  assert.equal(own, 1);
  assert.deepEqual(anew, upTo(last + anew.length, last + 1));
});

test('with a tenant its counting goes', async () => {
  const id = '01900000-0000-7000-8000-000000000001';
  const sequences = () => query('select from pg_sequences where sequencename = $1', [`number_${id}`]);
  await query(`insert into tenant (id, slug, name, created_at, updated_at) values ($1, 'gone', 'Gone', $2, $2)`, [
    id,
    START,
  ]);
  assert.equal((await sequences()).length, 1);
  await query('delete from tenant where id = $1', [id]);
  assert.equal((await sequences()).length, 0);
});

test('every table with numbers takes them from its tenant, row checks or not', async () => {
  const numbering = await query(
    `select t.tgrelid::regclass::text as name from pg_trigger t where t.tgname = 'take_number' and t.tgenabled = 'A' order by 1`,
  );
  assert.deepEqual(numbering, await query(NUMBERED));
  assert.ok(numbering.length >= 19);
});

test('what a protocol may name by number is found by it', async () => {
  const found = await query<{ name: string }>(
    `select distinct i.indrelid::regclass::text as name from pg_index i
      where (select array_agg(a.attname::text order by k.n) from unnest(i.indkey[0:1]) with ordinality k (attnum, n)
               join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum) = '{tenant_id,number}'`,
  );
  const indexed = new Set(found.map(({ name }) => name));
  const without = (await query<{ name: string }>(NUMBERED))
    .map(({ name }) => name)
    .filter((name) => !indexed.has(name));
  // no protocol names these so
  assert.deepEqual(without, ['assessment', 'credit_type', 'lesson', 'role', 'session', 'term']);
});

test('a database from before goes on above every number that was given, and keeps those', async () => {
  const old = await testDatabase();
  const folder = new URL('../../src/database/migrations/', import.meta.url);
  const until = (name: string) => name < '0015';
  try {
    await old.pool.query(
      'drop schema public cascade; create schema public; create table schema_migration (name text primary key)',
    );
    for (const file of readdirSync(folder).filter(until).sort()) {
      await old.pool.query(readFileSync(new URL(file, folder), 'utf8'));
      await old.pool.query('insert into schema_migration values ($1)', [file]);
    }
    await old.pool.query('alter table schema_migration add applied_at timestamptz not null default now()');
    const insert = async (slug: string) => {
      const { rows } = await old.pool.query(
        `with t as (insert into tenant (id, slug, name, created_at, updated_at) values (uuidv7(), $1, $1, $2, $2) returning id)
         insert into profile (tenant_id, id, name, created_at, updated_at) select id, uuidv7(), n, $2, $2 from t, unnest('{a,b,c}'::text[]) n
         returning tenant_id, number`,
        [slug, START],
      );
      return rows as { tenant_id: string; number: number }[];
    };
    const [one, other] = [await insert('one'), await insert('other')];
    // its number must not come back, though nothing is left of it
    await old.pool.query('delete from profile where number = $1', [other[2]!.number]);
    await migrate(old.pool);
    const add = async (tenantId: string) => {
      const { rows } = await old.pool.query(
        `insert into profile (tenant_id, id, name, created_at, updated_at) values ($1, uuidv7(), 'd', $2, $2) returning number`,
        [tenantId, START],
      );
      return rows[0].number as number;
    };
    const last = other[2]!.number;
    // the next one is the default program's
    for (const { tenant_id: id } of [one[0]!, other[0]!])
      assert.deepEqual([await add(id), await add(id)], [last + 2, last + 3]);
    const { rows } = await old.pool.query('select number from profile where tenant_id = $1 order by number limit 3', [
      one[0]!.tenant_id,
    ]);
    assert.deepEqual(
      rows.map((row) => row.number),
      one.map((row) => row.number),
    );
    const [fresh] = await insert('fresh');
    assert.equal(fresh!.number, 2);
  } finally {
    await old.close();
  }
});
