import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { WITH_SECRET } from '../../../test/support/dialects.ts';
import { refused } from '../../../test/support/refused.ts';
import { Groups, People, Units } from '../people/index.ts';
import { Clients, Clock, Roles, Tenants } from './index.ts';
import { nowOf } from './tenants.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('tenants', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  it('starts with a root unit of its name and the built-in roles, and is found by slug and id', async () => {
    const by = Tenants.operator(database.db, 'cli');
    const tenant = await Tenants.create(by, { name: 'Open Academy', slug: 'open' });
    const ctx = Tenants.contextOf(by, tenant);
    assert.equal((await Units.getRoot(ctx)).name, 'Open Academy');
    assert.equal((await Roles.list(ctx, all)).total, 12);
    assert.equal((await Tenants.find(by, 'open'))?.id, tenant.id);
    assert.equal((await Tenants.find(by, tenant.id))?.slug, 'open');
    assert.equal(await Tenants.find(by, 'closed'), undefined);
    assert.ok((await Tenants.list(by)).some((each) => each.id === tenant.id));
    await refused(Tenants.create(by, { name: 'Again', slug: 'open' }), { kind: 'taken', field: 'slug' });
    await refused(Tenants.create(by, { name: 'Bad', slug: 'No Blanks' }), { kind: 'invalid' });
    await refused(Tenants.create(by, { name: 'Bad', slug: 'x', timeZone: 'Mars/Base' }), { kind: 'invalid' });
  });

  it('is changed member by member, and sending the same changes nothing', async () => {
    const ctx = await testTenant(database.db);
    const changed = await Tenants.update(ctx, { settings: { groupLevels: ['A'], x: 1 } });
    const again = await Tenants.update(ctx, { name: changed.name, settings: { x: 1 } });
    assert.deepEqual(again, changed);
    assert.deepEqual((await Tenants.update(ctx, { settings: { x: null } })).settings, { groupLevels: ['A'] });
    await refused(Tenants.update(actingWith(ctx, ['people.write']), { name: 'Mine' }), { kind: 'forbidden' });
  });

  it('moves the clock of a sandbox forward only, and of nobody else', async () => {
    const ctx = await testTenant(database.db, { sandbox: true });
    const day = 86_400_000;
    assert.equal((await Clock.advance(ctx, day)).offsetMs, day);
    const target = nowOf({ clockOffsetMs: 10 * day });
    assert.equal((await Clock.set(ctx, target)).now.slice(0, 10), target.slice(0, 10));
    assert.ok((await Clock.read(ctx)).offsetMs > 9 * day);
    await refused(Clock.set(ctx, nowOf({ clockOffsetMs: 0 })), { kind: 'invalid' });
    await refused(Clock.advance(ctx, -1), { kind: 'invalid' });
    await refused(Clock.set(ctx, 'tomorrow'), { kind: 'invalid' });
    await refused(Clock.advance(await testTenant(database.db), day), { kind: 'rule', rule: 'not_a_sandbox' });
  });

  it('empties a sandbox and keeps clients, keys and the ids of root and roles', async () => {
    const ctx = await testTenant(database.db, { sandbox: true });
    const other = await testTenant(database.db, { sandbox: true });
    await People.create(other, { username: 'stays', fullName: 'Stays Here' });
    const root = await Units.getRoot(ctx);
    const roles = (await Roles.list(ctx, all)).rows.map((role) => role.id);
    const unit = await Units.create(ctx, { name: 'Physics' });
    const boss = await People.create(ctx, { username: 'boss', fullName: 'Boss', isAdmin: true });
    await People.create(ctx, { username: 'ada', fullName: 'Ada', unitId: unit.id, managerId: boss.id });
    const above = await Groups.create(ctx, { name: 'Above' });
    await Groups.create(ctx, { name: 'Below', parentId: above.id });
    const { client } = await Clients.create(ctx, { dialect: WITH_SECRET, name: 'Sync', personId: boss.id });
    await Clock.advance(ctx, 86_400_000);

    const loose = await Tenants.clear(ctx);
    assert.deepEqual(loose, [{ clientId: client.id, login: 'boss' }]);
    assert.equal((await People.list(ctx, all)).total, 0);
    assert.deepEqual(
      (await Units.list(ctx, all)).rows.map((each) => each.id),
      [root.id],
    );
    assert.deepEqual(
      (await Roles.list(ctx, all)).rows.map((role) => role.id),
      roles,
    );
    assert.equal((await Clock.read(ctx)).offsetMs, 0);
    assert.equal((await People.list(other, all)).total, 1);
    const { rows } = await database.pool.query('select type from event where tenant_id = $1', [ctx.tenant.id]);
    assert.deepEqual(rows, [{ type: 'tenant.reset' }]);

    const anew = await People.create(ctx, { username: 'Boss', fullName: 'Boss' });
    await Tenants.tieClients(ctx, loose);
    assert.equal((await Clients.get(ctx, client.id)).personId, anew.id);
    await refused(Tenants.clear(await testTenant(database.db)), { kind: 'rule', rule: 'not_a_sandbox' });
  });
});
