import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from './account.ts';
import { startEngine } from './index.ts';
import {
  isAlive,
  kept,
  movableDatabase,
  postmasterOf,
  query,
  serve,
  serverAccount,
  temporaryFolder,
  until,
  untilReady,
  watchdogsOf,
} from './testing/support.ts';

const folder = temporaryFolder();
let movedTo: (name: string) => string;
before(async () => {
  movedTo = await movableDatabase(folder);
});

/** Starts again and checks that no acknowledged row is lost. */
async function repairs(dataDir: string, acknowledged: number): Promise<void> {
  const engine = await startEngine({ dataDir });
  const [row] = await query(engine, 'select count(*)::int n from load');
  assert.ok(acknowledged > 0 && (row!.n as number) >= acknowledged, `${row!.n} of ${acknowledged}`);
  await engine.stop();
}

test('kill -9 of the parent under load: postgres stops by itself, nothing acknowledged is lost', async () => {
  const dataDir = movedTo('parent');
  const served = await serve(dataDir, 'load');
  await until(() => served.acknowledged() > 200);
  const postmaster = postmasterOf(dataDir)!;
  await served.kill();
  await until(() => !isAlive(postmaster));
  await repairs(dataDir, served.acknowledged());
});

test('kill -9 of the parent and a start at once', async () => {
  const dataDir = movedTo('at once');
  const served = await serve(dataDir, 'load');
  await until(() => served.acknowledged() > 50);
  await served.kill();
  await repairs(dataDir, served.acknowledged());
});

test('kill -9 of the parent and postgres: the stale postmaster is recovered from', async () => {
  const dataDir = movedTo('both');
  const served = await serve(dataDir, 'load');
  await until(() => served.acknowledged() > 200);
  const postmaster = postmasterOf(dataDir)!;
  served.child.kill('SIGKILL');
  process.kill(postmaster, 'SIGKILL');
  await served.exited;
  assert.ok(existsSync(path.join(dataDir, 'postgres', 'postmaster.pid')));
  await repairs(dataDir, served.acknowledged());
});

test('kill -9 of parent and watchdog: the live postmaster is stopped and another one started', {
  skip: !existsSync('/proc/self/stat') && 'needs /proc',
}, async () => {
  const dataDir = movedTo('orphan');
  const served = await serve(dataDir, 'load');
  await until(() => served.acknowledged() > 50);
  const postmaster = postmasterOf(dataDir)!;
  const watchdogs = watchdogsOf(postmaster);
  assert.equal(watchdogs.length, 2);
  // halted, so that it does not see its watchdog go
  served.child.kill('SIGSTOP');
  for (const pid of watchdogs) process.kill(pid, 'SIGKILL');
  await served.kill();
  await sleep(200);
  assert.ok(isAlive(postmaster));
  await repairs(dataDir, served.acknowledged());
  assert.ok(!isAlive(postmaster));
});

test('a pid file that names some other living process is not taken for a server', async () => {
  const dataDir = movedTo('reused');
  const other = spawn('sleep', ['60'], { ...runAs(serverAccount()), stdio: 'ignore' });
  const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid');
  const lines = [
    other.pid,
    path.join(dataDir, 'postgres'),
    1_700_000_000,
    5432,
    '/nowhere',
    '',
    '  1234567   1',
    'ready',
  ];
  writeFileSync(pidFile, `${lines.join('\n')}\n`);
  const engine = await startEngine({ dataDir });
  assert.equal(await kept(engine), 42);
  await engine.stop();
  assert.ok(isAlive(other.pid!));
  other.kill('SIGKILL');
});

test('a postmaster that dies alone is brought back on the same socket', async () => {
  const dataDir = movedTo('revived');
  const engine = await startEngine({ dataDir });
  const before = postmasterOf(dataDir)!;
  process.kill(before, 'SIGKILL');
  await until(() => ![null, before].includes(postmasterOf(dataDir)));
  await untilReady(dataDir);
  assert.equal(await kept(engine), 42);
  const revived = postmasterOf(dataDir)!;
  await engine.stop();
  await until(() => !isAlive(revived));
});

test('a postmaster that cannot be brought back is reported', async () => {
  const dataDir = movedTo('lost');
  const engine = await startEngine({ dataDir });
  const control = path.join(dataDir, 'postgres', 'global', 'pg_control');
  writeFileSync(control, 'x');
  process.kill(postmasterOf(dataDir)!, 'SIGKILL');
  await engine.died;
  await engine.stop();
});
