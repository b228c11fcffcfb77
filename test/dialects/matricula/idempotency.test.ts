import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.close());

const type = ({ body }: Answered): string => body.type.replace('urn:matricula:problem:', '');
const named = (key: string) => ({ 'idempotency-key': key });
const total = async (path: string): Promise<number> => (await app.api('GET', `${path}count=true&limit=1`)).body.total;

test('a request that comes again gets the first answer and does nothing', async () => {
  const body = { fullName: 'Once Only', externalId: 'once' };
  const post = (more: object = {}, headers = named('once')) =>
    app.api('POST', '/people', { body: { ...body, ...more }, headers });
  const first = await post();
  assert.equal(first.status, 201);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  await app.api('PATCH', `/people/${first.body.id}`, { body: { jobTitle: 'changed since' } });
  const again = await post();
  assert.equal(again.status, 201);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(again.body, first.body);
  assert.deepEqual(Object.keys(again.body), Object.keys(first.body));
  assert.equal(again.headers.etag, first.headers.etag);
  assert.equal(again.headers.location, first.headers.location);
  const otherBody = await post({ jobTitle: 'x' });
  assert.deepEqual([otherBody.status, type(otherBody)], [422, 'idempotency-key-reused']);
  const otherAddress = await app.api('POST', '/units', { body: { name: 'x' }, headers: named('once') });
  assert.deepEqual([otherAddress.status, type(otherAddress)], [422, 'idempotency-key-reused']);
  // the keys of another caller are other keys
  const as = await app.keyFor(['people.read', 'people.write']);
  const other = await app.api('POST', '/people', { as, body, headers: named('once') });
  assert.deepEqual([other.status, type(other)], [409, 'taken']);
});

test('refusals are answers too, and leave nothing behind', async () => {
  await app.api('POST', '/people', { body: { fullName: 'A B', username: 'held' } });
  const before = await total('/people?');
  const body = { fullName: 'C D', username: 'held' };
  const first = await app.api('POST', '/people', { body, headers: named('refused') });
  assert.equal(first.status, 409);
  const again = await app.api('POST', '/people', { body, headers: named('refused') });
  assert.deepEqual([again.status, again.headers['idempotency-replayed']], [409, 'true']);
  assert.deepEqual(again.body, first.body);
  assert.equal(await total('/people?'), before);
});

test('of many at once one works; the others are told so or get its answer', async () => {
  const before = await total('/people?');
  const body = { fullName: 'At Once', password: 'takes a while to hash' };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => app.api('POST', '/people', { body, headers: named('at-once') })),
  );
  const made = answers.filter(({ status }) => status === 201);
  const busy = answers.filter(({ status }) => status === 409);
  assert.equal(made.length + busy.length, 6);
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map(({ body }) => body.id)).size, 1);
  for (const answer of busy) assert.equal(type(answer), 'idempotency-key-in-use');
  assert.equal(await total('/people?'), before + 1);
  assert.equal(
    (await app.api('POST', '/people', { body, headers: named('at-once') })).headers['idempotency-replayed'],
    'true',
  );
});

test('a key is 1 to 255 visible characters', async () => {
  for (const key of ['', ' ', 'a b', 'ä', 'x'.repeat(256)]) {
    const answer = await app.api('POST', '/units', { body: { name: 'x' }, headers: named(key) });
    assert.equal(answer.status, 400, key);
    assert.equal(answer.body.errors[0].in, 'header');
  }
  assert.equal((await app.api('POST', '/units', { body: { name: 'x' }, headers: named('x'.repeat(255)) })).status, 201);
});

test('a kept answer ends after 24 hours', async () => {
  const post = () => app.api('POST', '/units', { body: { name: 'Day' }, headers: named('day') });
  const first = await post();
  await app.database.pool.query(
    `update idempotency_key set created_at = created_at - interval '25 hours' where key = 'day'`,
  );
  const later = await post();
  assert.equal(later.headers['idempotency-replayed'], undefined);
  assert.notEqual(later.body.id, first.body.id);
});

