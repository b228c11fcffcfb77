import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Academy, academy, slice, sliceFile } from './support.ts';

let database: TestDatabase;
let ou: Academy;

before(async () => {
  database = await testDatabase();
  ou = await academy(database, 'Europe/London');
  const report = await ou.bring(slice());
  assert.deepEqual(report.counts, {
    orgs: { created: 0, changed: 1, unchanged: 0, refused: 0 },
    academicSessions: { created: 4, changed: 0, unchanged: 0, refused: 0 },
    courses: { created: 1, changed: 0, unchanged: 0, refused: 0 },
    classes: { created: 2, changed: 0, unchanged: 0, refused: 0 },
    categories: { created: 4, changed: 0, unchanged: 0, refused: 0 },
    lineItems: { created: 28, changed: 0, unchanged: 0, refused: 0 },
    users: { created: 54, changed: 0, unchanged: 0, refused: 0 },
    roles: { created: 54, changed: 0, unchanged: 0, refused: 0 },
    enrollments: { created: 58, changed: 0, unchanged: 0, refused: 0 },
    results: { created: 409, changed: 0, unchanged: 0, refused: 0 },
  });
  assert.deepEqual(report.refusals, []);
  assert.equal(report.problem, null);
});
after(() => database.close());

const learner = (sourcedId: string, code: string) =>
  ou.rows(
    `select e.state, e.ending, e.result, e.progress, e.score, e.enrolled_at, e.started_at, e.completed_at, e.ended_at, e.set_by, e.is_primary
       from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id join offering o on o.tenant_id = $1 and o.id = e.offering_id
      where e.tenant_id = $1 and p.external_id = $2 and o.code = $3`,
    [sourcedId.replace('student-', ''), code],
  );

test('the only org is the root unit, under its own name', async () => {
  assert.deepEqual(await ou.rows('select name, external_id, kind, attributes from unit where tenant_id = $1'), [
    { name: 'Open University', external_id: 'org-ou', kind: 'school', attributes: { identifier: 'OU' } },
  ]);
});

test('classes are offerings with a version of their own: categories are sections, line items activities that are not required', async () => {
  assert.deepEqual(
    await ou.rows(
      `select o.code, o.starts_at, o.ends_at, o.is_default, v.ordinal, v.state,
              (select array_agg(s.name || ' ' || (select count(*) from activity a where a.tenant_id = $1 and a.version_id = v.id and a.section_id = s.id) order by s.position)
                 from section s where s.tenant_id = $1 and s.version_id = v.id) as sections,
              (select bool_or(a.required) from activity a where a.tenant_id = $1 and a.version_id = v.id) as required
         from offering o join course_version v on v.tenant_id = $1 and v.id = o.version_id where o.tenant_id = $1 order by o.code`,
    ),
    [
      {
        code: 'FFF-2013J',
        // London's winter time begins in the middle of it
        starts_at: '2013-09-30T23:00:00.000Z',
        ends_at: '2014-06-26T22:59:59.999Z',
        is_default: false,
        ordinal: 1,
        state: 'published',
        sections: ['Tutor marked assessment 5', 'Computer marked assessment 7', 'Final exam 1'],
        required: false,
      },
      {
        code: 'FFF-2014J',
        starts_at: '2014-09-30T23:00:00.000Z',
        ends_at: '2015-06-27T22:59:59.999Z',
        is_default: false,
        ordinal: 2,
        state: 'published',
        sections: ['Tutor marked assessment 5', 'Computer marked assessment 7', 'Final exam 1'],
        required: false,
      },
    ],
  );
  assert.deepEqual(
    await ou.rows(
      `select c.name, c.state, c.kind, (select count(*) from offering o where o.tenant_id = $1 and o.course_id = c.id) as offerings,
              (select o.code from offering o where o.tenant_id = $1 and o.version_id = c.current_version_id) as shows from course c where c.tenant_id = $1`,
    ),
    [{ name: 'Module FFF', state: 'published', kind: 'online', offerings: 2, shows: 'FFF-2014J' }],
  );
  assert.deepEqual(
    await ou.rows(
      `select name, category, weight, maximum, opens_at, due_at from assessment where tenant_id = $1 and external_id in ('li-34873', 'li-34878') order by name`,
    ),
    [
      {
        name: 'CMA 34878',
        category: 'Computer marked assessment',
        weight: 0,
        maximum: 100,
        opens_at: '2013-09-30T23:00:00.000Z',
        due_at: '2014-05-25T22:59:59.999Z',
      },
      {
        name: 'TMA 34873',
        category: 'Tutor marked assessment',
        weight: 12.5,
        maximum: 100,
        opens_at: '2013-09-30T23:00:00.000Z',
        due_at: '2013-10-20T22:59:59.999Z',
      },
    ],
  );
  assert.deepEqual(
    await ou.rows(`select kind, count(*) as n from activity where tenant_id = $1 group by 1 order by 1`),
    [
      { kind: 'assignment', n: 10 },
      { kind: 'quiz', n: 16 },
    ],
  );
});

