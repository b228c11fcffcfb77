import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rightNow, testTenant } from '../../test/support/context.ts';
import { connectTo, type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { OWN, SIGNING_IN } from '../../test/support/dialects.ts';
import { holding } from '../../test/support/held.ts';
import { makeCredentials } from '../commands/credentials.ts';
import { run } from '../database/run.ts';
import { transaction } from '../database/transaction.ts';
import { Access, Clients, Clock, Passwords, Roles, Tenants } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';
import type { Refusal } from '../record/kernel/refusal.ts';
import { People } from '../record/people/index.ts';
import { exportAcademy, importAcademy, keepFile } from './academy/index.ts';
import { resetSandbox } from './reset-sandbox.ts';

const ACADEMY = `
academy: { name: Sandbox School }
people:
  - { key: ann, name: Ann Author, username: ann, password: correct-horse, roles: [admin] }
  - { key: bo, name: Bo Learner }
courses:
  - key: c
    name: C
    sections: [{ name: S, activities: [{ kind: page, name: P }] }]
enrollments:
  - { person: bo, course: c, enrolledAt: -3d, progress: [{ activity: P, at: -2d }] }
`;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

async function sandbox(academy: string | null = ACADEMY): Promise<Context> {
  const ctx = await testTenant(database.db, { sandbox: true });
  if (academy) {
    await importAcademy(ctx, academy);
    await keepFile(ctx, academy);
  }
  return ctx;
}

const people = async (ctx: Context): Promise<string[]> =>
  (await People.list(ctx, { page: { kind: 'rows', offset: 0, limit: 100, total: false } })).rows.map(
    (row) => row.fullName,
  );

const fresh = async (ctx: Context): Promise<Context> =>
  Tenants.contextOf({ db: ctx.db, dialect: 'test' }, await Tenants.current(ctx));

test('a reset takes the sandbox back to its file, and its clock to the real time', async () => {
  const ctx = await sandbox();
  const before = await exportAcademy(ctx);
  await People.create(ctx, { username: 'guest', fullName: 'A Guest' });
  await Clock.advance(ctx, 40 * 86_400_000);
  const { resetAt } = await resetSandbox(rightNow(await fresh(ctx)));
  assert.ok(Math.abs(Date.parse(resetAt) - Date.now()) < 60_000);
  assert.deepEqual((await people(ctx)).sort(), ['Ann Author', 'Bo Learner']);
  const now = await fresh(ctx);
  assert.equal(now.tenant.name, 'Sandbox School');
  const dates = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  assert.equal((await exportAcademy(now)).replaceAll(dates, ''), before.replaceAll(dates, ''));
  assert.equal((await Passwords.signIn(now, 'ann', 'correct-horse')).fullName, 'Ann Author');
  const again = await importAcademy(now, ACADEMY);
  assert.deepEqual([again.created, again.changed], [{}, {}]);
});

test('credentials of API clients work on, and act for the people they acted for', async () => {
  const ctx = await sandbox();
  const signing = await makeCredentials(ctx, { dialect: SIGNING_IN, name: 'Reports', publicUrl: 'http://x.example' });
  const own = await makeCredentials(ctx, { dialect: OWN, name: 'Sync', publicUrl: 'http://x.example' });
  const ann = (await People.find(ctx, 'ann'))!;
  const acting = await Clients.create(ctx, { dialect: OWN, name: 'As Ann', personId: ann.id });
  for (const round of [1, 2]) {
    await resetSandbox(rightNow(await fresh(ctx)));
    const access = Access.create({ db: database.db, pool: database.pool, cacheMs: 0 });
    try {
      const { username, password, key } = signing.credentials;
      const byKey = await access.resolveClient({ key: key! }, { dialect: SIGNING_IN.name });
      const person = await Passwords.signIn(access.contextOf(byKey, SIGNING_IN.name), username!, password!);
      const held = await Roles.listHeld(await fresh(ctx), person.id);
      assert.deepEqual(
        held.map((role) => role.key),
        ['admin'],
        `round ${round}`,
      );
      await access.resolveClient({ key: own.credentials.apiKey! });
      const asAnn = await access.resolveClient({ key: acting.key });
      assert.equal(asAnn.person?.fullName, 'Ann Author');
      assert.notEqual(asAnn.person?.id, ann.id);
    } finally {
      await access.close();
    }
  }
  assert.doesNotMatch(await exportAcademy(await fresh(ctx)), /signing-/);
});

test('a password that was changed for a client stays changed', async () => {
  const ctx = await sandbox(null);
  const { credentials } = await makeCredentials(ctx, { dialect: SIGNING_IN, name: 'A', publicUrl: '' });
  const person = await Passwords.signIn(ctx, credentials.username!, credentials.password!);
  await Passwords.set(ctx, person.id, 'another-password');
  await resetSandbox(ctx);
  assert.equal((await Passwords.signIn(ctx, credentials.username!, 'another-password')).id, person.id);
  assert.deepEqual(await people(ctx), ['Signing API (A)']);
});

test('ordinary tenants are never reset', async () => {
  const ctx = await testTenant(database.db);
  await People.create(ctx, { username: 'kept', fullName: 'Kept' });
  await assert.rejects(resetSandbox(ctx), (error) => {
    assert.deepEqual((error as Refusal).fact, {
      kind: 'rule',
      rule: 'not_a_sandbox',
      entity: 'tenant',
      id: ctx.tenant.id,
    });
    return true;
  });
  assert.deepEqual(await people(ctx), ['Kept']);
});

test('a sandbox whose file cannot be imported stays as it is', async () => {
  const ctx = await sandbox();
  await run(ctx.db, `update tenant set academy = 'people: [{key: 1}]' where id = $1`, [ctx.tenant.id]);
  await assert.rejects(resetSandbox(await fresh(ctx)), /^AcademyError: The academy file has 2 faults/);
  assert.deepEqual((await people(ctx)).sort(), ['Ann Author', 'Bo Learner']);
});

test('a reset takes the sandbox for itself: whoever is at work is waited for or cut off, whoever comes is behind it', async () => {
  const ctx = await sandbox();
  const bo = (await People.find(ctx, 'bo'))!;
  const held = Promise.withResolvers<void>();
  // somebody who holds a row and never comes to an end
  const stuck = transaction(ctx, async (inner) => {
    await run(inner.db, 'select 1 from person where tenant_id = $1 and id = $2 for update', [ctx.tenant.id, bo.id]);
    held.resolve();
    await run(inner.db, 'select pg_sleep(600)', []);
  }).then(
    () => 'kept',
    () => 'cut off',
  );
  await held.promise;
  const ending = new AbortController();
  const writers = Array.from({ length: 4 }, async (_, w) => {
    for (let i = 0; !ending.signal.aborted; i++)
      await People.create(rightNow(ctx), { username: `w${w}-${i}`, fullName: `Writer ${w}` }).catch((error) => {
        if (!(error as { fact?: unknown }).fact) throw error;
      });
  });
  await resetSandbox(rightNow(await fresh(ctx)));
  ending.abort();
  await Promise.all(writers);
  assert.equal(await stuck, 'cut off');
  assert.ok((await people(ctx)).includes('Ann Author'));
  assert.notEqual((await People.find(ctx, 'bo'))!.id, bo.id);
});

test('whoever writes while a reset is at work waits without a connection, and writes afterwards', async () => {
  const ctx = await sandbox();
  const small = connectTo(database, 2);
  try {
    const others = { ...ctx, db: small.db };
    const elsewhere = await testTenant(small.db);
    await holding(database, async (hold) => {
      // as a reset does that is at work
      await hold.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`sandbox ${ctx.tenant.id}`]);
      const writers = Array.from({ length: 4 }, (_, n) =>
        People.create(rightNow(others), { username: `waits-${n}`, fullName: 'Waits' }),
      );
      // with as many connections as two, they would hold them all
      await People.create(elsewhere, { username: 'not-held-up', fullName: 'Not Held Up' });
      await hold.commit();
      await Promise.all(writers);
    });
    const found = await people(ctx);
    assert.equal(found.filter((name) => name === 'Waits').length, 4);
  } finally {
    await small.close();
  }
});

test('a reset that takes long sends writers away, to come again', async () => {
  const ctx = await sandbox();
  await holding(database, async (hold) => {
    await hold.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`sandbox ${ctx.tenant.id}`]);
    await assert.rejects(
      People.create(rightNow(ctx), { username: 'late', fullName: 'Late' }),
      (error) => (error as Refusal).fact.kind === 'unavailable',
    );
  });
});

test('a tenant whose academy is refused is not there', async () => {
  const by = Tenants.operator(database.db, 'test');
  const made = Tenants.create(by, { name: 'Refused', slug: 'refused', sandbox: true }, async (ctx) => {
    await importAcademy(ctx, 'people: [{ key: a, name: A, unit: nowhere }]');
  });
  await assert.rejects(made, /line 1, people\[0\].unit: there is no unit "nowhere"/);
  assert.equal(await Tenants.find(by, 'refused'), undefined);
});
