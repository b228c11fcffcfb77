import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { Tenants } from '../../src/record/access/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  CLASSES,
  COURSES,
  delta,
  ENROLLED,
  ENROLLMENTS,
  enrollment,
  NOW,
  ORGS,
  one,
  openedIn,
  RESULTS,
  result,
  SESSIONS,
  school,
  USERS,
  user,
} from './small-school.ts';
import { academy, csv, inFolder } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());
const opened = (now?: string) => openedIn(database, now);

test('orgs are a tree of units; staff has roles in units and is entitled to classes', async () => {
  const place = await opened();
  assert.deepEqual(
    await place.rows(
      `select u.name, p.name as parent from unit u left join unit p on p.tenant_id = $1 and p.id = u.parent_id where u.tenant_id = $1 order by u.number`,
    ),
    [
      { name: 'District', parent: null },
      { name: 'School', parent: 'District' },
    ],
  );
  assert.deepEqual(
    await place.rows(
      `select p.username, r.key, u.name as unit from role_assignment a join role r on r.tenant_id = $1 and r.id = a.role_id join person p on p.tenant_id = $1 and p.id = a.person_id
         left join unit u on u.tenant_id = $1 and u.id = a.unit_id where a.tenant_id = $1 order by 1, 2`,
    ),
    [
      { username: 'ann', key: 'learner', unit: null },
      { username: 'bob', key: 'learner', unit: null },
      // the root unit is the whole account
      { username: 'tom', key: 'admin', unit: null },
      { username: 'tom', key: 'instructor', unit: 'School' },
    ],
  );
  assert.deepEqual(
    await place.rows(
      `select e.role, e.entity, o.code from entitlement e join offering o on o.tenant_id = $1 and o.id = e.entity_id where e.tenant_id = $1`,
    ),
    [{ role: 'instructor', entity: 'offering', code: 'ALG-1' }],
  );
});

test('a delta changes, adds and deletes; everything not named stays', async () => {
  const place = await opened();
  const report = await place.bring(
    delta({
      users: csv(USERS, user('ann', { given: 'Anna', phone: '555' }), user('bob', { enabled: 'false' }), user('cem')),
      enrollments: csv(ENROLLMENTS, enrollment('e4', 'cem', { begin: '2026-02-01' })),
      results: csv(
        RESULTS,
        result('s1', 'w1', 'ann', { score: '50' }),
        result('s2', 'w2', 'ann', { status: 'tobedeleted', score: '25' }),
      ),
    }),
  );
  assert.deepEqual(report.counts, {
    users: { created: 1, changed: 2, unchanged: 0, refused: 0 },
    enrollments: { created: 1, changed: 0, unchanged: 0, refused: 0 },
    results: { created: 0, changed: 2, unchanged: 0, refused: 0 },
  });
  assert.deepEqual(
    await place.rows(`select username, full_name, phone, email, status from person where tenant_id = $1 order by 1`),
    [
      { username: 'ann', full_name: 'Anna ann', phone: '555', email: 'ann@x.example', status: 'active' },
      { username: 'bob', full_name: 'Ada bob', phone: null, email: 'bob@x.example', status: 'suspended' },
      { username: 'cem', full_name: 'Ada cem', phone: null, email: 'cem@x.example', status: 'active' },
      { username: 'tom', full_name: 'Ada tom', phone: null, email: 'tom@x.example', status: 'active' },
    ],
  );
  const ann = await one(place, ENROLLED, ['ann']);
  assert.deepEqual([ann!.progress, ann!.score], [50, 100]);
  assert.deepEqual(
    await place.rows(
      `select type, data from event where tenant_id = $1 and type in ('person.updated', 'person.suspended', 'mark.deleted') order by seq`,
    ),
    [
      {
        type: 'person.updated',
        data: { changed: { fullName: ['Ada ann', 'Anna ann'], givenName: ['Ada', 'Anna'], phone: [null, '555'] } },
      },
      { type: 'person.suspended', data: {} },
      {
        type: 'mark.deleted',
        data: (await one(
          place,
          `select jsonb_build_object('enrollmentId', e.id, 'was', '{"score": 25, "textScore": null}'::jsonb) as data
             from event m join enrollment e on e.tenant_id = $1 and e.person_id = m.person_id and e.course_id = m.course_id
             join assessment a on a.tenant_id = $1 and a.id = m.entity_id and a.external_id = 'w2'
            where m.tenant_id = $1 and m.type = 'mark.deleted'`,
        ))!.data,
      },
    ],
  );
  // suspended here by the source: brought back by the source, and only then
  await place.bring(delta({ users: csv(USERS, user('bob')) }));
  assert.deepEqual(await place.list(`select status from person where tenant_id = $1 and username = 'bob'`), ['active']);
});

