import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { importOneRoster } from '../../src/interchange/oneroster/index.ts';
import { createTenant, operator, tenantContext } from '../../src/record/access/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Academy, academy, csv, inFolder } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const NOW = '2026-03-01T12:00:00.000Z';

// A small school: two orgs, one course, one class in a term, two students and a teacher.
const ORGS = 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId';
const SESSIONS = 'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear';
const COURSES =
  'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes';
const CLASSES =
  'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods';
const USERS =
  'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,primaryOrgSourcedId';
const ROLES =
  'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId';
const ENROLLMENTS =
  'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate';
const CATEGORIES = 'sourcedId,status,dateLastModified,title,weight';
const LINE_ITEMS =
  'sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId';
const RESULTS =
  'sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing';

const user = (
  id: string,
  more: Partial<Record<'status' | 'enabled' | 'given' | 'identifier' | 'email' | 'phone' | 'org', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.enabled ?? 'true',
  id,
  '',
  more.given ?? 'Ada',
  id,
  '',
  more.identifier ?? id.toUpperCase(),
  more.email ?? `${id}@x.example`,
  '',
  more.phone ?? '',
  more.org ?? 'school',
];
const enrollment = (
  id: string,
  person: string,
  more: Partial<Record<'status' | 'role' | 'begin' | 'end' | 'class', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.class ?? 'algebra-1',
  'school',
  person,
  more.role ?? 'student',
  '',
  more.begin ?? '2026-01-10',
  more.end ?? '',
];
const item = (
  id: string,
  more: Partial<Record<'status' | 'description' | 'due' | 'category' | 'title' | 'max', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  more.title ?? id,
  more.description ?? '',
  '',
  more.due ?? '2026-02-01',
  'algebra-1',
  more.category ?? 'homework',
  '',
  '0',
  more.max ?? '50',
  'school',
];
const result = (
  id: string,
  work: string,
  person: string,
  more: Partial<Record<'status' | 'score' | 'state' | 'date' | 'text' | 'inProgress', string>> = {},
) => [
  id,
  more.status ?? '',
  '',
  work,
  person,
  more.state ?? 'fully graded',
  more.score ?? '',
  more.date ?? '2026-01-31',
  '',
  more.text ?? '',
  'algebra-1',
  more.inProgress ?? '',
  '',
  '',
  '',
];

const school = {
  orgs: csv(
    ORGS,
    ['district', '', '', 'District', 'district', '', ''],
    ['school', '', '', 'School', 'school', '', 'district'],
  ),
  academicSessions: csv(SESSIONS, ['t1', '', '', 'Spring', 'term', '2026-01-07', '2026-06-30', '', '2026']),
  courses: csv(COURSES, ['algebra', '', '', '', 'Algebra', 'ALG', '', 'school', '', '']),
  classes: csv(CLASSES, [
    'algebra-1',
    '',
    '',
    'Algebra, group 1',
    '',
    'algebra',
    'ALG-1',
    'scheduled',
    '',
    'school',
    't1',
    '',
    '',
    '',
  ]),
  categories: csv(CATEGORIES, ['homework', '', '', 'Homework', ''], ['grade', '', '', 'Final grade', '']),
  lineItems: csv(
    LINE_ITEMS,
    item('w1', { description: 'Weight: 3' }),
    item('w2', { description: 'weight 1', due: '2026-02-20' }),
    item('end', { category: 'grade', max: '100' }),
  ),
  users: csv(USERS, user('ann'), user('bob'), user('tom')),
  roles: csv(
    ROLES,
    ['r1', '', '', 'ann', 'primary', 'student', '', '', 'school', ''],
    ['r2', '', '', 'bob', 'primary', 'student', '', '', 'school', ''],
    ['r3', '', '', 'tom', 'primary', 'teacher', '', '', 'school', ''],
    ['r4', '', '', 'tom', 'secondary', 'siteAdministrator', '', '', 'district', ''],
  ),
  enrollments: csv(
    ENROLLMENTS,
    enrollment('e1', 'ann'),
    enrollment('e2', 'bob'),
    enrollment('e3', 'tom', { role: 'teacher' }),
  ),
  results: csv(
    RESULTS,
    result('s1', 'w1', 'ann', { score: '40' }),
    result('s2', 'w2', 'ann', { score: '25' }),
    result('s3', 'w1', 'bob', { state: 'submitted' }),
  ),
};

