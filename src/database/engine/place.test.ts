import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { isRoot } from './account.ts';
import { type EngineError, joinEngine, removeData, startEngine } from './index.ts';
import { packagedPrograms } from './programs.ts';
import { kept, movableDatabase, ordinaryAccount, serve, serverAccount, temporaryFolder } from './testing/support.ts';

const folder = temporaryFolder();
let movedTo: (name: string) => string;
before(async () => {
  movedTo = await movableDatabase(folder);
});

/** A package as npm leaves it when it runs no install scripts: without the links to libraries, and not to be written. */
function bareProgram(parent: string): string {
  const from = path.join(packagedPrograms(), '..');
  mkdirSync(parent, { recursive: true });
  execFileSync('cp', ['-R', '-P', from, path.join(parent, 'linux')]);
  const native = path.join(parent, 'linux', 'native');
  for (const entry of readdirSync(path.join(native, 'lib'), { withFileTypes: true }))
    if (entry.isSymbolicLink()) rmSync(path.join(native, 'lib', entry.name));
  execFileSync('chmod', ['-R', 'a-w', parent]);
  return native;
}

const listing = (parent: string) => readdirSync(parent, { recursive: true }).sort();
const unlock = (parent: string) => execFileSync('chmod', ['-R', 'u+w', parent]);

test('data folders with spaces, letters of all kinds, colons, commas, and long ones', async () => {
  for (const name of ['a b', 'Göteborg 学校', 'c:d, "e" $f', `${'long'.repeat(30)}/${'é'.repeat(60)}`]) {
    const engine = await startEngine({ dataDir: movedTo(name) });
    assert.equal(await kept(engine), 42, name);
    assert.ok(Buffer.byteLength(`${engine.connection.host}/.s.PGSQL.5432`) <= 107);
    assert.equal(statSync(engine.connection.host).mode & 0o777, 0o700);
    await engine.stop();
    assert.ok(!existsSync(engine.connection.host));
  }
});

test('programs without their library links, in a folder that is only read', async () => {
  const parent = path.join(folder, 'node modules ö');
  const native = bareProgram(parent);
  const as = listing(parent);
  const engine = await startEngine({ dataDir: movedTo('linked'), native });
  assert.equal(await kept(engine), 42);
  assert.deepEqual(engine.notes, []);
  await engine.stop();
  assert.deepEqual(listing(parent), as);
  unlock(parent);
});

test('programs in a folder whose name breaks a list of folders are copied once', async () => {
  const parent = path.join(folder, 'mod:ules $HOME');
  const native = bareProgram(parent);
  process.env.XDG_CACHE_HOME = path.join(folder, 'cache');
  const options = { dataDir: movedTo('from a copy'), native, shelter: path.join(folder, 'cache', 'matricula') };
  try {
    for (let start = 0; start < 2; start++) {
      const engine = await startEngine(options);
      assert.equal(await kept(engine), 42);
      assert.match(
        engine.notes.join(),
        /^PostgreSQL runs from a copy of its programs in .*\/cache\/matricula\/postgresql-/,
      );
      await engine.stop();
    }
  } finally {
    delete process.env.XDG_CACHE_HOME;
    unlock(parent);
  }
});

test('root below a folder of mode 700: programs and data go to a shelter, and are found again', {
  skip: !isRoot() && 'needs root',
}, async () => {
  const closed = path.join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const native = bareProgram(path.join(closed, 'node_modules'));
  const shelter = path.join(folder, 'shelter');
  const dataDir = path.join(closed, 'data');
  const first = await startEngine({ dataDir, native, shelter });
  assert.equal(first.notes.length, 2);
  assert.match(
    first.notes[0]!,
    /^The database of .*\/closed\/data is kept in .*\/shelter\/\w+\/postgres, where the account/,
  );
  assert.match(first.notes[1]!, /^PostgreSQL runs from a copy of its programs in .*\/shelter\/postgresql-18/);
  const tool = await joinEngine({ dataDir, native, shelter });
  assert.deepEqual(tool.connection, first.connection);
  await tool.stop();
  await first.stop();
  const home = path.dirname(readlinkSync(path.join(dataDir, 'postgres')));
  assert.equal(statSync(path.join(home, 'postgres')).uid, serverAccount().uid);
  assert.equal(statSync(home).uid, 0);

  // moved, the data folder still knows its database; another one of the old name begins with its own
  const moved = path.join(closed, 'moved');
  renameSync(dataDir, moved);
  const again = await startEngine({ dataDir: moved, native, shelter });
  const other = await startEngine({ dataDir, native, shelter });
  assert.match(other.notes.join('\n'), new RegExp(`An older database .* was left untouched in ${home}\\.`));
  await Promise.all([again.stop(), other.stop()]);
  removeData(moved);
  assert.ok(!existsSync(home));
  removeData(dataDir);
  unlock(path.join(closed, 'node_modules'));
});

test('root serves a database that a backup brought back as root, and one that others may read', {
  skip: !isRoot() && 'needs root',
}, async () => {
  const dataDir = movedTo('restored');
  execFileSync('chown', ['-R', '0:0', dataDir]);
  chmodSync(path.join(dataDir, 'postgres'), 0o755);
  const engine = await startEngine({ dataDir });
  assert.equal(await kept(engine), 42);
  assert.match(engine.notes.join(), /was given to the account/);
  await engine.stop();
});

test('root that can find no reachable place says what to set', { skip: !isRoot() && 'needs root' }, async () => {
  const closed = path.join(folder, 'no way');
  mkdirSync(closed, { mode: 0o700 });
  await assert.rejects(
    startEngine({ dataDir: path.join(closed, 'data'), shelter: path.join(closed, 'shelter') }),
    (error: EngineError) =>
      error.fault === 'account' && /set DATA_DIR to a folder that it can reach/.test(error.message),
  );
});

test('an ordinary user starts, is left alone by others, and goes on after root', async (t) => {
  const account = ordinaryAccount();
  if (typeof account === 'string') return t.skip(account);
  const own = path.join(folder, 'own');
  mkdirSync(own);
  if (isRoot()) execFileSync('chown', [`${account.uid}:${account.gid}`, own]);
  const dataDir = path.join(own, 'data');
  const first = await serve(dataDir, 'serve', account);
  assert.deepEqual(first.said.notes, []);
  assert.equal(statSync(path.join(dataDir, 'postgres')).uid, account.uid);
  if (isRoot()) {
    // a tool of root's beside the user's server
    const tool = await joinEngine({ dataDir });
    assert.deepEqual(tool.connection, first.said.connection);
    await tool.stop();
  }
  await first.kill('SIGTERM');
  if (isRoot()) {
    const asRoot = await startEngine({ dataDir });
    await asRoot.stop();
    assert.equal(statSync(path.join(dataDir, 'postgres')).uid, account.uid);
  }
  const second = await serve(dataDir, 'serve', account);
  assert.equal(second.said.message, undefined);
  await second.kill('SIGTERM');
});

test('an ordinary user in the data folder of another account is told whose it is', async (t) => {
  const account = ordinaryAccount();
  if (typeof account === 'string') return t.skip(account);
  if (!isRoot()) return t.skip('needs root');
  const dataDir = movedTo('of another');
  const refused = await serve(dataDir, 'serve', account);
  assert.equal(await refused.exited, 1);
  assert.equal(refused.said.fault, 'folder');
  const engine = await startEngine({ dataDir });
  const outside = await serve(dataDir, 'join', account);
  assert.equal(await outside.exited, 1);
  assert.equal(outside.said.fault, 'account');
  await engine.stop();
});
