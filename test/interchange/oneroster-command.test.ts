import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { Tenants } from '../../src/record/access/index.ts';
import { type TestDatabase, testDatabase, urlOf } from '../support/database.ts';
import type { Command, Ended } from '../support/run-commands.ts';
import { ENROLLMENTS, enrollment, school } from './small-school.ts';
import { academy, csv, type Files, inFolder } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

let count = 0;

/** Imports into a new tenant by the command line, once for each list of options. */
async function imported(files: Files, ...options: string[][]): Promise<Ended[]> {
  count++;
  const slug = `line-${count}`;
  await Tenants.create(Tenants.operator(database.db, 'test'), { name: slug, slug, timeZone: 'UTC' });
  return inFolder(files, async (folder) => {
    const env = { LOG_LEVEL: '', DATABASE_URL: urlOf(database.connection) };
    const commands: Command[] = options.map((more) => ({
      args: ['import', 'oneroster', folder, '--tenant', slug, ...more],
      env,
    }));
    const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../support/run-commands.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(JSON.stringify(commands));
    return JSON.parse(await text(child.stdout)) as Ended[];
  });
}

const lastLine = (said: string): string =>
  said
    .trimEnd()
    .split(/[\r\n]+/)
    .at(-1)!;

const rows = (bad: number, all: number) => [
  enrollment('e1', 'ann'),
  enrollment('e2', 'bob'),
  ...Array.from({ length: all - 2 }, (_, i) => enrollment(`x${i}`, i < bad ? 'nobody' : 'ann')),
];