const delta = (files: Record<string, string>) => ({
  manifest: csv(
    'propertyName,value',
    ['manifest.version', '1.0'],
    ['oneroster.version', '1.2'],
    ...Object.keys(files).map((name) => [`file.${name}`, 'delta']),
  ),
  ...files,
});

async function opened(now = NOW): Promise<Academy> {
  const place = await academy(database, 'UTC', now);
  const report = await place.bring(school);
  assert.deepEqual(report.refusals, []);
  assert.match(report.text, /There is no manifest.csv/);
  return place;
}

const one = async (place: Academy, text: string, values: unknown[] = []) => (await place.rows(text, values))[0];
const ENROLLED = `select e.state, e.ending, e.ended_at, e.progress, e.score, e.result, e.enrolled_at, e.is_primary from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and p.username = $2`;

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

test('scores are of the maximum and weighted', async () => {
  const place = await opened();
  // (40/50 * 3 + 25/50 * 1) / 4
  assert.deepEqual(await one(place, ENROLLED, ['ann']), {
    state: 'in_progress',
    ending: null,
    ended_at: null,
    progress: 100,
    score: 72.5,
    result: null,
    enrolled_at: '2026-01-10T00:00:00.000Z',
    is_primary: true,
  });
  const bob = await one(place, ENROLLED, ['bob']);
  assert.deepEqual([bob!.state, bob!.progress, bob!.score], ['in_progress', 0, null]);
});

