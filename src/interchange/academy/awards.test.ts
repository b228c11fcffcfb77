import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, byExternalId, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import { Courses } from '../../record/catalog/index.ts';

import { Awards, Certificates } from '../../record/credentials/index.ts';
import { ActivityStates, Enrollments } from '../../record/enrollment/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { type Instant, later } from '../../record/kernel/instant.ts';
import { People } from '../../record/people/index.ts';
import { resetSandbox } from '../reset-sandbox.ts';
import { exportAcademy, importAcademy, keepFile } from './index.ts';

const NOW = '2026-04-01T10:00:00.000Z';
const DAY = 86_400_000;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const tenant = (academy?: string): Promise<Context> =>
  testTenant(database.db, { sandbox: true, now: NOW, ...(academy ? { academy } : {}) });

const course = (key: string) =>
  `  - { key: ${key}, name: ${key.toUpperCase()}, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }`;
const BASE = `
courses:
${['a', 'b'].map(course).join('\n')}
people:
${['ann', 'bo', 'cy', 'di', 'ed', 'fay'].map((key) => `  - { key: ${key}, name: ${key} }`).join('\n')}
`;

async function award(ctx: Context, person: string, certificate: string): Promise<Awards.Award> {
  const personId = (await People.find(ctx, person))!.id;
  return (await Awards.find(ctx, { personId, certificateId: (await Certificates.find(ctx, certificate))!.id }))!;
}

/** All that awards say, without ids. */
async function all(ctx: Context): Promise<unknown[]> {
  const { rows } = await Awards.listStates(ctx, { page: { kind: 'rows', offset: 0, limit: 100, total: false } });
  const found = await Promise.all(rows.map((row) => Awards.get(ctx, row.id)));
  return found
    .map((one) => [
      one.certificateExternalId,
      one.fullName,
      one.state,
      one.required,
      one.readyAt,
      one.certifiedAt,
      one.expiresAt,
      one.revokedAt,
      one.revokedBecause,
      one.revocation,
      one.spans,
    ])
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

test('a certificate earned two years ago and good for one has expired', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
certificates:
  - { key: year, name: A year, validity: { count: 1, unit: year }, courses: [a] }
  - { key: ever, name: For ever, courses: [a] }
enrollments:
  - { person: ann, course: a, progress: [{ activity: P, at: 2024-04-01T10:00:00Z }] }
  - { person: bo, course: a, progress: [{ activity: P, at: 2025-04-11T10:00:00Z }] }
  - { person: cy, course: a, progress: [{ activity: P, at: -10d }] }
  # renewed in time: the first year is an earlier span
  - { person: di, course: a, progress: [{ activity: P, at: 2024-06-01T10:00:00Z }], ending: superseded }
  - { person: di, course: a, progress: [{ activity: P, at: 2025-05-20T10:00:00Z }] }
`,
  );
  const state = async (person: string, certificate: string) => {
    const { state, expiresAt } = await award(ctx, person, certificate);
    return [state, expiresAt];
  };
  assert.deepEqual(await state('ann', 'year'), ['expired', '2025-04-01T10:00:00.000Z']);
  assert.deepEqual(await state('ann', 'ever'), ['certified', null]);
  assert.deepEqual(await state('bo', 'year'), ['about_to_expire', '2026-04-11T10:00:00.000Z']);
  assert.equal((await award(ctx, 'cy', 'year')).state, 'certified');
  const di = await Awards.get(ctx, (await award(ctx, 'di', 'year')).id);
  assert.deepEqual(
    [di.state, di.certifiedAt, di.spans],
    [
      'certified',
      '2025-05-20T10:00:00.000Z',
      [
        {
          certifiedAt: '2024-06-01T10:00:00.000Z',
          expiresAt: '2025-06-01T10:00:00.000Z',
          endedAt: '2025-05-20T10:00:00.000Z',
        },
      ],
    ],
  );
  // what follows by itself is not told, what a renewal left behind is
  const written = await exportAcademy(ctx);
  assert.deepEqual(
    written.match(/^ {2}- person: .*\n {4}certificate: .*$/gm)?.map((entry) => entry.replace(/\s+/g, ' ')),
    [' - person: di certificate: year', ' - person: di certificate: ever'],
  );
});

test('the learner’s word, revocations and renewals have their place in time', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
certificates:
  - { key: word, name: Word, confirmation: true, validity: { count: 10, unit: month }, courses: [a] }
  - { key: plain, name: Plain, courses: [b] }
enrollments:
  - { person: ann, course: a, progress: [{ activity: P, at: -300d }], ending: superseded }
  - { person: ann, course: a, progress: [{ activity: P, at: -40d }] }
  - { person: bo, course: a, progress: [{ activity: P, at: -20d }] }
  - { person: cy, course: b, progress: [{ activity: P, at: -50d }], ending: superseded }
  - { person: cy, course: b, progress: [{ activity: P, at: -5d }] }
  - { person: di, course: b, progress: [{ activity: P, at: -50d }] }
awards:
  - { person: ann, certificate: word, certifiedAt: -30d, earlier: [{ certifiedAt: -290d, expiresAt: 2026-04-14T10:00:00Z, endedAt: -30d }] }
  - { person: bo, certificate: word, required: true }
  - { person: cy, certificate: plain, revoked: { because: Cheated, at: -30d }, certifiedAt: -50d }
  - { person: di, certificate: plain, revoked: { because: Cheated } }
`,
  );
  const ann = await Awards.get(ctx, (await award(ctx, 'ann', 'word')).id);
  assert.deepEqual([ann.state, ann.certifiedAt?.slice(0, 10), ann.spans.length], ['certified', '2026-03-02', 1]);
  const bo = await award(ctx, 'bo', 'word');
  assert.deepEqual([bo.state, bo.required, bo.certifiedAt], ['awaits_confirmation', true, null]);
  const di = await award(ctx, 'di', 'plain');
  assert.deepEqual([di.state, di.revokedBecause, di.revokedAt], ['revoked', 'Cheated', NOW]);
  const { rows } = await run<{ type: string; at: Instant }>(
    ctx.db,
    `select e.type, e.at from event e where e.tenant_id = $1 and e.entity = 'certificate_award' and e.entity_id = $2::uuid order by e.seq`,
    [ctx.tenant.id, ann.id],
  );
  assert.deepEqual(
    rows.slice(0, 4).map((row) => row.type),
    ['award.awaits_confirmation', 'award.certified', 'award.awaits_confirmation', 'award.renewed'],
  );
  assert.equal(rows[1]!.at.slice(0, 10), '2025-06-15');
});

