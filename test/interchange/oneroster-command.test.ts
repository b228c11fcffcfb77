import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { createTenant, operator } from '../../src/record/access/index.ts';
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
  await createTenant(operator(database.db, 'test'), { name: slug, slug, timeZone: 'UTC' });
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
