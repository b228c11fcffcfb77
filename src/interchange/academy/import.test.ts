import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actingWith, at, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import { Content, Courses, Offerings } from '../../record/catalog/index.ts';
import { Enrollments } from '../../record/enrollment/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { later } from '../../record/kernel/instant.ts';
import type { Refusal } from '../../record/kernel/refusal.ts';
import { Groups, People, Units } from '../../record/people/index.ts';
import { exportAcademy, importAcademy } from './index.ts';

const NOW = '2026-04-01T10:00:00.000Z';
const DAY = 86_400_000;
const ALL = { page: { kind: 'rows', offset: 0, limit: 1000, total: false } } as const;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const tenant = (): Promise<Context> => testTenant(database.db, { sandbox: true, timeZone: 'Europe/Berlin', now: NOW });
const events = async (ctx: Context): Promise<string[]> =>
  (
    await run<{ type: string }>(ctx.db, 'select type from event where tenant_id = $1 order by seq', [ctx.tenant.id])
  ).rows.map((row) => row.type);

test('an edited file changes what it says and nothing else', async () => {
  const ctx = await tenant();
  const file = (phone: string) => `
units: [{ key: u, name: U }]
people:
  - { key: a, name: A One, unit: u, email: a@x.example, phone: "${phone}" }
  - { key: b, name: B Two, manager: a, roles: [instructor] }
`;
  await importAcademy(ctx, file('1'));
  const a = (await People.find(ctx, 'a'))!;
  await People.update(ctx, a.id, { jobTitle: 'Set by hand', externalId: 'renamed', attributes: { kept: true } });
  const before = (await events(ctx)).length;
  const report = await importAcademy(ctx, file('2'));
  assert.deepEqual(report, { created: {}, changed: { people: 1 }, unchanged: 2, counts: report.counts });
  assert.deepEqual((await events(ctx)).slice(before), ['person.updated', 'tenant.academy_imported']);
  const now = (await People.find(ctx, 'renamed'))!;
  assert.deepEqual([now.id, now.phone, now.jobTitle, now.attributes], [a.id, '2', 'Set by hand', { kept: true }]);
});

test('what is in the record already is taken up, by outside key, email or login name', async () => {
  const ctx = await tenant();
  const unit = await Units.create(ctx, { name: 'Old', externalId: 'old' });
  const one = await People.create(ctx, { fullName: 'One', externalId: 'one' });
  const two = await People.create(ctx, { fullName: 'Two', email: 'Two@x.example' });
  const report = await importAcademy(
    ctx,
    `
units: [{ key: old, name: Old }]
people:
  - { key: one, name: One, unit: old }
  - { key: two@x.example, name: Two, externalId: null }
  - { key: three, name: Three, manager: one }
groups: [{ key: g, name: G, members: [one, three] }]
`,
  );
  assert.deepEqual(report.created, { people: 1, groups: 1, members: 2 });
  assert.deepEqual(report.changed, { people: 1 });
  assert.equal((await People.find(ctx, 'one'))!.unitId, unit.id);
  assert.equal((await People.find(ctx, 'three'))!.managerId, one.id);
  assert.equal((await People.find(ctx, 'two@x.example'))!.id, two.id);
});

test('a further file adds to what is there', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    'people: [{ key: a, name: A }]\ncourses: [{ key: c, name: C }]\ngroups: [{ key: g, name: G }]',
  );
  const report = await importAcademy(
    ctx,
    'enrollments: [{ person: a, course: c }]\ngroups: [{ key: g, name: G, members: [a] }]',
  );
  assert.deepEqual(report.created, { members: 1, enrollments: 1 });
  const [group] = (await Groups.list(ctx, ALL)).rows;
  const stranger = await People.create(ctx, { fullName: 'S' });
  await Groups.addMembers(ctx, group!.id, [stranger.id]);
  await importAcademy(ctx, 'groups: [{ key: g, name: G, members: [a] }]');
  assert.equal((await Groups.list(ctx, ALL)).rows[0]!.memberCount, 2);
});

