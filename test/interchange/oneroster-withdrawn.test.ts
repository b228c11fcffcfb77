import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Enrollments } from '../../src/record/enrollment/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  delta,
  ENROLLMENTS,
  enrollment,
  item,
  LINE_ITEMS,
  NOW,
  ORGS,
  openedIn,
  RESULTS,
  ROLES,
  result,
  school,
  USERS,
  user,
} from './small-school.ts';
import { type Academy, academy, csv, type Files } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const LIVE = `select p.username || ' ' || o.external_id from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id
  join offering o on o.tenant_id = $1 and o.id = e.offering_id where e.tenant_id = $1 and e.ending is null order by 1`;
const STAFF = `select p.username || ' ' || o.external_id from entitlement t join person p on p.tenant_id = $1 and p.id = t.person_id
  join offering o on o.tenant_id = $1 and o.id = t.entity_id where t.tenant_id = $1 order by 1`;
const HOMES = `select p.username || ' ' || u.name from person p join unit u on u.tenant_id = $1 and u.id = p.unit_id where p.tenant_id = $1 order by 1`;
const ROLE_LIST = `select p.username || ' ' || r.key || ' ' || coalesce(u.name, '-') from role_assignment a join person p on p.tenant_id = $1 and p.id = a.person_id
  join role r on r.tenant_id = $1 and r.id = a.role_id left join unit u on u.tenant_id = $1 and u.id = a.unit_id where a.tenant_id = $1 order by 1`;
const TREE = `select u.name || ' < ' || coalesce(p.name, '') from unit u left join unit p on p.tenant_id = $1 and p.id = u.parent_id where u.tenant_id = $1 order by 1`;

/** The same set again changes nothing and refuses nothing. */
async function repeats(place: Academy, files: Files): Promise<void> {
  const report = await place.bring(files, { strict: true });
  assert.deepEqual(report.refusals, []);
  for (const { file, created, changed } of report.files) assert.deepEqual([file, created, changed], [file, 0, 0]);
}

const org = (id: string, parent: string, status = '') => [id, status, '', id, 'school', '', parent];

/** A district with a region of two schools; people without a primary org of their own: roles say where they are. */
const region = {
  ...school,
  orgs: csv(ORGS, org('district', ''), org('region', 'district'), org('school', 'region'), org('south', 'region')),
  users: csv(USERS, ...['ann', 'bob', 'tom'].map((id) => user(id, { org: ' ' }))),
  roles: csv(
    ROLES,
    ['r1', '', '', 'ann', 'primary', 'student', '', '', 'school', ''],
    ['r2', '', '', 'bob', 'primary', 'student', '', '', 'south', ''],
    ['r3', '', '', 'tom', 'primary', 'principal', '', '', 'school', ''],
  ),
};

test('what stands in deleted orgs moves up, with its events; roles in them end and never become wider', async () => {
  const place = await academy(database, 'UTC', NOW);
  await place.bring(region);
  await place.rows(
    `insert into people_group (tenant_id, id, name, unit_id, created_at, updated_at) select $1, uuidv7(), 'Choir', id, now(), now() from unit where tenant_id = $1 and name = 'school'`,
  );
  const gone = {
    ...region,
    orgs: csv(
      ORGS,
      org('district', ''),
      org('school', 'region', 'tobedeleted'),
      org('region', 'district', 'tobedeleted'),
      org('south', 'region'),
    ),
  };
  const report = await place.bring(gone, { strict: true });
  assert.deepEqual(report.refusals, []);
  assert.deepEqual(
    report.remarks.filter(({ file }) => file === 'orgs').map(({ line, reason }) => `${line} ${reason}`),
    [
      '3 status: 2 people, 1 course, 1 class, 1 group moved up to "district"',
      '5 parentSourcedId: "region" is deleted; what is above it taken',
    ],
  );
  assert.deepEqual(await place.list(TREE), ['district < ', 'south < district']);
  assert.deepEqual(await place.list(HOMES), ['ann district', 'bob south', 'tom district']);
  // tom was the principal of a school, and is nobody in the account
  assert.deepEqual(await place.list(ROLE_LIST), ['ann learner -', 'bob learner -']);
  assert.ok(
    report.remarks.some(
      ({ reason }) => reason === 'orgSourcedId: "school" is deleted, so nowhere to be principal; left out',
    ),
  );
  assert.deepEqual(
    await place.list(
      `select type || ' ' || count(*) from event where tenant_id = $1 and (data->'changed' ? 'unitId' or type like 'unit.d%' or type = 'role.unassigned') group by type order by 1`,
    ),
    [
      'course.updated 1',
      'group.updated 1',
      'offering.updated 1',
      'person.updated 5',
      'role.unassigned 1',
      'unit.deleted 2',
    ],
  );
  await repeats(place, gone);
  // who finds a school again goes there; the school that comes back has its people
  const back = {
    ...region,
    orgs: csv(ORGS, org('district', ''), org('school', 'district'), org('south', 'district')),
    roles: region.roles.replace('ann,primary,student,,,school', 'ann,primary,student,,,south'),
  };
  assert.deepEqual((await place.bring(back, { strict: true })).refusals, []);
  assert.deepEqual(await place.list(HOMES), ['ann south', 'bob south', 'tom school']);
  assert.deepEqual(await place.list(ROLE_LIST), ['ann learner -', 'bob learner -', 'tom admin school']);
  await repeats(place, back);
});