test('people have their identifier as external id and are learners', async () => {
  assert.deepEqual(
    await ou.rows(
      `select p.username, p.email, p.full_name, p.given_name, p.family_name, p.status, r.key
         from person p join role_assignment a on a.tenant_id = $1 and a.person_id = p.id join role r on r.tenant_id = $1 and r.id = a.role_id
        where p.tenant_id = $1 and p.external_id = '26247'`,
    ),
    [
      {
        username: 's26247',
        email: 's26247@students.example.org',
        full_name: 'Student 26247',
        given_name: 'Student',
        family_name: '26247',
        status: 'active',
        key: 'learner',
      },
    ],
  );
});

test('final results total as the data says, each with its state', async () => {
  assert.deepEqual(
    await ou.rows(
      `select result, state, ending, count(*) as n from enrollment where tenant_id = $1 group by 1, 2, 3 order by 1, 2, 3 nulls first`,
    ),
    [
      { result: 'Distinction', state: 'complete', ending: null, n: 8 },
      { result: 'Fail', state: 'failed', ending: null, n: 12 },
      { result: 'Fail', state: 'failed', ending: 'withdrawn_kept', n: 1 },
      { result: 'Pass', state: 'complete', ending: null, n: 13 },
      { result: 'Withdrawn', state: 'in_progress', ending: 'withdrawn_kept', n: 15 },
      { result: 'Withdrawn', state: 'not_started', ending: 'withdrawn_kept', n: 9 },
    ],
  );
});

test('pass and distinction complete on their date and keep the score that the marks make', async () => {
  assert.deepEqual(await learner('student-29335', 'FFF-2013J'), [
    {
      state: 'complete',
      ending: null,
      result: 'Distinction',
      progress: 100,
      score: 95,
      enrolled_at: '2013-08-30T23:00:00.000Z',
      started_at: '2013-10-06T23:00:00.000Z',
      completed_at: '2014-06-25T23:00:00.000Z',
      ended_at: null,
      set_by: 'import',
      is_primary: true,
    },
  ]);
  const [passed] = await learner('student-136944', 'FFF-2014J');
  assert.deepEqual([passed!.state, passed!.progress, passed!.score, passed!.result], ['complete', 100, 65.6, 'Pass']);
});

test('failed learners keep the progress that they made', async () => {
  const [failed] = await learner('student-29769', 'FFF-2013J');
  assert.deepEqual(
    [failed!.state, failed!.progress, failed!.score, failed!.completed_at, failed!.is_primary],
    ['failed', 46.15, 66.3333, null, true],
  );
});

test('withdrawn learners are withdrawn on their day: endDate, else that of the result, whatever the result', async () => {
  const at = async (person: string, code: string) =>
    (await learner(person, code)).map(({ state, ending, ended_at, progress, score, is_primary }) => [
      state,
      ending,
      ended_at,
      progress,
      score,
      is_primary,
    ]);
  // during the course, with marks
  assert.deepEqual(await at('student-34731', 'FFF-2013J'), [
    ['in_progress', 'withdrawn_kept', '2014-02-14T23:59:59.999Z', 23.08, 74, false],
  ]);
  // before it began
  assert.deepEqual(await at('student-54739', 'FFF-2013J'), [
    ['not_started', 'withdrawn_kept', '2013-09-05T22:59:59.999Z', 0, null, false],
  ]);
  // no endDate
  assert.deepEqual(await at('student-607407', 'FFF-2013J'), [
    ['in_progress', 'withdrawn_kept', '2014-06-26T22:59:59.999Z', 15.38, 78, false],
  ]);
  // failed, and left
  assert.deepEqual(await at('student-234004', 'FFF-2013J'), [
    ['failed', 'withdrawn_kept', '2013-10-01T22:59:59.999Z', 0, null, false],
  ]);
  // no date of registration: the class's first day
  assert.deepEqual(
    (await learner('student-605108', 'FFF-2013J')).map((row) => row.enrolled_at),
    ['2013-09-30T23:00:00.000Z'],
  );
  // only marks of weight 0: progress, no score
  assert.deepEqual(await at('student-149964', 'FFF-2014J'), [
    ['in_progress', 'withdrawn_kept', '2015-06-27T22:59:59.999Z', 7.69, null, false],
  ]);
});

