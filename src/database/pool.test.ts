import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adminConnection, type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { proxyTo, type SilentProxy } from '../../test/support/proxy.ts';
import { endWork, newHalt, underHalt } from '../record/kernel/halt.ts';
import { type Connected, connect } from './client.ts';
import { withBulkConnection } from './copy.ts';
import { health } from './health.ts';
import { run } from './run.ts';

let database: TestDatabase;
let proxy: SilentProxy;
let connected: Connected;
before(async () => {
  database = await testDatabase();
  proxy = await proxyTo(database.connection);
  connected = connect({ connection: proxy.connection, poolSize: 3, namedStatements: true, patienceMs: 2_000 });
});
after(async () => {
  await connected.close();
  await proxy.close();
  await database.close();
});

const one = async (): Promise<number> => (await run<{ one: number }>(connected.db, 'select 1 as one', [])).rows[0]!.one;

/** Uses every connection of the pool once. */
const useAll = () => Promise.all([1, 2, 3].map(() => connected.pool.query('select pg_sleep(0.05)')));

/** Runs the work as a request does whose time is up at once; gives how it ended. */
async function late(work: () => Promise<unknown>): Promise<'done' | 'undone' | 'kept' | 'failed'> {
  const halt = newHalt();
  return new Promise((done) => {
    underHalt(halt, work).then(
      () => done('done'),
      () => done(halt.kept ? 'kept' : 'failed'),
    );
    setTimeout(() => endWork(halt, () => done('undone')), 200);
  });
}

test('connections that fell silent while nobody used them are replaced', async () => {
  await useAll();
  proxy.swallow();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  assert.deepEqual(await Promise.all([one(), one(), one()]), [1, 1, 1]);
  assert.deepEqual(await health(connected.pool), { well: true });
});

test('a connection that falls silent under a statement is cut when the time of its request is up, and so are its neighbours', async () => {
  await useAll();
  proxy.swallow();
  assert.equal(await late(one), 'undone');
  assert.equal(await one(), 1);
});

test('of a write that was swallowed nobody says that it was not done', async () => {
  await useAll();
  proxy.swallow();
  assert.equal(await late(() => run(connected.db, 'delete from tenant where id is null', [])), 'kept');
  assert.equal(await one(), 1);
});

test('a server that answers nobody is unreachable, and is found again', async () => {
  proxy.swallowAll(true);
  assert.deepEqual(await health(connected.pool), {
    well: false,
    outage: 'unreachable',
    words: 'The database does not answer.',
  });
  assert.equal(await late(one), 'undone');
  proxy.swallowAll(false);
  assert.equal(await one(), 1);
  assert.deepEqual(await health(connected.pool), { well: true });
});

test('a backend that is frozen is left behind', async () => {
  const client = await database.pool.connect();
  const pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid as number;
  client.release();
  process.kill(pid, 'SIGSTOP');
  try {
    assert.equal(await late(() => run(database.db, 'select 1', [])), 'undone');
    assert.equal((await run(database.db, 'select 1', [])).rows.length, 1);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('work of its own that is called off ends though its connection is silent', async () => {
  const ending = new AbortController();
  const reason = new Error('called off');
  await assert.rejects(
    withBulkConnection(
      connected.pool,
      async ({ db }) => {
        proxy.swallowAll(true);
        setTimeout(() => ending.abort(reason), 100);
        await run(db, 'select 1', []);
      },
      ending.signal,
    ),
    (error) => error === reason,
  );
  proxy.swallowAll(false);
  assert.equal(await one(), 1);
});

test('of several hosts the one that takes writes is used, and found again when it moves', async () => {
  const [first, second] = [await proxyTo(database.connection), await proxyTo(database.connection)];
  const { user, database: name } = first.connection;
  const several = connect({
    connection: `postgres://${user}@127.0.0.1:${first.connection.port},127.0.0.1:${second.connection.port}/${name}`,
    poolSize: 2,
    namedStatements: true,
  });
  const port = async () => {
    // a connection that is cut at this moment fails once
    while (!(await several.pool.query('select 1').catch(() => null)));
    return [first, second][several.pool.server.current];
  };
  try {
    assert.equal(await port(), first);
    first.refuse(true);
    assert.equal(await port(), second);
    first.refuse(false);
    second.refuse(true);
    assert.equal(await port(), first);
    await database.pool.query(`alter database ${name} set default_transaction_read_only = on`);
    await several.pool.query('set default_transaction_read_only = on');
    await assert.rejects(several.pool.query('delete from tenant'), { code: '25006' });
    second.refuse(false);
    // none of them takes writes: the old connection is not used any more, and there is no other
    await assert.rejects(several.pool.query('select 1'), { code: '25006' });
    await database.pool.query(
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    );
    await several.pool.query('delete from tenant where id is null');
  } finally {
    await several.close();
    await Promise.all([first.close(), second.close()]);
  }
});

test('health tells a database that takes no writes, and one without room until there is some', async () => {
  const { pool } = database;
  const name = (await pool.query('select current_database() as name')).rows[0].name as string;
  const readOnly = connect({ connection: database.connection, poolSize: 2, namedStatements: false });
  try {
    await pool.query(`alter database ${name} set default_transaction_read_only = on`);
    assert.partialDeepStrictEqual(await health(readOnly.pool), { well: false, outage: 'read_only' });
    await assert.rejects(readOnly.pool.query('delete from tenant'), { code: '25006' });
  } finally {
    await pool.query(
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    );
    await readOnly.close();
  }

  const admin = adminConnection();
  const superuser = connect({
    connection: typeof admin === 'string' ? database.connection : { ...admin, database: name },
    poolSize: 1,
    namedStatements: false,
  });
  const full = connect({ connection: database.connection, poolSize: 1, namedStatements: false });
  try {
    await superuser.pool.query(
      `create function no_room() returns event_trigger language plpgsql as $$ begin raise sqlstate '53100' using message = 'No space left on device'; end $$;
       create event trigger no_room on ddl_command_start when tag in ('CREATE TABLE') execute function no_room()`,
    );
    assert.deepEqual(await health(full.pool), { well: true }, 'nothing was refused yet');
    await assert.rejects(full.pool.query('create table filling (n int)'), { code: '53100' });
    assert.partialDeepStrictEqual(await health(full.pool), { well: false, outage: 'full' });
    await superuser.pool.query('drop event trigger no_room');
    assert.deepEqual(await health(full.pool), { well: true });
  } finally {
    await full.close();
    await superuser.close();
  }
});
