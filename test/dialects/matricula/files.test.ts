import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { passFor } from '../../../src/http/passes.ts';
import { Tenants } from '../../../src/record/access/index.ts';
import { Contents } from '../../../src/record/files/index.ts';
import { type Answered, type TestApp, testApp } from '../../support/app.ts';
import { type World, worldOf } from './world.ts';

let app: TestApp;
let world: World;
let url: string;
before(async () => {
  app = await testApp({ config: { uploadBytes: 3_000_000 } });
  world = worldOf(app.api);
  url = await app.app.server.listen({ port: 0, host: '127.0.0.1' });
});
after(() => app.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de7fffffff49444154', 'hex');

/** Sends bytes as they are. */
async function upload(
  query: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  key = app.key,
): Promise<Answered> {
  const answer = await fetch(`${url}/matricula/v1/files?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: body as Buffer<ArrayBuffer>,
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
}

/** Asks an address as it was given, without any token. */
const get = (contentUrl: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(contentUrl.replace(/^http:\/\/localhost/, url), { headers });

/** What lies in the store. */
const stored = (dir = app.database.filesDir): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => path.join(one.parentPath, one.name))
    : [];
const contents = async (): Promise<string[]> =>
  (await app.database.pool.query('select state from file_content order by state')).rows.map((row) => row.state);
const gone = async (id: string): Promise<boolean> => (await app.api('GET', `/files/${id}`)).status === 404;

test('a file goes up, is listed, comes down by its address, and is gone with what it belongs to', async () => {
  const { id: personId } = await world.person();
  const bytes = Buffer.concat([PNG, randomBytes(200_000)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const made = await upload(`personId=${personId}&name=${encodeURIComponent('../Zeugnis „2026“.png')}`, bytes, {
    'content-type': 'image/png',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual(
    { ...made.body, id: 0, createdAt: 0, contentUrl: 0, contentUrlExpiresAt: 0 },
    {
      id: 0,
      personId,
      courseId: null,
      assessmentId: null,
      enrollmentId: null,
      name: 'Zeugnis „2026“.png',
      mediaType: 'image/png',
      size: bytes.length,
      sha256,
      uploadedById: null,
      createdAt: 0,
      contentUrl: 0,
      contentUrlExpiresAt: 0,
    },
  );
  assert.ok(String(made.headers.location).endsWith(`/files/${made.body.id}`));
  const listed = await app.api('GET', `/files?personId=${personId}&count=true`);
  assert.deepEqual([listed.body.total, listed.body.data[0].id], [1, made.body.id]);

  const down = await get(listed.body.data[0].contentUrl);
  assert.equal(down.status, 200);
  assert.deepEqual(Buffer.from(await down.arrayBuffer()), bytes);
  assert.equal(down.headers.get('content-type'), 'image/png');
  assert.equal(down.headers.get('content-length'), String(bytes.length));
  assert.equal(down.headers.get('etag'), `"${sha256}"`);
  assert.equal(down.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(down.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  assert.equal(down.headers.get('set-cookie'), null);
  assert.equal(
    down.headers.get('content-disposition'),
    `attachment; filename="Zeugnis _2026_.png"; filename*=UTF-8''Zeugnis%20%E2%80%9E2026%E2%80%9C.png`,
  );
  const part = await get(made.body.contentUrl, { range: 'bytes=10-19' });
  assert.deepEqual(
    [part.status, part.headers.get('content-range'), part.headers.get('content-length')],
    [206, `bytes 10-19/${bytes.length}`, '10'],
  );
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
  const end = await get(made.body.contentUrl, { range: 'bytes=-5' });
  assert.deepEqual(Buffer.from(await end.arrayBuffer()), bytes.subarray(-5));
  const changed = await get(made.body.contentUrl, { range: 'bytes=0-1', 'if-range': '"other"' });
  assert.equal(changed.status, 200);
  await changed.arrayBuffer();
  const beyond = await get(made.body.contentUrl, { range: `bytes=${bytes.length}-` });
  assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${bytes.length}`]);

  assert.equal((await app.api('DELETE', `/people/${personId}`)).status, 204);
  assert.ok(await gone(made.body.id));
  assert.equal((await get(made.body.contentUrl)).status, 404);
  assert.ok(stored().length > 0);
  await Contents.clear(app.database.db);
  assert.deepEqual([stored(), await contents()], [[], []]);
});

