import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import { Passwords } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { People, Units } from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('people in batches and many at once', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  it('answers each row, good rows are not held up by bad ones, and a repeat changes nothing', async () => {
    ctx = await testTenant(database.db);
    const unit = await Units.create(ctx, { name: 'Physics', externalId: 'phys' });
    const known = await People.create(ctx, { externalId: 'k', email: 'k@x.org', fullName: 'Known' });
    const rows: People.Input[] = [
      { externalId: 'boss', fullName: 'Boss', unitExternalId: 'phys', password: 'password1', username: 'boss' },
      { externalId: 'a', fullName: 'A', managerExternalId: 'boss' },
      { externalId: 'k', jobTitle: 'changed' },
      { email: 'bad address', fullName: 'B' },
      { externalId: 'c', email: 'K@x.org', fullName: 'Taken Email' },
      { externalId: 'a', jobTitle: 'again' },
      { externalId: 'd' },
      { id: known.id, phone: '1' },
      { id: ctx.tenant.id, fullName: 'Nobody' },
      { email: 'k@X.org', city: 'Bern' },
      { externalId: 'e', fullName: 'E', roleIds: [ctx.tenant.id] },
    ];
    const outcomes = await People.upsertMany(ctx, 'keys', rows);
    assert.deepEqual(
      outcomes.map((row) => row.outcome),
      [
        'created',
        'created',
        'changed',
        'refused',
        'refused',
        'changed',
        'refused',
        'changed',
        'refused',
        'changed',
        'refused',
      ],
    );
    assert.partialDeepStrictEqual(outcomes[4], { fact: { kind: 'taken', field: 'email' } });
    const [boss, a] = outcomes.map((row) => (row.outcome === 'refused' ? '' : row.id));
    const leader = await People.get(ctx, boss!);
    assert.partialDeepStrictEqual(leader, { unitId: unit.id, isManager: true });
    assert.equal(People.standingOf(leader.roles).isLearner, true);
    assert.partialDeepStrictEqual(await People.get(ctx, a!), { managerId: boss!, jobTitle: 'again' });
    assert.partialDeepStrictEqual(await People.get(ctx, known.id), { jobTitle: 'changed', phone: '1', city: 'Bern' });
    assert.equal((await Passwords.signIn(ctx, 'boss', 'password1')).id, boss);
    const { rows: before } = await database.pool.query('select count(*)::int as n from event where tenant_id = $1', [
      ctx.tenant.id,
    ]);
    const repeat = rows.map(({ password: _, ...row }) => row).filter((_, i) => i !== 5);
    assert.ok(
      (await People.upsertMany(ctx, 'keys', repeat)).every((row) => ['unchanged', 'refused'].includes(row.outcome)),
    );
    const { rows: afterwards } = await database.pool.query(
      'select count(*)::int as n from event where tenant_id = $1',
      [ctx.tenant.id],
    );
    assert.deepEqual(afterwards, before);
  });

  it('a row of an external id nobody has does not take over who has its email under another one', async () => {
    ctx = await testTenant(database.db);
    const first = await People.create(ctx, { externalId: 'old', email: 'shared@x.org', fullName: 'First' });
    const plain = await People.create(ctx, { email: 'plain@x.org', fullName: 'Plain' });
    const outcomes = await People.upsertMany(ctx, 'keys', [
      { externalId: 'new', email: 'shared@x.org', fullName: 'Second' },
      { externalId: 'given', email: 'plain@x.org' },
    ]);
    assert.partialDeepStrictEqual(outcomes, [{ outcome: 'refused' }, { outcome: 'changed', id: plain.id }]);
    assert.equal((await People.get(ctx, first.id)).fullName, 'First');
    assert.equal((await People.get(ctx, plain.id)).externalId, 'given');
  });

  it('refuses more rows than a batch holds, and a whole call without permission', async () => {
    ctx = await testTenant(database.db);
    await refused(People.upsertMany(ctx, 'keys', Array(10_001).fill({ fullName: 'X' })), { kind: 'invalid' });
    await refused(People.upsertMany(actingWith(ctx, ['people.read']), 'keys', [{ fullName: 'X' }]), {
      kind: 'forbidden',
    });
    assert.deepEqual(await People.upsertMany(ctx, 'keys', []), []);
  });

  it('ten thousand people in one call', { timeout: 60_000 }, async () => {
    ctx = await testTenant(database.db);
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      externalId: `s${i}`,
      username: `user${i}`,
      email: `user${i}@x.org`,
      fullName: `Person ${i}`,
    }));
    const made = await People.upsertMany(ctx, 'keys', rows);
    assert.ok(made.every((row) => row.outcome === 'created'));
    const again = await People.upsertMany(ctx, 'externalId', rows);
    assert.ok(again.every((row) => row.outcome === 'unchanged'));
    assert.equal(
      (await People.list(ctx, { page: { kind: 'rows', offset: 9990, limit: 20, total: true } })).rows.length,
      10,
    );
  });

  it('many creates of one key at once end as one person', async () => {
    ctx = await testTenant(database.db);
    const saved = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        People.upsert(ctx, 'username', { username: i % 2 ? 'Ada' : 'ada ', fullName: 'Ada Lovelace' }),
      ),
    );
    assert.equal(new Set(saved.map((each) => each.person.id)).size, 1);
    assert.equal(saved.filter((each) => each.outcome === 'created').length, 1);
    const plain = await Promise.allSettled(
      Array.from({ length: 20 }, () => People.create(ctx, { email: 'one@x.org', fullName: 'One' })),
    );
    assert.equal(plain.filter((each) => each.status === 'fulfilled').length, 1);
    for (const each of plain)
      if (each.status === 'rejected') assert.deepEqual(each.reason.fact.kind, 'taken', String(each.reason));
  });

  it('an external id and the same email for two people at once: one of them wins', async () => {
    ctx = await testTenant(database.db);
    for (let round = 0; round < 5; round++) {
      const key = `cross${round}@x.org`;
      const both = await Promise.allSettled([
        People.create(ctx, { externalId: key, fullName: 'A' }),
        People.create(ctx, { email: key.toUpperCase(), fullName: 'B' }),
      ]);
      assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
    }
  });

  it('batches and single writers at once leave every key with one person', { timeout: 60_000 }, async () => {
    ctx = await testTenant(database.db);
    const batch = (from: number) =>
      People.upsertMany(
        ctx,
        'externalId',
        Array.from({ length: 100 }, (_, i) => ({
          externalId: `p${from + i}`,
          email: `p${from + i}@x.org`,
          fullName: 'P',
        })),
      );
    const singles = Array.from({ length: 40 }, (_, i) =>
      People.upsert(ctx, 'externalId', { externalId: `p${i * 3}`, fullName: 'P' }),
    );
    await Promise.all([batch(0), batch(50), ...singles, batch(20)]);
    assert.equal((await People.list(ctx, all)).total, 150);
  });

  it('a writer who takes no part in the locks costs a second try, not a failure', async () => {
    ctx = await testTenant(database.db);
    const client = await database.pool.connect();
    const person = await People.create(ctx, { fullName: 'Raw' });
    await client.query('begin');
    await client.query(
      `insert into person (tenant_id, id, username, full_name, given_name, family_name, unit_id, created_at, updated_at)
       values ($1, gen_random_uuid(), 'Racer', 'Racer', 'Racer', '', $2, $3, $3)`,
      [ctx.tenant.id, person.unitId, ctx.now],
    );
    const waiting = People.upsert(ctx, 'username', { username: 'racer', phone: '1', fullName: 'Racer' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.query('commit');
    client.release();
    assert.equal((await waiting).outcome, 'changed');
  });
});