test('relative dates are worked out in the zone of the file, and go on counting from the first import', async () => {
  const ctx = await tenant();
  const file = `
academy: { timeZone: America/New_York, since: -1y }
people: [{ key: a, name: A, hiredAt: 2026-01-01 }]
courses: [{ key: c, name: C }]
terms: [{ key: t, name: T, startsOn: today, endsOn: +1mo }]
enrollments:
  - { person: a, course: c, enrolledAt: -3d 14:30, dueAt: 2026-05-01 }
`;
  await importAcademy(ctx, file);
  const [enrollment] = (await Enrollments.list(ctx, ALL)).rows;
  assert.equal(enrollment!.enrolledAt, '2026-03-29T18:30:00.000Z');
  assert.equal(enrollment!.createdAt, '2026-03-29T18:30:00.000Z');
  // a day ends with its last moment
  assert.equal(enrollment!.dueAt, '2026-05-02T03:59:59.999Z');
  const person = (await People.find(ctx, 'a'))!;
  assert.deepEqual([person.hiredAt, person.createdAt], ['2026-01-01T05:00:00.000Z', '2025-04-01T10:00:00.000Z']);
  const before = await events(ctx);
  const week = await importAcademy(at(ctx, later(NOW, 7 * DAY)), file);
  assert.deepEqual([week.created, week.changed], [{}, {}]);
  assert.deepEqual(await events(ctx), before);
  // an edited file is another one, whose dates count from now
  await importAcademy(at(ctx, later(NOW, 7 * DAY)), file.replace('name: T,', 'name: Term,'));
  const { rows } = await run<{ starts_on: string }>(ctx.db, 'select starts_on from term where tenant_id = $1', [
    ctx.tenant.id,
  ]);
  assert.equal(rows[0]!.starts_on, '2026-04-08');
});

test('content keeps what it is through a new version', async () => {
  const ctx = await tenant();
  const file = (quiz: string, more = '') => `
people: [{ key: a, name: A }]
courses:
  - key: c
    name: C
    sections:
      - name: S
        activities:
          - { kind: page, name: P, tasks: [One, Two] }
          - { kind: quiz, key: q, name: ${quiz} }
${more}
enrollments: [{ person: a, course: c, enrolledAt: -1d, attempts: [{ activity: q, score: 80 }] }]
`;
  await importAcademy(ctx, file('Q'));
  const [course] = (await Courses.list(ctx, ALL)).rows;
  const first = await Content.get(ctx, (await Courses.get(ctx, course!.id)).currentVersionId!);
  const report = await importAcademy(ctx, file('Renamed', '          - { kind: link, name: L }'));
  assert.deepEqual(report.changed, { courses: 1 });
  const second = await Content.get(ctx, (await Courses.get(ctx, course!.id)).currentVersionId!);
  assert.equal(second.ordinal, 2);
  const ids = (version: typeof first) => version.sections[0]!.activities.map((activity) => activity.id);
  assert.deepEqual(ids(second).slice(0, 2), ids(first));
  assert.deepEqual(
    second.sections[0]!.activities[0]!.tasks.map((task) => task.id),
    first.sections[0]!.activities[0]!.tasks.map((task) => task.id),
  );
});

test('versions, drafts and offerings of earlier versions come through an export', async () => {
  const ctx = await tenant();
  const file = `
people: [{ key: a, name: A }, { key: b, name: B }]
courses:
  - key: c
    name: C
    versions:
      - sections: [{ name: S, activities: [{ kind: page, name: Old, key: p }] }]
      - sections: [{ name: S, activities: [{ kind: page, name: New, key: p }, { kind: quiz, name: Q }] }]
    draft:
      sections: [{ name: S, activities: [{ kind: page, name: Next, key: p }] }]
  - { key: d, name: D, state: draft, sections: [{ name: S, activities: [{ kind: video, name: V }] }] }
offerings:
  - { key: o1, course: c, version: 1, name: First }
  - { key: o2, course: c, name: Second, hiddenActivities: [Q] }
enrollments:
  - { person: a, offering: o1, enrolledAt: -9d, progress: [{ activity: p, at: -8d }] }
  - { person: b, offering: o2, enrolledAt: -9d, version: 1 }
`;
  await importAcademy(ctx, file);
  const states = (await Enrollments.list(ctx, ALL)).rows.map((row) => `${row.fullName} ${row.state}`);
  assert.deepEqual(states.sort(), ['A complete', 'B not_started']);
  const versions = new Map((await Offerings.list(ctx, ALL)).rows.map((row) => [row.externalId, row.versionId]));
  assert.notEqual(versions.get('o1'), versions.get('o2'));
  const written = await exportAcademy(ctx);
  const other = await tenant();
  await importAcademy(other, written);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  const again = await importAcademy(ctx, written);
  assert.deepEqual([again.created, again.changed], [{}, {}]);
});

