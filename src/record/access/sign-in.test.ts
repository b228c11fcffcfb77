import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingAs, actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { refused } from '../../../test/support/refused.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import { createPerson, getPerson, suspendPerson } from '../people/index.ts';
import {
  createClient,
  exchangeCode,
  hashPassword,
  issueToken,
  operator,
  readRefreshToken,
  removeExpiredTokens,
  setPassword,
  signIn,
  verifyPassword,
} from './index.ts';

describe('signing in', () => {
  let database: TestDatabase;
  let ctx: Context;
  before(async () => {
    database = await testDatabase();
    ctx = await testTenant(database.db, { sandbox: true });
  });
  after(() => database.close());

  it('hashes so that other software can check, and no two hashes are alike', async () => {
    const hash = await hashPassword('correct horse');
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(hash, await hashPassword('correct horse'));
    assert.ok(await verifyPassword('correct horse', hash));
    assert.ok(!(await verifyPassword('correct horsf', hash)));
    assert.ok(!(await verifyPassword('x', 'not a hash')));
  });

  it('takes username or email in any case, and tells no reason for a no', async () => {
    const ada = await createPerson(ctx, {
      username: 'ada',
      email: 'ada@x.org',
      fullName: 'Ada',
      password: 'lovelace1',
    });
    const eve = await createPerson(ctx, { email: 'Eve@x.org', fullName: 'Eve', password: 'paradise1' });
    assert.equal((await signIn(ctx, ' ADA ', 'lovelace1')).id, ada.id);
    assert.equal((await signIn(ctx, 'eve@X.org', 'paradise1')).id, eve.id);
    for (const [login, password] of [
      ['ada', 'wrong'],
      ['nobody', 'lovelace1'],
      ['ada\u0000', 'lovelace1'],
      ['', ''],
    ] as const)
      await refused(signIn(ctx, login, password), { kind: 'unauthenticated', why: 'invalid' });
    await suspendPerson(ctx, ada.id);
    await refused(signIn(ctx, 'ada', 'lovelace1'), { kind: 'unauthenticated', why: 'invalid' });
    await refused(signIn(await testTenant(database.db), 'eve@x.org', 'paradise1'), { kind: 'unauthenticated' });
  });

  it('a password is set by those who may do as much, or by showing the present one', async () => {
    const admin = await createPerson(ctx, { username: 'admin', fullName: 'A', isAdmin: true, password: 'password1' });
    const plain = await createPerson(ctx, { username: 'plain', fullName: 'P', password: 'password1' });
    const helper = actingWith(ctx, ['people.read', 'people.write']);
    await setPassword(helper, plain.id, 'password2');
    await refused(setPassword(helper, admin.id, 'password2'), { kind: 'forbidden' });
    const own = await actingAs(ctx, plain.id);
    await refused(setPassword(own, plain.id, 'password3'), { kind: 'invalid' });
    await refused(setPassword(own, plain.id, 'password3', { current: 'password1' }), { kind: 'invalid' });
    await setPassword(own, plain.id, 'password3', { current: 'password2' });
    await signIn(ctx, 'plain', 'password3');
    await refused(setPassword(own, admin.id, 'password3', { current: 'password1' }), { kind: 'forbidden' });
    await refused(setPassword(ctx, plain.id, 'short'), { kind: 'invalid' });
    await setPassword(ctx, plain.id, null);
    await refused(signIn(ctx, 'plain', 'password3'), { kind: 'unauthenticated' });
    const { rows } = await database.pool.query(
      `select count(*) as n from event where tenant_id = $1 and (data::text like '%password%' or data::text like '%argon%')`,
      [ctx.tenant.id],
    );
    assert.equal(rows[0].n, 0);
  });

  it('a code works once, for its client and its address, and not for long', async () => {
    const person = await createPerson(ctx, { username: 'coder', fullName: 'Co Der' });
    const { client } = await createClient(ctx, { dialect: 'absorb', name: 'OAuth' });
    const other = await createClient(ctx, { dialect: 'absorb', name: 'Other' });
    const redirectUri = 'https://example.org/back';
    const make = async () =>
      (
        await issueToken(ctx, {
          kind: 'code',
          clientId: client.id,
          personId: person.id,
          redirectUri,
          lifetimeMs: 60_000,
        })
      ).token;
    const code = await make();
    await refused(exchangeCode(ctx, { code, clientId: other.client.id, redirectUri }), { kind: 'unauthenticated' });
    const won = await Promise.allSettled(
      Array.from({ length: 20 }, () => exchangeCode(ctx, { code, clientId: client.id, redirectUri })),
    );
    assert.equal(won.filter((each) => each.status === 'fulfilled').length, 1);
    const elsewhere = { code: await make(), clientId: client.id, redirectUri: 'https://evil.example/' };
    await refused(exchangeCode(ctx, elsewhere), { kind: 'unauthenticated' });
    const late = { code: await make(), clientId: client.id, redirectUri };
    await refused(exchangeCode(at(ctx, later(ctx.now, 61_000)), late), { kind: 'unauthenticated' });
  });

  it('a refresh token stands until it expires or its person may not act; access is remembered', async () => {
    const person = await createPerson(ctx, { username: 'fresh', fullName: 'Fresh' });
    const { client } = await createClient(ctx, { dialect: 'absorb', name: 'OAuth' });
    const issue = {
      kind: 'refresh',
      clientId: client.id,
      personId: person.id,
      lifetimeMs: 1000,
      scope: 'admin.v1',
    } as const;
    const { token } = await issueToken(ctx, issue);
    const found = await readRefreshToken(ctx, { token, clientId: client.id });
    assert.deepEqual(found, { personId: person.id, scope: 'admin.v1' });
    assert.equal((await getPerson(ctx, person.id)).lastAccessAt, ctx.now);
    assert.equal((await getPerson(ctx, person.id)).updatedAt, person.updatedAt);
    await refused(readRefreshToken(at(ctx, later(ctx.now, 1001)), { token, clientId: client.id }), {
      kind: 'unauthenticated',
    });
    assert.equal(await removeExpiredTokens(operator(database.db, 'job')), 0);
    const nextWeek = { ...operator(database.db, 'job'), now: later(ctx.now, 7 * 86_400_000) };
    assert.ok((await removeExpiredTokens(nextWeek)) >= 1);
    await suspendPerson(ctx, person.id);
    const again = await issueToken(ctx, issue);
    await refused(readRefreshToken(ctx, { token: again.token, clientId: client.id }), { kind: 'unauthenticated' });
  });
});