const batch = (body: unknown, headers = {}) => app.api('POST', '/person-batches', { body, headers });

test('a batch answers row by row, and rows see the rows before them', async () => {
  const held = (await app.api('POST', '/people', { body: { fullName: 'Held', externalId: 'b-held', jobTitle: 'x' } }))
    .body;
  const rows = [
    { externalId: 'b-1', fullName: 'One', email: 'b1@example.org' },
    { externalId: 'b-1', jobTitle: 'changed by the next row' },
    { externalId: 'b-held', jobTitle: 'x' },
    { fullName: 7 },
    { externalId: 'b-2' },
    { id: '018f0000-0000-7000-8000-000000000000', fullName: 'Nobody' },
    { externalId: 'b-3', fullName: 'Three', email: 'B1@example.org' },
    { email: 'b1@EXAMPLE.org', givenName: 'Uno' },
    { externalId: 'b-4', fullName: 'Four', unitExternalId: 'nowhere' },
    { nonsense: true },
    { id: held.id, jobTitle: 'y' },
  ];
  const { status, body } = await batch(rows);
  assert.equal(status, 200);
  const told = body.data.map((row: { status: string; problem: { errors: { path: string }[] } | null }) => [
    row.status,
    row.problem?.errors[0]?.path,
  ]);
  assert.deepEqual(told.slice(0, 4), [
    ['created', undefined],
    ['changed', undefined],
    ['unchanged', undefined],
    ['refused', '/fullName'],
  ]);
  assert.equal(told[4][0], 'refused');
  assert.deepEqual(told[5], ['refused', '/id']);
  assert.deepEqual(told[6], ['refused', '/email']);
  assert.equal(told[7][0], 'changed');
  assert.deepEqual(told[8], ['refused', '/unitExternalId']);
  assert.deepEqual(told[9], ['refused', '/nonsense']);
  assert.equal(told[10][0], 'changed');
  assert.deepEqual(
    body.data.map((row: { index: number }) => row.index),
    rows.map((_, i) => i),
  );
  assert.deepEqual([body.created, body.changed, body.unchanged, body.refused], [1, 3, 1, 6]);
  assert.equal(body.data[0].id, body.data[1].id);
  const one = (await app.api('GET', `/people/${body.data[0].id}`)).body;
  assert.deepEqual([one.jobTitle, one.givenName], ['changed by the next row', 'Uno']);
});

test('NDJSON in, NDJSON out, also when it comes again', async () => {
  const payload = `{"externalId":"n-1","fullName":"N One"}\n\n{broken\n{"externalId":"n-2","fullName":"N Two"}`;
  const headers = { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson', ...named('lines') };
  const first = await app.api('POST', '/person-batches', { payload, headers });
  assert.equal(first.status, 200);
  assert.match(String(first.headers['content-type']), /^application\/x-ndjson/);
  const rows = first.body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  assert.deepEqual(
    rows.map((row: { index: number; status: string }) => [row.index, row.status]),
    [
      [0, 'created'],
      [1, 'refused'],
      [2, 'created'],
    ],
  );
  assert.equal(rows[1].problem.errors[0].fault, 'syntax');
  const again = await app.api('POST', '/person-batches', { payload, headers });
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(again.body, first.body);
});

test('more than 10,000 rows do nothing; 10,000 are taken', async () => {
  const rows = (n: number, key: string) =>
    Array.from({ length: n }, (_, i) => ({ externalId: `${key}-${i}`, fullName: 'R' }));
  const before = await total('/people?');
  const many = await batch(rows(10_001, 'many'));
  assert.equal(many.status, 422);
  assert.equal(many.body.errors[0].fault, 'too_many');
  assert.equal(await total('/people?'), before);
  const most = await batch(rows(10_000, 'most'));
  assert.equal(most.body.created, 10_000);
  assert.equal((await batch([])).status, 200);
});