test('an endDate ends, its going resumes; what is decided here stands when the source says nothing new', async () => {
  const place = await opened();
  const say = (...rows: string[][]) => place.bring(delta({ enrollments: csv(ENROLLMENTS, ...rows) }));
  const bob = async () => {
    const row = await one(place, ENROLLED, ['bob']);
    return [row!.ending, row!.ended_at, row!.is_primary];
  };
  // a date to come is no end yet
  await say(enrollment('e2', 'bob', { end: '2026-06-30' }));
  assert.deepEqual(await bob(), [null, null, true]);
  await say(enrollment('e2', 'bob', { end: '2026-02-28' }));
  assert.deepEqual(await bob(), ['withdrawn_kept', '2026-02-28T23:59:59.999Z', false]);
  assert.deepEqual((await say(enrollment('e2', 'bob', { end: '2026-02-28' }))).counts.enrollments, {
    created: 0,
    changed: 0,
    unchanged: 1,
    refused: 0,
  });
  await say(enrollment('e2', 'bob', { end: '2026-02-20' }));
  assert.deepEqual(await bob(), ['withdrawn_kept', '2026-02-20T23:59:59.999Z', false]);
  await say(enrollment('e2', 'bob'));
  assert.deepEqual(await bob(), [null, null, true]);
  await say(enrollment('e2', 'bob', { status: 'tobedeleted' }));
  assert.deepEqual(await bob(), ['withdrawn_kept', NOW, false]);
  // a new row for somebody who left: the same enrollment goes on
  await say(enrollment('e9', 'bob', { begin: '2026-02-25' }));
  assert.deepEqual(await bob(), [null, null, true]);
  assert.deepEqual(await place.list(`select count(*) from enrollment where tenant_id = $1`), [2]);
  // withdrawn here by hand: repeating the source does not bring the learner back
  await place.rows(
    `update enrollment e set ending = 'withdrawn_kept', ended_at = now(), is_primary = false from person p where e.tenant_id = $1 and p.id = e.person_id and p.username = 'bob'`,
  );
  await say(enrollment('e9', 'bob', { begin: '2026-02-25' }));
  assert.equal((await bob())[0], 'withdrawn_kept');
});

test('deleted users lose access and seats, their marks stay; who comes back is the same person', async () => {
  const place = await opened();
  const report = await place.bring(
    delta({
      users: csv(
        USERS,
        user('ann', { status: 'tobedeleted' }),
        user('tom', { status: 'tobedeleted' }),
        user('nobody', { status: 'tobedeleted' }),
      ),
    }),
  );
  assert.deepEqual(report.counts.users, { created: 0, changed: 2, unchanged: 1, refused: 0 });
  assert.deepEqual(
    await place.rows(
      `select p.username, p.status, (select count(*) from role_assignment a where a.tenant_id = $1 and a.person_id = p.id) as roles,
              (select count(*) from entitlement a where a.tenant_id = $1 and a.person_id = p.id) as entitlements,
              (select count(*) from enrollment e where e.tenant_id = $1 and e.person_id = p.id and e.ending is null) as seats,
              (select count(*) from mark k join enrollment e on e.tenant_id = $1 and e.id = k.enrollment_id where k.tenant_id = $1 and e.person_id = p.id) as marks
         from person p where p.tenant_id = $1 order by 1`,
    ),
    [
      { username: 'ann', status: 'deleted', roles: 0, entitlements: 0, seats: 0, marks: 2 },
      { username: 'bob', status: 'active', roles: 1, entitlements: 0, seats: 1, marks: 0 },
      { username: 'tom', status: 'deleted', roles: 0, entitlements: 0, seats: 0, marks: 0 },
    ],
  );
  // the source has her again: with her role, her enrollment and her marks
  const back = await place.bring(delta({ users: csv(USERS, user('ann')) }));
  assert.deepEqual(back.counts.users, { created: 0, changed: 1, unchanged: 0, refused: 0 });
  assert.deepEqual(
    await place.rows(
      `select p.status, p.email, (select count(*) from role_assignment a where a.tenant_id = $1 and a.person_id = p.id) as roles,
              (select count(*) from enrollment e where e.tenant_id = $1 and e.person_id = p.id and e.ending is null) as seats,
              (select count(*) from mark k join enrollment e on e.tenant_id = $1 and e.id = k.enrollment_id where k.tenant_id = $1 and e.person_id = p.id) as marks
         from person p where p.tenant_id = $1 and external_id = 'ANN'`,
    ),
    [{ status: 'active', email: 'ann@x.example', roles: 1, seats: 1, marks: 2 }],
  );
});

test('people and things that are there already are found by external id, not doubled', async () => {
  const place = await academy(database, 'UTC', NOW);
  await place.rows(
    `insert into person (tenant_id, id, external_id, full_name, given_name, family_name, email, unit_id, created_at, updated_at)
     select $1, uuidv7(), 'ANN', 'Ann of old', 'Ann', 'of old', 'ann.old@x.example', id, now(), now() from unit where tenant_id = $1`,
  );
  const report = await place.bring(school);
  assert.deepEqual(report.counts.users, { created: 2, changed: 1, unchanged: 0, refused: 0 });
  assert.deepEqual(
    await place.rows(`select full_name, email from person where tenant_id = $1 and external_id = 'ANN'`),
    [{ full_name: 'Ada ann', email: 'ann@x.example' }],
  );
});