test('text is sent as it is, and what a browser might run as bytes', async () => {
  const { id } = await world.person();
  const long = 'hello '.repeat(10_000);
  const plain = await upload(`personId=${id}&name=a.txt`, long, { 'content-type': 'text/plain; charset=utf-8' });
  const sent = await get(plain.body.contentUrl, { 'accept-encoding': 'gzip, br' });
  assert.equal(sent.headers.get('content-length'), String(long.length));
  assert.ok((await sent.text()) === long);
  for (const [name, type, body] of [
    ['a.html', 'text/html', '<script>alert(1)</script>'],
    ['a.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
  ] as const) {
    const made = await upload(`personId=${id}&name=${name}`, body, { 'content-type': type });
    assert.deepEqual([made.status, made.body.mediaType], [201, type]);
    const down = await get(made.body.contentUrl);
    assert.equal(down.headers.get('content-type'), 'application/octet-stream');
    assert.match(down.headers.get('content-disposition')!, /^attachment/);
    assert.equal(await down.text(), body);
  }
});

test('uploads that lie are refused, and leave nothing', async () => {
  await Contents.clear(app.database.db);
  const before = [stored(), await contents()];
  const { id } = await world.person();
  const of = `personId=${id}&name=a.png`;
  const png = { 'content-type': 'image/png' };
  const big = Buffer.concat([PNG, randomBytes(300_000)]);
  const wrong: [string, string | Buffer, Record<string, string>, number, string | undefined][] = [
    [of, 'MZ not a picture', png, 422, '/mediaType'],
    [of, PNG, { 'content-type': 'application/pdf' }, 422, '/mediaType'],
    [of, PNG, { 'content-type': 'picture' }, 422, '/mediaType'],
    [`${of}&size=10`, big, png, 422, '/size'],
    [`${of}&size=9000000`, big, png, 422, '/size'],
    [`${of}&digest=${'0'.repeat(64)}`, big, png, 422, '/digest'],
    [of, Buffer.concat([PNG, randomBytes(3_500_000)]), png, 413, undefined],
    [of, '', png, 400, undefined],
    ['name=a.png', PNG, png, 400, undefined],
    [`${of}&courseId=${id}`, PNG, png, 400, undefined],
    [`name=a.png&assessmentId=${id}`, PNG, png, 400, undefined],
    [`personId=${id}`, PNG, png, 400, undefined],
  ];
  for (const [query, body, headers, status, at] of wrong) {
    const answer = await upload(query, body, headers);
    assert.equal(answer.status, status, `${query} ${JSON.stringify(answer.body)}`);
    if (at) assert.equal(answer.body.errors[0].path, at);
  }
  assert.deepEqual([stored(), await contents()], before);
  assert.equal((await app.api('GET', `/files?personId=${id}`)).body.data.length, 0);
});

test('what breaks off leaves nothing', async () => {
  await Contents.clear(app.database.db);
  const before = [stored(), await contents()];
  const { id } = await world.person();
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((done) => socket.once('connect', done));
  socket.write(
    `POST /matricula/v1/files?personId=${id}&name=a.bin HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.key}\r\ncontent-length: 2000000\r\n\r\n`,
  );
  socket.write(randomBytes(500_000));
  while (stored().length === before[0]!.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual((await contents()).filter((state) => state === 'uploading').length, 1);
  socket.destroy();
  while ((await contents()).includes('uploading') || stored().length > before[0]!.length)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([stored(), await contents()], before);
});

test('the same content is stored once for each tenant, and stays as long as a file has it', async () => {
  await Contents.clear(app.database.db);
  const [before, { id: one }, { id: two }] = [stored().length, await world.person(), await world.person()];
  const bytes = randomBytes(100_000);
  const first = await upload(`personId=${one}&name=a.bin`, bytes);
  const again = await upload(`personId=${one}&name=a.bin`, bytes);
  assert.deepEqual([first.status, again.status, again.body.id], [201, 200, first.body.id]);
  const other = await upload(`personId=${one}&name=b.bin`, bytes);
  const elsewhere = await upload(`personId=${two}&name=a.bin`, bytes);
  assert.deepEqual([other.status, elsewhere.status], [201, 201]);
  await Contents.clear(app.database.db);
  assert.equal(stored().length, before + 1);
  for (const { body } of [first, other]) assert.equal((await app.api('DELETE', `/files/${body.id}`)).status, 204);
  await Contents.clear(app.database.db);
  assert.deepEqual(Buffer.from(await (await get(elsewhere.body.contentUrl)).arrayBuffer()), bytes);
  assert.equal((await app.api('DELETE', `/files/${elsewhere.body.id}`)).status, 204);
  await Contents.clear(app.database.db);
  assert.equal(stored().length, before);
});

test('ten at once bring the same content: one is stored', async () => {
  await Contents.clear(app.database.db);
  const [before, people] = [stored().length, await Promise.all(Array.from({ length: 10 }, () => world.person()))];
  const bytes = randomBytes(50_000);
  const made = await Promise.all(people.map(({ id }) => upload(`personId=${id}&name=a.bin`, bytes)));
  assert.deepEqual([...new Set(made.map(({ status }) => status))], [201]);
  await Contents.clear(app.database.db);
  assert.equal(stored().length, before + 1);
});

test('an address that is old, changed, of another file or of another tenant opens nothing', async () => {
  const [file, other] = [await world.file(), await world.file()];
  const ctx = await app.ctx();
  const key = await Tenants.signingKey(ctx, 'file content');
  const address = (id: string, tenant: string, pass: string) => `/files/${id}/content?tenant=${tenant}&pass=${pass}`;
  const scope = { purpose: 'file content', id: file.id };
  const good = passFor(key, scope, Date.now() + 1000);
  const ask = async (path: string) => app.api('GET', path, { as: null });
  assert.equal((await ask(address(file.id, ctx.tenant.id, good))).status, 200);
  assert.equal((await ask(address(file.id.toUpperCase(), ctx.tenant.id, good))).status, 200);
  assert.equal((await ask(address(file.id, ctx.tenant.id, passFor(key, scope, Date.now() - 1)))).status, 410);
  const foreign = await app.tenant();
  const foreignKey = await Tenants.signingKey(await foreign.ctx(), 'file content');
  const { id: foreignId } = (await foreign.ctx()).tenant;
  const none = [
    address(other.id, ctx.tenant.id, good),
    address(file.id, ctx.tenant.id, `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`),
    address(file.id, ctx.tenant.id, good.slice(1)),
    address(file.id, foreignId, good),
    address(file.id, foreignId, passFor(foreignKey, scope, Date.now() + 1000)),
    address(file.id, ctx.tenant.id, passFor(foreignKey, scope, Date.now() + 1000)),
    address(file.id, ctx.tenant.id, passFor(key, { ...scope, purpose: 'other' }, Date.now() + 1000)),
    address(file.id, '018f0000-0000-7000-8000-000000000000', good),
  ];
  const answers = await Promise.all(none.map(ask));
  assert.deepEqual(
    answers.map(({ status }) => status),
    none.map(() => 404),
  );
  // what is wrong with it is not told
  assert.equal(new Set(answers.slice(1).map(({ body }) => JSON.stringify([body.detail, body.errors]))).size, 1);
  await app.database.pool.query(`update tenant set status = 'disabled' where id = $1`, [foreignId]);
  assert.equal((await ask(address(file.id, foreignId, good))).status, 404);
});

test('files of a course are for those who find it, and changed by those who write it', async () => {
  const [course, draft] = [await world.course(), await world.draft()];
  const learner = await app.personWith();
  const made = await upload(`courseId=${course.id}&name=a.txt`, 'hello');
  const hidden = await upload(`courseId=${draft.id}&name=a.txt`, 'hello');
  assert.deepEqual([made.status, hidden.status], [201, 201]);
  const as = learner.token;
  assert.equal((await app.api('GET', `/files?courseId=${course.id}`, { as })).body.data.length, 1);
  assert.equal((await app.api('GET', `/files/${made.body.id}`, { as })).status, 200);
  assert.equal((await app.api('GET', `/files?courseId=${draft.id}`, { as })).status, 404);
  assert.equal((await app.api('GET', `/files/${hidden.body.id}`, { as })).status, 404);
  assert.equal((await upload(`courseId=${course.id}&name=b.txt`, 'hello', {}, as)).status, 403);
  assert.equal((await app.api('DELETE', `/files/${made.body.id}`, { as })).status, 403);
  const reader = await app.keyFor(['courses.read']);
  assert.equal((await app.api('DELETE', `/files/${made.body.id}`, { as: reader })).status, 403);
  assert.equal((await app.api('DELETE', `/courses/${course.id}`)).status, 204);
  assert.ok(await gone(made.body.id));
});

test('people have files of their own, and leave alone what others put there', async () => {
  const [one, two] = [await app.personWith(), await app.personWith()];
  const mine = await upload(`personId=${one.id}&name=a.txt`, 'mine', {}, one.token);
  assert.deepEqual([mine.status, mine.body.uploadedById], [201, one.id]);
  const given = await upload(`personId=${one.id}&name=b.txt`, 'given');
  const list = (as: string) => app.api('GET', `/files?personId=${one.id}`, { as });
  assert.deepEqual([(await list(one.token)).body.data.length, (await list(two.token)).status], [2, 404]);
  assert.equal((await app.api('GET', `/files/${mine.body.id}`, { as: two.token })).status, 404);
  assert.equal((await upload(`personId=${one.id}&name=c.txt`, 'theirs', {}, two.token)).status, 404);
  assert.equal((await app.api('DELETE', `/files/${given.body.id}`, { as: one.token })).status, 403);
  assert.equal((await app.api('DELETE', `/files/${mine.body.id}`, { as: two.token })).status, 404);
  assert.equal((await app.api('DELETE', `/files/${mine.body.id}`, { as: one.token })).status, 204);
});

test('work is brought by its learner until it is handed in, and goes when the person is purged', async () => {
  const course = await world.course();
  const assessment = await world.assessment(course);
  const learner = await app.personWith();
  const other = await app.personWith();
  const enrollment = await world.enroll(course.defaultOfferingId, learner.id);
  const of = `assessmentId=${assessment.id}&enrollmentId=${enrollment.id}`;
  const work = `/assessments/${assessment.id}/submissions/${enrollment.id}`;
  const made = await upload(`${of}&name=essay.txt`, 'my essay', {}, learner.token);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal((await app.api('GET', work)).body.state, 'draft');
  assert.equal((await app.api('GET', `/files?${of}`, { as: other.token })).status, 404);
  assert.equal((await upload(`${of}&name=x.txt`, 'x', {}, other.token)).status, 404);
  assert.equal((await app.api('PUT', work, { as: learner.token, body: { state: 'submitted' } })).status, 200);
  const late = await upload(`${of}&name=more.txt`, 'more', {}, learner.token);
  assert.deepEqual([late.status, late.body.rule], [409, 'attempt_finished']);
  assert.equal((await app.api('DELETE', `/files/${made.body.id}`, { as: learner.token })).status, 409);
  assert.equal((await app.api('GET', `/files?${of}`, { as: learner.token })).body.data.length, 1);
  // what whoever marks sees
  const marker = await app.keyFor(['marks.read']);
  assert.equal((await app.api('GET', `/files/${made.body.id}`, { as: marker })).body.name, 'essay.txt');
  assert.equal((await app.api('DELETE', `/people/${learner.id}`)).status, 204);
  assert.equal((await app.api('GET', `/files/${made.body.id}`)).status, 200);
  assert.equal((await app.api('PUT', `/people/${learner.id}/erasure`)).status, 200);
  assert.ok(await gone(made.body.id));
});

test('work of an assessment that is closed or not open is not brought', async () => {
  const course = await world.course();
  const assessment = await world.assessment(course);
  const learner = await app.personWith();
  const { id } = await world.enroll(course.defaultOfferingId, learner.id);
  const send = () => upload(`assessmentId=${assessment.id}&enrollmentId=${id}&name=a.txt`, 'x', {}, learner.token);
  const set = (body: object) => app.api('PATCH', `/assessments/${assessment.id}`, { body });
  await set({ closesAt: '2020-01-01T00:00:00Z' });
  assert.equal((await send()).body.rule, 'closed');
  await set({ closesAt: null, opensAt: '2999-01-01T00:00:00Z' });
  assert.equal((await send()).body.rule, 'not_open_yet');
});

test('a tenant says which files it takes', async () => {
  const tenant = await app.tenant();
  const person = (await worldOf(tenant.api).person()).id;
  for (const [files, at] of [
    [{ types: ['images'] }, '/settings/files/types/0'],
    [{ mostBytes: 0 }, '/settings/files/mostBytes'],
    [{ kinds: [] }, '/settings/files/kinds'],
  ] as const) {
    const refused = await tenant.api('PATCH', '/tenant', { body: { settings: { files } } });
    assert.deepEqual([refused.status, refused.body.errors[0].path], [422, at]);
  }
  const set = await tenant.api('PATCH', '/tenant', {
    body: { settings: { files: { types: ['image/*'], mostBytes: 100_000 } } },
  });
  assert.equal(set.status, 200);
  const send = (body: string | Buffer) => upload(`personId=${person}&name=a`, body, {}, tenant.key);
  assert.equal((await send(PNG)).status, 201);
  assert.equal((await send('words')).status, 422);
  assert.equal((await send(Buffer.concat([PNG, randomBytes(200_000)]))).status, 413);
});

test('what happened is told, without the name of the file', async () => {
  const { id: personId } = await world.person();
  const { id } = await world.file(personId);
  await app.api('DELETE', `/files/${id}`);
  const { rows } = await app.database.pool.query(
    `select type, person_id, data from event where entity_id = $1 order by seq`,
    [id],
  );
  assert.deepEqual(
    rows.map(({ type, person_id, data }) => [type, person_id, data.entity, data.entityId]),
    [
      ['file.stored', personId, 'person', personId],
      ['file.deleted', personId, 'person', personId],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes('a.txt'));
});

test('a reset of a sandbox takes its files along', async () => {
  const sandbox = await app.tenant({ sandbox: true });
  const person = (await worldOf(sandbox.api).person()).id;
  const made = await upload(`personId=${person}&name=a.bin`, randomBytes(1000), {}, sandbox.key);
  await Contents.clear(app.database.db);
  const before = stored().length;
  assert.equal((await sandbox.api('POST', '/resets')).status, 201);
  assert.equal((await get(made.body.contentUrl)).status, 404);
  await Contents.clear(app.database.db);
  assert.equal(stored().length, before - 1);
});