const DEFINED = `${BASE}
certificates:
  - { key: one, name: One, validity: { count: 1, unit: year }, courses: [a] }
  - { key: both, name: Both, confirmation: true, courses: [a, b] }
enrollments:
${['ann', 'bo', 'cy', 'di', 'ed'].map((person) => `  - { person: ${person}, course: a, enrolledAt: -90d }\n  - { person: ${person}, course: b, enrolledAt: -90d }`).join('\n')}
`;

test('awards of a life with changing rules are the same elsewhere', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, DEFINED);
  const id = async (person: string) => (await People.find(ctx, person))!.id;
  const courses = {
    a: (await byExternalId(ctx, Courses.list, 'a'))!,
    b: (await byExternalId(ctx, Courses.list, 'b'))!,
  };
  const [one, both] = [(await Certificates.find(ctx, 'one'))!, (await Certificates.find(ctx, 'both'))!];
  const on = (days: number) => at(ctx, later(NOW, days * DAY));
  const enrollment = async (person: string, key: 'a' | 'b') =>
    Enrollments.getPrimary(ctx, await id(person), courses[key].id);
  const complete = async (days: number, person: string, key: 'a' | 'b') =>
    Enrollments.complete(on(days), (await enrollment(person, key)).id);
  for (const person of ['ann', 'bo', 'cy', 'di']) await complete(-80, person, 'a');
  await complete(-70, 'ann', 'b');
  await Awards.confirm(on(-65), (await award(on(-65), 'ann', 'both')).id);
  await complete(-60, 'bo', 'b');
  await Awards.revoke(on(-50), (await award(on(-50), 'bo', 'one')).id, 'Wrong person');
  // taken back: withdrawn with the reason
  await Enrollments.reset(on(-45), (await enrollment('cy', 'a')).id);
  // the rules change: what was earned keeps its own
  await Certificates.update(on(-40), one.id, {
    validity: { count: 2, unit: 'month' },
    courseIds: [courses.a.id, courses.b.id],
  });
  await complete(-30, 'di', 'b');
  await Certificates.update(on(-20), both.id, { status: 'archived' });
  await complete(-10, 'ed', 'a');
  await complete(-10, 'ed', 'b');
  // required, and without access since
  await Awards.require(on(-9), await id('cy'), one.id, true);
  await Enrollments.withdraw(on(-8), [(await enrollment('cy', 'a')).id, (await enrollment('cy', 'b')).id], {
    ending: 'kept',
  });
  // starts over after it was earned
  const again = await Enrollments.startOver(on(-7), (await enrollment('ann', 'a')).id);
  const activity = (
    await run<{ id: string }>(ctx.db, 'select id from activity where tenant_id = $1 and version_id = $2', [
      ctx.tenant.id,
      again.versionId,
    ])
  ).rows[0]!;
  await ActivityStates.record(on(-6), again, activity.id, { state: 'in_progress' });

  const written = await exportAcademy(ctx);
  const before = await all(ctx);
  const other = await tenant();
  await importAcademy(other, written);
  assert.deepEqual(await all(other), before);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  for (const where of [ctx, other, at(other, later(NOW, DAY))]) {
    const report = await importAcademy(where, written);
    assert.deepEqual([report.created, report.changed], [{}, {}]);
  }
  // what a person does there afterwards counts as it would here
  const renewed = later(NOW, DAY);
  for (const where of [ctx, other]) {
    const personId = (await People.find(where, 'ann'))!.id;
    await Enrollments.complete(
      at(where, renewed),
      (await Enrollments.getPrimary(where, personId, (await byExternalId(where, Courses.list, 'a'))!.id)).id,
    );
  }
  assert.deepEqual(await all(other), await all(ctx));
});

