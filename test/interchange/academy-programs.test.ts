import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exportAcademy, importAcademy } from '../../src/interchange/academy/index.ts';
import { Courses } from '../../src/record/catalog/index.ts';
import { Enrollments } from '../../src/record/enrollment/index.ts';
import type { Context } from '../../src/record/kernel/context.ts';
import { later } from '../../src/record/kernel/instant.ts';
import { Groups, People } from '../../src/record/people/index.ts';
import { Paths, ProgramAudiences, ProgramContents, ProgramMembers, Programs } from '../../src/record/programs/index.ts';
import { actingAs, at, byExternalId, testTenant } from '../support/context.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const NOW = '2026-04-01T10:00:00.000Z';
const DAY = 86_400_000;
const ALL = { page: { kind: 'rows', offset: 0, limit: 1000, total: false } } as const;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const tenant = (): Promise<Context> => testTenant(database.db, { sandbox: true, timeZone: 'Europe/Berlin', now: NOW });

const keys = (...all: string[]) => all.map((key) => `{ key: ${key}, name: ${key} }`).join(', ');
const course = (key: string, more = '') =>
  `{ key: ${key}, name: ${key}${more}, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }`;
const BASE = `
academy: { settings: { groupLevels: [Region, Site] } }
people: [${keys('ann', 'bo', 'cy', 'di', 'ed', 'fay')}]
groups:
  - { key: top, name: Top, level: Region, members: [cy] }
  - { key: sub, name: Sub, level: Site, parent: top, members: [di, ed] }
courses: [${course('a')}, ${course('b')}, ${course('c', ', state: draft')}]
`;

const program = async (ctx: Context, key: string) => (await byExternalId(ctx, Programs.list, key))!;
const person = async (ctx: Context, key: string) => (await People.find(ctx, key))!.id;
const courseId = async (ctx: Context, key: string) => (await byExternalId(ctx, Courses.list, key))!.id;

async function called(ctx: Context): Promise<(id: string) => string | null> {
  const people = (await People.list(ctx, ALL)).rows;
  const names = new Map(people.map(({ id, externalId }) => [id, externalId]));
  return (id) => names.get(id)!;
}

/** Every stay, whether over or not, and by what it is held. */
async function stays(ctx: Context, key: string): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select p.external_id as person, m.source, m.joined_at, m.left_at,
            array(select r.kind from program_grant r where r.member_id = m.id order by 1) as held
       from program_member m join program g on g.id = m.program_id join person p on p.id = m.person_id
      where g.tenant_id = $1 and g.external_id = $2 order by m.joined_at, p.external_id`,
    [ctx.tenant.id, key],
  );
  return rows;
}

/** Importing what a tenant exports makes the same tenant elsewhere, and changes neither of the two again. */
async function sameElsewhere(ctx: Context): Promise<Context> {
  const written = await exportAcademy(ctx);
  const other = at(await tenant(), ctx.now);
  await importAcademy(other, written);
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  for (const home of [ctx, at(other, later(other.now, DAY))]) {
    const again = await importAcademy(home, written);
    assert.deepEqual([again.created, again.changed], [{}, {}]);
  }
  return other;
}

test('programs leave with contents, paths, audiences and every stay, and make the same ones elsewhere', async () => {
  const ctx = await tenant();
  const on = (days: number) => at(ctx, later(ctx.now, days * DAY));
  await importAcademy(ctx, BASE);
  const { id } = await Programs.create(ctx, {
    name: 'P',
    externalId: 'p',
    seats: 4,
    slug: 'p',
    description: 'All of it',
  });
  await Programs.create(ctx, { name: 'Old', externalId: 'old', state: 'retired' });
  const [a, b, c] = [await courseId(ctx, 'a'), await courseId(ctx, 'b'), await courseId(ctx, 'c')];
  await ProgramContents.save(ctx, id, [c, a, b]);
  await Paths.create(ctx, id, {
    name: 'Second',
    description: 'Takes a year',
    courses: [{ courseId: b, dueAfterDays: 30 }, { courseId: a, dueAt: '2027-01-01T00:00:00.000Z' }, { courseId: c }],
  });
  await Paths.create(ctx, id, { name: 'Empty' });
  await ProgramMembers.join(on(1), id, [await person(ctx, 'ann'), await person(ctx, 'bo')]);
  await ProgramMembers.leave(on(2), id, [await person(ctx, 'bo')]);
  await ProgramMembers.join(on(3), id, [await person(ctx, 'bo')]);
  await ProgramMembers.leave(on(4), id, [await person(ctx, 'bo')]);
  // two seats are left for three
  await ProgramAudiences.set(on(5), id, (await Groups.find(ctx, 'top'))!.id, { recursive: true });
  await ProgramMembers.join(on(6), id, [await person(ctx, 'cy')]);
  await ProgramMembers.leave(on(7), id, [await person(ctx, 'di')]);

  const other = await sameElsewhere(on(10));
  assert.deepEqual(await stays(other, 'p'), await stays(ctx, 'p'));
  const made = await program(other, 'p');
  assert.deepEqual([made.seats, made.slug, made.description, made.memberCount], [4, 'p', 'All of it', 3]);
  assert.equal((await program(other, 'old')).state, 'retired');
  const contents = (await ProgramContents.list(other, made.id, ALL)).rows.map((row) => row.courseId);
  assert.deepEqual(contents, [await courseId(other, 'c'), await courseId(other, 'a'), await courseId(other, 'b')]);
  const paths = (await Paths.list(other, made.id, ALL)).rows;
  assert.deepEqual(
    paths.map(({ name, courses }) => [name, courses.map(({ dueAt, dueAfterDays }) => [dueAt, dueAfterDays])]),
    [
      [
        'Second',
        [
          [null, 30],
          ['2027-01-01T00:00:00.000Z', null],
          [null, null],
        ],
      ],
      ['Empty', []],
    ],
  );

  // and it goes on meaning there what it meant: the group brings in others, not who was removed by name
  const sub = (await Groups.find(other, 'sub'))!.id;
  const joined = at(other, later(other.now, 20 * DAY));
  await Programs.update(joined, made.id, { seats: null });
  await Groups.addMembers(joined, sub, [await person(other, 'fay')]);
  const nameOf = await called(other);
  const members = (await ProgramMembers.list(joined, made.id, ALL)).rows.map((row) => nameOf(row.personId));
  assert.deepEqual(members.sort(), ['ann', 'cy', 'ed', 'fay']);
});

test('who left the default program finds elsewhere too what a program shows, and nothing else', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
programs:
  - { key: everything, name: Everything, default: true, members: [{ person: ann, leftAt: -9d }, { person: bo, leftAt: -8d }] }
  - { key: p, name: P, contents: [b, c], members: [ann, { person: cy, source: import, joinedAt: -3d }] }
`,
  );
  const other = await sameElsewhere(ctx);
  for (const here of [ctx, other]) {
    const found = async (key: string) =>
      (await Courses.list(await actingAs(here, await person(here, key)), ALL)).rows.map((row) => row.externalId).sort();
    assert.deepEqual([await found('ann'), await found('bo'), await found('cy')], [['b'], [], ['a', 'b']]);
  }
});

