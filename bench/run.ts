// Measures speed and memory in one run on one machine. See bench/README.md.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../src/database/client.ts';
import { runningEngine } from '../src/database/engine/index.ts';
import { Tenants } from '../src/record/access/index.ts';
import { CONSEQUENCES } from '../src/record/consequences.ts';
import { startFloors } from './floors/index.ts';
import * as floors from './floors/statements.ts';
import { fillCompany, LEVELS, measureGroups, performancePages } from './groups.ts';
import { measureHot } from './hot.ts';
import { measureRoster, measureTenantsInARow } from './imports.ts';
import { load } from './load.ts';
import { command, endAll, residentMb, startProduct } from './product.ts';
import { note, printRows, rows } from './rows.ts';
import { byTurns, single, type Turns } from './turns.ts';
import { enableyHeaders, makeCourse, openUniversity } from './university.ts';

const { values: options } = parseArgs({
  options: {
    university: { type: 'string' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string' },
    row: { type: 'string' },
    data: { type: 'string' },
  },
});
const university =
  options.university ??
  process.env['OULAD'] ??
  path.resolve(import.meta.dirname, '../../shared/data/oulad-oneroster.zip');
if (!existsSync(university))
  throw new Error('Name the university with --university <oneroster.zip>; bench/README.md says where it comes from.');
if (options.only !== undefined && options.only !== 'hot') throw new Error('--only knows hot');
const seconds = Number(options.seconds);
const POOL = 10;

// a folder of the caller's that holds the university is used as it is, and kept
const dataDir = options.data ?? mkdtempSync(path.join(tmpdir(), 'matricula-bench-'));
const env = { DATA_DIR: dataDir, DATABASE_POOL: String(POOL) };
let figures: Record<string, Turns> = {};
// whoever interrupts it has what it started ended, too
const interrupted = new Promise<never>((_, fail) => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => fail(new Error(name)));
});
try {
  await Promise.race([measure(), interrupted]);
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  const result = { at: new Date().toISOString(), node: process.version, cores: cpus().length, rows, figures };
  const name = options.only ?? 'latest';
  writeFileSync(path.join(import.meta.dirname, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  printRows();
} finally {
  await endAll();
  if (options.data === undefined) rmSync(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  if (options.only === undefined) {
    // with the demo, as a user has it
    const first = await startProduct(env);
    note('first start to /readyz', first.startMs / 1000, 'under 10 s', first.startMs < 10_000, ' s');
    await first.stop();
  }
  const product = await startProduct(env);
  try {
    const pid = product.child.pid!;
    if (options.only === undefined) {
      note('second start to /readyz', product.startMs / 1000, 'under 3 s', product.startMs < 3000, ' s');
      const before = residentMb(pid);
      note('resident before first use', before, 'under 200 MB', before < 200, ' MB');
    }
    if (options.data === undefined)
      await measureTenantsInARow(
        note,
        env,
        university,
        options.only ? ['university'] : ['university', 'university-2', 'university-3'],
      );
    if (options.only === undefined) await measureRoster(note, env, dataDir);

    const { connection } = runningEngine(dataDir)!;
    const connected = connect({ connection, poolSize: 2, namedStatements: false, consequences: CONSEQUENCES });
    try {
      await connected.pool.query('vacuum analyze');
      const learned = await openUniversity(env, product, connected);
      const world = { product, university: learned, connected, connection, dataDir };
      figures = await measureHot({ ...world, note, poolSize: POOL, seconds, row: options.row });
      if (options.only === undefined) {
        await measureDepth(world);
        await measureCompany(world);
      }
    } finally {
      await connected.close();
    }
  } finally {
    await product.stop();
  }
}

interface World {
  product: Awaited<ReturnType<typeof startProduct>>;
  university: Awaited<ReturnType<typeof openUniversity>>;
  connected: ReturnType<typeof connect>;
  connection: Parameters<typeof connect>[0]['connection'];
}

/** Far pages against first ones, one request after the other. */
async function measureDepth({ product, university: { own, absorb } }: World): Promise<void> {
  const deep = await cursorAt(product.url, own, 30_000);
  const page = (path: string, headers: Record<string, string>) => () =>
    single(product.url, { method: 'GET', path, headers });
  const pages = await byTurns(
    page('/matricula/v1/enrollments?limit=50', own),
    page(`/matricula/v1/enrollments?limit=50&cursor=${encodeURIComponent(deep)}`, own),
  );
  note(
    'own API, enrollments at row 30,000 against the first page',
    1 / pages.ratio,
    'at most 1.5 times',
    1 / pages.ratio <= 1.5,
  );
  const users = await byTurns(
    page('/absorb/users?_limit=20&_offset=0', absorb),
    page('/absorb/users?_limit=20&_offset=1400', absorb),
  );
  note('Absorb users at row 28,000 against the first page', 1 / users.ratio, 'at most 3 times', 1 / users.ratio <= 3);
}

async function measureCompany({ product, connected: { db, pool }, connection }: World): Promise<void> {
  const tenant = await Tenants.create(Tenants.operator(db, 'bench'), {
    name: 'Company',
    slug: 'company',
    settings: { groupLevels: LEVELS },
  });
  await fillCompany(pool, tenant);
  const client = (dialect: string) =>
    command(env, 'client', 'create', '--tenant', 'company', '--dialect', dialect, '--json').credentials;
  const forAll = await makeCourse(product.url, { authorization: `Bearer ${client('matricula').apiKey}` });
  const { rows: offerings } = await pool.query('select id from offering where course_id = $1', [forAll]);
  const channel = offerings[0].id as string;
  const headers = await enableyHeaders(product, client('enabley'));
  const atSize = await measureGroups(product, pool, channel, headers);
  note('assign 100,000 people by a group', atSize.assignSeconds, 'under 6 s', atSize.assignSeconds < 6, ' s');
  note('assign, largest resident size', atSize.peakMb, 'under 300 MB', atSize.peakMb < 300, ' MB');
  note(`subtree of ${atSize.moved} leaves`, atSize.leavesSeconds, 'under 5 s', atSize.leavesSeconds < 5, ' s');
  note('and comes back', atSize.comesBackSeconds, 'under 5 s', atSize.comesBackSeconds < 5, ' s');
  const floor = await startFloors({
    connection,
    poolSize: POOL,
    reads: { performance: floors.performance(channel, 'id') },
    create: floors.create(channel),
  });
  const turns = await byTurns(
    () => load(floor.url, () => ({ method: 'GET', path: '/performance', headers }), { seconds }),
    () => performancePages(product, channel, headers, seconds),
  );
  const what = 'Enabley performance, page of 200 of 100,000, of the floor';
  note(what, turns.ratio, 'at least 0.5', turns.ratio >= 0.5);
  figures[what] = turns;
  floor.stop();
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