test('more decimals than are kept are rounded, and a repeat is none the wiser', async () => {
  const place = await opened();
  const say = () => place.bring(delta({ results: csv(RESULTS, result('s1', 'w1', 'ann', { score: '33.33333333' })) }));
  assert.equal((await say()).counts.results!.changed, 1);
  assert.equal((await say()).counts.results!.unchanged, 1);
  assert.deepEqual(await place.list(`select score from mark where tenant_id = $1 order by 1`), [25, 33.3333]);
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
      `select type, data from event where tenant_id = $1 and type in ('person.updated', 'person.suspended', 'mark.deleted') order by tx, seq`,
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
          `select jsonb_build_object('assessmentId', id) as data from assessment where tenant_id = $1 and external_id = 'w2'`,
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

test('a final result sets the outcome, another replaces it, a deleted one takes it away', async () => {
  const place = await opened();
  const ann = async () => {
    const row = await one(
      place,
      `select state, result, progress, score, completed_at, set_state, set_at, ending from enrollment e where e.tenant_id = $1 and e.person_id = (select id from person where tenant_id = $1 and username = 'ann')`,
    );
    return Object.values(row!);
  };
  const say = (row: string[]) => place.bring(delta({ results: csv(RESULTS, row) }));
  assert.equal(
    (await say(result('f', 'end', 'ann', { text: 'Distinction', date: '2026-02-10' }))).counts.results!.created,
    1,
  );
  assert.deepEqual(await ann(), [
    'complete',
    'Distinction',
    100,
    72.5,
    '2026-02-10T00:00:00.000Z',
    'complete',
    '2026-02-10T00:00:00.000Z',
    null,
  ]);
  assert.equal(
    (await say(result('f', 'end', 'ann', { text: 'Distinction', date: '2026-02-10' }))).counts.results!.unchanged,
    1,
  );
  await say(result('f', 'end', 'ann', { text: 'Pass', date: '2026-02-12', score: '66' }));
  assert.deepEqual(await ann(), [
    'complete',
    'Pass',
    100,
    66,
    '2026-02-12T00:00:00.000Z',
    'complete',
    '2026-02-12T00:00:00.000Z',
    null,
  ]);
  await say(result('f', 'end', 'ann', { text: 'Fail', date: '2026-02-13' }));
  assert.deepEqual(await ann(), ['failed', 'Fail', 100, 72.5, null, 'failed', '2026-02-13T00:00:00.000Z', null]);
  // any other word is a label
  await say(result('f', 'end', 'ann', { text: 'B+', date: '2026-02-13', score: '85' }));
  assert.deepEqual(await ann(), ['in_progress', 'B+', 100, 85, null, null, '2026-02-13T00:00:00.000Z', null]);
  await say(result('f', 'end', 'ann', { status: 'tobedeleted' }));
  assert.deepEqual(await ann(), ['in_progress', null, 100, 72.5, null, null, null, null]);
  await say(result('f', 'end', 'ann', { text: 'Withdrawn', date: '2026-02-14' }));
  assert.equal((await ann()).at(-1), 'withdrawn_kept');
  // the enrollment's row still says nothing of an end: the final result does
  await place.bring(school);
  assert.equal((await ann()).at(-1), 'withdrawn_kept');
});

test('a later line item makes a new version; the class and its learners move to it and keep what they did', async () => {
  const place = await opened();
  await place.bring(
    delta({
      lineItems: csv(
        LINE_ITEMS,
        item('w3', { due: '2026-03-20' }),
        item('w2', { description: 'weight 1', due: '2026-02-20', title: 'Second' }),
      ),
    }),
  );
  assert.deepEqual(
    await place.rows(
      `select v.ordinal, v.state, (select array_agg(a.name order by a.position) from activity a where a.tenant_id = $1 and a.version_id = v.id) as activities,
              exists (select 1 from offering o where o.tenant_id = $1 and o.version_id = v.id) as given, exists (select 1 from course c where c.tenant_id = $1 and c.current_version_id = v.id) as shown,
              (select count(*) from enrollment e where e.tenant_id = $1 and e.version_id = v.id) as learners, (select count(distinct s.id) from section s where s.tenant_id = $1 and s.version_id = v.id) as sections
         from course_version v where v.tenant_id = $1 order by v.ordinal`,
    ),
    [
      {
        ordinal: 1,
        state: 'published',
        activities: ['w1', 'w2'],
        given: false,
        shown: false,
        learners: 0,
        sections: 1,
      },
      {
        ordinal: 2,
        state: 'published',
        activities: ['w1', 'Second', 'w3'],
        given: true,
        shown: true,
        learners: 2,
        sections: 1,
      },
    ],
  );
  const ann = await one(place, ENROLLED, ['ann']);
  assert.deepEqual([ann!.progress, ann!.score], [66.67, 72.5]);
  assert.deepEqual(await place.list(`select count(distinct (id, number)) from activity where tenant_id = $1`), [3]);
  // and a deleted one leaves with its marks
  const report = await place.bring(delta({ lineItems: csv(LINE_ITEMS, item('w1', { status: 'tobedeleted' })) }));
  assert.deepEqual(report.counts.lineItems, { created: 0, changed: 1, unchanged: 0, refused: 0 });
  const after = await one(place, ENROLLED, ['ann']);
  assert.deepEqual([after!.progress, after!.score], [50, 50]);
  assert.deepEqual(await place.list(`select count(*) from course_version where tenant_id = $1`), [3]);
  // once more: nothing is left to do
  assert.deepEqual(
    (await place.bring(delta({ lineItems: csv(LINE_ITEMS, item('w1', { status: 'tobedeleted' })) }))).counts.lineItems,
    { created: 0, changed: 0, unchanged: 1, refused: 0 },
  );
});

test('deleted users lose access and seats, their keys are free, their marks stay', async () => {
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
  // the source has her again: a new person, with the freed keys
  assert.equal((await place.bring(delta({ users: csv(USERS, user('ann')) }))).counts.users!.created, 1);
  assert.deepEqual(
    await place.list(`select status from person where tenant_id = $1 and external_id = 'ANN' order by 1`),
    ['active', 'deleted'],
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

test('units and terms go when nothing uses them, else the row is refused; courses and classes are retired', async () => {
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
  assert.deepEqual(report.refusals, [
    { file: 'orgs', line: 2, reason: 'status: other things still belong to this org' },
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
  assert.deepEqual(await place.list(`select name from unit where tenant_id = $1 order by number`), [
    'District',
    'School',
  ]);
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

test('exempt, missing and unfinished work', async () => {
  const place = await opened();
  await place.bring(
    delta({
      results: csv(
        RESULTS,
        result('a', 'w1', 'bob', { state: 'exempt' }),
        result('b', 'w2', 'bob', { state: 'not submitted', inProgress: 'true' }),
        result('c', 'w2', 'ann', { state: 'not submitted' }),
      ),
    }),
  );
  assert.deepEqual(
    await place.rows(
      `select p.username, a.external_id, x.state from activity_enrollment x join enrollment e on e.tenant_id = $1 and e.id = x.enrollment_id join person p on p.tenant_id = $1 and p.id = e.person_id
         join assessment a on a.tenant_id = $1 and a.activity_id = x.activity_id where x.tenant_id = $1 order by 1, 2`,
    ),
    [
      { username: 'ann', external_id: 'w1', state: 'complete' },
      { username: 'bob', external_id: 'w1', state: 'not_applicable' },
      { username: 'bob', external_id: 'w2', state: 'in_progress' },
    ],
  );
});

test('version 1.1: role and orgs stand with the user, demographics become attributes', async () => {
  const place = await academy(database, 'UTC', NOW);
  const { roles: _, ...rest } = school;
  const old = {
    ...rest,
    manifest: csv(
      'propertyName,value',
      ['manifest.version', '1.0'],
      ['oneroster.version', '1.1'],
      ...Object.keys(rest).map((name) => [`file.${name}`, 'bulk']),
      ['file.demographics', 'bulk'],
      ['file.resources', 'bulk'],
    ),
    users: csv(
      'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
      [
        'ann',
        '',
        '',
        'true',
        'school',
        'student',
        'ann',
        '',
        'Ann',
        'A',
        '',
        '1',
        'ann@x.example',
        '',
        '',
        '',
        '9',
        'secret',
      ],
      [
        'bob',
        '',
        '',
        'true',
        'school,district',
        'student',
        'bob',
        '{Fed:12}',
        'Bob',
        'B',
        '',
        '2',
        '',
        '555',
        '',
        '',
        '',
        '',
      ],
      ['tom', '', '', 'true', 'school', 'teacher', 'tom', '', 'Tom', 'T', '', '', '', '', '', '', '', ''],
    ),
    lineItems: csv(
      'sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax',
      ['w1', '', '', 'One', '', '2026-01-10', '2026-02-01', 'algebra-1', 'homework', 't1', '0', '50'],
      ['w2', '', '', 'Two', '', '2026-01-10', '2026-02-01', 'algebra-1', 'homework', 't1', '0', '50'],
    ),
    demographics: csv(
      'sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus',
      ['ann', '', '', '2010-05-05', 'female', '', 'true', '', '', '', '', '', 'US', '', 'Troy', ''],
    ),
    resources: csv('sourcedId,title', ['x', 'A book']),
  };
  const report = await place.bring(old);
  assert.equal(report.version, '1.1');
  assert.deepEqual(report.refusals, []);
  assert.ok(report.notes.includes('Nothing of resources.csv is kept.'));
  assert.deepEqual(
    await place.rows(
      `select p.username, p.external_id, p.phone, p.gender, p.attributes, u.name as unit, array(select r.key from role_assignment a join role r on r.tenant_id = $1 and r.id = a.role_id where a.tenant_id = $1 and a.person_id = p.id) as roles
         from person p join unit u on u.tenant_id = $1 and u.id = p.unit_id where p.tenant_id = $1 order by 1`,
    ),
    [
      {
        username: 'ann',
        external_id: '1',
        phone: null,
        gender: 'female',
        attributes: {
          grades: '9',
          birthDate: '2010-05-05',
          asian: true,
          countryOfBirthCode: 'US',
          cityOfBirth: 'Troy',
        },
        unit: 'School',
        roles: ['learner'],
      },
      {
        username: 'bob',
        external_id: '2',
        phone: '555',
        gender: null,
        attributes: { userIds: '{Fed:12}' },
        unit: 'School',
        roles: ['learner'],
      },
      {
        username: 'tom',
        external_id: null,
        phone: null,
        gender: null,
        attributes: {},
        unit: 'School',
        roles: ['instructor'],
      },
    ],
  );
  // without weights every mark counts alike: (80 + 50) / 2
  assert.equal((await one(place, ENROLLED, ['ann']))!.score, 65);
  assert.deepEqual(await place.list(`select count(*) from person_secret where tenant_id = $1`), [0]);
  const again = await place.bring(old);
  for (const [file, counts] of Object.entries(again.counts))
    assert.deepEqual([file, counts.created, counts.changed, counts.refused], [file, 0, 0, 0]);
});

test('who may import hands out no role beyond their own, and needs the whole account', async () => {
  const tenant = await createTenant(operator(database.db, 'test'), { name: 'Guarded', slug: 'guarded' });
  const base = { ...tenantContext({ db: database.db, dialect: 'test' }, tenant), now: NOW };
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
