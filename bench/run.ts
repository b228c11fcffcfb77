// Measures speed and memory in one run on one machine. See bench/README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../src/database/client.ts';
import { runningEngine } from '../src/database/engine/index.ts';
import { createTenant, operator } from '../src/record/access/index.ts';
import { measureBatch } from './batch.ts';
import { fillCompany, LEVELS, measureGroups, performancePages } from './groups.ts';
import { measureRoster, measureTenantsInARow } from './imports.ts';
import { latency, load } from './load.ts';
import { command, ours, residentMb, startProduct } from './product.ts';
import { note, printRows, rows } from './rows.ts';
import { courseEnrollments, performancePage, type Statement } from './statement.ts';

const { values: options } = parseArgs({
  options: { university: { type: 'string' }, seconds: { type: 'string', default: '8' } },
});
const university =
  options.university ??
  process.env['OULAD'] ??
  path.resolve(import.meta.dirname, '../../shared/data/oulad-oneroster.zip');
if (!existsSync(university))
  throw new Error('Name the university with --university <oneroster.zip>; bench/README.md says where it comes from.');
const seconds = Number(options.seconds);
const POOL = 10;
/** Made for the enrollments that are measured: some 28,000 learners each. */
const COURSES = 20;

// First start and second start, with the demo as a user has it.
const dataDir = mkdtempSync(path.join(tmpdir(), 'matricula-bench-'));
const env = { DATA_DIR: dataDir, DATABASE_POOL: String(POOL) };
const first = await startProduct(env);
note('first start to /readyz', first.startMs / 1000, 'under 10 s', first.startMs < 10_000, ' s');
await first.stop();
const product = await startProduct(env);
note('second start to /readyz', product.startMs / 1000, 'under 3 s', product.startMs < 3000, ' s');
const pid = product.child.pid!;
const before = residentMb(pid);
note('resident before first use', before, 'under 200 MB', before < 200, ' MB');

