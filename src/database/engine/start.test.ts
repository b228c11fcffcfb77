import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EngineError, joinEngine, removeData, runningEngine, startEngine } from './index.ts';
import { kept, movableDatabase, query, serve, temporaryFolder, until } from './testing/support.ts';

const folder = temporaryFolder();
let movedTo: (name: string) => string;
before(async () => {
  movedTo = await movableDatabase(folder);
});

const fault = (name: string, words: RegExp) => (error: EngineError) => {
  assert.equal(error.fault, name, error.message);
  assert.match(error.message, words);
  assert.ok(!error.message.includes('\n'));
  return true;
};

test('a first start, interrupted once, makes the database; a second one finds it', async () => {
  const dataDir = path.join(folder, 'new', 'data');
  mkdirSync(path.join(dataDir, 'postgres.new', 'base'), { recursive: true });
  mkdirSync(path.join(dataDir, 'postgres'));
  const first = await startEngine({ dataDir });
  assert.deepEqual(await query(first, 'select current_user, current_database()'), [
    { current_user: 'matricula_owner', current_database: 'matricula' },
  ]);
  const asSuperuser = { connection: { ...first.connection, user: first.superuser } };
  const [settings] = await query(
    asSuperuser,
    `select current_setting('fsync') fsync, current_setting('listen_addresses') listen, current_setting('jit') jit,
       current_setting('max_connections') connections, current_setting('server_encoding') encoding,
       (select datlocale from pg_database where datname = 'matricula') locale,
       (select bool_and(rolpassword is null) from pg_authid where rolname ~ '^matricula') passwordless`,
  );
  assert.deepEqual(settings, {
    fsync: 'on',
    listen: '',
    jit: 'off',
    connections: '40',
    encoding: 'UTF8',
    locale: 'C.UTF-8',
    passwordless: true,
  });
  await query(first, 'create table kept as select 42 n');
  await query(asSuperuser, 'create database copy template template1');
  await first.stop();
  assert.deepEqual(readdirSync(dataDir).sort(), ['guests', 'lock', 'log', 'postgres']);

  const second = await startEngine({ dataDir });
  assert.equal(await kept(second), 42);
  await second.stop();
  await second.stop();
  removeData(dataDir);
  assert.ok(!existsSync(dataDir));
});

test('the product is no superuser, also in a data folder from when it was', async () => {
  const dataDir = movedTo('owned before');
  const old = await startEngine({ dataDir });
  const asSuperuser = { connection: { ...old.connection, user: old.superuser } };
  await query(
    asSuperuser,
    `create schema jobs; create type jobs.state as enum ('made'); create table jobs.job (id int generated always as identity, state jobs.state);
     create function jobs.one() returns int language sql return 1; create view all_jobs as select * from jobs.job; create sequence loose;
     alter table kept owner to matricula; alter database matricula owner to matricula`,
  );
  await query(asSuperuser, 'revoke set on parameter session_replication_role from matricula_owner');
  await query(asSuperuser, 'drop role matricula_owner');
  await old.stop();

  const engine = await startEngine({ dataDir });
  assert.deepEqual(
    await query(engine, 'select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user'),
    [{ rolsuper: false, rolcreaterole: false, rolcreatedb: false }],
  );
  await assert.rejects(query(engine, `copy kept to program 'true'`), /permission denied|superuser/);
  // whatever was there can be changed, as migrations do, and large imports may vouch for their rows
  await query(
    engine,
    `alter table jobs.job add column n int; insert into jobs.job (state) values ('made'); alter type jobs.state add value 'done';
     drop view all_jobs; create or replace function jobs.one() returns int language sql return 2; alter sequence loose restart;
     alter table kept add column m int; set session_replication_role = replica; drop schema jobs cascade; drop sequence loose;
     alter table kept drop column m`,
  );
  await engine.stop();
});