test('keys and names of all kinds come through an export', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `
academy: { name: "Yes: it's 100% #1", settings: { groupLevels: [Top], odd: "- [x]" }, unit: { name: Head office, phone: "007" } }
attributes: [{ key: person.size, name: Size, type: choice, choices: [S, "null", "1.0"] }]
units: [{ key: "u:1 #2", name: "{u}", units: [{ key: "true", name: "null" }] }]
people:
  - { key: "12", name: "Null", externalId: null, username: "12", unit: "true", units: ["u:1 #2"], attributes: { size: "1.0", deep: { a: [1, null, "x: y"] } } }
  - { key: "- b", name: "  padded  name ", notes: "line\\n\\n  indented: yes\\n#no comment\\ttab\\u2028end " }
  - { key: ring1, name: R1, manager: ring2 }
  - { key: ring2, name: R2, manager: ring1, learner: false }
rooms: [{ key: r, name: Same }, { key: s, name: Same }]
joinKeys: [{ key: j, code: ABC }]
`,
  );
  const written = await exportAcademy(ctx);
  const other = await tenant();
  await importAcademy(other, written);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
});

test('passwords leave only as fingerprints, and only when asked', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, 'people: [{ key: a, name: A, username: a, password: correct-horse }]');
  assert.doesNotMatch(await exportAcademy(ctx), /argon|password|horse/);
  const written = await exportAcademy(ctx, { passwordHashes: true });
  assert.doesNotMatch(written, /horse/);
  const other = await tenant();
  await importAcademy(other, written);
  assert.deepEqual((await exportAcademy(other, { passwordHashes: true })).split('\n'), written.split('\n'));
});

test('it takes the permissions of what is in the file', async () => {
  const ctx = await tenant();
  const refused = async (actor: Context, text: string) =>
    assert.rejects(importAcademy(actor, text), (error) =>
      ['forbidden', 'invalid'].includes((error as Refusal).fact.kind),
    );
  await refused(actingWith(ctx, ['people.write']), 'people: [{ key: a, name: A }]');
  await refused(actingWith(ctx, ['imports.run']), 'people: [{ key: a, name: A }]');
  await refused(actingWith(ctx, ['imports.run', 'people.write']), 'people: [{ key: a, name: A, roles: [admin] }]');
  assert.equal(
    (await events(ctx)).some((type) => type === 'person.created'),
    false,
  );
  await importAcademy(actingWith(ctx, ['imports.run', 'people.write']), 'people: [{ key: a, name: A }]');
  // nobody climbs by giving somebody above them another password
  await importAcademy(ctx, 'people: [{ key: boss, name: B, username: boss, password: correct-horse, roles: [admin] }]');
  const theft = 'people: [{ key: boss, name: B, password: another-horse }]';
  await refused(actingWith(ctx, ['imports.run', 'people.write', 'people.read']), theft);
});

test('two imports of one file at once end as one', async () => {
  const ctx = await tenant();
  const text = 'people: [{ key: a, name: A }]\nrooms: [{ key: r, name: R }]\ncourses: [{ key: c, name: C }]';
  const reports = await Promise.all([importAcademy(ctx, text), importAcademy(ctx, text)]);
  assert.deepEqual(reports.map((report) => Object.keys(report.created).length).sort(), [0, 3]);
});
