import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { WITH_SECRET } from '../../../test/support/dialects.ts';
import { refused } from '../../../test/support/refused.ts';
import { createGroup, createPerson, createUnit, getRootUnit, listPeople, listUnits } from '../people/index.ts';
import {
  advanceClock,
  clearTenant,
  createClient,
  createTenant,
  findTenant,
  getClient,
  listRoles,
  listTenants,
  nowOf,
  operator,
  readClock,
  setClock,
  tenantContext,
  tieClients,
  updateTenant,
} from './index.ts';

const all = { page: { kind: 'rows', offset: 0, limit: 100, total: true } } as const;

describe('tenants', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  it('starts with a root unit of its name and the built-in roles, and is found by slug and id', async () => {
    const by = operator(database.db, 'cli');
    const tenant = await createTenant(by, { name: 'Open Academy', slug: 'open' });
    const ctx = tenantContext(by, tenant);
    assert.equal((await getRootUnit(ctx)).name, 'Open Academy');
    assert.equal((await listRoles(ctx, all)).total, 12);
    assert.equal((await findTenant(by, 'open'))?.id, tenant.id);
    assert.equal((await findTenant(by, tenant.id))?.slug, 'open');
    assert.equal(await findTenant(by, 'closed'), undefined);
    assert.ok((await listTenants(by)).some((each) => each.id === tenant.id));
    await refused(createTenant(by, { name: 'Again', slug: 'open' }), { kind: 'taken', field: 'slug' });
    await refused(createTenant(by, { name: 'Bad', slug: 'No Blanks' }), { kind: 'invalid' });
    await refused(createTenant(by, { name: 'Bad', slug: 'x', timeZone: 'Mars/Base' }), { kind: 'invalid' });
  });

  it('is changed member by member, and sending the same changes nothing', async () => {
    const ctx = await testTenant(database.db);
    const changed = await updateTenant(ctx, { settings: { groupLevels: ['A'], x: 1 } });
    const again = await updateTenant(ctx, { name: changed.name, settings: { x: 1 } });
    assert.deepEqual(again, changed);
    assert.deepEqual((await updateTenant(ctx, { settings: { x: null } })).settings, { groupLevels: ['A'] });
    await refused(updateTenant(actingWith(ctx, ['people.write']), { name: 'Mine' }), { kind: 'forbidden' });
  });

  it('moves the clock of a sandbox forward only, and of nobody else', async () => {
    const ctx = await testTenant(database.db, { sandbox: true });
    const day = 86_400_000;
    assert.equal((await advanceClock(ctx, day)).offsetMs, day);
    const target = nowOf({ clockOffsetMs: 10 * day });
    assert.equal((await setClock(ctx, target)).now.slice(0, 10), target.slice(0, 10));
    assert.ok((await readClock(ctx)).offsetMs > 9 * day);
    await refused(setClock(ctx, nowOf({ clockOffsetMs: 0 })), { kind: 'invalid' });
    await refused(advanceClock(ctx, -1), { kind: 'invalid' });
    await refused(setClock(ctx, 'tomorrow'), { kind: 'invalid' });
    await refused(advanceClock(await testTenant(database.db), day), { kind: 'rule', rule: 'not_a_sandbox' });
  });

  it('empties a sandbox and keeps clients, keys and the ids of root and roles', async () => {
    const ctx = await testTenant(database.db, { sandbox: true });
    const other = await testTenant(database.db, { sandbox: true });
    await createPerson(other, { username: 'stays', fullName: 'Stays Here' });
    const root = await getRootUnit(ctx);
    const roles = (await listRoles(ctx, all)).rows.map((role) => role.id);
    const unit = await createUnit(ctx, { name: 'Physics' });
    const boss = await createPerson(ctx, { username: 'boss', fullName: 'Boss', isAdmin: true });
    await createPerson(ctx, { username: 'ada', fullName: 'Ada', unitId: unit.id, managerId: boss.id });
    const above = await createGroup(ctx, { name: 'Above' });
    await createGroup(ctx, { name: 'Below', parentId: above.id });
    const { client } = await createClient(ctx, { dialect: WITH_SECRET, name: 'Sync', personId: boss.id });
    await advanceClock(ctx, 86_400_000);

    const loose = await clearTenant(ctx);
    assert.deepEqual(loose, [{ clientId: client.id, login: 'boss' }]);
    assert.equal((await listPeople(ctx, all)).total, 0);
    assert.deepEqual(
      (await listUnits(ctx, all)).rows.map((each) => each.id),
      [root.id],
    );
    assert.deepEqual(
      (await listRoles(ctx, all)).rows.map((role) => role.id),
      roles,
    );
    assert.equal((await readClock(ctx)).offsetMs, 0);
    assert.equal((await listPeople(other, all)).total, 1);
    const { rows } = await database.pool.query('select type from event where tenant_id = $1', [ctx.tenant.id]);
    assert.deepEqual(rows, [{ type: 'tenant.reset' }]);

    const anew = await createPerson(ctx, { username: 'Boss', fullName: 'Boss' });
    await tieClients(ctx, loose);
    assert.equal((await getClient(ctx, client.id)).personId, anew.id);
    await refused(clearTenant(await testTenant(database.db)), { kind: 'rule', rule: 'not_a_sandbox' });
  });
});
