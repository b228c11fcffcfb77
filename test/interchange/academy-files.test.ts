import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { exportAcademy, importAcademy, keepFile } from '../../src/interchange/academy/index.ts';
import { resetSandbox } from '../../src/interchange/reset-sandbox.ts';
import { Tenants } from '../../src/record/access/index.ts';
import { Courses } from '../../src/record/catalog/index.ts';
import { Contents, Files } from '../../src/record/files/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { People } from '../../src/record/people/index.ts';
import { byExternalId, rightNow, testTenant } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const ALL = { page: { kind: 'rows', offset: 0, limit: 1000, total: false } } as const;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const tenant = (): Promise<Context> => testTenant(database.db, { sandbox: true });
const base64 = (text: string) => Buffer.from(text).toString('base64');

const ACADEMY = `
people: [{ key: ann, name: Ann }, { key: bo, name: Bo }]
courses:
  - { key: c, name: C, sections: [{ name: S, activities: [{ kind: assignment, name: Work, key: work }] }] }
assessments: [{ key: w, name: Work, course: c, activity: work }]
enrollments:
  - { person: ann, course: c, enrolledAt: -9d, marks: [{ assessment: w, submittedAt: -8d }] }
files:
  - { name: a.txt, course: c, mediaType: text/plain, content: ${base64('of the course')}, uploadedBy: bo, at: -7d }
  - { name: b.txt, person: ann, assessment: w, mediaType: text/plain, content: ${base64('her work')}, uploadedBy: ann, at: -6d }
  - { name: c.txt, person: bo, mediaType: text/plain, content: ${base64('of the course')}, at: -5d }
`;

/** Every file: what it belongs to, and what is in it. */
async function stored(ctx: Context): Promise<unknown[]> {
  const course = (await byExternalId(ctx, Courses.list, 'c'))!.id;
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from file where tenant_id = $1 order by created_at',
    [ctx.tenant.id],
  );
  return Promise.all(
    rows.map(async ({ id }) => {
      const file = await Files.read(ctx, id);
      const bytes = await buffer(await Files.open(ctx, id));
      return [file.entity, file.entityId === course, file.name, file.createdAt, bytes.toString('hex').slice(0, 200)];
    }),
  );
}
const content = (text: string) => Buffer.from(text).toString('hex');

test('small files travel with their bytes, and come back after a reset', async () => {
  const ctx = await tenant();
  const { created } = await importAcademy(ctx, ACADEMY);
  assert.equal(created.files, 3);
  const before = await stored(ctx);
  assert.deepEqual(
    before.map((row) => (row as unknown[]).toSpliced(3, 1)),
    [
      ['course', true, 'a.txt', content('of the course')],
      ['submission', false, 'b.txt', content('her work')],
      ['person', false, 'c.txt', content('of the course')],
    ],
  );
  const written = await exportAcademy(ctx);
  const other = await tenant();
  await importAcademy(other, written);
  assert.deepEqual(await stored(other), before);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  for (const home of [ctx, other]) {
    const again = await importAcademy(home, written);
    assert.deepEqual([again.created, again.changed], [{}, {}]);
  }
  await keepFile(ctx, ACADEMY);
  const fresh = Tenants.contextOf({ db: ctx.db, dialect: 'test' }, await Tenants.current(ctx));
  await resetSandbox(rightNow(fresh));
  await Contents.clear(database.db);
  assert.equal((await stored(fresh)).length, 3);
});

test('a large file is named; it is taken over where its content is, else an import says that it is to be brought', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, ACADEMY);
  const bo = (await People.find(ctx, 'bo'))!.id;
  const bytes = randomBytes(65_537);
  await Files.upload(
    ctx,
    { personId: bo },
    (async function* () {
      yield bytes;
    })(),
    { name: 'large.bin' },
  );
  const written = await exportAcademy(ctx);
  assert.match(written, /large\.bin/);
  assert.ok(written.length < 10_000);
  const other = await tenant();
  const { counts } = await importAcademy(other, written);
  assert.deepEqual([counts.files?.created, counts.filesToBring?.unchanged], [3, 1]);
  for (const { id, name } of (await Files.list(ctx, { personId: bo }, ALL)).rows)
    if (name === 'large.bin') await Files.delete(ctx, id);
  await Files.upload(
    other,
    { courseId: (await byExternalId(other, Courses.list, 'c'))!.id },
    (async function* () {
      yield bytes;
    })(),
    { name: 'brought.bin' },
  );
  assert.deepEqual((await importAcademy(other, written)).created, { files: 1 });
});

test('a file that is not what it says stops the import', async () => {
  const ctx = await tenant();
  const hash = '0'.repeat(64);
  const text = base64('x');
  for (const [file, told] of [
    [`{ name: a, course: c, content: ${text}, sha256: "${hash}" }`, /that of another file/],
    [`{ name: a, course: c, content: ${text}, size: 2 }`, /has 1 bytes/],
    ['{ name: a, course: c }', /so is sha256/],
    [`{ name: a, content: ${text} }`, /either person or course/],
    [`{ name: a, course: c, assessment: w, content: ${text} }`, /person/],
    [`{ name: a, person: bo, assessment: w, content: ${text} }`, /no such work/],
    [`{ name: a, course: c, content: "no base64" }`, /content/],
  ] as const)
    await assert.rejects(importAcademy(ctx, ACADEMY.replace(/files:[\s\S]*/, `files: [${file}]`)), told);
});