test('refused rows that cost much are said in the last line, with exit code 2 unless lenient', async () => {
  const files = { ...school, enrollments: csv(ENROLLMENTS, ...rows(2, 100)) };
  const [plain, dry, lenient, json] = await imported(files, [], ['--dry-run'], ['--lenient'], ['--json']);
  const words = 'Refused rows cost much: 2 of 100 rows of enrollments.csv.';
  assert.deepEqual([plain!.code, lastLine(plain!.err)], [2, words]);
  assert.deepEqual([dry!.code, lastLine(dry!.err)], [2, words]);
  assert.deepEqual([lenient!.code, lastLine(lenient!.out)], [0, words]);
  assert.deepEqual([json!.code, JSON.parse(json!.out).warning], [2, words]);
  assert.deepEqual(JSON.parse(lastLine(json!.err)), { error: words, code: 2 });
  assert.ok(!/[\r{]/.test(plain!.err), plain!.err);
});

test('a file for refusals or changes that cannot be written is one sentence, and leaves no run behind', async () => {
  const ended = await imported(
    school,
    ['--refusals', '/nowhere/refused.jsonl'],
    ['--dry-run', '--changes', '/'],
    ['--refusals', '/nowhere/refused.jsonl', '--json'],
    ['--encoding', 'morse', '--json'],
    [],
  );
  const words = '/nowhere/refused.jsonl cannot be written: the folder /nowhere does not exist.';
  assert.deepEqual(
    ended.slice(0, 2).map(({ code, err }) => [code, err]),
    [
      [1, `${words}\n`],
      [1, '/ is a folder, and a file is wanted.\n'],
    ],
  );
  assert.deepEqual(JSON.parse(ended[2]!.err), { error: words, code: 1 });
  assert.match(JSON.parse(ended[3]!.err).error, /morse/);
  assert.equal(ended[4]!.code, 0, ended[4]!.err);
  const { rows } = await database.pool.query(
    `select state from import_run r join tenant t on t.id = r.tenant_id where t.slug = $1`,
    [`line-${count}`],
  );
  assert.deepEqual(rows, [{ state: 'complete' }]);
});

test('one row of a hundred is not much', async () => {
  const [ended] = await imported({ ...school, enrollments: csv(ENROLLMENTS, ...rows(1, 100)) }, []);
  assert.equal(ended!.code, 0, ended!.err);
});

test('a class without any of its learners is said, unless it has others', async () => {
  const place = await academy(database);
  const [head, ...classes] = school.classes.trimEnd().split('\n');
  const other = classes[0]!.replaceAll('algebra-1', 'algebra-2');
  const files = {
    ...school,
    classes: `${[head, classes[0], other].join('\n')}\n`,
    enrollments: csv(ENROLLMENTS, ...rows(0, 299), enrollment('lost', 'nobody', { class: 'algebra-2' })),
  };
  assert.equal((await place.bring(files)).warning, 'Refused rows cost much: all learners of 1 class.');
  await place.bring({ enrollments: csv(ENROLLMENTS, enrollment('there', 'bob', { class: 'algebra-2' })) });
  assert.equal((await place.bring(files)).warning, null);
  assert.deepEqual(await place.list(`select report->>'warning' from import_run where tenant_id = $1 order by number`), [
    'Refused rows cost much: all learners of 1 class.',
    null,
    null,
  ]);
});

test('a dry run lists by row what would change, readable, as JSON and in a file, and keeps names of fields alone', async () => {
  const place = await academy(database);
  await place.bring(school);
  const changed: Files = {
    ...school,
    users: school.users.replace('ann@x.example', 'ann.new@x.example'),
    roles: `${school.roles}r5,,,bob,secondary,teacher,,,school,\n`,
    enrollments: csv(
      ENROLLMENTS,
      enrollment('e1', 'ann', { status: 'tobedeleted' }),
      enrollment('e2', 'bob'),
      enrollment('e3', 'tom', { status: 'tobedeleted', role: 'teacher' }),
    ),
    results: school.results.replace('w1,ann,fully graded,40', 'w1,ann,fully graded,45'),
  };
  const dry = await place.bring(changed, { dryRun: true });
  const listed = dry.changes.map(({ file, line, key, type }) => [file, line, key, type].join(' '));
  for (const wanted of [
    'users 2 ann person.updated',
    'roles 6 r5 role.assigned',
    'enrollments 2 e1 enrollment.withdrawn',
    'enrollments 4 e3 entitlement.deleted',
    'results 2 s1 mark.changed',
  ])
    assert.ok(listed.includes(wanted), `${wanted}\n${listed.join('\n')}`);
  assert.match(
    dry.text,
    /^ {2}users\.csv:2 {2}ann {2}person\.updated {2}email: "ann@x\.example" → "ann\.new@x\.example"$/m,
  );
  const [kept] = await place.list(
    `select report->'changes'->0 from import_run where tenant_id = $1 order by number desc limit 1`,
  );
  assert.deepEqual(kept, { file: 'users', line: 2, key: 'ann', type: 'person.updated', fields: ['email'] });
  assert.match((await place.bring(school, { dryRun: true })).text, /Nothing would change\./);
  const [json] = await imported(school, ['--dry-run', '--json']);
  assert.equal(
    JSON.parse(json!.out).changes.filter(({ type }: { type: string }) => type === 'person.created').length,
    3,
  );
});

test('what has no room in the report of a dry run is counted, and written to a file whole', async () => {
  const place = await academy(database);
  const people = Array.from({ length: 1200 }, (_, i) => [`p${i}`, 'Ada', `L${i}`, `p${i}`]);
  const files = { users: csv('sourcedId,givenName,familyName,username', ...people) };
  const report = await place.bring(files, { dryRun: true });
  assert.deepEqual([report.changes.length, report.changesLeftOut], [1000, 1400]);
  await inFolder({}, async (folder) => {
    const changesFile = path.join(folder, 'changes.jsonl');
    await place.bring(files, { dryRun: true, changesFile });
    const lines = readFileSync(changesFile, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      [lines.length, JSON.parse(lines.at(-2)!)],
      [2400, { file: 'users', line: 1201, key: 'p1199', changed: null, type: 'person.created', fields: [] }],
    );
  });
});
