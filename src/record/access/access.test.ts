import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { actingWith, giveRole, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { OWN, WITH_SECRET } from '../../../test/support/dialects.ts';
import { proxyTo } from '../../../test/support/proxy.ts';
import { refused } from '../../../test/support/refused.ts';
import { connect } from '../../database/client.ts';
import { CONSEQUENCES } from '../consequences.ts';
import type { Context } from '../kernel/context.ts';
import { People, Units } from '../people/index.ts';
import { Access, Clients, Clock, Roles, Tenants, Tokens } from './index.ts';

const HOUR = 3_600_000;
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 3000 && !(await condition()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(await condition());
};

describe('access', () => {
  let database: TestDatabase;
  let ctx: Context;
  let access: Access.Control;

  before(async () => {
    database = await testDatabase();
    ctx = await testTenant(database.db);
    access = Access.create({ db: database.db, pool: database.pool });
    await until(access.caching);
  });
  after(async () => {
    await access.close();
    await database.close();
  });

  const client = (options: Partial<Parameters<typeof Clients.create>[1]> = {}) =>
    Clients.create(ctx, { dialect: OWN, name: 'Robot', permissions: ['people.read'], ...options });

  it('a key acts with the permissions of its client, in its tenant', async () => {
    const { key, client: made } = await client();
    assert.match(key, /^mk_[\w-]{43}$/);
    const found = await access.resolveClient({ key });
    assert.equal(found.tenant.id, ctx.tenant.id);
    assert.equal(found.client.name, 'Robot');
    assert.deepEqual(found.actor, { kind: 'client', id: made.id, permissions: new Set(['people.read']), units: null });
    const acting = access.contextOf(found, 'matricula');
    assert.equal(acting.tenant.slug, ctx.tenant.slug);
    await until(async () => (await Clients.get(ctx, made.id)).lastUsedAt !== null);
  });

  it('unknown keys, other dialects and wrong secrets are told apart from nothing', async () => {
    const { key, secret, client: made } = await client({ dialect: WITH_SECRET });
    assert.match(key, /^other_[\w-]{43}$/);
    await refused(access.resolveClient({ key: 'mk_nothing' }), { kind: 'unauthenticated', why: 'invalid' });
    await refused(access.resolveClient({ key: key.toUpperCase() }), { kind: 'unauthenticated', why: 'invalid' });
    await refused(access.resolveClient({ key }, { dialect: 'matricula' }), { kind: 'unauthenticated', why: 'invalid' });
    await refused(access.resolveClient({ id: made.id }, { secret: 'wrong' }), { kind: 'unauthenticated' });
    await refused(access.resolveClient({ id: 'x' }), { kind: 'unauthenticated', why: 'malformed' });
    assert.equal((await access.resolveClient({ id: made.id.toUpperCase() }, { secret: secret! })).client.id, made.id);
  });

  it('a revoked or renewed client is out at once, also when it was used a moment ago', async () => {
    const first = await client();
    await access.resolveClient({ key: first.key });
    await Clients.revoke(ctx, first.client.id);
    await refused(access.resolveClient({ key: first.key }), { kind: 'unauthenticated', why: 'revoked' });
    await refused(
      Clients.renew(ctx, first.client.id, () => OWN),
      { kind: 'rule' },
    );

    const second = await client();
    await access.resolveClient({ key: second.key });
    const renewed = await Clients.renew(ctx, second.client.id, () => OWN);
    await refused(access.resolveClient({ key: second.key }), { kind: 'unauthenticated', why: 'invalid' });
    assert.equal((await access.resolveClient({ key: renewed.key })).client.id, second.client.id);
  });

  it('another server hears of a revocation too', async () => {
    const elsewhere = Access.create({ db: database.db, pool: database.pool });
    await until(elsewhere.caching);
    const { key, client: made } = await client();
    await elsewhere.resolveClient({ key });
    // past the announcement of this process: only the database tells
    await database.pool.query(`update api_client set status = 'revoked' where id = $1`, [made.id]);
    assert.equal((await elsewhere.resolveClient({ key })).client.id, made.id);
    await database.pool.query('select pg_notify($1, $2)', ['matricula_access', ctx.tenant.id]);
    await until(() =>
      elsewhere.resolveClient({ key }).then(
        () => false,
        () => true,
      ),
    );
    await elsewhere.close();
  });

  it('another server goes by a moved clock before it hears of it', async () => {
    const elsewhere = Access.create({ db: database.db, pool: database.pool });
    await until(elsewhere.caching);
    const own = await testTenant(database.db, { sandbox: true });
    const { key } = await Clients.create(own, { dialect: OWN, name: 'x' });
    await elsewhere.resolveClient({ key });
    // past every announcement, as if it were still on its way
    await database.pool.query('update tenant set clock_offset_ms = $2 where id = $1', [own.tenant.id, HOUR]);
    assert.equal((await elsewhere.resolveClient({ key })).tenant.clockOffsetMs, HOUR);
    await elsewhere.close();
  });

  it('notices when its connection has fallen silent', async () => {
    const proxy = await proxyTo(database.connection);
    const connected = connect({
      connection: proxy.connection,
      poolSize: 2,
      namedStatements: true,
      consequences: CONSEQUENCES,
    });
    const elsewhere = Access.create(connected);
    try {
      await until(elsewhere.caching);
      proxy.swallow();
      await until(() => !elsewhere.caching());
      await until(elsewhere.caching);
    } finally {
      await elsewhere.close();
      await connected.close();
      await proxy.close();
    }
  });

  it('keeps nothing while it cannot hear, and listens again', async () => {
    const { key, client: made } = await client();
    const deaf = Access.create({ db: database.db, pool: database.pool });
    await until(deaf.caching);
    await deaf.resolveClient({ key });
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'matricula-access' and datname = current_database()`,
    );
    await until(() => !deaf.caching());
    await database.pool.query(`update api_client set status = 'revoked' where id = $1`, [made.id]);
    await refused(deaf.resolveClient({ key }), { kind: 'unauthenticated', why: 'revoked' });
    await until(deaf.caching);
    await deaf.close();
    await until(access.caching);
  });

  it('a token acts for its person, with what roles and client allow', async () => {
    const person = await People.create(ctx, { username: 'grace', fullName: 'Grace Hopper' });
    await giveRole(ctx, person.id, 'analyst');
    const wide = await client({ permissions: [] });
    const narrow = await client({ permissions: ['people.read', 'people.write'] });
    const permissions = async (clientId: string) => {
      const { token } = await Tokens.issue(ctx, { kind: 'access', clientId, personId: person.id, lifetimeMs: HOUR });
      const { actor } = await access.resolveToken(token);
      assert.equal(actor.kind === 'person' && actor.id, person.id);
      return actor.permissions as ReadonlySet<string>;
    };
    assert.ok((await permissions(wide.client.id)).has('courses.read'));
    assert.deepEqual([...(await permissions(narrow.client.id))], ['people.read']);
  });

  it('roles given and taken count at once', async () => {
    const person = await People.create(ctx, { username: 'roles', fullName: 'Ro Les' });
    const { client: made } = await client({ permissions: [] });
    const { token } = await Tokens.issue(ctx, {
      kind: 'access',
      clientId: made.id,
      personId: person.id,
      lifetimeMs: HOUR,
    });
    const permissions = async () => (await access.resolveToken(token)).actor.permissions as ReadonlySet<string>;
    assert.equal((await permissions()).size, 0);
    assert.deepEqual((await access.resolveToken(token)).actor.units, []);
    const unit = await Units.create(ctx, { name: 'Physics' });
    await giveRole(ctx, person.id, 'manager', unit.id);
    assert.deepEqual((await access.resolveToken(token)).actor.units, [unit.id]);
    await giveRole(ctx, person.id, 'admin');
    assert.equal((await access.resolveToken(token)).actor.units, null);
    await Roles.remove(ctx, person.id, (await Roles.ofTenant(ctx)).get('admin')!.id);
    assert.ok(!(await permissions()).has('people.write'));
  });

  it('a suspended person, a revoked token, a later hour and a disabled tenant all end it', async () => {
    const own = await testTenant(database.db, { sandbox: true });
    const person = await People.create(own, { username: 'ada', fullName: 'Ada Lovelace' });
    const { client: made, key } = await Clients.create(own, { dialect: OWN, name: 'x' });
    const token = async () =>
      (await Tokens.issue(own, { kind: 'access', clientId: made.id, personId: person.id, lifetimeMs: HOUR })).token;
    const [first, second] = [await token(), await token()];
    await access.resolveToken(first);
    await Tokens.revoke(own, first);
    await refused(access.resolveToken(first), { kind: 'unauthenticated', why: 'revoked' });
    await access.resolveToken(second);
    await Clock.advance(own, 2 * HOUR);
    await refused(access.resolveToken(second), { kind: 'unauthenticated', why: 'expired' });
    assert.equal((await access.resolveClient({ key })).tenant.clockOffsetMs, 2 * HOUR);

    const later = { ...own, now: access.contextOf(await access.resolveClient({ key }), 'test').now };
    const third = (
      await Tokens.issue(later, { kind: 'access', clientId: made.id, personId: person.id, lifetimeMs: HOUR })
    ).token;
    await access.resolveToken(third);
    await People.update(own, person.id, { status: 'suspended' });
    await refused(access.resolveToken(third), { kind: 'unauthenticated', why: 'revoked' });
    await Tenants.update(own, { status: 'disabled' });
    await refused(access.resolveClient({ key }), { kind: 'rule', rule: 'tenant_disabled' });
  });

  it('nobody makes a client, or a role, that may do more than they may', async () => {
    const limited = actingWith(ctx, ['clients.manage', 'roles.write', 'roles.read', 'people.read', 'people.write']);
    await refused(Clients.create(limited, { dialect: OWN, name: 'x', permissions: ['tenant.manage'] }), {
      kind: 'forbidden',
      permission: 'tenant.manage',
    });
    await refused(Roles.create(limited, { name: 'King', permissions: ['tenant.manage'] }), { kind: 'forbidden' });
    // roles are the whole account's: a unit's administrator gives them, and makes none
    const unit = await Units.create(ctx, { name: 'Branch' });
    const own = await Roles.create(ctx, { name: 'Helper', permissions: ['people.read'] });
    const branch = actingWith(ctx, ['roles.write', 'roles.read', 'people.read'], [unit.id]);
    for (const work of [
      Roles.create(branch, { name: 'x' }),
      Roles.update(branch, own.id, { permissions: [] }),
      Roles.delete(branch, own.id),
    ])
      await refused(work, { kind: 'forbidden', permission: 'roles.write' });
    // clients act in the whole account, and so does what concerns the tenant
    const keeper = actingWith(ctx, ['clients.manage', 'tenant.manage', 'people.read'], [unit.id]);
    await refused(Clients.create(keeper, { dialect: OWN, name: 'x', permissions: ['people.read'] }), {
      kind: 'forbidden',
      permission: 'clients.manage',
    });
    await refused(Tenants.update(keeper, { status: 'disabled' }), { kind: 'forbidden' });
    await refused(Clock.advance(keeper, HOUR), { kind: 'forbidden' });
    const { client: strong } = await client({ permissions: ['tenant.manage'] });
    await refused(
      Clients.update(limited, strong.id, () => OWN, { redirectUris: ['https://example.org/'] }),
      {
        kind: 'forbidden',
      },
    );
    const admin = await People.create(ctx, { username: 'root', fullName: 'Root', isAdmin: true });
    await refused(Clients.create(limited, { dialect: WITH_SECRET, name: 'x', personId: admin.id }), {
      kind: 'forbidden',
    });
    await refused(giveRole(limited, admin.id, 'training_admin'), { kind: 'forbidden' });
  });
});