test('who came again has both, and the mark is on the one that counts', async () => {
  assert.deepEqual(
    (await Promise.all([learner('student-43958', 'FFF-2013J'), learner('student-43958', 'FFF-2014J')]))
      .flat()
      .map(({ state, ending, is_primary }) => [state, ending, is_primary]),
    [
      ['in_progress', 'withdrawn_kept', false],
      ['failed', null, true],
    ],
  );
});

test('no score is a submission without mark; banked is a carried-over mark and no submission, so never late', async () => {
  const work = (item: string, person: string) =>
    ou.rows(
      `select b.state as submission, b.submitted_at, k.score, k.carried_over, x.state, x.progress, x.score as percent, b.submitted_at > a.due_at as late
         from assessment a join person p on p.tenant_id = $1 and p.external_id = $3
         join enrollment e on e.tenant_id = $1 and e.person_id = p.id and e.offering_id = a.offering_id
         left join submission b on b.tenant_id = $1 and b.assessment_id = a.id and b.enrollment_id = e.id
         left join mark k on k.tenant_id = $1 and k.assessment_id = a.id and k.enrollment_id = e.id
         left join activity_enrollment x on x.tenant_id = $1 and x.activity_id = a.activity_id and x.enrollment_id = e.id
        where a.tenant_id = $1 and a.external_id = $2`,
      [item, person],
    );
  assert.deepEqual(await work('li-34873', '126074'), [
    {
      submission: 'submitted',
      submitted_at: '2013-10-20T23:00:00.000Z',
      score: null,
      carried_over: null,
      state: 'ready_for_review',
      progress: 0,
      percent: null,
      late: true,
    },
  ]);
  assert.deepEqual(await work('li-34875', '180974'), [
    {
      submission: null,
      submitted_at: null,
      score: 75,
      carried_over: true,
      state: 'complete',
      progress: 100,
      percent: 75,
      late: null,
    },
  ]);
  assert.deepEqual(
    await ou.rows(
      `select (select count(*) from mark where tenant_id = $1) as marks, (select count(*) from mark where tenant_id = $1 and carried_over) as banked,
              (select count(*) from submission where tenant_id = $1) as submissions, (select count(*) from activity_enrollment where tenant_id = $1) as parts`,
    ),
    [{ marks: 347, banked: 23, submissions: 328, parts: 351 }],
  );
});

test('every change has its event', async () => {
  assert.deepEqual(
    Object.fromEntries(
      (
        await ou.rows<{ type: string; n: number }>(
          `select type, count(*) as n from event where tenant_id = $1 group by 1 order by 1`,
        )
      ).map(({ type, n }) => [type, n]),
    ),
    {
      'assessment.created': 26,
      'course.created': 1,
      'course.published': 3,
      'enrollment.completed': 21,
      'enrollment.created': 58,
      'enrollment.failed': 13,
      'enrollment.outcome_set': 24,
      'enrollment.withdrawn': 24 + 1,
      'mark.recorded': 347,
      'offering.created': 2,
      'offering.updated': 2,
      'person.created': 54,
      'role.assigned': 54,
      'submission.submitted': 4,
      'tenant.created': 1,
      'term.created': 4,
      'unit.updated': 1,
    },
  );
  assert.deepEqual(
    await ou.list(`select distinct dialect from event where tenant_id = $1 and type <> 'tenant.created'`),
    ['import'],
  );
});

test('foreign keys that were not checked row by row hold', async () => {
  const keys = await ou.rows<{ child: string; parent: string; own: string[]; other: string[] }>(
    `select k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
            array(select a.attname::text from unnest(k.conkey) with ordinality c (n, o) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.n order by c.o) as own,
            array(select a.attname::text from unnest(k.confkey) with ordinality c (n, o) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.n order by c.o) as other
       from pg_constraint k where k.contype = 'f' and $1::uuid is not null`,
  );
  assert.ok(keys.length > 50);
  for (const { child, parent, own, other } of keys) {
    const orphans = await ou.list(
      `select count(*) from ${child} x where x.tenant_id = $1 and ${own.map((column) => `x.${column} is not null`).join(' and ')}
          and not exists (select 1 from ${parent} y where ${own.map((column, i) => `y.${other[i]} = x.${column}`).join(' and ')})`,
    );
    assert.deepEqual(orphans, [0], `${child} (${own.join(', ')}) to ${parent}`);
  }
});

