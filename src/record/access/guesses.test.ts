import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it, mock } from 'node:test';
import { testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { WITH_SECRET } from '../../../test/support/dialects.ts';
import type { Context } from '../kernel/context.ts';
import { Refusal } from '../kernel/refusal.ts';
import { People } from '../people/index.ts';
import { addressOf, counter } from './guesses.ts';
import { Access, Clients, Guesses, Passwords, Portal } from './index.ts';

describe('guessing', () => {
  let database: TestDatabase;
  let ctx: Context;
  let name: string;
  let made = 0;
  before(async () => {
    database = await testDatabase();
    ctx = await testTenant(database.db);
    // the clock stands still but for `wait`, however slow the machine is
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
  });
  after(async () => {
    mock.timers.reset();
    await database.close();
  });
  beforeEach(async () => {
    name = `guessed-${++made}`;
    await People.create(ctx, { username: name, fullName: 'Guessed', password: 'right word' });
  });

  /** `in`, `no`, or the seconds to wait. */
  const told = async (attempt: Promise<unknown>): Promise<string | number> =>
    attempt.then(
      () => 'in',
      (error: Refusal) => {
        if (!(error instanceof Refusal)) throw error;
        if (error.fact.kind === 'too_many_requests') return error.fact.retryAfterSeconds;
        return error.fact.kind === 'unauthenticated' ? 'no' : error.fact.kind;
      },
    );
  const attempt = (from: string, password = 'wrong', login = name) =>
    told(Passwords.signIn(ctx, login, password, from));
  const countOf = (outcomes: (string | number)[], what: string | number) =>
    outcomes.filter((each) => each === what).length;
  const wait = (seconds: number) => mock.timers.tick(seconds * 1000);

  it('a hundred at once are a hundred', async () => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => attempt('192.0.2.1')));
    assert.equal(countOf(outcomes, 'no'), 5);
  });

  it('another address gets in, while the guesses go on', async () => {
    for (let i = 0; i < 30; i++) await attempt('192.0.2.2');
    assert.equal(typeof (await attempt('192.0.2.2')), 'number');
    assert.equal(await attempt('192.0.2.3', 'right word'), 'in');
  });

  it('the pause doubles, ends, and the right word clears it', async () => {
    const from = '192.0.2.4';
    for (let i = 0; i < 5; i++) assert.equal(await attempt(from), 'no');
    const pauses: (string | number)[] = [];
    for (let i = 0; i < 3; i++) {
      const seconds = await attempt(from);
      pauses.push(seconds);
      wait(Number(seconds));
      assert.equal(await attempt(from), 'no');
    }
    assert.deepEqual(pauses, [1, 2, 4]);
    wait(3600);
    assert.equal(await attempt(from, 'right word'), 'in');
    for (let i = 0; i < 4; i++) assert.equal(await attempt(from), 'no');
    assert.equal(await attempt(from, 'right word'), 'in');
  });

  it('an account is limited from many addresses; who was in lately from theirs still gets in', async () => {
    assert.equal(await attempt('198.51.100.1', 'right word'), 'in');
    const outcomes: (string | number)[] = [];
    for (let i = 0; i < 30; i++) outcomes.push(await attempt(`203.0.113.${i}`));
    assert.equal(countOf(outcomes, 'no'), 20);
    const seconds = await attempt('198.51.100.2', 'right word');
    assert.ok(typeof seconds === 'number' && seconds <= 60);
    assert.equal(await attempt('198.51.100.1', 'right word'), 'in');
  });

  it('an address is limited over all accounts, unknown ones and other tenants included', async () => {
    const from = '192.0.2.5';
    const by = { db: database.db, dialect: 'test', now: ctx.now };
    const elsewhere = (tenant: string) => told(Portal.signIn(by, { tenant, login: 'x', password: 'y', from }));
    assert.equal(await attempt(from, 'wrong', 'unknown'), 'no');
    await database.pool.query('update guess set level = 98 where key = $1', [counter('address', from).key]);
    assert.equal(await elsewhere('none'), 'no');
    assert.equal(await attempt(from), 'no');
    assert.equal(typeof (await elsewhere('nowhere')), 'number');
    assert.equal(typeof (await attempt(from, 'right word')), 'number');
    assert.equal(await attempt('192.0.2.6', 'right word'), 'in');
  });

  it('known and unknown accounts are limited alike', async () => {
    const known: (string | number)[] = [];
    const unknown: (string | number)[] = [];
    for (let i = 0; i < 8; i++) {
      known.push(await attempt('192.0.2.7'));
      unknown.push(await attempt('192.0.2.7', 'wrong', `un${name}`));
    }
    assert.equal(countOf(known, 'no'), countOf(unknown, 'no'));
  });

  it('guesses at the present password of a session are limited', async () => {
    const { id } = await People.create(ctx, { username: `own-${name}`, fullName: 'Own', password: 'right word' });
    const own: Context = {
      ...ctx,
      actor: { kind: 'person', id, clientId: id, permissions: new Set(), units: [] },
    };
    const change = (current: string) => told(Passwords.set(own, id, 'next word 1', { current }));
    const outcomes: (string | number)[] = [];
    for (let i = 0; i < 15; i++) outcomes.push(await change('wrong'));
    assert.equal(countOf(outcomes, 'invalid'), 10);
    wait(3600);
    assert.equal(await change('right word'), 'in');
  });

  it('misses with keys, secrets and tokens are limited, right ones are always taken', async () => {
    const access = Access.create({ db: database.db, pool: database.pool, cacheMs: 0 });
    try {
      const { client, secret } = await Clients.create(ctx, { dialect: WITH_SECRET, name: 'Machine' });
      const from = '192.0.2.8';
      const guesses = {
        key: (i: number) => access.resolveClient({ key: `k${i}` }, { from }),
        token: (i: number) => access.resolveToken(`t${i}`, { from }),
        secret: (i: number) => access.resolveClient({ id: client.id }, { secret: `s${i}`, from: `2001:db8:${i}::1` }),
      };
      for (const [kind, guess] of Object.entries(guesses)) {
        await database.pool.query('delete from guess');
        const outcomes: (string | number)[] = [];
        outcomes.push(...(await Promise.all(Array.from({ length: 300 }, (_, i) => told(guess(i))))));
        assert.ok(
          outcomes.some((each) => typeof each === 'number'),
          kind,
        );
      }
      assert.equal((await access.resolveClient({ id: client.id }, { secret: secret!, from })).client.id, client.id);
    } finally {
      await access.close();
    }
  });

  it('a burst of guesses from everywhere holds up nobody who signs in where they usually do', async () => {
    assert.equal(await attempt('192.0.2.11', 'right word'), 'in');
    let told = 0;
    const burst = Array.from({ length: 120 }, (_, n) =>
      attempt(`198.51.100.${n}`, 'wrong', `nobody-${n}`).then(() => told++),
    );
    // the first ones are at work, the others wait
    await burst[0];
    assert.equal(await attempt('192.0.2.11', 'right word'), 'in');
    const before = told;
    await Promise.all(burst);
    assert.ok(before < 60, `${before} of 120 came first`);
  });

  it('no names, addresses or secrets are kept, and nothing for long', async () => {
    await attempt('192.0.2.9', 'right word');
    await attempt('192.0.2.10');
    const { rows } = await database.pool.query('select key from guess');
    assert.ok(rows.every(({ key }) => /^[0-9a-f]{64}$/.test(key)));
    wait(5 * 3600);
    await Guesses.removeOld(database.db);
    const { rows: left } = await database.pool.query('select known_at from guess');
    assert.ok(left.every((row) => row.known_at !== null));
  });

  it('addresses of one subscriber are one', () => {
    assert.equal(addressOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(addressOf('2001:db8:0:1::5'), addressOf('2001:DB8::1:ffff:1:2:3'));
    assert.notEqual(addressOf('2001:db8:0:1::5'), addressOf('2001:db8:0:2::5'));
    assert.equal(addressOf('::1'), '0:0:0:0');
  });
});