test('what somebody learns under a program is under it elsewhere, and ends with their leaving', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
programs:
  - { key: p, name: P, contents: [a], members: [ann, bo] }
`,
  );
  const p = await program(ctx, 'p');
  const on = (days: number) => at(ctx, later(ctx.now, days * DAY));
  const enrolled = { courseId: await courseId(ctx, 'a'), programId: p.id };
  for (const key of ['ann', 'bo']) await Enrollments.create(on(1), { personId: await person(ctx, key), ...enrolled });
  await ProgramMembers.leave(on(2), p.id, [await person(ctx, 'bo')]);
  const other = await sameElsewhere(on(3));
  const there = await program(other, 'p');
  const ending = async (key: string) =>
    (await Enrollments.list(other, ALL, { personId: await person(other, key), endings: 'all' })).rows.map(
      (row) => row.ending,
    );
  assert.deepEqual([await ending('ann'), await ending('bo')], [[null], ['withdrawn_kept']]);
  await ProgramMembers.leave(other, there.id, [await person(other, 'ann')]);
  assert.deepEqual(await ending('ann'), ['withdrawn_kept']);
});

test('a further file changes what it tells of a program and nothing else', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${BASE}
programs:
  - key: p
    name: P
    seats: 9
    contents: [a, b]
    paths: [{ name: One, courses: [a, { course: b, dueAfterDays: 5 }] }]
    members: [ann]
    audiences: [{ group: sub, except: [ed] }]
`,
  );
  const next = at(ctx, later(ctx.now, DAY));
  const report = await importAcademy(
    next,
    `
programs:
  - key: p
    name: Q
    contents: [b, a]
    paths: [{ name: One, courses: [b] }, { name: Two }]
    members: [{ person: fay, joinedAt: now }]
`,
  );
  assert.deepEqual([report.created, report.changed], [{}, { programs: 1 }]);
  const p = await program(ctx, 'p');
  assert.deepEqual([p.name, p.seats, p.memberCount], ['Q', 9, 3]);
  const contents = (await ProgramContents.list(next, p.id, ALL)).rows.map((row) => row.courseId);
  assert.deepEqual(contents, [await courseId(ctx, 'b'), await courseId(ctx, 'a')]);
  assert.deepEqual(
    (await Paths.list(next, p.id, ALL)).rows.map(({ name, courses }) => [name, courses.length]),
    [
      ['One', 1],
      ['Two', 0],
    ],
  );
  for (const [entries, told] of [
    ['{ key: d, name: D, default: true, contents: [a] }', /the default program holds everything/],
    ['{ key: d, name: D, default: true }, { key: e, name: E, default: true }', /there is one default program/],
    ['{ key: d, name: D, contents: [nowhere] }', /nowhere/],
    ['{ key: d, name: D, seats: 1, members: [ann, bo] }', /program full/],
  ] as const)
    await assert.rejects(importAcademy(next, `programs: [${entries}]`), told);
});