test('importing again changes nothing', async () => {
  const state = () =>
    ou.rows(
      `select (select count(*) from event where tenant_id = $1) as events, (select max(updated_at) from enrollment where tenant_id = $1) as enrollments,
              (select max(updated_at) from person where tenant_id = $1) as people, (select max(updated_at) from mark where tenant_id = $1) as marks,
              (select max(updated_at) from offering where tenant_id = $1) as offerings, (select max(updated_at) from course where tenant_id = $1) as courses,
              (select max(updated_at) from activity_enrollment where tenant_id = $1) as parts, (select count(*) from course_version where tenant_id = $1) as versions`,
    );
  const before = await state();
  const report = await ou.bring(slice());
  for (const [file, counts] of Object.entries(report.counts)) {
    assert.deepEqual([file, counts.created, counts.changed, counts.refused], [file, 0, 0, 0]);
    assert.equal(counts.unchanged, sliceFile(file).trim().split('\n').length - 1);
  }
  assert.deepEqual(await state(), before);
});

test('a run is kept with its report', async () => {
  const [first] = await ou.rows<{
    kind: string;
    state: string;
    dry_run: boolean;
    report: Record<string, unknown>;
    finished_at: string | null;
  }>(`select kind, state, dry_run, report, finished_at from import_run where tenant_id = $1 order by number limit 1`);
  assert.equal(first!.kind, 'oneroster');
  assert.equal(first!.state, 'complete');
  assert.equal(first!.dry_run, false);
  assert.notEqual(first!.finished_at, null);
  assert.deepEqual(Object.keys(first!.report).sort(), [
    'changes',
    'changesLeftOut',
    'counts',
    'problem',
    'refusals',
    'refusalsLeftOut',
    'remarks',
    'remarksLeftOut',
    'warning',
  ]);
});

test('a dry run reports the same and writes nothing', async () => {
  const dry = await academy(database, 'Europe/London');
  const report = await dry.bring(slice(), { dryRun: true });
  assert.equal(report.counts.results!.created, 409);
  assert.equal(report.counts.enrollments!.created, 58);
  assert.match(report.text, /dry run: nothing was written/);
  assert.deepEqual(
    await dry.rows(`select (select count(*) from person where tenant_id = $1) as people, (select count(*) from source_key where tenant_id = $1) as keys,
       (select count(*) from event where tenant_id = $1 and type <> 'tenant.created') as events, (select bool_and(dry_run) from import_run where tenant_id = $1) as dry`),
    [{ people: 0, keys: 0, events: 0, dry: true }],
  );
});

test('progress goes through every file to the end', async () => {
  const told: string[] = [];
  let last = 0;
  await ou.bring(slice(), {
    onProgress: ({ file, phase, fraction }) => {
      assert.ok(fraction >= last && fraction <= 1);
      last = fraction;
      if (told.at(-1) !== `${file} ${phase}`) told.push(`${file} ${phase}`);
    },
  });
  assert.deepEqual(told.slice(0, 4), ['orgs read', 'orgs merge', 'academicSessions read', 'academicSessions merge']);
  assert.equal(told.at(-1), ' done');
  assert.equal(last, 1);
});

test('two imports at once in one tenant: the second is refused', async () => {
  const both = await Promise.allSettled([ou.bring(slice()), ou.bring(slice())]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refused = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
  assert.deepEqual(refused.reason.fact, { kind: 'rule', rule: 'in_use', entity: 'import_run', id: undefined });
});

test('an import that is called off ends at once, says so, and can be repeated', async () => {
  const stopped = await academy(database);
  for (const during of ['users read', 'results merge']) {
    const abort = new AbortController();
    await assert.rejects(
      stopped.bring(slice(), {
        signal: abort.signal,
        onProgress: ({ file, phase }) => {
          if (`${file} ${phase}` === during) abort.abort();
        },
      }),
      { name: 'AbortError' },
    );
  }
  assert.deepEqual(
    await stopped.rows(`select state, report->>'problem' as problem from import_run where tenant_id = $1`),
    Array(2).fill({ state: 'failed', problem: 'The import was called off; importing again goes on.' }),
  );
  assert.deepEqual(await stopped.list('select count(*) from mark where tenant_id = $1'), [0]);
  assert.equal((await stopped.bring(slice())).counts.results!.created, 409);
});
