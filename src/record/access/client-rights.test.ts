import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { OWN, SHOWING, WITH_SECRET } from '../../../test/support/dialects.ts';
import { refused } from '../../../test/support/refused.ts';
import type { Context } from '../kernel/context.ts';
import { later } from '../kernel/instant.ts';
import { People } from '../people/index.ts';
import { showClient } from './clients.ts';
import { Access, Clients, Tokens } from './index.ts';
import { findToken } from './tokens.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let database: TestDatabase;
let ctx: Context;
let access: Access.Control;
before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db);
  access = Access.create({ db: database.db, pool: database.pool, cacheMs: 0 });
});
after(async () => {
  await access.close();
  await database.close();
});

const showing = (more: Partial<Parameters<typeof Clients.create>[1]> = {}) =>
  Clients.create(ctx, { dialect: SHOWING, name: 'Shown', ...more });
const again = (id: string, as: Context = ctx) => showClient(as, id, () => SHOWING);
const on = (days: number): Context => at(ctx, later(ctx.now, days * DAY));

test('credentials are shown again where the protocol does, and no others', async () => {
  const made = await showing();
  const shown = await again(made.client.id);
  assert.deepEqual([shown.key, shown.secret], [made.key, made.secret]);
  assert.match(made.key, /^other_[\w-]{43}$/);
  const other = await showing();
  assert.notEqual(other.key, made.key);
  assert.notEqual(other.secret, made.secret);

  const renewed = await Clients.renew(ctx, made.client.id, () => SHOWING);
  assert.notEqual(renewed.key, made.key);
  assert.equal((await again(made.client.id)).secret, renewed.secret);
  assert.equal(
    (await access.resolveClient({ key: renewed.key }, { secret: renewed.secret! })).client.id,
    made.client.id,
  );
  await refused(access.resolveClient({ key: made.key }), { kind: 'unauthenticated' });

  // a protocol that shows them once: nothing is kept to make them from
  const once = await Clients.create(ctx, { dialect: WITH_SECRET, name: 'Once' });
  await refused(again(once.client.id), { kind: 'rule', rule: 'shown_once' });
  await Clients.revoke(ctx, made.client.id);
  await refused(again(made.client.id), { kind: 'rule', rule: 'expired' });
  const { rows } = await database.pool.query('select row_to_json(c)::text as kept from api_client c');
  for (const { kept } of rows) for (const text of [other.key, other.secret!]) assert.ok(!kept.includes(text));
});

test('nobody is shown credentials that may do more than they', async () => {
  const strong = await showing({ permissions: ['tenant.manage'] });
  const weak: Context = {
    ...ctx,
    actor: { kind: 'client', id: strong.client.id, permissions: new Set(['clients.manage']), units: null },
  };
  await refused(again(strong.client.id, weak), { kind: 'forbidden', permission: 'tenant.manage' });
  assert.equal((await again((await showing()).client.id, weak)).client.name, 'Shown');
});

test('products and scopes are those of the protocol, and change', async () => {
  const made = await showing({ products: ['letters', 'catalog', 'letters'], scopes: ['admin:read'] });
  assert.deepEqual([made.client.products, made.client.scopes], [['catalog', 'letters'], ['admin:read']]);
  const change = (input: Parameters<typeof Clients.update>[3]) =>
    Clients.update(ctx, made.client.id, () => SHOWING, input);
  const changed = await change({ products: [], scopes: ['learner:read'] });
  assert.deepEqual([changed.products, changed.scopes, changed.readOnly], [[], ['learner:read'], false]);
  const { client } = await access.resolveClient({ key: made.key });
  assert.deepEqual([client.products, client.scopes], [[], ['learner:read']]);
  const unknown = (member: string) => ({ kind: 'invalid', issues: [{ path: [member, 1], fault: 'unknown_value' }] });
  await refused(change({ products: ['catalog', 'atlas'] }), unknown('products') as never);
  await refused(showing({ scopes: ['admin:read', 'root'] }), unknown('scopes') as never);
  await refused(Clients.create(ctx, { dialect: OWN, name: 'x', scopes: ['admin:read'] }), { kind: 'invalid' });
});