test('the root unit stays', async () => {
  const place = await openedIn(database);
  const report = await place.bring(delta({ orgs: csv(ORGS, org('district', '', 'tobedeleted')) }), { strict: true });
  assert.deepEqual(
    [report.refusals, report.remarks],
    [[], [{ file: 'orgs', line: 2, reason: 'status: this is the root unit, which stays' }]],
  );
  assert.deepEqual(await place.list(TREE), ['District < ', 'School < District']);
});

const gone = (text: string, ...keys: string[]): string =>
  keys.reduce((file, key) => file.replace(`\n${key},,`, `\n${key},tobedeleted,`), text);

test('enrollments and staff places of a deleted class end, those made here stand; all is back when the class is', async () => {
  const place = await openedIn(database);
  const [hand] = await place.rows<{ id: string; offering: string }>(
    `insert into person (tenant_id, id, full_name, given_name, family_name, username, unit_id, status, created_at, updated_at)
     select $1, uuidv7(), 'Hand', 'Hand', '', 'hand', unit_id, 'active', now(), now() from person where tenant_id = $1 limit 1
     returning id, (select id from offering where tenant_id = $1) as offering`,
  );
  await Enrollments.create(place.ctx, { personId: hand!.id, offeringId: hand!.offering });
  const classes = gone(school.classes, 'algebra-1');
  await place.bring(delta({ classes }));
  assert.deepEqual(await place.list(LIVE), ['hand algebra-1']);
  assert.deepEqual(await place.list(STAFF), []);
  assert.deepEqual(
    await place.list(
      `select p.username || ' ' || e.ending || ' ' || (e.ended_at = $2::timestamptz) from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and e.ending is not null order by 1`,
      [NOW],
    ),
    ['ann withdrawn_kept true', 'bob withdrawn_kept true'],
  );
  // a source that goes on to name them says nothing new; one that names new ones has them refused
  const still = delta({ classes, enrollments: school.enrollments });
  await repeats(place, still);
  assert.deepEqual(await place.list(LIVE), ['hand algebra-1']);
  const more = await place.bring(delta({ enrollments: csv(ENROLLMENTS, enrollment('e9', 'tom')) }));
  assert.deepEqual(more.refusals, [{ file: 'enrollments', line: 2, reason: 'classSourcedId: the class was deleted' }]);
  // one row ends while the class is away
  await place.bring(delta({ enrollments: csv(ENROLLMENTS, enrollment('e2', 'bob', { status: 'tobedeleted' })) }));
  await place.bring(delta({ classes: school.classes }));
  assert.deepEqual(await place.list(LIVE), ['ann algebra-1', 'hand algebra-1']);
  assert.deepEqual(await place.list(STAFF), ['tom algebra-1']);
  await repeats(place, delta({ classes: school.classes }));
  // the same enrollment, with its marks
  assert.deepEqual(
    await place.list(
      `select count(*) from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and p.username = 'ann'`,
    ),
    [1],
  );
});

const TWO = {
  ...school,
  classes: `${school.classes}${school.classes.split('\n')[1]!.replaceAll('algebra-1', 'algebra-2').replace('group 1', 'group 2')}\n`,
  users: csv(USERS, ...['ann', 'bob', 'tom', 'zoe'].map((id) => user(id))),
  results: csv(
    RESULTS,
    result('s1', 'w1', 'ann', { score: '40' }),
    result('s2', 'w2', 'ann', { score: '25' }),
    result('s3', 'w1', 'bob', { score: '30' }),
  ),
};
const MARKS = `select p.username || ' ' || a.name || ' ' || o.external_id || ' ' || trim_scale(k.score) from mark k join assessment a on a.tenant_id = $1 and a.id = k.assessment_id
  join enrollment e on e.tenant_id = $1 and e.id = k.enrollment_id join offering o on o.tenant_id = $1 and o.id = e.offering_id and o.id = a.offering_id
  join person p on p.tenant_id = $1 and p.id = e.person_id where k.tenant_id = $1 order by 1`;
const SCORES = `select p.username || ' ' || o.external_id || ' ' || coalesce(trim_scale(e.score)::text, '-') from enrollment e join offering o on o.tenant_id = $1 and o.id = e.offering_id
  join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 order by 1`;
