import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, byExternalId, testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import { Tenants } from '../../record/access/index.ts';
import { Offerings } from '../../record/catalog/index.ts';

import { Audiences, Enrollments } from '../../record/enrollment/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { later } from '../../record/kernel/instant.ts';
import { Groups, InstructorPermissions, People, Profiles } from '../../record/people/index.ts';
import { exportAcademy, importAcademy } from './index.ts';

const NOW = '2026-04-01T10:00:00.000Z';
const DAY = 86_400_000;

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const tenant = (): Promise<Context> => testTenant(database.db, { sandbox: true, timeZone: 'Europe/Berlin', now: NOW });

const COURSE = `
courses:
  - key: c
    name: C
    sections: [{ name: S, activities: [{ kind: page, name: P }] }]
`;

const PEOPLE = `
academy: { settings: { groupLevels: [Region, Site] } }
people:
${['ann', 'bo', 'cy', 'di', 'ed', 'fay', 'gus'].map((key) => `  - { key: ${key}, name: ${key} }`).join('\n')}
groups:
  - { key: top, name: Top, level: Region, members: [ann] }
  - { key: sub, name: Sub, level: Site, parent: top, members: [bo, cy, di, ed, gus] }
`;

/** Who is in, since when, why and how it ended. */
async function learners(ctx: Context): Promise<unknown[]> {
  const { rows } = await run<Record<string, unknown>>(
    ctx.db,
    `select p.external_id as person, e.state, e.ending, e.source, e.enrolled_at as at,
            array(select concat_ws(' ', g.kind, (select r.external_id from audience a join people_group r on r.id = a.group_id where a.id = g.source_id))
               from enrollment_grant g where g.tenant_id = $1 and g.enrollment_id = e.id order by 1) as grants
       from enrollment e join person p on p.id = e.person_id where e.tenant_id = $1 order by p.external_id, e.number`,
    [ctx.tenant.id],
  );
  return rows.map((row) => [row.person, row.state, row.ending, row.source, row.at, row.grants]);
}

const idOf = async (ctx: Context, key: string): Promise<string> => (await People.find(ctx, key))!.id;
const offeringOf = async (ctx: Context): Promise<string> => (await byExternalId(ctx, Offerings.list, 'c'))!.id;

test('what groups gave survives export and import: nothing doubled, nothing lost', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, PEOPLE + COURSE);
  const offeringId = await offeringOf(ctx);
  const [top, sub] = [(await Groups.find(ctx, 'top'))!, (await Groups.find(ctx, 'sub'))!];
  const on = (days: number) => at(ctx, later(ctx.now, days * DAY));
  // suspended before there was an audience: waits for the return
  await People.update(on(0), await idOf(ctx, 'gus'), { status: 'suspended' });
  await Enrollments.enroll(on(1), { personId: await idOf(ctx, 'cy'), offeringId });
  await Audiences.set(on(2), top.id, offeringId, { recursive: true });
  await Audiences.set(on(3), sub.id, offeringId);
  // joins later; leaves; removed by name, and one of those comes back on their own
  await Groups.addMembers(on(4), sub.id, [await idOf(ctx, 'fay')]);
  await Groups.removeMembers(on(5), sub.id, [await idOf(ctx, 'di')]);
  for (const person of ['ed', 'bo'])
    await Enrollments.withdraw(
      on(6),
      [(await Enrollments.getInOffering(ctx, await idOf(ctx, person), offeringId)).id],
      { ending: 'closed' },
    );
  await Enrollments.enroll(on(7), { personId: await idOf(ctx, 'bo'), offeringId });

  const later8 = on(8);
  const written = await exportAcademy(later8);
  const other = at(await tenant(), later8.now);
  const { created } = await importAcademy(other, written);
  assert.equal(created.audiences, 2);
  assert.deepEqual(await learners(other), await learners(ctx));
  assert.deepEqual((await exportAcademy(other)).split('\n'), written.split('\n'));
  for (const home of [later8, at(other, later(other.now, DAY))]) {
    const again = await importAcademy(home, written);
    assert.deepEqual([again.created, again.changed], [{}, {}]);
  }

  // and groups go on meaning there what they meant
  assert.deepEqual(
    (await Audiences.list(other)).map((one) => one.recursive),
    [true, false],
  );
  const inOther = (await Groups.find(other, 'sub'))!;
  await Groups.removeMembers(other, inOther.id, [await idOf(other, 'fay'), await idOf(other, 'cy')]);
  const after = (await learners(other)) as [string, string, string | null, ...unknown[]][];
  const ending = (person: string) => after.filter(([key]) => key === person).map(([, , how]) => how);
  assert.deepEqual([ending('fay'), ending('cy'), ending('ann')], [['withdrawn_kept'], [null], [null]]);
});

