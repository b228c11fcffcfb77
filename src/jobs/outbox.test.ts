import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { testTenant } from '../../test/support/context.ts';
import { connectTo, type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { run } from '../database/run.ts';
import { Tenants } from '../record/access/index.ts';
import { Outbox } from '../record/delivery/index.ts';
import type { Context } from '../record/kernel/context.ts';
import { People } from '../record/people/index.ts';
import { type Destination, type OutboxOptions, startOutbox } from './outbox.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

async function until(test: () => Promise<boolean> | boolean, ctx?: Context): Promise<void> {
  for (let i = 0; i < 2400; i++) {
    if (ctx) await wake(ctx);
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it did not come about');
}

const quiet = pino({ level: 'silent' });

interface Told {
  destination: Destination;
  /** The names of the people it was told of, in the order in which it was. */
  names: string[];
}

/** Is told of the people of a tenant that are made; `work` may fail. */
function hearing(name: string, tenantId: string, work: (names: string[]) => Promise<void> | void = () => {}): Told {
  const names: string[] = [];
  const destination: Destination = {
    name,
    types: ['person.created'],
    // what was missed is looked for
    due: async (db) => {
      const { rows } = await run(
        db,
        `select 1 from outbox_place where tenant_id = $1 and destination = $2 and retry_at <= clock_timestamp()`,
        [tenantId, name],
      );
      return rows.length > 0 ? [tenantId] : [];
    },
    begin: async () => {},
    again: async () => false,
    failed: async () => {},
    deliver: async (_ctx, _hold, events) => {
      const told = events.map((event) => event.data['fullName'] as string);
      await work(told);
      names.push(...told);
    },
  };
  return { destination, names };
}

function outbox(t: TestContext, destinations: Destination[], more: Partial<OutboxOptions> = {}) {
  const started = startOutbox({ ...database, destinations, log: quiet, lookMs: 50, ...more });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= started.stop());
  t.after(stop);
  return { stop };
}

/** Makes people one after the other, and wakes whoever listens. */
async function people(ctx: Context, from: number, to: number): Promise<string[]> {
  const names = Array.from({ length: to - from }, (_, i) => `P${from + i}`);
  for (const fullName of names) await People.create(ctx, { fullName });
  await wake(ctx);
  return names;
}
const wake = (ctx: Context) => database.pool.query('select pg_notify($1, $2)', [Outbox.CHANNEL, ctx.tenant.id]);

const place = async (ctx: Context, name: string) =>
  (
    await database.pool.query('select * from outbox_place where tenant_id = $1 and destination = $2', [
      ctx.tenant.id,
      name,
    ])
  ).rows[0];

const sooner = () => database.pool.query(`update outbox_place set retry_at = now() where retry_at is not null`);

test('each destination is told in the order of the feed, from where it is, by whoever is at work', async (t) => {
  const ctx = await testTenant(database.db);
  const [one, other] = [hearing('one', ctx.tenant.id), hearing('other', ctx.tenant.id)];
  const first = outbox(t, [one.destination]);
  // until it listens
  await until(async () => (await place(ctx, 'one')) !== undefined, ctx);
  const before = await people(ctx, 0, 5);
  await until(() => one.names.length === 5);
  await first.stop();
  const meanwhile = await people(ctx, 5, 8);
  outbox(t, [one.destination, other.destination]);
  await until(async () => one.names.length === 8 && other.names.length === 8, ctx);
  assert.deepEqual(one.names, [...before, ...meanwhile]);
  assert.deepEqual(other.names, [...before, ...meanwhile]);
});

test('what fails comes again, with nothing after it before; other destinations go on, and the count is kept over a restart', async (t) => {
  const ctx = await testTenant(database.db);
  let broken = true;
  const failing = hearing('failing', ctx.tenant.id, () => {
    if (broken) throw new Error('not today');
  });
  const sound = hearing('sound', ctx.tenant.id);
  const first = outbox(t, [failing.destination, sound.destination]);
  const names = await people(ctx, 0, 3);
  await until(async () => (await place(ctx, 'failing'))?.failures === 1 && sound.names.length === 3, ctx);
  const later = await people(ctx, 3, 4);
  await until(() => sound.names.length === 4);
  assert.deepEqual(failing.names, []);
  const { retry_at, problem } = await place(ctx, 'failing');
  assert.equal(problem, 'not today');
  assert.ok(Date.parse(retry_at) > Date.now());
  await first.stop();
  outbox(t, [failing.destination, sound.destination]);
  await sooner();
  await until(async () => (await place(ctx, 'failing')).failures === 2);
  broken = false;
  await sooner();
  await until(() => failing.names.length === 4);
  assert.deepEqual(failing.names, [...names, ...later]);
  await until(async () => (await place(ctx, 'failing')).failures === 0);
  assert.equal(sound.names.length, 4, 'nothing twice');
});

test('one worker at a time is at a place, of several processes; one that dies loses it', async (t) => {
  const ctx = await testTenant(database.db);
  let atWork = 0;
  let most = 0;
  const hang = Promise.withResolvers<void>();
  const slowly = async () => {
    most = Math.max(most, ++atWork);
    await new Promise((resolve) => setTimeout(resolve, 20));
    atWork--;
  };
  const dying = hearing('shared', ctx.tenant.id, () => hang.promise);
  const beside = connectTo(database, 4);
  const lost = startOutbox({ ...beside, destinations: [dying.destination], log: quiet, lookMs: 50, leaseMs: 1_000 });
  const names = await people(ctx, 0, 3);
  await until(async () => (await place(ctx, 'shared'))?.held_by != null, ctx);
  const [a, b] = [hearing('shared', ctx.tenant.id, slowly), hearing('shared', ctx.tenant.id, slowly)];
  outbox(t, [a.destination]);
  outbox(t, [b.destination]);
  await wake(ctx);
  assert.deepEqual([...a.names, ...b.names], []);
  // its database goes away from under it
  await beside.close();
  await until(async () => a.names.length + b.names.length === 3, ctx);
  const more = await people(ctx, 3, 6);
  await until(async () => a.names.length + b.names.length === 6, ctx);
  assert.equal(most, 1);
  assert.deepEqual([...a.names, ...b.names].sort(), [...names, ...more].sort());
  hang.resolve();
  await lost.stop();
});

test('a reset begins a place anew, and a place of a feed that is no more begins at its beginning', async (t) => {
  const ctx = await testTenant(database.db, { sandbox: true });
  const one = hearing('one', ctx.tenant.id);
  outbox(t, [one.destination]);
  await people(ctx, 0, 4);
  await until(async () => one.names.length === 4, ctx);
  await Tenants.clear(ctx);
  assert.equal(await place(ctx, 'one'), undefined);
  const anew = await people(ctx, 4, 6);
  await until(async () => one.names.length === 6, ctx);
  assert.deepEqual(one.names.slice(4), anew);
  await database.pool.query(`update outbox_place set epoch = gen_random_uuid(), position = 1000 where tenant_id = $1`, [
    ctx.tenant.id,
  ]);
  const last = await people(ctx, 6, 7);
  await until(async () => one.names.length === 9, ctx);
  assert.deepEqual(one.names.slice(6), [...anew, ...last]);
});

test('a place moves on over what is not for it', async (t) => {
  const ctx = await testTenant(database.db);
  const one = hearing('one', ctx.tenant.id);
  await database.pool.query(
    `insert into event (tenant_id, at, actor_kind, dialect, type, entity, entity_id, data)
     select $1, now(), 'system', 'test', 'tenant.reset', 'tenant', $1, '{}' from generate_series(1, 2500)`,
    [ctx.tenant.id],
  );
  outbox(t, [one.destination]);
  await until(async () => Number((await place(ctx, 'one'))?.position) >= 2500, ctx);
});
