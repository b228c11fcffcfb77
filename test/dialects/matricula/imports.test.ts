import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { createImports } from '../../../src/jobs/imports.ts';
import { lockName } from '../../../src/record/kernel/locks.ts';
import { slice, zip } from '../../interchange/support.ts';
import { type Answered, type TestApp, type TestTenant, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp({ config: { uploadBytes: 5_000_000, bodyBytes: 1_000_000 } });
});
after(() => app.close());

const ACADEMY = `
units:
  - key: north
    name: North
people:
  - key: ada
    name: Ada Lovelace
    unit: north
`;

/** Sends a file; the API of tests speaks text, and a zip is bytes. */
async function send(
  tenant: TestTenant,
  payload: string | Uint8Array,
  type = 'application/yaml',
  query = '',
  as = tenant.key,
): Promise<Answered> {
  const response = await app.app.server.inject({
    method: 'POST',
    url: `/matricula/v1/imports${query}`,
    headers: { authorization: `Bearer ${as}`, 'content-type': type },
    payload: typeof payload === 'string' ? payload : Buffer.from(payload),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

const over = (tenant: TestTenant, id: string) => until(tenant, id, (run) => run.state !== 'running');

async function until(tenant: TestTenant, id: string, test: (run: any) => boolean): Promise<any> {
  for (let i = 0; i < 6000; i++) {
    const { body } = await tenant.api('GET', `/imports/${id}`);
    if (test(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come about');
}

/** While somebody else holds the people, so that no import gets past them. */
async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
  const client = await app.database.pool.connect();
  try {
    await client.query('begin; lock table person in share row exclusive mode');
    return await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

test('an academy file is taken, once; the second time nothing changes', async () => {
  const tenant = await app.tenant();
  const first = await send(tenant, ACADEMY, 'application/yaml', '?fileName=ours.yaml');
  assert.equal(first.status, 202, JSON.stringify(first.body));
  assert.deepEqual([first.body.state, first.body.kind, first.body.source], ['running', 'academy', 'ours.yaml']);
  const done = await over(tenant, first.body.id);
  assert.deepEqual([done.state, done.report.problem, done.report.counts.people.created], ['complete', null, 1]);
  assert.ok(done.finishedAt >= done.startedAt);
  assert.equal((await tenant.api('GET', '/people?externalId=ada')).body.data[0].fullName, 'Ada Lovelace');
  const again = await over(tenant, (await send(tenant, ACADEMY)).body.id);
  assert.deepEqual(
    [again.report.counts.people.created, again.report.counts.people.unchanged, again.dryRun],
    [0, 1, false],
  );
  const list = (await tenant.api('GET', '/imports?kind=academy&state=complete&count=true')).body;
  assert.deepEqual([list.total, list.data[0].id], [2, again.id]);
  assert.deepEqual((await app.api('GET', '/imports')).body.data, []);
  assert.equal((await app.api('GET', `/imports/${again.id}`)).status, 404);
});

test('a dry run reports and changes nothing', async () => {
  const tenant = await app.tenant();
  const run = await over(tenant, (await send(tenant, ACADEMY, 'application/yaml', '?dryRun=true')).body.id);
  assert.deepEqual([run.state, run.dryRun, run.report.counts.people.created], ['complete', true, 1]);
  assert.deepEqual((await tenant.api('GET', '/people?externalId=ada')).body.data, []);
});

test('faults of a file stand in the report, by line; nothing was imported', async () => {
  const tenant = await app.tenant();
  const { body } = await send(tenant, `${ACADEMY}\n  - key: bob\n    name: Bob\n    unit: nowhere\n`);
  const run = await over(tenant, body.id);
  assert.equal(run.state, 'failed');
  assert.ok(run.report.problem);
  assert.equal(run.report.refusals.length, 1);
  assert.match(run.report.refusals[0].reason, /nowhere/);
  assert.ok(run.report.refusals[0].line > 8);
  assert.deepEqual((await tenant.api('GET', '/people?externalId=ada')).body.data, []);
});

test('a OneRoster zip is imported in the background, and another one meanwhile is refused', async () => {
  const tenant = await app.tenant({ timeZone: 'Europe/London' });
  const file = zip(Object.fromEntries(Object.entries(slice()).map(([name, text]) => [`${name}.csv`, text])));
  const first = await whileHeld(async () => {
    const started = await send(tenant, file, 'application/zip');
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const second = await send(tenant, file, 'application/zip');
    assert.deepEqual([second.status, second.body.rule], [409, 'in_use']);
    assert.equal((await send(tenant, ACADEMY)).status, 409);
    // it stands before the people, and that can be seen although nothing of them is committed
    const { progress } = await until(tenant, started.body.id, (run) => {
      return run.progress?.file === 'users' && run.progress.phase === 'merge';
    });
    assert.ok(progress.rows > 50 && progress.fraction > 0 && progress.fraction < 1);
    return started;
  });
  const run = await over(tenant, first.body.id);
  assert.deepEqual([run.state, run.progress, run.report.problem, run.kind], ['complete', null, null, 'oneroster']);
  assert.ok(run.report.counts.users.created > 50);
  const { total } = (await tenant.api('GET', '/enrollments?count=true&limit=1')).body;
  assert.ok(total > 50);
  const again = await over(tenant, (await send(tenant, file, 'application/zip')).body.id);
  assert.equal(again.report.counts.users.created + again.report.counts.users.changed, 0);
});

test('what is no file, too large or not allowed', async () => {
  const tenant = await app.tenant();
  const garbage = await send(tenant, 'this is no zip', 'application/zip');
  assert.deepEqual([garbage.status, garbage.body.errors[0].in], [422, 'body']);
  const empty = zip({ 'strange.csv': 'a,b\n1,2\n' });
  assert.equal((await send(tenant, empty, 'application/zip')).status, 422);
  assert.equal((await send(tenant, new Uint8Array(6_000_000), 'application/zip')).status, 413);
  assert.equal((await send(tenant, ACADEMY + '#'.repeat(1_100_000))).status, 413);
  assert.equal((await send(tenant, ACADEMY, 'text/csv')).status, 415);
  const reader = await tenant.keyFor(['people.read']);
  assert.equal((await send(tenant, ACADEMY, 'application/yaml', '', reader)).status, 403);
  assert.deepEqual((await tenant.api('GET', '/imports')).body.data, []);
});

/** Notes a run that somebody works at. */
async function runningRun(tenant: TestTenant): Promise<string> {
  const ctx = await tenant.ctx();
  const { rows } = await app.database.pool.query(
    `insert into import_run (tenant_id, id, kind, source, state, report, started_at)
     values ($1, uuidv7(), 'oneroster', 'lost.zip', 'running', '{"counts": {}, "refusals": [], "refusalsLeftOut": 0, "problem": null}', $2) returning id`,
    [ctx.tenant.id, ctx.now],
  );
  return rows[0].id;
}

test('a run whose process ends beside a server is noted as failed by that server, and not before', async () => {
  const tenant = await app.tenant();
  const { db, pool } = app.database;
  const elsewhere = await pool.connect();
  await elsewhere.query('select pg_advisory_lock(hashtextextended($1, 0))', [
    lockName('import', (await tenant.ctx()).tenant.id),
  ]);
  const id = await runningRun(tenant);
  const imports = createImports({ db, pool, uploadBytes: 1, textBytes: 1, log: { error: () => {}, warn: () => {} } });
  await imports.clearUp();
  const state = async () => (await tenant.api('GET', `/imports/${id}`)).body.state as string;
  assert.equal(await state(), 'running');
  // the lock ends with its connection, as it does when a process or its PostgreSQL dies
  elsewhere.release(true);
  while ((await state()) === 'running') await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await state(), 'failed');
  await imports.stop();
});

test('a run whose server ended is noted as failed by the next', async () => {
  const tenant = await app.tenant({ sandbox: true });
  const { db, pool } = app.database;
  const id = await runningRun(tenant);
  const imports = createImports({ db, pool, uploadBytes: 1, textBytes: 1, log: { error: () => {}, warn: () => {} } });
  await imports.clearUp();
  await imports.stop();
  const { body } = await tenant.api('GET', `/imports/${id}`);
  assert.equal(body.state, 'failed');
  assert.match(body.report.problem, /server stopped/);
  assert.ok(body.finishedAt >= body.startedAt);
});

test('stopping calls off what runs', async () => {
  const tenant = await app.tenant();
  const { db, pool } = app.database;
  const log = { error: () => {}, warn: () => {} };
  const imports = createImports({ db, pool, uploadBytes: 50_000_000, textBytes: 50_000_000, log });
  const people = Array.from({ length: 20_000 }, (_, i) => `  - {key: p${i}, name: Person ${i}}`).join('\n');
  const file = Readable.from([Buffer.from(`people:\n${people}\n`)]);
  const run = await imports.start(await tenant.ctx(), 'academy', file, { name: 'x', dryRun: false, strict: false });
  await imports.stop();
  const after = (await tenant.api('GET', `/imports/${run.id}`)).body;
  assert.equal(after.state, 'failed');
  assert.deepEqual((await tenant.api('GET', '/people?externalId=p1')).body.data, []);
});
