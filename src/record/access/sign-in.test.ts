import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingAs, actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { WITH_SECRET } from '../../../test/support/dialects.ts';
import { refused } from '../../../test/support/refused.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import type { Refusal } from '../kernel/refusal.ts';
import { People } from '../people/index.ts';
import { Access, Clients, Passwords, Tenants, Tokens } from './index.ts';

describe('signing in', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
    ctx = await testTenant(database.db, { sandbox: true });
  });
  after(() => database.close());

  it('hashes so that other software can check, and no two hashes are alike', async () => {
    const hash = await Passwords.hash('correct horse');
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(hash, await Passwords.hash('correct horse'));
    assert.ok(await Passwords.verify('correct horse', hash));
    assert.ok(!(await Passwords.verify('correct horsf', hash)));
    assert.ok(!(await Passwords.verify('x', 'not a hash')));
  });

  it('takes username or email in any case, and tells no reason for a no', async () => {
    const ada = await People.create(ctx, {
      username: 'ada',
      email: 'ada@x.org',
      fullName: 'Ada',
      password: 'lovelace1',
    });
    const eve = await People.create(ctx, { email: 'Eve@x.org', fullName: 'Eve', password: 'paradise1' });
    assert.equal((await Passwords.signIn(ctx, ' ADA ', 'lovelace1')).id, ada.id);
    assert.equal((await Passwords.signIn(ctx, 'eve@X.org', 'paradise1')).id, eve.id);
    for (const [login, password] of [
      ['ada', 'wrong'],
      ['nobody', 'lovelace1'],
      ['ada\u0000', 'lovelace1'],
      ['', ''],
    ] as const)
      await refused(Passwords.signIn(ctx, login, password), { kind: 'unauthenticated', why: 'invalid' });
    await People.update(ctx, ada.id, { status: 'suspended' });
    await refused(Passwords.signIn(ctx, 'ada', 'lovelace1'), { kind: 'unauthenticated', why: 'invalid' });
    await refused(Passwords.signIn(await testTenant(database.db), 'eve@x.org', 'paradise1'), {
      kind: 'unauthenticated',
    });
  });

  it('a password is set by those who may do as much, or by showing the present one', async () => {
    const admin = await People.create(ctx, { username: 'admin', fullName: 'A', isAdmin: true, password: 'password1' });
    const plain = await People.create(ctx, { username: 'plain', fullName: 'P', password: 'password1' });
    const helper = actingWith(ctx, ['people.read', 'people.write']);
    await Passwords.set(helper, plain.id, 'password2');
    await refused(Passwords.set(helper, admin.id, 'password2'), { kind: 'forbidden' });
    const own = await actingAs(ctx, plain.id);
    await refused(Passwords.set(own, plain.id, 'password3'), { kind: 'invalid' });
    await refused(Passwords.set(own, plain.id, 'password3', { current: 'password1' }), { kind: 'invalid' });
    await Passwords.set(own, plain.id, 'password3', { current: 'password2' });
    await Passwords.signIn(ctx, 'plain', 'password3');
    await refused(Passwords.set(own, admin.id, 'password3', { current: 'password1' }), { kind: 'forbidden' });
    await refused(Passwords.set(ctx, plain.id, 'short'), { kind: 'invalid' });
    await Passwords.set(ctx, plain.id, null);
    await refused(Passwords.signIn(ctx, 'plain', 'password3'), { kind: 'unauthenticated' });
    const { rows } = await database.pool.query(
      `select count(*) as n from event where tenant_id = $1 and (data::text like '%password%' or data::text like '%argon%')`,
      [ctx.tenant.id],
    );
    assert.equal(rows[0].n, 0);
  });

  const HOUR = 3_600_000;
  const redirectUri = 'https://example.org/back';
  const oauth = async (name: string) => {
    const person = await People.create(ctx, { username: name, fullName: name });
    const { client } = await Clients.create(ctx, { dialect: WITH_SECRET, name });
    const own = { clientId: client.id, personId: person.id, scope: 'admin.v1' };
    const trade = {
      clientId: client.id,
      redirectUri,
      access: { lifetimeMs: HOUR },
      refresh: { lifetimeMs: 24 * HOUR, use: 'next' },
      scope: 'none',
    } as const;
    return {
      person,
      trade,
      issue: async (kind: 'code' | 'refresh', more = {}) =>
        (await Tokens.issue(ctx, { kind, ...own, redirectUri, lifetimeMs: 60_000, ...more })).token,
      byCode: (token: string, more = {}, when = ctx) => Tokens.trade(when, { kind: 'code', token, ...trade, ...more }),
      byRefresh: (token: string, when = ctx) => Tokens.trade(when, { kind: 'refresh', token, ...trade }),
    };
  };
  const revoked = async (token: string) => {
    const access = Access.create({ db: database.db, pool: database.pool, cacheMs: 0 });
    const why = await access.resolveToken(token).then(
      () => null,
      (error: Refusal) => (error.fact.kind === 'unauthenticated' ? error.fact.why : error),
    );
    await access.close();
    return why === 'revoked';
  };

  it('a code works once, for its client and its address, and not for long', async () => {
    const { issue, byCode } = await oauth('coder');
    const other = await Clients.create(ctx, { dialect: WITH_SECRET, name: 'Other' });
    const code = await issue('code');
    const no = { kind: 'unauthenticated', why: 'invalid' } as const;
    await refused(byCode(code, { clientId: other.client.id }), no);
    const won = await Promise.allSettled(Array.from({ length: 20 }, () => byCode(code)));
    assert.equal(won.filter((each) => each.status === 'fulfilled').length, 1);
    const elsewhere = await issue('code');
    await refused(byCode(elsewhere, { redirectUri: 'https://evil.example/' }), no);
    await refused(byCode(elsewhere), no);
    await refused(byCode(await issue('code'), {}, at(ctx, later(ctx.now, 61_000))), no);
  });

  it('a code that comes again ends all that came from it', async () => {
    const { issue, byCode, byRefresh } = await oauth('twice');
    const code = await issue('code');
    const first = await byCode(code);
    const second = await byRefresh(first.refresh);
    const apart = await byCode(await issue('code'));
    assert.equal(await revoked(second.access), false);
    await refused(byCode(code), { kind: 'unauthenticated', why: 'invalid' });
    assert.deepEqual(
      [await revoked(first.access), await revoked(second.access), await revoked(apart.access)],
      [true, true, false],
    );
    await refused(byRefresh(second.refresh), { kind: 'unauthenticated', why: 'invalid' });
  });

  it('a refresh token is good once, with a minute for lost answers; later it ends its family', async () => {
    const { person, issue, byRefresh } = await oauth('fresh');
    const code = await issue('refresh', { lifetimeMs: 24 * HOUR });
    const first = await byRefresh(code);
    assert.equal(first.scope, 'admin.v1');
    assert.equal((await People.get(ctx, person.id)).lastAccessAt, ctx.now);
    assert.equal((await People.get(ctx, person.id)).updatedAt, person.updatedAt);
    const again = await byRefresh(code, at(ctx, later(ctx.now, 50_000)));
    const next = await byRefresh(again.refresh, at(ctx, later(ctx.now, 55_000)));
    assert.equal(await revoked(next.access), false);
    await refused(byRefresh(code, at(ctx, later(ctx.now, 61_000))), { kind: 'unauthenticated', why: 'invalid' });
    assert.deepEqual([await revoked(first.access), await revoked(next.access)], [true, true]);
    await refused(byRefresh(next.refresh), { kind: 'unauthenticated' });
  });

  it('a refresh token ends when it expires or its person may not act, and is forgotten', async () => {
    const { person, issue, byRefresh } = await oauth('stale');
    const lifetimeMs = 1000;
    const token = await issue('refresh', { lifetimeMs });
    await refused(byRefresh(token, at(ctx, later(ctx.now, 1001))), { kind: 'unauthenticated' });
    assert.equal(await Tokens.removeExpired(Tenants.operator(database.db, 'job')), 0);
    const nextWeek = { ...Tenants.operator(database.db, 'job'), now: later(ctx.now, 7 * 86_400_000) };
    assert.ok((await Tokens.removeExpired(nextWeek)) >= 1);
    await People.update(ctx, person.id, { status: 'suspended' });
    await refused(byRefresh(await issue('refresh', { lifetimeMs })), { kind: 'unauthenticated' });
  });
});
