import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { createApp, DIALECTS } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { type Api, apiOf, type TestApp, testApp } from '../support/app.ts';

const LIMIT_MS = 1500;

let app: TestApp;
/** The same product over the same database, whose requests have little time. */
let hurried: { api: Api; late(): Promise<void>; close(): Promise<void> };
/** Somebody who is in the way. */
let other: pg.Client;

before(async () => {
  app = await testApp();
  let tell = () => {};
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => void (JSON.parse(line).msg === 'time limit reached' && tell()) },
  );
  const server = await createApp({
    config: { ...readConfig({ PUBLIC_URL: 'http://localhost' }, DIALECTS), requestMs: LIMIT_MS },
    connected: { ...app.database, close: async () => {} },
    log,
    checkAnswers: true,
  });
  hurried = {
    api: apiOf(server, app.key),
    late: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    close: () => server.close(),
  };
  // what is made at the first request is made
  for (let tries = 0; tries < 2; tries++)
    await hurried.api('PATCH', `/people/${await newPerson()}`, { body: { notes: 'x' } });
  const { connection } = app.database;
  other = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection);
  await other.connect();
});
after(async () => {
  await other.end();
  await hurried.close();
  await app.close();
});

/** While the other one holds what the request needs. */
async function held<T>(sql: string, values: unknown[], work: () => Promise<T>): Promise<T> {
  await other.query('begin');
  try {
    await other.query(sql, values);
    return await work();
  } finally {
    await other.query('rollback');
  }
}

/** Resolves when no statement waits for a lock any more. */
async function nobodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await other.query(
      `select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const newPerson = async (): Promise<string> =>
  (await app.api('POST', '/people', { body: { fullName: 'Ada' } })).body.id;

test('a change that could not be made in time is not made later', async () => {
  const id = await newPerson();
  await held('select 1 from person where id = $1 for update', [id], async () => {
    const answer = await hurried.api('PATCH', `/people/${id}`, { body: { fullName: 'Grace' } });
    assert.deepEqual([answer.status, answer.body.detail], [503, 'Nothing was done; try again later.']);
    await nobodyWaits();
  });
  assert.equal((await app.api('GET', `/people/${id}`)).body.fullName, 'Ada');
});

test('nor is one that is a single statement', async () => {
  const id = await newPerson();
  const course = await app.api('POST', '/courses', { body: { kind: 'online', name: 'Course', state: 'published' } });
  assert.equal(course.status, 201, JSON.stringify(course.body));
  await held('select 1 from offering where course_id = $1 for update', [course.body.id], async () => {
    const answer = await hurried.api('POST', '/enrollments', { body: { personId: id, courseId: course.body.id } });
    assert.equal(answer.status, 503);
    await nobodyWaits();
  });
  assert.deepEqual((await app.api('GET', `/enrollments?personId=${id}`)).body.data, []);
});

test('a list that takes too long ends at the server too', async () => {
  await held('lock table credit_type in access exclusive mode', [], async () => {
    assert.equal((await hurried.api('GET', '/credit-types')).status, 503);
    await nobodyWaits();
  });
  assert.equal((await app.api('GET', '/credit-types')).status, 200);
});

test('what is being committed when time is up is answered as done', async () => {
  const id = await newPerson();
  await app.database.pool.query(`
    create function linger() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); return null; end $$;
    create constraint trigger linger after update on person deferrable initially deferred for each row execute function linger()`);
  const late = hurried.late();
  let answered = false;
  const answer = await held('select pg_advisory_xact_lock(4711)', [], async () => {
    const asked = hurried.api('PATCH', `/people/${id}`, { body: { fullName: 'Grace' } }).finally(() => {
      answered = true;
    });
    await late;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(answered, false, 'nobody knows yet');
    return { asked };
  });
  const { status, body } = await answer.asked;
  assert.deepEqual([status, body.fullName], [200, 'Grace']);
  assert.equal((await app.api('GET', `/people/${id}`)).body.fullName, 'Grace');
  await app.database.pool.query('drop trigger linger on person; drop function linger()');
});

test('connections that were busy when time was up do not fail the next requests', async () => {
  const id = await newPerson();
  await held('select 1 from person where id = $1 for update', [id], async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => hurried.api('PATCH', `/people/${id}`, { body: { givenName: 'Grace' } })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
    await nobodyWaits();
  });
  const next = await Promise.all(Array.from({ length: 30 }, () => app.api('GET', `/people/${id}`)));
  assert.deepEqual(new Set(next.map(({ status, body }) => `${status} ${body.fullName}`)), new Set(['200 Ada']));
});