test('an older file does not take a renewal back', async () => {
  const ctx = await tenant();
  const file = `${BASE}
certificates: [{ key: one, name: One, courses: [a] }]
awards: [{ person: ann, certificate: one, certifiedAt: 2020-01-01 }]
`;
  await importAcademy(ctx, file);
  const earned = await award(ctx, 'ann', 'one');
  assert.deepEqual([earned.state, earned.certifiedAt], ['certified', '2020-01-01T00:00:00.000Z']);
  await importAcademy(ctx, 'enrollments: [{ person: ann, course: a, progress: [{ activity: P, at: -2d }] }]');
  const renewed = await award(ctx, 'ann', 'one');
  assert.equal(renewed.certifiedAt?.slice(0, 10), '2026-03-30');
  const report = await importAcademy(ctx, file);
  assert.deepEqual([report.created, report.changed], [{}, {}]);
  assert.deepEqual(await award(ctx, 'ann', 'one'), renewed);
});

test('codes of certificates move with the academy, and are never in use twice', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
certificates: [{ key: one, name: One, courses: [a] }]
enrollments: [{ person: ann, course: a, progress: [{ activity: P, at: -2d }] }]
`,
  );
  const { code } = await award(ctx, 'ann', 'one');
  assert.doesNotMatch(await exportAcademy(ctx), /code: /);
  const written = await exportAcademy(ctx, { passwordHashes: true });
  assert.match(written, new RegExp(`code: ${code}`));
  const beside = await tenant();
  await importAcademy(beside, written);
  assert.notEqual((await award(beside, 'ann', 'one')).code, code);
  await run(ctx.db, 'delete from certificate_award where tenant_id = any($1::uuid[])', [
    [ctx.tenant.id, beside.tenant.id],
  ]);
  const moved = await tenant();
  await importAcademy(moved, written);
  assert.equal((await award(moved, 'ann', 'one')).code, code);
  const again = await importAcademy(moved, written);
  assert.deepEqual([again.created, again.changed], [{}, {}]);
});

test('a reset brings certificates, audiences and profiles back as the file has them', async () => {
  const file = `${DEFINED}
groups: [{ key: g, name: G, members: [fay] }]
profiles: [{ key: p, name: P, members: [ann] }]
audiences: [{ group: g, course: a }]
awards: [{ person: ann, certificate: one, required: true }]
`;
  const ctx = await testTenant(database.db, { sandbox: true });
  await importAcademy(ctx, file);
  await keepFile(ctx, file);
  const written = (await exportAcademy(ctx)).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…');
  await Awards.revoke(ctx, (await forceCompleted(ctx, 'bo')).id, 'Gone');
  await resetSandbox(ctx);
  assert.equal((await exportAcademy(ctx)).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…'), written);
});

async function forceCompleted(ctx: Context, person: string): Promise<Awards.Award> {
  const { id } = await Enrollments.getPrimary(
    ctx,
    (await People.find(ctx, person))!.id,
    (await byExternalId(ctx, Courses.list, 'a'))!.id,
  );
  await Enrollments.complete(ctx, id);
  return award(ctx, person, 'one');
}