try {
  await measureTenantsInARow(note, env, university, ['university', 'university-2', 'university-3']);
  await measureRoster(note, env, dataDir);

  const { connection } = runningEngine(dataDir)!;
  const { db, pool } = connect({ connection, poolSize: 2, namedStatements: false });
  await pool.query('vacuum analyze');
  const { rows: tenants } = await pool.query(`select id from tenant where slug = 'university'`);
  const tenantId = tenants[0].id as string;
  const { rows: courses } = await pool.query(
    'select course_id as id, count(*) from enrollment where tenant_id = $1 and (ending is null or ending = $2) group by 1 order by 2 desc limit 1',
    [tenantId, 'superseded'],
  );
  const { rows: people } = await pool.query(
    `select id from person where tenant_id = $1 and username like 's%' order by id`,
    [tenantId],
  );
  const courseId = courses[0].id as string;

  const absorb = command(env, 'client', 'create', '--tenant', 'university', '--dialect', 'absorb', '--json');
  const own = command(env, 'client', 'create', '--tenant', 'university', '--dialect', 'matricula', '--json');
  const { username, password, privateKey } = absorb.credentials;
  const signedIn = await fetch(`${product.url}/absorb/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': privateKey },
    body: JSON.stringify({ username, password, privateKey }),
  });
  const absorbHeaders = { authorization: (await signedIn.json()) as string, 'x-api-key': privateKey };
  const ownHeaders = { authorization: `Bearer ${own.credentials.apiKey}` };

  const startFloor = async (read: Statement) => {
    const child = ours(
      spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'floor.ts'), JSON.stringify({ connection, poolSize: POOL, read })],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      ),
    );
    const [chunk] = await once(child.stdout!, 'data');
    return { url: `http://127.0.0.1:${String(chunk).trim()}`, stop: () => void child.kill('SIGTERM') };
  };
  const floor = await startFloor(await courseEnrollments(tenantId, courseId));
  const floorUrl = floor.url;

  // Each pair is measured by turns, so that a busy moment of the machine falls on both.
  const page = {
    method: 'GET',
    path: `/absorb/courses/${courseId}/enrollments?_limit=20`,
    headers: absorbHeaders,
  } as const;
  const reads = await byTurns(
    () => load(floorUrl, () => ({ method: 'GET', path: '/' }), { seconds }),
    () => load(product.url, () => page, { seconds }),
  );
  const readPeak = residentMb(pid);
  note('Absorb course enrollments, page of 20, of the floor', reads.ratio, 'at least 0.6', reads.ratio >= 0.6);

  // each learner once in each course: a fast machine needs more than one
  const targets: string[] = [];
  let learner = 0;
  for (let n = 0; n < COURSES; n++) targets.push(await makeCourse(product.url, ownHeaders));
  const nextEnrollment = (): string => {
    const n = learner++;
    const target = targets[Math.floor(n / people.length)];
    if (!target)
      throw new Error(`all ${people.length} learners are in all ${COURSES} courses: give it fewer --seconds`);
    return `/absorb/users/${people[n % people.length].id}/enrollments/${target}`;
  };
  const creates = await byTurns(
    () => load(floorUrl, (n) => ({ method: 'POST', path: `/${n}` }), { seconds: seconds / 2, expect: 201 }),
    () =>
      load(
        product.url,
        () => ({
          method: 'POST',
          path: nextEnrollment(),
          headers: absorbHeaders,
        }),
        { seconds: seconds / 2, expect: 201 },
      ),
  );
  note('Absorb create an enrollment, of the floor', creates.ratio, 'at least 0.3', creates.ratio >= 0.3);

  await measureBatch(note, product.url, ownHeaders, people, () => makeCourse(product.url, ownHeaders));

  const deep = await cursorAt(product.url, ownHeaders, 30_000);
  const pages = await byTurns(
    () => single(product.url, { method: 'GET', path: '/matricula/v1/enrollments?limit=50', headers: ownHeaders }),
    () =>
      single(product.url, {
        method: 'GET',
        path: `/matricula/v1/enrollments?limit=50&cursor=${encodeURIComponent(deep)}`,
        headers: ownHeaders,
      }),
  );
  note(
    'own API, enrollments at row 30,000 against the first page',
    1 / pages.ratio,
    'at most 1.5 times',
    1 / pages.ratio <= 1.5,
  );

  const users = await byTurns(
    () => single(product.url, { method: 'GET', path: '/absorb/users?_limit=20&_offset=0', headers: absorbHeaders }),
    () => single(product.url, { method: 'GET', path: '/absorb/users?_limit=20&_offset=1400', headers: absorbHeaders }),
  );
  note('Absorb users at row 28,000 against the first page', 1 / users.ratio, 'at most 3 times', 1 / users.ratio <= 3);
  note('resident under the read load', readPeak, 'under 300 MB', readPeak < 300, ' MB');

  floor.stop();

  const tenant = await createTenant(operator(db, 'bench'), {
    name: 'Company',
    slug: 'company',
    settings: { groupLevels: LEVELS },
  });
  await fillCompany(pool, tenant);
  const companyOwn = command(env, 'client', 'create', '--tenant', 'company', '--dialect', 'matricula', '--json');
  const forAll = await makeCourse(product.url, { authorization: `Bearer ${companyOwn.credentials.apiKey}` });
  const { rows: offerings } = await pool.query('select id from offering where course_id = $1', [forAll]);
  const channel = offerings[0].id as string;
  const enabley = command(env, 'client', 'create', '--tenant', 'company', '--dialect', 'enabley', '--json');
  const { clientKey, secret } = enabley.credentials;
  const tokened = await fetch(`${product.url}/enabley/api/v1/token?clientKey=${clientKey}&secret=${secret}`, {
    method: 'POST',
  });
  const enableyHeaders = { authorization: `Bearer ${((await tokened.json()) as any).access_token}` };
  const atSize = await measureGroups(product, pool, channel, enableyHeaders);
  note('assign 100,000 people by a group', atSize.assignSeconds, 'under 6 s', atSize.assignSeconds < 6, ' s');
  note('assign, largest resident size', atSize.peakMb, 'under 300 MB', atSize.peakMb < 300, ' MB');
  note(`subtree of ${atSize.moved} leaves`, atSize.leavesSeconds, 'under 5 s', atSize.leavesSeconds < 5, ' s');
  note('and comes back', atSize.comesBackSeconds, 'under 5 s', atSize.comesBackSeconds < 5, ' s');
  const performanceFloor = await startFloor(await performancePage(tenant, channel));
  const performances = await byTurns(
    () => load(performanceFloor.url, () => ({ method: 'GET', path: '/' }), { seconds }),
    () => performancePages(product, channel, enableyHeaders, seconds),
  );
  note(
    'Enabley performance, page of 200 of 100,000, of the floor',
    performances.ratio,
    'at least 0.5',
    performances.ratio >= 0.5,
  );
  performanceFloor.stop();

  await db.destroy();
  const result = {
    at: new Date().toISOString(),
    node: process.version,
    cores: cpus().length,
    rows,
    figures: { reads, creates, performances },
  };
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(path.join(import.meta.dirname, 'results', 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  printRows();
  console.log(
    `\nfloor ${reads.first.toFixed(0)} reads/s, ${creates.first.toFixed(0)} writes/s · Matricula ${reads.second.toFixed(0)} reads/s, ${creates.second.toFixed(0)} writes/s`,
  );
} finally {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

interface Turns {
  first: number;
  second: number;
  /** second / first */
  ratio: number;
}

/** Three turns each after a warm-up; medians. */
async function byTurns(
  first: () => Promise<{ perSecond: number }>,
  second: () => Promise<{ perSecond: number }>,
): Promise<Turns> {
  await first();
  await second();
  const a: number[] = [];
  const b: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    a.push((await first()).perSecond);
    b.push((await second()).perSecond);
  }
  const median = (list: number[]) => list.sort((x, y) => x - y)[1]!;
  return { first: median(a), second: median(b), ratio: median(b) / median(a) };
}

async function single(url: string, shot: Parameters<typeof latency>[1]): Promise<{ perSecond: number }> {
  return { perSecond: 1000 / (await latency(url, shot)) };
}

async function cursorAt(url: string, headers: Record<string, string>, row: number): Promise<string> {
  let cursor = '';
  for (let at = 0; at < row; at += 200) {
    const answer = await fetch(
      `${url}/matricula/v1/enrollments?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      { headers },
    );
    cursor = ((await answer.json()) as { next: string }).next;
  }
  return cursor;
}

/** A published course with four sections of one page each. */
async function makeCourse(url: string, headers: Record<string, string>): Promise<string> {
  const call = async (method: string, path: string, body: unknown): Promise<any> => {
    const answer = await fetch(`${url}/matricula/v1${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const course = await call('POST', '/courses', { kind: 'online', name: 'Bench' });
  const sections = [1, 2, 3, 4].map((n) => ({
    name: `Section ${n}`,
    activities: [{ kind: 'page', name: `Page ${n}` }],
  }));
  await call('PUT', `/courses/${course.id}/draft`, { sections });
  await call('PUT', `/courses/${course.id}/publication`, {});
  return course.id as string;
}
