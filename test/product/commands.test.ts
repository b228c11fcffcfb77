import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase, urlOf } from '../support/database.ts';
import type { Command, Ended } from '../support/run-commands.ts';

const MAIN = path.resolve(import.meta.dirname, '../../src/main.ts');

let database: TestDatabase;
let folder: string;
let taken: net.Server;
let settings: Record<string, string>;
before(async () => {
  database = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'matricula-commands-'));
  chmodSync(folder, 0o755);
  taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  settings = { DATABASE_URL: urlOf(database.connection), DATA_DIR: path.join(folder, 'data'), PORT: '0' };
  const made = await matricula(['tenant', 'create', '--name', 'School', '--slug', 'school']);
  assert.equal(made.code, 0, made.err);
  writeFileSync(path.join(folder, 'file'), 'no zip');
  writeFileSync(path.join(folder, 'bad.yaml'), 'people: [');
  writeFileSync(path.join(folder, 'refused.yaml'), 'persons:\n  - {key: a}\n');
  mkdirSync(path.join(folder, 'empty'));
});
after(async () => {
  taken.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the commands one after the other. */
async function matriculas(commands: Command[]): Promise<Ended[]> {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../support/run-commands.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(
    JSON.stringify(commands.map(({ args, env }) => ({ args, env: { LOG_LEVEL: '', ...settings, ...env } }))),
  );
  const ended = JSON.parse(await text(child.stdout)) as Ended[];
  // a slow machine is told that a command still works
  return ended.map(({ err, ...one }) => ({ ...one, err: err.replaceAll(/^… still .*\n/gm, '') }));
}

const matricula = async (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  (await matriculas([{ args, env }]))[0]!;

const inFolder = (name: string): string => path.join(folder, name);
const elsewhere = (change: (url: URL) => void): Record<string, string> => {
  const url = new URL(settings['DATABASE_URL']!);
  change(url);
  return { DATABASE_URL: url.href };
};

/** What is asked, how it ends, and the sentence. */
const FAULTS: [what: string, args: () => string[], words: RegExp, env?: () => Record<string, string>][] = [
  ['an unknown command', () => ['serv'], /^There is no command "serv"/],
  ['an unknown subcommand', () => ['tenant', 'destroy'], /^Unknown command 'destroy'/],
  ['an unknown option', () => ['tenant', 'list', '--all'], /^Unknown option '--all'/],
  ['a surplus word', () => ['serve', 'now'], /^Too many arguments/],
  ['a missing option', () => ['client', 'create', '--tenant', 'school'], /^Required option '--dialect/],
  [
    'a protocol that is not spoken',
    () => ['client', 'create', '--tenant', 'school', '--dialect', 'adobe'],
    /'adobe' is invalid.* matricula, absorb, enabley/,
  ],
  ['a group of commands alone', () => ['tenant'], /^Name a command of `matricula tenant`: create, list/],
  ['help for nothing', () => ['help', 'nothing'], /^Name a command of `matricula`: serve, migrate/],
  [
    'an option without its value',
    () => ['client', 'list', '--tenant'],
    /^Option '--tenant <tenant>' argument missing\. See `matricula client list --help`\.$/m,
  ],
  [
    'an unknown option of a group',
    () => ['client', '--all'],
    /^Unknown option '--all'\. See `matricula client --help`/,
  ],
  ['an unknown tenant', () => ['client', 'list', '--tenant', 'nobody'], /^There is no tenant "nobody"/],
  [
    'a taken slug',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'school'],
    /^Another tenant has this slug: school/,
  ],
  [
    'a slug that is none',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'A B'],
    /^--slug "A B" must be lower case letters/,
  ],
  [
    'a time zone that is none',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'x', '--time-zone', 'Mars'],
    /^--time-zone "Mars" must be an IANA time zone\.$/m,
  ],
  ['a name that is none', () => ['tenant', 'create', '--name', '', '--slug', 'x'], /^--name is missing or empty\.$/m],
  [
    'a redirect that is none',
    () => ['client', 'create', '--tenant', 'school', '--dialect', 'absorb', '--redirect-uri', 'x'],
    /^--redirect-uri "x" must be /,
  ],
  ['an unknown client', () => ['client', 'revoke', 'x', '--tenant', 'school'], /^There is no such api client/],
  ['an unknown person', () => ['person', 'set-password', 'ada', '--tenant', 'school'], /^Nobody in school/],
  ['a missing set', () => ['import', 'oneroster', inFolder('none.zip'), '--tenant', 'school'], /none\.zip/],
  [
    'a set that is no zip',
    () => ['import', 'oneroster', inFolder('file'), '--tenant', 'school'],
    /^file: not a zip that can be read\.$/m,
  ],
  [
    'an empty folder',
    () => ['import', 'oneroster', inFolder('empty'), '--tenant', 'school'],
    /^empty: no CSV files in it\.$/m,
  ],
  ['a missing academy', () => ['import', 'academy', inFolder('none.yaml'), '--tenant', 'school'], /none\.yaml/],
  ['a folder for an academy', () => ['import', 'academy', inFolder('empty'), '--tenant', 'school'], /is a folder/],
  ['an academy that is no YAML', () => ['import', 'academy', inFolder('bad.yaml'), '--tenant', 'school'], /./],
  [
    'a missing academy of a new tenant',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'left', '--academy', inFolder('none.yaml')],
    /none\.yaml does not exist/,
  ],
  [
    'a folder for an academy of a new tenant',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'left', '--academy', inFolder('empty')],
    /empty is a folder/,
  ],
  [
    'a refused academy of a new tenant',
    () => ['tenant', 'create', '--name', 'x', '--slug', 'left', '--academy', inFolder('refused.yaml')],
    /persons/,
  ],
  [
    'an output that cannot be written',
    () => ['export', 'academy', '--tenant', 'school', '--output', inFolder('none/out.yaml')],
    /out\.yaml cannot be written: the folder .*none does not exist/,
  ],
  [
    'an output where nothing can be made',
    () => ['export', 'academy', '--tenant', 'school', '--output', '/proc/out.yaml'],
    /^\/proc\/out\.yaml (cannot be written|may not be used)/,
  ],
  ['an output that is a folder', () => ['export', 'academy', '--tenant', 'school', '--output', folder], /is a folder/],
  [
    'refusals that cannot be written',
    () => [
      'import',
      'oneroster',
      path.resolve(import.meta.dirname, '../fixtures/oneroster'),
      '--tenant',
      'school',
      '--refusals',
      inFolder('none/out'),
    ],
    /./,
  ],
  [
    'a port that is taken',
    () => ['serve'],
    /^Port \d+ of 127\.0\.0\.1 is in use/,
    () => ({ PORT: String((taken.address() as net.AddressInfo).port) }),
  ],
  ['a host that is not ours', () => ['serve'], /no address of this machine/, () => ({ HOST: '192.0.2.1' })],
  ['settings that are none', () => ['serve'], /^PORT is "x"/, () => ({ PORT: 'x' })],
  [
    'a database URL that is none',
    () => ['tenant', 'list'],
    /^DATABASE_URL cannot be used: .*postgres:/,
    () => ({ DATABASE_URL: 'mysql://x' }),
  ],
  [
    'a database that does not answer',
    () => ['tenant', 'list'],
    /^The database of DATABASE_URL does not answer at 127\.0\.0\.1:1,/,
    () => ({ DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' }),
  ],
  [
    'a database that is not there',
    () => ['tenant', 'list'],
    /does not exist/,
    () =>
      elsewhere((url) => {
        url.pathname = '/nothing_here';
      }),
  ],
  [
    'a user that is not there',
    () => ['tenant', 'list'],
    /refuses this user/,
    () =>
      elsewhere((url) => {
        url.username = 'nobody_here';
      }),
  ],
  [
    'a data folder that cannot be made',
    () => ['tenant', 'list'],
    /cannot be created or written/,
    () => ({ DATABASE_URL: '', DATA_DIR: inFolder('file/below') }),
  ],
  [
    'a data folder in a file system that makes none',
    () => ['tenant', 'list'],
    /cannot be created or written/,
    () => ({ DATABASE_URL: '', DATA_DIR: '/proc/none/below' }),
  ],
  [
    'a port that is taken, before a database is made',
    () => ['serve'],
    /^Port \d+ of 127\.0\.0\.1 is in use/,
    () => ({
      DATABASE_URL: '',
      DATA_DIR: inFolder('never'),
      PORT: String((taken.address() as net.AddressInfo).port),
    }),
  ],
];

test('every fault is told in a sentence on standard error, and ends with 1', async (t) => {
  const ended = await matriculas(FAULTS.map(([, args, , env]) => ({ args: args(), env: env?.() ?? {} })));
  const told = new Map(FAULTS.map(([what], n) => [what, ended[n]!]));
  for (const [what, , words] of FAULTS)
    await t.test(what, () => {
      const { code, out, err } = told.get(what)!;
      assert.match(err, words);
      assert.doesNotMatch(err, /^\s+at |secret|fault of Matricula/m, 'neither stack nor password');
      assert.ok(err.trim().split('\n').length <= 2, err);
      assert.deepEqual([code, out], [1, '']);
    });
  assert.ok(!existsSync(inFolder('never')), 'nothing was begun');
  const { out } = await matricula(['tenant', 'list', '--json']);
  assert.deepEqual(
    (JSON.parse(out) as { slug: string }[]).map(({ slug }) => slug),
    ['school'],
    'nothing was left behind',
  );
});

test('help says which options are needed', async () => {
  const { code, out } = await matricula(['client', 'create', '--help']);
  assert.equal(code, 0);
  assert.match(out, /--tenant <tenant> +slug or id \(required\)/);
  assert.match(out, /--dialect <dialect> +protocol it speaks \(required\)/);
  assert.doesNotMatch(out, /API client \(required\)|--json.*required/);
});

test('all that is wrong with a line is told, a sentence each', async () => {
  const line = ['client', 'create', 'now', '--dialect', 'adobe', '--colour', 'red', '--deep', '--redirect-uri'];
  const { code, err } = await matricula(line);
  assert.equal(code, 1);
  assert.deepEqual(err.trim().split('\n'), [
    "Option '--dialect <dialect>' argument 'adobe' is invalid. Allowed choices are matricula, absorb, enabley.",
    "Option '--redirect-uri <uri...>' argument missing.",
    "Required option '--tenant <tenant>' not specified.",
    "Unknown option '--colour'.",
    "Unknown option '--deep'.",
    'Too many arguments: "now". See `matricula client create --help`.',
  ]);
});

test('faults are one JSON document where JSON is asked for', async () => {
  const asked: [args: string[], env: Record<string, string>, faults: RegExp[]][] = [
    [['client', 'list', 'now', '--json'], {}, [/^Required option '--tenant/, /^Too many arguments: "now"\./]],
    [['client', 'list', '--tenant', 'nobody', '--json'], {}, [/^There is no tenant "nobody"/]],
    [['tenant', 'create', '--name', 'x', '--slug', 'A', '--json'], {}, [/^--slug "A" must be/]],
    [['tenant', 'list', '--json'], { PORT: 'x', HOST: '?' }, [/^HOST is "\?"/, /^PORT is "x"/]],
    [['nothing', '--json'], {}, [/^There is no command "nothing"/]],
    [['import', 'oneroster', inFolder('file'), '--tenant', 'school', '--json'], {}, [/^file: not a zip/]],
  ];
  const ended = await matriculas(asked.map(([args, env]) => ({ args, env })));
  for (const [n, [args, , faults]] of asked.entries()) {
    const { code, out, err } = ended[n]!;
    assert.deepEqual([code, out], [1, ''], args.join(' '));
    const told = JSON.parse(err.trim().split('\n').at(-1)!) as { error: string; code: number };
    const lines = told.error.split('\n');
    assert.deepEqual([told.code, lines.length], [1, faults.length], err);
    for (const [at, words] of faults.entries()) assert.match(lines[at]!, words);
  }
});

test('a database that takes no writes is refused by a sentence', async () => {
  const name = (await database.pool.query('select current_database() as name')).rows[0].name as string;
  await database.pool.query(`alter database ${name} set default_transaction_read_only = on`);
  try {
    const { code, err } = await matricula(['serve']);
    assert.equal(code, 1);
    assert.match(err, /^The database of DATABASE_URL is read-only, a standby perhaps: .*\n$/);
  } finally {
    const client = await database.pool.connect();
    // a connection of a moment ago begins read-only, too: each of these is a transaction
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter database ${name} reset default_transaction_read_only`);
    client.release();
  }
});

test('nothing of another database’s demo is shown', async () => {
  const data = inFolder('shared-data');
  mkdirSync(data);
  writeFileSync(
    path.join(data, 'demo.json'),
    JSON.stringify({
      tenantId: '00000000-0000-4000-8000-000000000001',
      credentials: [{ dialect: 'matricula', credentials: { apiKey: 'mk_of_another' } }],
    }),
  );
  for (const args of [['demo'], ['demo', '--json']])
    assert.doesNotMatch((await matricula(args, { DATA_DIR: data })).out, /mk_of_another/);
  const child = spawn(process.execPath, [MAIN], { env: { ...process.env, ...settings, DATA_DIR: data } });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  while (!out.includes('answers at') && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  assert.match(out, /answers at/);
  assert.doesNotMatch(out, /mk_of_another/);
});