const WORKS = `select o.external_id || ' ' || x.name from offering o join activity x on x.tenant_id = $1 and x.version_id = o.version_id where o.tenant_id = $1 order by 1`;

const FILES = `select p.username || ' ' || o.external_id from file f join enrollment e on e.tenant_id = $1 and e.id = f.enrollment_id
  join offering o on o.tenant_id = $1 and o.id = e.offering_id join person p on p.tenant_id = $1 and p.id = f.person_id where f.tenant_id = $1 order by 1`;

/** Everybody at the line item w1 brings a file, all the same one. */
const BRING = `with c as (
    insert into file_content (tenant_id, id, state, sha256, size, created_at, updated_at) values ($1, uuidv7(), 'stored', repeat('0', 64), 1, now(), now()) returning id
  )
  insert into file (tenant_id, id, content_id, entity, entity_id, enrollment_id, person_id, course_id, name, media_type, created_at)
  select $1, uuidv7(), c.id, 'submission', a.id, e.id, e.person_id, e.course_id, 'a.txt', 'text/plain', now()
    from c cross join assessment a join enrollment e on e.tenant_id = $1 and e.offering_id = a.offering_id where a.tenant_id = $1 and a.external_id = 'w1'`;

test('a line item goes over to another class with the results of those who are in it by then', async () => {
  const place = await academy(database, 'UTC', NOW);
  await place.bring(TWO);
  const before = await place.list(`select id from assessment where tenant_id = $1 and external_id = 'w1'`);
  const moved = {
    ...TWO,
    lineItems: csv(
      LINE_ITEMS,
      item('w1', { description: 'Weight: 3' }).map((cell) => (cell === 'algebra-1' ? 'algebra-2' : cell)),
      item('w2', { description: 'weight 1', due: '2026-02-20' }),
      item('end', { category: 'grade', max: '100' }).map((cell) => (cell === 'algebra-1' ? 'algebra-2' : cell)),
    ),
    // ann comes into the other class with this very set, bob does not
    enrollments: `${school.enrollments}${csv('', enrollment('e4', 'ann', { class: 'algebra-2' })).trim()}\n`,
    results: csv(RESULTS),
  };
  const dry = await place.bring(moved, { dryRun: true });
  assert.ok(
    dry.changes.some(
      ({ file, line, type, fields }) =>
        `${file} ${line} ${type} ${fields}` === 'lineItems 2 assessment.updated offeringId',
    ),
  );
  await place.rows(BRING);
  assert.deepEqual(await place.list(FILES), ['ann algebra-1', 'bob algebra-1']);
  const report = await place.bring(moved, { strict: true });
  assert.deepEqual(report.refusals, []);
  assert.deepEqual(
    report.remarks,
    [2, 4]
      .map((line) => ({
        file: 'lineItems',
        line,
        reason: 'classSourcedId: moved here from another class; results of learners who are not in this one end',
      }))
      .slice(0, 1),
  );
  assert.deepEqual(report.counts.lineItems, { created: 0, changed: 2, unchanged: 1, refused: 0 });
  assert.deepEqual(await place.list(`select id from assessment where tenant_id = $1 and external_id = 'w1'`), before);
  assert.deepEqual(await place.list(MARKS), ['ann w1 algebra-2 40', 'ann w2 algebra-1 25']);
  assert.deepEqual(await place.list(`select count(*) from mark where tenant_id = $1`), [2]);
  assert.deepEqual(await place.list(SCORES), ['ann algebra-1 50', 'ann algebra-2 80', 'bob algebra-1 -']);
  assert.deepEqual(await place.list(WORKS), ['algebra-1 w2', 'algebra-2 w1']);
  assert.deepEqual(
    await place
      .list(`select type from event where tenant_id = $1 and entity = 'mark' order by seq desc limit 3`)
      .then((types) => types.sort()),
    ['mark.deleted', 'mark.deleted', 'mark.recorded'],
  );
  assert.deepEqual(await place.list(FILES), ['ann algebra-2'], 'files go where the work goes, and end with it');
  await repeats(place, moved);
  // results that come later find it where it is, those of the final line item too
  const later = await place.bring(
    delta({
      enrollments: csv(ENROLLMENTS, enrollment('e5', 'bob', { class: 'algebra-2' })),
      results: csv(RESULTS, result('s3', 'w1', 'bob', { score: '30' }), result('s9', 'end', 'bob', { text: 'Pass' })),
    }),
    { strict: true },
  );
  assert.deepEqual(later.refusals, []);
  assert.deepEqual(await place.list(MARKS), ['ann w1 algebra-2 40', 'ann w2 algebra-1 25', 'bob w1 algebra-2 30']);
  assert.deepEqual(
    await place.list(
      `select o.external_id from enrollment e join offering o on o.tenant_id = $1 and o.id = e.offering_id where e.tenant_id = $1 and e.result = 'Pass'`,
    ),
    ['algebra-2'],
  );
});