test('a key that only looks changes nothing, whatever it may; it is given tokens all the same', async () => {
  const person = await People.create(ctx, { username: 'looker', fullName: 'A Looker', isAdmin: true });
  const made = await showing({ permissions: ['people.read', 'people.write'], readOnly: true });
  const found = await access.resolveClient({ key: made.key });
  const looking = access.contextOf(found, 'showing');
  assert.deepEqual([...looking.actor.permissions], ['people.read']);
  assert.equal((await People.get(looking, person.id)).fullName, 'A Looker');
  await refused(People.update(looking, person.id, { fullName: 'B' }), {
    kind: 'forbidden',
    permission: 'people.write',
  });

  const { token } = await Tokens.issue(looking, {
    kind: 'access',
    clientId: made.client.id,
    personId: person.id,
    lifetimeMs: HOUR,
  });
  const acting = access.contextOf(await access.resolveToken(token), 'showing');
  assert.ok(acting.actor.permissions !== 'all' && [...acting.actor.permissions].every((one) => one.endsWith('.read')));
  // even where a permission were found: the database does not write for it
  const all = { ...acting, actor: { ...acting.actor, permissions: 'all' } } as unknown as Context;
  await refused(People.update(all, person.id, { fullName: 'B' }), { kind: 'forbidden', permission: 'write' });
  assert.equal((await People.get(ctx, person.id)).fullName, 'A Looker');
  await Tokens.revoke(acting, token);
  await refused(access.resolveToken(token), { kind: 'unauthenticated', why: 'revoked' });

  await Clients.update(ctx, made.client.id, () => SHOWING, { readOnly: false });
  const free = access.contextOf(await access.resolveClient({ key: made.key }), 'showing');
  assert.equal((await People.update(free, person.id, { fullName: 'B' })).fullName, 'B');
});

const oauth = async (use: 'anew' | 'kept' | 'next', lifetimeMs: number | null, givenAgain = false) => {
  const { client } = await showing();
  const form = (secret: string) => Buffer.from(secret, 'base64url').toString('hex').slice(0, 32);
  const trade = {
    clientId: client.id,
    access: { lifetimeMs: 7 * DAY, givenAgain, form },
    refresh: { lifetimeMs, use },
    scope: 'admin:read',
  };
  const code = await Tokens.issue(ctx, { kind: 'code', clientId: client.id, lifetimeMs: HOUR });
  const first = await Tokens.trade(ctx, { kind: 'code', token: code.token, ...trade });
  const refresh = (day: number, token = first.refresh) => Tokens.trade(on(day), { kind: 'refresh', token, ...trade });
  return { client, form, first, refresh };
};

test('a refresh token lives its time anew with each use', async () => {
  const { first, refresh } = await oauth('anew', 14 * DAY);
  for (const day of [13, 26, 39]) assert.equal((await refresh(day)).refresh, first.refresh);
  await refused(refresh(54), { kind: 'unauthenticated', why: 'invalid' });
});

test('a refresh token without end is kept as it is, and forgotten by nobody', async () => {
  const { first, refresh } = await oauth('kept', null);
  assert.equal((await refresh(1)).refresh, first.refresh);
  await Tokens.removeExpired({ db: ctx.db, now: on(9999).now } as never);
  assert.equal((await refresh(10_000)).refresh, first.refresh);
});

test('access tokens live their time although newer ones are made', async () => {
  const { first, refresh } = await oauth('kept', null);
  const newer = await refresh(0);
  assert.notEqual(newer.access, first.access);
  for (const { access: token } of [first, newer])
    assert.equal((await access.resolveToken(token)).token!.expiresAt, on(7).now);
});

test('while an access token lives it is given again, in the form of the protocol', async () => {
  const { client, form, first, refresh } = await oauth('kept', null, true);
  assert.match(first.access, /^[0-9a-f]{32}$/);
  const later = await refresh(6);
  assert.deepEqual([later.access, later.accessExpiresAt], [first.access, first.accessExpiresAt]);
  const after = await refresh(8);
  assert.notEqual(after.access, first.access);

  const wanted = { kind: 'access', clientId: client.id, scope: 'admin:read', form } as const;
  assert.deepEqual(await findToken(ctx, { ...wanted, atLeastMs: 8 * DAY }), {
    token: after.access,
    expiresAt: on(15).now,
  });
  assert.equal(await findToken(ctx, { ...wanted, atLeastMs: 16 * DAY }), undefined);
  assert.equal(await findToken(ctx, { ...wanted, form: (secret) => secret }), undefined);
  assert.equal(await findToken(ctx, { ...wanted, scope: 'admin:write' }), undefined);
  const { rows } = await database.pool.query('select row_to_json(t)::text as kept from token t');
  for (const { kept } of rows) assert.ok(!kept.includes(first.access));
  await Tokens.revoke(ctx, after.access);
  assert.equal((await findToken(ctx, { ...wanted, atLeastMs: 0 }))?.token, first.access);
});