test('a second Matricula on the same data folder is told so, tools join the first', async () => {
  const dataDir = movedTo('shared');
  assert.equal(runningEngine(dataDir), null);
  const engine = await startEngine({ dataDir });
  const words = new RegExp(`^Another Matricula \\(process ${process.pid}\\) is using .*/shared: `);
  await assert.rejects(startEngine({ dataDir }), fault('in_use', words));
  const second = await serve(dataDir);
  assert.equal(await second.exited, 1);
  assert.match(second.said.message!, words);
  assert.throws(() => removeData(dataDir), fault('in_use', /is using/));

  assert.deepEqual(runningEngine(dataDir), { connection: engine.connection });
  const joined = await joinEngine({ dataDir });
  assert.equal(await kept(joined), 42);
  await joined.stop();
  const tool = await serve(dataDir, 'join');
  assert.equal(await kept(tool.said), 42);
  await tool.kill('SIGTERM');
  assert.equal(await kept(engine), 42);
  await engine.stop();
  assert.equal(runningEngine(dataDir), null);
});

test('tools without a server share the one that the first of them started', async () => {
  const dataDir = movedTo('tools');
  const [one, other] = await Promise.all([joinEngine({ dataDir }), serve(dataDir, 'join')]);
  const late = await joinEngine({ dataDir });
  assert.deepEqual(late.connection, one.connection);
  assert.deepEqual(other.said.connection, one.connection);
  const stopped = [one.stop(), other.kill('SIGTERM')];
  await sleep(100);
  assert.equal(await kept(late), 42);
  await late.stop();
  await Promise.all(stopped);
  assert.equal(runningEngine(dataDir), null);
});

test('stopping waits for nobody, whatever is under way', async () => {
  const engine = await startEngine({ dataDir: movedTo('busy') });
  const client = new pg.Client(engine.connection);
  client.on('error', () => {});
  await client.connect();
  await client.query('begin; update kept set n = 0');
  const lost = assert.rejects(client.query('select pg_sleep(60)'));
  await engine.stop();
  await lost;
});

test('a database of another major version is refused with the way out', async () => {
  const dataDir = movedTo('older');
  writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await assert.rejects(
    startEngine({ dataDir }),
    fault('other_version', /made by PostgreSQL 17 .* brings PostgreSQL 18: run "matricula export academy" with the/),
  );
  assert.equal(runningEngine(dataDir), null);
  writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
});

test('folders that cannot be used are refused, untouched', async () => {
  const foreign = path.join(folder, 'foreign');
  mkdirSync(path.join(foreign, 'postgres'), { recursive: true });
  writeFileSync(path.join(foreign, 'postgres', 'notes.txt'), 'mine');
  await assert.rejects(startEngine({ dataDir: foreign }), fault('folder', /holds files but no PostgreSQL database/));
  assert.equal(readFileSync(path.join(foreign, 'postgres', 'notes.txt'), 'utf8'), 'mine');

  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  await assert.rejects(startEngine({ dataDir: file }), fault('folder', /cannot be created or written/));

  const dangling = path.join(folder, 'dangling');
  mkdirSync(dangling);
  execFileSync('ln', ['-s', '/nonexistent/postgres', path.join(dangling, 'postgres')]);
  await assert.rejects(startEngine({ dataDir: dangling }), fault('folder', /points to a database that is gone/));
});

test('a damaged database says where to read about it, and gives the folder free', async () => {
  const dataDir = movedTo('damaged');
  const control = path.join(dataDir, 'postgres', 'global', 'pg_control');
  const whole = readFileSync(control);
  writeFileSync(control, 'x');
  await assert.rejects(
    startEngine({ dataDir }),
    fault('failed', /^PostgreSQL ended while starting \(.*pg_control.*\): see .*\/log\/postgres.log/),
  );
  writeFileSync(control, whole);
  const engine = await startEngine({ dataDir });
  assert.equal(await kept(engine), 42);
  await engine.stop();
});

test('the log does not grow for ever', async () => {
  const dataDir = movedTo('talkative');
  const log = path.join(dataDir, 'log', 'postgres.log');
  appendFileSync(log, Buffer.alloc(9 * 1024 * 1024, 'x'));
  const engine = await startEngine({ dataDir });
  await engine.stop();
  assert.ok(statSync(log).size < 10_000);
  assert.ok(statSync(`${log}.1`).size > 9 * 1024 * 1024);
});

test('a process that forgets to stop ends all the same, and its server with it', async () => {
  const dataDir = movedTo('forgotten');
  const served = await serve(dataDir, 'forget');
  assert.equal(await served.exited, 0);
  await until(() => !existsSync(path.join(dataDir, 'postgres', 'postmaster.pid')));
});
