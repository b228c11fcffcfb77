// Imports a results.csv of a gigabyte (or of as many megabytes as named) and watches memory; too slow for `npm test`.
// DATABASE_URL=postgres://… node scripts/try-large-import.ts [megabytes]

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../src/database/client.ts';
import { migrate } from '../src/database/migrate.ts';
import { importOneRoster, progressTo } from '../src/interchange/oneroster/index.ts';
import { Tenants } from '../src/record/access/index.ts';

const MOST_MEGABYTES_RESIDENT = 400;
const megabytes = Number(process.argv[2] ?? 1024);
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL names the database to import into.');

const { db, pool, close } = connect({ connection: url, poolSize: 3, namedStatements: true });
await migrate(pool);
const tenant = await Tenants.create(Tenants.operator(db, 'script'), { name: 'Large', slug: `large-${Date.now()}` });
const ctx = Tenants.contextOf({ db, dialect: 'script' }, tenant);

const slice = path.join(import.meta.dirname, '../test/fixtures/oneroster/oulad-slice');
const folder = await mkdtemp(path.join(tmpdir(), 'matricula-large-'));
try {
  for (const file of await readdir(slice))
    if (file.endsWith('.csv') && file !== 'manifest.csv')
      await copyFile(path.join(slice, file), path.join(folder, file));
  const rows = await writeResults(path.join(folder, 'results.csv'));
  const { size } = await stat(path.join(folder, 'results.csv'));
  process.stdout.write(`results.csv: ${Math.round(size / 1048576)} MB, ${rows.all} rows\n`);
  const report = await importOneRoster(
    { ctx, pool },
    { folder },
    { onProgress: progressTo(process.stderr), refusalsFile: path.join(folder, 'refused.jsonl') },
  );
  const resident = Math.round(process.resourceUsage().maxRSS / 1024);
  const { created, refused } = report.counts.results!;
  process.stdout.write(`${report.text.split('\n').slice(0, 13).join('\n')}\nmost memory: ${resident} MB\n`);
  const right = created === rows.good && refused === rows.all - rows.good;
  if (!right) process.stdout.write(`expected ${rows.good} created, ${rows.all - rows.good} refused\n`);
  process.exitCode = right && resident < MOST_MEGABYTES_RESIDENT ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await close();
}

/** Mostly rows that lead nowhere, every thousandth with a broken quote, and at the end a good one. */
async function writeResults(file: string): Promise<{ all: number; good: number }> {
  const out = createWriteStream(file);
  out.write(
    'sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore\n',
  );
  let all = 0;
  for (let bytes = 0; bytes < megabytes * 1048576; ) {
    let chunk = '';
    for (let i = 0; i < 1000; i++) {
      all++;
      chunk += `result-${all},,,line-item-${all % 5000},student-${all % 90_000},fully graded,${all % 100},2014-01-31,${i === 0 ? '"never closed' : 'nothing to say'},\n`;
    }
    bytes += chunk.length;
    if (!out.write(chunk)) await once(out, 'drain');
  }
  out.write('good,,,li-34873,student-26247,fully graded,88,2013-10-19,,\n');
  out.end();
  await once(out, 'finish');
  return { all: all + 1, good: 1 };
}
