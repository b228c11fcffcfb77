import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { run } from '../database/run.ts';
import { startBoss } from './boss.ts';
import { startJobs } from './index.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const fail = (...args: unknown[]) => assert.fail(JSON.stringify(args));
const failing = { error: fail, warn: fail };

async function until(test: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 4800; i++) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it did not come about');
}

test('servers that start at once on an empty database do so quietly', async () => {
  const job = { name: 'shared', cron: '0 0 1 1 *', run: async () => {} };
  const empty = await testDatabase();
  try {
    const servers = await Promise.all([1, 2, 3].map(() => startBoss(empty.pool, [job], failing)));
    await Promise.all(servers.map((server) => server.stop()));
  } finally {
    await empty.close();
  }
});

test('jobs run once when a server starts, and stop at once', async () => {
  const jobs = startJobs({ connected: database, log: failing, afterMs: 0 });
  const done = async () =>
    (await run<{ to: string }>(database.db, `select to_regclass('pgboss.job')::text as to`, [])).rows[0]?.to !== null &&
    (
      await run<{ name: string }>(
        database.db,
        `select distinct name from pgboss.job where state = 'completed' and name in ('tidy', 'due')`,
        [],
      )
    ).rows.length === 2;
  await until(done);
  const { rows } = await run<{ name: string; cron: string }>(
    database.db,
    'select name, cron from pgboss.schedule order by name',
    [],
  );
  assert.deepEqual(
    rows.map((row) => [row.name, row.cron]),
    [
      ['due', '* * * * *'],
      ['sweep_files', '17 3 * * *'],
      ['tidy', '*/10 * * * *'],
    ],
  );
  await jobs.stop();
});

test('what a lost server was at is soon free again, and a failed start leaves nothing running', async () => {
  const { rows } = await run<{ name: string; seconds: number | null }>(
    database.db,
    `select name, heartbeat_seconds as seconds from pgboss.queue where name in ('tidy', 'due')`,
    [],
  );
  assert.deepEqual(
    rows.map((row) => row.seconds),
    [60, 60],
  );
  const signals: AbortSignal[] = [];
  const first = { name: 'first', cron: '0 0 1 1 *', run: async (signal: AbortSignal) => signals.push(signal) };
  await assert.rejects(startBoss(database.pool, [first, { ...first, name: 'second', cron: 'never' }], failing));
  // whatever had begun was told to end
  assert.ok(signals.every((signal) => signal.aborted));
  const { rows: left } = await run(
    database.db,
    `select 1 from pgboss.job where name = 'first' and state = 'active'`,
    [],
  );
  assert.equal(left.length, 0);
});

test('a server that stops before its jobs begin has nothing to wait for', async () => {
  const jobs = startJobs({ connected: database, log: failing });
  await jobs.stop();
});

test('of two servers one does the job, and stopping tells it', async () => {
  let running = 0;
  let most = 0;
  let told = 0;
  const job = {
    name: 'long',
    cron: '0 0 1 1 *',
    run: async (signal: AbortSignal) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => {
          told++;
          resolve();
        }),
      );
      running--;
    },
  };
  const servers = await Promise.all([
    startBoss(database.pool, [job], failing),
    startBoss(database.pool, [job], failing),
  ]);
  await until(() => running === 1);
  await Promise.all(servers.map((server) => server.stop()));
  assert.deepEqual([most, told, running], [1, 1, 0]);
});

test('a job that fails is logged and does not end the others', async () => {
  const logged: string[] = [];
  let ran = 0;
  const boss = await startBoss(
    database.pool,
    [
      {
        name: 'broken',
        cron: '0 0 1 1 *',
        run: async () => {
          throw new Error('broken on purpose');
        },
      },
      { name: 'sound', cron: '0 0 1 1 *', run: async () => ran++ },
    ],
    { error: (facts: unknown) => logged.push((facts as { job: string }).job) },
  );
  await until(() => ran === 1 && logged.length === 1);
  assert.deepEqual(logged, ['broken']);
  await boss.stop();
});