test('a second system is kept apart; its top org stands below the root', async () => {
  const place = await opened();
  const report = await place.bring({
    manifest: csv(
      'propertyName,value',
      ['oneroster.version', '1.2'],
      ['source.systemName', 'Other'],
      ['file.orgs', 'bulk'],
    ),
    orgs: csv(ORGS, ['top', '', '', 'Other district', 'district', '', '']),
  });
  assert.equal(report.system, 'oneroster:Other');
  assert.deepEqual(
    await place.rows(
      `select u.name, p.name as parent from unit u join unit p on p.tenant_id = $1 and p.id = u.parent_id where u.tenant_id = $1 and u.external_id = 'top'`,
    ),
    [{ name: 'Other district', parent: 'District' }],
  );
});

test('rows missing from a later bulk file are left alone, and the report says how many', async () => {
  const place = await opened();
  const report = await place.bring({ users: csv(USERS, user('ann')) });
  assert.deepEqual(
    report.notes.filter((note) => note.includes('users.csv')),
    ['2 from earlier imports are not in users.csv and stay as before.'],
  );
  assert.deepEqual(await place.list(`select count(*) from person where tenant_id = $1 and status = 'active'`), [3]);
});

test('units and terms go, and what stands in a unit moves up; courses and classes are retired', async () => {
  const place = await opened();
  const gone = csv(COURSES, ['algebra', 'tobedeleted', '', '', 'Algebra', '', '', '', '', '']);
  const report = await place.bring(
    delta({
      orgs: csv(
        ORGS,
        ['school', 'tobedeleted', '', 'School', 'school', '', ''],
        ['new', '', '', 'New', 'school', '', 'district'],
      ),
      academicSessions: csv(SESSIONS, ['t1', 'tobedeleted', '', 'Spring', 'term', '2026-01-07', '2026-06-30', '', '']),
      courses: gone,
      classes: csv(CLASSES, ['algebra-1', 'tobedeleted', '', 'Algebra', '', 'algebra', '', '', '', '', '', '', '', '']),
    }),
  );
  assert.deepEqual(report.refusals, []);
  assert.deepEqual(report.remarks, [
    { file: 'orgs', line: 2, reason: 'status: 3 people, 1 course, 1 class moved up to "District"' },
  ]);
  assert.deepEqual(
    await place.list(
      `select state from course where tenant_id = $1 union all select state from offering where tenant_id = $1`,
    ),
    ['retired', 'retired'],
  );
  assert.deepEqual(await place.list(`select count(*) from term where tenant_id = $1`), [0]);
  await place.bring(
    delta({
      orgs: csv(ORGS, ['new', 'tobedeleted', '', 'New', 'school', '', 'district']),
      courses: school.courses,
      classes: school.classes.replace(',t1,', ',,'),
    }),
  );
  assert.deepEqual(await place.list(`select name from unit where tenant_id = $1 order by number`), ['District']);
  assert.deepEqual(
    await place.list(
      `select state from course where tenant_id = $1 union all select state from offering where tenant_id = $1`,
    ),
    ['published', 'active'],
  );
});

test('limited seats hold for imports too', async () => {
  const place = await opened();
  await place.rows(`update offering set seats = 3, waitlist_seats = 1 where tenant_id = $1`);
  const report = await place.bring(
    delta({
      users: csv(USERS, user('u1'), user('u2'), user('u3')),
      enrollments: csv(ENROLLMENTS, enrollment('l1', 'u1'), enrollment('l2', 'u2'), enrollment('l3', 'u3')),
    }),
  );
  assert.deepEqual(report.counts.enrollments, { created: 2, changed: 0, unchanged: 0, refused: 1 });
  assert.deepEqual(report.refusals, [{ file: 'enrollments', line: 4, reason: 'enrolling: offering full' }]);
  assert.deepEqual(
    await place.list(
      `select e.state from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and p.username like 'u%' order by p.username`,
    ),
    ['not_started', 'on_waitlist'],
  );
});

test('who may import hands out no role beyond their own, and needs the whole account', async () => {
  const tenant = await Tenants.create(Tenants.operator(database.db, 'test'), { name: 'Guarded', slug: 'guarded' });
  const base = { ...Tenants.contextOf({ db: database.db, dialect: 'test' }, tenant), now: NOW };
  const as = (permissions: string[], units: string[] | null = null) =>
    inFolder(school, (folder) =>
      importOneRoster(
        {
          ctx: { ...base, actor: { kind: 'client', id: tenant.id, permissions: new Set(permissions) as never, units } },
          pool: database.pool,
        },
        { folder },
      ),
    );
  await assert.rejects(as(['people.write']), (error: any) => error.fact.kind === 'forbidden');
  await assert.rejects(as(['imports.run'], [tenant.id]), (error: any) => error.fact.kind === 'forbidden');
  const report = await as(['imports.run']);
  assert.deepEqual(report.refusals, [
    { file: 'roles', line: 4, reason: 'role: handing out teacher takes more permissions' },
    { file: 'roles', line: 5, reason: 'role: handing out siteAdministrator takes more permissions' },
  ]);
});