test('a person in by two groups leaves with the last of them', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${PEOPLE}${COURSE}
audiences:
  - { group: top, course: c, recursive: true, since: -20d }
  - { group: sub, course: c, since: -10d }
enrollments:
  - { person: ann, course: c, enrolledAt: -30d, progress: [{ activity: P, at: -15d }] }
`,
  );
  const rows = (await learners(ctx)) as unknown[][];
  assert.deepEqual(
    rows.map(([person, , , source, , grants]) => [person, source, grants]),
    [
      ['ann', 'admin', ['audience top', 'direct']],
      ...['bo', 'cy', 'di', 'ed', 'gus'].map((person) => [person, 'automatic', ['audience sub', 'audience top']]),
    ],
  );
  // twenty days before, by the clock on the wall
  assert.equal(rows[1]![4], '2026-03-12T11:00:00.000Z');
  const now = { ...ctx, tenant: await Tenants.current(ctx) };
  await Groups.update(now, (await Groups.find(ctx, 'sub'))!.id, { parentId: null });
  const [, , ending, , , grants] = ((await learners(ctx)) as unknown[][])[1]!;
  assert.deepEqual([ending, grants], [null, ['audience sub']]);
});

test('a further file brings people into groups, and groups into offerings, from now on', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, `${PEOPLE}${COURSE}\naudiences: [{ group: sub, course: c }]\n`);
  const next = at(ctx, later(ctx.now, DAY));
  const report = await importAcademy(
    next,
    `
academy: { since: -1y }
groups: [{ key: sub, name: Sub, members: [fay] }]
audiences: [{ group: sub, course: c, recursive: true, except: [ann, bo] }]
`,
  );
  assert.deepEqual([report.created, report.changed], [{ members: 1 }, { audiences: 1 }]);
  const rows = (await learners(ctx)) as unknown[][];
  assert.deepEqual(
    rows
      .filter(([person]) => person === 'fay' || person === 'bo')
      .map(([person, , ending, , when]) => [person, ending, when]),
    [
      ['bo', null, NOW],
      ['fay', null, next.now],
    ],
  );
});

test('labels and what instructors may do travel too', async () => {
  const ctx = await tenant();
  await importAcademy(
    ctx,
    `${COURSE}
people:
  - { key: ann, name: Ann, roles: [instructor], instructorPermissions: [create_course, create_course_instance] }
  - { key: bo, name: Bo, instructorPermissions: [create_course] }
  - { key: cy, name: Cy }
profiles: [{ key: night, name: Night shift, members: [ann] }]
entitlements: [{ person: bo, role: instructor, course: c }]
`,
  );
  const day = await Profiles.create(ctx, { name: 'Day shift' });
  await Profiles.assign(ctx, await idOf(ctx, 'cy'), day.id);
  const written = await exportAcademy(ctx);
  const other = await tenant();
  const { created } = await importAcademy(other, written);
  assert.deepEqual([created.profiles, created.members, created.instructorPermissions], [2, 2, 2]);
  assert.equal(await exportAcademy(other), written);
  assert.deepEqual(await InstructorPermissions.list(other, await idOf(other, 'bo')), ['create_course']);
  const again = await importAcademy(other, written);
  assert.deepEqual([again.created, again.changed], [{}, {}]);
  const fewer = await importAcademy(other, 'people: [{ key: ann, name: Ann, instructorPermissions: [] }]');
  assert.deepEqual(fewer.changed, { instructorPermissions: 1 });
  assert.deepEqual(await InstructorPermissions.list(other, await idOf(other, 'ann')), []);
});

test('an instance stays on its version, also where it is imported', async () => {
  const ctx = await tenant();
  const version = (name: string) => `{ sections: [{ name: S, activities: [{ kind: page, key: p, name: ${name} }] }] }`;
  const file = (...names: string[]) => `
courses: [{ key: t, name: T, template: true, versions: [${names.map(version).join(', ')}] }]
offerings: [{ key: i, course: t, name: I }]
`;
  await importAcademy(ctx, file('One'));
  const report = await importAcademy(ctx, file('One', 'Two'));
  assert.deepEqual(report.changed, { courses: 1 });
  const versionOf = async (of: Context, key: string) => {
    const { rows } = await run<{ n: number; made: boolean }>(
      of.db,
      `select (select count(*) from course_version x where x.course_id = o.course_id and x.ordinal <= v.ordinal) as n, o.from_template as made
         from offering o join course_version v on v.id = o.version_id where o.tenant_id = $1 and o.external_id = $2`,
      [of.tenant.id, key],
    );
    return [rows[0]!.n, rows[0]!.made];
  };
  assert.deepEqual(await versionOf(ctx, 'i'), [1, true]);
  const other = await tenant();
  const written = await exportAcademy(ctx);
  await importAcademy(other, written);
  assert.deepEqual(await versionOf(other, 'i'), [1, true]);
  assert.equal(await exportAcademy(other), written);
});

test('who comes new into an audience of an imported academy is enrolled', async () => {
  const ctx = await tenant();
  await importAcademy(ctx, `${PEOPLE}${COURSE}\naudiences: [{ group: top, course: c, recursive: true }]\n`);
  const person = await People.create(ctx, { fullName: 'New', externalId: 'new' });
  const group = await Groups.create(ctx, { name: 'Deep', parentId: (await Groups.find(ctx, 'sub'))!.id });
  await Groups.addMembers(ctx, group.id, [person.id]);
  assert.equal((await Enrollments.getInOffering(ctx, person.id, await offeringOf(ctx))).source, 'automatic');
});
