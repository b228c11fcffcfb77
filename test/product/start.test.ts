import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postmasterPid } from '../../src/database/engine/leftovers.ts';
import { discard } from '../../src/database/engine/testing/discard.ts';
import { isAlive } from '../../src/database/engine/testing/support.ts';
import { testDatabase, urlOf } from '../support/database.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const children = new Set<ChildProcess>();
let dataDir: string;

before(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-product-'));
  // closed to the account that runs the database when we are root
  chmodSync(dataDir, 0o755);
});

after(() => {
  for (const child of children) child.kill('SIGKILL');
  discard(dataDir);
});

interface Running {
  child: ChildProcess;
  url: string;
  output(): string;
  exit: Promise<[code: number | null, signal: string | null]>;
}

/** The product as `npm start` starts it, on a free port; resolves when it says that it answers. */
async function start(env: Record<string, string> = {}): Promise<Running> {
  const running = launch(['serve'], env);
  for (let tries = 0; tries < 3600; tries++) {
    const [, url] = /Matricula answers at (\S+)/.exec(running.output()) ?? [];
    if (url) return { ...running, url };
    if (running.child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`did not start:\n${running.output()}`);
}

function launch(args: string[], env: Record<string, string>): Omit<Running, 'url'> {
  const child = spawn(process.execPath, [path.join(ROOT, 'src/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, DATABASE_URL: '', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, output: () => text, exit: once(child, 'exit') as Running['exit'] };
}

async function stop(
  running: Running,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<{ code: number | null; ms: number }> {
  const from = performance.now();
  running.child.kill(signal);
  const [code] = await running.exit;
  return { code, ms: performance.now() - from };
}

const keyOf = (output: string): string => /apiKey: (\S+)/.exec(output)?.[1] ?? assert.fail(`no API key in:\n${output}`);

/** What is told of a first start, and of no other. */
const STEPS = [/^Making a PostgreSQL database in .+ …$/m, /^Making the tables …$/m, /^Filling the demo academy …$/m];

test('a first start makes the demo, a second one shows the same table, and both end by themselves', async () => {
  const first = await start();
  const key = keyOf(first.output());
  for (const step of STEPS) assert.match(first.output(), step);
  for (const path of ['/healthz', '/readyz', '/docs', '/metrics'])
    assert.equal((await fetch(first.url + path)).status, 200, path);
  const people = await fetch(`${first.url}/matricula/v1/people?limit=5`, {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.equal(people.status, 200);
  assert.equal(((await people.json()) as { data: unknown[] }).data.length, 5);
  assert.equal((await stop(first)).code, 0);

  const second = await start();
  assert.equal(keyOf(second.output()), key);
  for (const step of STEPS) assert.doesNotMatch(second.output(), step);
  const stopped = await stop(second, 'SIGINT');
  assert.equal(stopped.code, 0);
});

test('with a database elsewhere the data folder need not be there, nor be ours', async () => {
  const database = await testDatabase();
  const env = { DATABASE_URL: urlOf(database.connection), DATA_DIR: path.join(dataDir, 'not', 'there') };
  try {
    const without = await start(env);
    assert.equal((await fetch(`${without.url}/readyz`)).status, 200);
    assert.doesNotMatch(without.output(), /apiKey/, 'no demo unless asked');
    assert.equal((await stop(without)).code, 0);

    const asked = await start({ ...env, DEMO: 'on' });
    keyOf(asked.output());
    assert.ok(existsSync(path.join(env.DATA_DIR, 'server.json')));
    assert.equal((await stop(asked)).code, 0);

    const file = path.join(dataDir, 'a-file');
    writeFileSync(file, '');
    const nowhere = await start({ ...env, DATA_DIR: path.join(file, 'below') });
    assert.equal((await fetch(`${nowhere.url}/readyz`)).status, 200);
    assert.equal((await stop(nowhere)).code, 0);
  } finally {
    await database.close();
  }
});

test('a second server on the same data folder says so and exits 1', async () => {
  const first = await start();
  const second = launch(['serve'], {});
  const [code] = await second.exit;
  assert.equal(code, 1);
  assert.match(second.output(), /another Matricula/i);
  assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
  await stop(first);
});

test('a signal ends event streams and loses no request', async () => {
  const running = await start();
  const headers = { authorization: `Bearer ${keyOf(running.output())}` };
  const stream = await fetch(`${running.url}/matricula/v1/event-stream`, { headers });
  assert.equal(stream.status, 200);
  const ended = stream.text().catch(() => 'cut');
  const ask = () =>
    fetch(`${running.url}/matricula/v1/enrollments?limit=20`, { headers }).then((answer) =>
      answer.json().then(() => answer.status),
    );
  await ask();
  // few enough for two seconds of a slow machine: longer than that nobody is waited for
  const requests = Array.from({ length: 6 }, ask);
  await Promise.race(requests);
  const { code } = await stop(running);
  assert.equal(code, 0);
  assert.deepEqual(new Set(await Promise.all(requests)), new Set([200]));
  assert.notEqual(await ended, 'cut');
});

test('from the signal on it is draining, and serves until the port closes', async () => {
  const running = await start({ DRAIN_S: '3' });
  const headers = { authorization: `Bearer ${keyOf(running.output())}`, connection: 'close' };
  const ready = async () => {
    const answer = await fetch(`${running.url}/readyz`, { headers });
    return `${answer.status} ${((await answer.json()) as { status: string }).status}`;
  };
  assert.equal(await ready(), '200 ready');
  let over = false;
  void running.exit.then(() => {
    over = true;
  });
  running.child.kill('SIGTERM');
  const told: string[] = [];
  let served = 0;
  while (!over) {
    const said = await ready().catch(() => 'closed');
    if (said !== told.at(-1)) told.push(said);
    if (said === '503 draining')
      served += await fetch(`${running.url}/matricula/v1/people?limit=1`, { headers }).then(
        (answer) => Number(answer.status === 200),
        () => 0,
      );
    await sleep(20);
  }
  // the signal itself takes its time to arrive
  assert.deepEqual(told.slice(told[0] === '200 ready' ? 1 : 0), ['503 draining', 'closed']);
  assert.ok(served > 0);
  assert.deepEqual(await running.exit, [0, null]);
});

test('kill -9 leaves nothing that the next start does not repair', async () => {
  const first = await start();
  const key = keyOf(first.output());
  const made = await fetch(`${first.url}/matricula/v1/people`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ givenName: 'Ada', familyName: 'Kept' }),
  });
  assert.equal(made.status, 201);
  const { id } = (await made.json()) as { id: string };
  first.child.kill('SIGKILL');
  await first.exit;
  const second = await start();
  const kept = await fetch(`${second.url}/matricula/v1/people/${id}`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(kept.status, 200);
  await stop(second);
});

test('commands work beside a running server and alone', async () => {
  const running = await start();
  const make = launch(['client', 'create', '--tenant', 'demo', '--dialect', 'absorb', '--json'], {});
  assert.deepEqual(await make.exit, [0, null]);
  const made = JSON.parse(make.output()) as { baseUrl: string; credentials: Record<string, string> };
  assert.equal(made.baseUrl, `${running.url}/absorb`);
  const { username, password, privateKey } = made.credentials;
  const signIn = () =>
    fetch(`${made.baseUrl}/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': privateKey! },
      body: JSON.stringify({ username, password, privateKey }),
    });
  const token = await signIn();
  assert.equal(token.status, 200);
  const headers = { authorization: (await token.json()) as string, 'x-api-key': privateKey! };
  assert.equal((await fetch(`${made.baseUrl}/my-details`, { headers })).status, 200);

  const list = launch(['client', 'list', '--tenant', 'demo', '--json'], {});
  await list.exit;
  const client = (JSON.parse(list.output()) as { id: string; keyHint: string }[]).find((one) =>
    privateKey!.endsWith(one.keyHint),
  )!;
  // another process revokes: the server hears of it at once
  assert.deepEqual(await launch(['client', 'revoke', client.id, '--tenant', 'demo'], {}).exit, [0, null]);
  for (let tries = 0; tries < 1200 && (await fetch(`${made.baseUrl}/my-details`, { headers })).status === 200; tries++)
    await sleep(50);
  assert.notEqual((await fetch(`${made.baseUrl}/my-details`, { headers })).status, 200);
  await stop(running);

  const alone = launch(['tenant', 'list', '--json'], {});
  assert.deepEqual(await alone.exit, [0, null]);
  assert.equal((JSON.parse(alone.output()) as unknown[]).length, 1);
});

/** The lines of a shell below each `A first request`. */
const firstCallsIn = (output: string): string[] =>
  [...output.matchAll(/^A first request.*:\n((?: {2}.+\n)+)/gm)].map(([, lines]) => lines!);

/** Two of something, as each protocol lists them. */
const TWO: Record<string, (answer: any) => number> = {
  matricula: (answer) => answer.data.length,
  absorb: (answer) => answer.users.length,
  enabley: (answer) => answer.length,
};

const hasCurl = (() => {
  try {
    return execFileSync('curl', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

test('the first requests that are printed work when they are pasted', { skip: !hasCurl }, async () => {
  const running = await start();
  const run = promisify(execFile);
  const paste = async (dialect: string, lines: string) =>
    assert.equal(TWO[dialect]!(JSON.parse((await run('sh', ['-c', lines])).stdout)), 2, lines);
  const printed = firstCallsIn(running.output());
  const dialects = Object.keys(TWO);
  assert.equal(printed.length, dialects.length);
  for (const [n, dialect] of dialects.entries()) {
    await paste(dialect, printed[n]!);
    const made = launch(['client', 'create', '--tenant', 'demo', '--dialect', dialect], {});
    assert.deepEqual(await made.exit, [0, null], made.output());
    const calls = firstCallsIn(made.output());
    assert.equal(calls.length, 1);
    await paste(dialect, calls[0]!);
  }
  await stop(running);
});

test('wrong settings are told one sentence each, and exit 1', async () => {
  const wrong = launch(['serve'], { PORT: 'http', DATABASE_POOL: '1', PUBLIC_URL: 'nowhere' });
  const [code] = await wrong.exit;
  assert.equal(code, 1);
  assert.equal(wrong.output().trim().split('\n').length, 3);
  for (const name of ['PORT', 'DATABASE_POOL', 'PUBLIC_URL'])
    assert.match(wrong.output(), new RegExp(`^${name} `, 'm'));
});

/** What is there, in the data folder, at moments of a first start. */
const MOMENTS: [moment: string, file: string, text?: string][] = [
  ['while it makes its database', 'postgres.new/PG_VERSION'],
  ['while PostgreSQL starts', 'postgres/postmaster.pid'],
  ['while it migrates', 'engine.json', '"connection"'],
  ['while it makes the demo', 'demo.json'],
];

test('a signal ends a server that is only starting, and its PostgreSQL with it', async (t) => {
  const own = mkdtempSync(path.join(tmpdir(), 'matricula-signal-'));
  chmodSync(own, 0o755);
  // what an earlier start left there is no moment of this one, which may not listen for signals yet
  const holds = (file: string, text: string, since: number) => {
    const at = path.join(own, file);
    try {
      return statSync(at).mtimeMs > since && readFileSync(at, 'utf8').includes(text);
    } catch {
      return false;
    }
  };
  try {
    // each start goes on from what the one before left half done
    for (const [moment, file, text = ''] of MOMENTS)
      await t.test(moment, async () => {
        const since = Date.now();
        const running = launch(['serve'], { DATA_DIR: own });
        while (!holds(file, text, since) && running.child.exitCode === null) await sleep(2);
        const postmaster = postmasterPid(path.join(own, 'postgres'));
        running.child.kill('SIGTERM');
        assert.deepEqual(await running.exit, [0, null], running.output());
        assert.doesNotMatch(running.output(), /^\s+at /m);
        while (postmaster !== null && isAlive(postmaster)) await sleep(10);
      });
    const whole = await start({ DATA_DIR: own });
    keyOf(whole.output());
    assert.equal((await stop(whole)).code, 0);
  } finally {
    discard(own);
  }
});

test('a signal ends a command that waits, and says so', async () => {
  const database = await testDatabase();
  const holder = await database.pool.connect();
  try {
    // as another server does that migrates
    await holder.query('select pg_advisory_lock($1)', [0x6d617472]);
    const waiting = launch(['tenant', 'list'], { DATABASE_URL: urlOf(database.connection) });
    const waits = async () =>
      (await database.pool.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).rowCount! > 0;
    while (!(await waits()) && waiting.child.exitCode === null) await sleep(10);
    waiting.child.kill('SIGTERM');
    assert.deepEqual(await waiting.exit, [143, null]);
    assert.equal(waiting.output(), 'Stopped by SIGTERM.\n');
  } finally {
    holder.release(true);
    await database.close();
  }
});
