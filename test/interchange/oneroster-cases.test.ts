import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exportAcademy, importAcademy } from '../../src/interchange/academy/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { CATEGORIES, CLASSES, COURSES, ENROLLMENTS, LINE_ITEMS, ORGS, SESSIONS } from './small-school.ts';
import { type Academy, academy, csv, type Files } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const USERS_11 =
  'sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,email,metadata.bus';
const cells = (...rows: string[]) => rows.map((row) => row.split('|'));
const sheet = (header: string, ...rows: string[]) => csv(header, ...cells(...rows));

/** A roster of version 1.1 as school systems send it: nothing of marks. */
const roster = (changes: Files = {}, system = 'harbor'): Files => ({
  manifest: csv(
    'propertyName,value',
    ['oneroster.version', '1.1'],
    ['source.systemCode', system],
    ...['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'].map((file) => [
      `file.${file}`,
      'bulk',
    ]),
    ...Object.keys(changes)
      .filter((file) => ['categories', 'lineItems', 'results'].includes(file))
      .map((file) => [`file.${file}`, 'bulk']),
  ),
  orgs: sheet(ORGS, 'area|||Area|district||', 'east|||East|school||area', 'west|||West|school||area'),
  academicSessions: sheet(SESSIONS, 'term|||Autumn|term|2025-09-01|2026-07-31||2026'),
  courses: sheet(COURSES, 'math||||Math|M||east||'),
  classes: sheet(
    CLASSES,
    'm1|||Math 1||math|M1|Scheduled||east|term|||',
    'm2|||Math 2||math|M2|scheduled||east|term|||',
  ),
  users: sheet(
    USERS_11,
    'kim|||east|student|kim|Kim|K|1|kim@x.example|',
    'lee|||east|teacher|lee|Lee|L|2|lee@x.example|',
  ),
  enrollments: sheet(ENROLLMENTS, 'e1|||m1|east|kim|student|||', 'e2|||m1|east|lee|teacher|||'),
  ...changes,
});
const users = (...rows: string[]) => ({ users: sheet(USERS_11, ...rows) });

const LIVE = `select p.username || ' ' || o.external_id from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id
  join offering o on o.tenant_id = $1 and o.id = e.offering_id where e.tenant_id = $1 and e.ending is null order by 1`;
const STAFF = `select p.username || ' ' || o.external_id || ' ' || t.role from entitlement t join person p on p.tenant_id = $1 and p.id = t.person_id
  join offering o on o.tenant_id = $1 and o.id = t.entity_id where t.tenant_id = $1 order by 1`;
const ROLES = `select p.username || ' ' || r.key || ' ' || coalesce(u.name, '-') from role_assignment a join person p on p.tenant_id = $1 and p.id = a.person_id
  join role r on r.tenant_id = $1 and r.id = a.role_id left join unit u on u.tenant_id = $1 and u.id = a.unit_id where a.tenant_id = $1 order by 1`;
const PEOPLE = `select coalesce(username, '-') || ' ' || coalesce(email, '-') || ' ' || status from person where tenant_id = $1 order by number`;

const SCORES = `select e.score from enrollment e where e.tenant_id = $1 order by e.number`;

/** A class with marks: categories, line items, and a score for each line item of one learner, or of one for a learner each. */
const marks = (categories: string[], lineItems: string[], scores: string[]): Files => {
  const learners = lineItems.length > 1 ? ['kim'] : scores.map((_, n) => `kim${n}`);
  return roster({
    ...users(...learners.map((key, n) => `${key}|||east|student|${key}|K|K|${n}||`)),
    enrollments: sheet(ENROLLMENTS, ...learners.map((key, n) => `e${n}|||m1|east|${key}|student|||`)),
    categories: sheet(CATEGORIES, ...categories),
    lineItems: sheet(LINE_ITEMS, ...lineItems),
    results: sheet(
      'sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate',
      ...scores.map((score, n) => {
        const item = lineItems[n % lineItems.length]!.split('|')[0];
        return `r${n}|${item}|${learners[n % learners.length]}|Fully Graded|${score}|2026-02-01T10:00:00Z`;
      }),
    ),
  });
};
const WORKS = ['hw', 'ex', ''].map((category, n) => `w${n}|||Work ${n}|||2026-02-01|m1|${category}||0|100|`);

interface Case {
  /** One after the other; each is imported twice. */
  sets: Files[];
  refused?: number;
  facts: [statement: string, expected: unknown[]][];
  remarks?: RegExp;
}

const CASES: Record<string, Case> = {
  'a roster without line items enrolls everybody at once': {
    sets: [roster()],
    facts: [
      [LIVE, ['kim m1']],
      [STAFF, ['lee m1 instructor']],
      [ROLES, ['kim learner -', 'lee instructor East']],
    ],
  },
  'a class that comes later enrolls at once too': {
    sets: [
      roster({ classes: sheet(CLASSES, 'm1|||Math 1||math|M1|||east|term|||') }),
      roster({ enrollments: sheet(ENROLLMENTS, 'e1|||m2|east|kim|student|||', 'e2|||m2|east|lee|teacher|||') }),
    ],
    facts: [
      [LIVE, ['kim m2']],
      [STAFF, ['lee m2 instructor']],
    ],
  },
  'a role and a school that change leave nothing behind': {
    sets: [
      roster(users('kim|||east|administrator|kim|Kim|K|1||', 'lee|||east,west|teacher|lee|Lee|L|2||')),
      roster(users('kim|||west|teacher|kim|Kim|K|1||', 'lee|||west|teacher|lee|Lee|L|2||')),
    ],
    facts: [
      [ROLES, ['kim instructor West', 'lee instructor West']],
      [`select count(*) from person_unit where tenant_id = $1`, [0]],
    ],
  },
  'an enrollment that becomes a staff place, and the reverse': {
    sets: [
      roster(),
      roster({ enrollments: sheet(ENROLLMENTS, 'e1|||m1|east|kim|teacher|||', 'e2|||m1|east|lee|student|||') }),
    ],
    facts: [
      [LIVE, ['lee m1']],
      [STAFF, ['kim m1 instructor']],
    ],
  },
  'an end date that moves, goes or comes is taken over': {
    sets: [
      roster({
        ...users(
          'kim|||east|student|kim|Kim|K|1||',
          'lee|||east|student|lee|Lee|L|2||',
          'mo|||east|student|mo|Mo|M|3||',
        ),
        enrollments: sheet(
          ENROLLMENTS,
          'e1|||m1|east|kim|student|||2026-04-01',
          'e2|||m1|east|lee|student|||2026-04-01',
          'e3|||m1|east|mo|student|||',
        ),
      }),
      roster({
        ...users(
          'kim|||east|student|kim|Kim|K|1||',
          'lee|||east|student|lee|Lee|L|2||',
          'mo|||east|student|mo|Mo|M|3||',
        ),
        enrollments: sheet(
          ENROLLMENTS,
          'e1|||m1|east|kim|student|||2026-05-01T00:00:00Z',
          'e2|||m1|east|lee|student|||',
          'e3|||m1|east|mo|student|||2026-06-01',
        ),
      }),
    ],
    facts: [
      [
        `select to_char(e.expires_at at time zone 'UTC', 'MM-DD') from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 order by p.username`,
        ['05-01', null, '06-01'],
      ],
    ],
  },
  'two systems with the same ids stand side by side': {
    sets: [
      roster(),
      roster(
        {
          ...users('kim|||east|student|ada|Ada|A|1|ada@x.example|'),
          enrollments: sheet(ENROLLMENTS, 'e1|||m1|east|kim|student|||'),
          courses: sheet(COURSES, 'math||||Pottery|||east||'),
        },
        'lakeside',
      ),
    ],
    facts: [
      [PEOPLE, ['kim kim@x.example active', 'lee lee@x.example active', 'ada ada@x.example active']],
      [`select name from course where tenant_id = $1 order by name`, ['Math', 'Pottery']],
      [
        `select p.username || ' ' || c.name from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id join course c on c.tenant_id = $1 and c.id = e.course_id where e.tenant_id = $1 order by 1`,
        ['ada Pottery', 'kim Math'],
      ],
    ],
    remarks: /identifier: that of somebody else/,
  },
  'keys freed by a deletion or a rename in the same file are free, whatever the order': {
    sets: [
      roster(),
      roster({
        ...users(
          'new|||east|student|kim|Kim|K|1|kim@x.example|',
          'kim|tobedeleted||east|student|kim|Kim|K|1|kim@x.example|',
          'mo|||east|student|lee|Mo|M|3|lee@x.example|',
          'lee|||east|teacher|lena|Lee|L|2|lena@x.example|',
        ),
        enrollments: sheet(ENROLLMENTS, 'e9|||m1|east|new|student|||', 'e2|||m1|east|lee|teacher|||'),
      }),
    ],
    facts: [
      [LIVE, ['kim m1']],
      [
        `select given_name || ' ' || username from person where tenant_id = $1 and status = 'active' order by 1`,
        ['Kim kim', 'Lee lena', 'Mo lee'],
      ],
    ],
  },
  'several rows of one human are one person with all roles': {
    sets: [
      roster({
        ...users('a1|||east|administrator|mara|Mara|M|7|m@x.example|', 'a2|||east|teacher|mara|Mara|M|7|m@x.example|'),
        enrollments: sheet(ENROLLMENTS, 'e2|||m1|east|a2|teacher|||'),
      }),
    ],
    facts: [
      [PEOPLE, ['mara m@x.example active']],
      [ROLES, ['mara admin East', 'mara instructor East']],
      [STAFF, ['mara m1 instructor']],
      [`select key from source_key where tenant_id = $1 and entity = 'person' order by 1`, ['a1', 'a2']],
    ],
  },
  'a family shares an address: the first keeps it': {
    sets: [
      roster({
        ...users(
          's1|||east|student|s1|A|F|1|f@x.example|',
          's2|||east|student|s2|B|F|2|F@x.example|',
          'p1|||east|parent|p1|C|F|3|f@x.example|',
        ),
        enrollments: sheet(ENROLLMENTS, 'e1|||m1|east|s1|student|||', 'e2|||m1|east|s2|student|||'),
      }),
    ],
    facts: [
      [PEOPLE, ['s1 f@x.example active', 's2 - active', 'p1 - active']],
      [LIVE, ['s1 m1', 's2 m1']],
    ],
    remarks: /^email: that of line 2; left out$/,
  },
  'words without case, people without an org, an org without its parent, metadata': {
    sets: [
      roster({
        orgs: sheet(ORGS, 'area|||Area|DISTRICT||', 'east|Active||East|School||nowhere'),
        ...users(
          'kim|||east|STUDENT|kim|Kim|K|||Line 3\nred',
          'lee||1||Student|lee|Lee|L|||',
          'mo|||lost|teacher|mo|Mo|M|||',
        ),
        enrollments: sheet(
          ENROLLMENTS,
          'e1|||m1|east|kim|Student|||',
          'e2|||m1|east|lee|student|||',
          'e3|||m1|east|mo|TEACHER|||',
        ),
      }),
    ],
    facts: [
      [LIVE, ['kim m1', 'lee m1']],
      [ROLES, ['kim learner -', 'lee learner -']],
      [`select attributes->>'metadata.bus' from person where tenant_id = $1 and username = 'kim'`, ['Line 3\nred']],
      [`select external_id from person where tenant_id = $1 order by number`, ['kim', 'lee', 'mo']],
    ],
    remarks: /parentSourcedId: there is no "nowhere"; left out/,
  },
  'numbers of any form are rounded to four places; points beyond the maximum are kept, the score stops at 100': {
    sets: ['33.333333333333336', '33.33'].map((weight) =>
      marks(
        [`hw|||Homework|${weight}`],
        ['w1|||One|||2026-02-01|m1|hw||0|100|'],
        ['66.66666666666667', '.5', '0', '-0', '85.', '+85', '8.5e1', '105', '-1', '85,5', '100.0', ''],
      ),
    ),
    refused: 2,
    facts: [
      [
        `select m.score from mark m join enrollment e on e.tenant_id = $1 and e.id = m.enrollment_id order by e.number`,
        [66.6667, 0.5, 0, 0, 85, 85, 85, 105, 100],
      ],
      [
        `select score from enrollment where tenant_id = $1 and score is not null order by number`,
        [66.6667, 0.5, 0, 0, 85, 85, 85, 100, 100],
      ],
      [`select category_weight from assessment where tenant_id = $1`, [33.33]],
    ],
  },
  'weights only where they are: works without one are left out where others have one': {
    sets: [
      marks(
        ['hw|||Homework|'],
        ['w1|||One|Essay (weight 20)||2026-02-01|m1|hw||0|100|', 'w2|||Two|Talk||2026-02-01|m1|hw||0|100|'],
        ['100', '0'],
      ),
    ],
    facts: [
      [`select weight from assessment where tenant_id = $1 order by name`, [20, null]],
      [SCORES, [100]],
    ],
  },
  'categories with weights make the score': {
    sets: [marks(['hw|||Homework|20', 'ex|||Exams|80'], WORKS, ['100', '0', '70'])],
    facts: [
      [`select category_weight from assessment where tenant_id = $1 order by name`, [20, 80, null]],
      [SCORES, [20]],
      [`select count(*) from assessment where tenant_id = $1 and weight is not null`, [0]],
    ],
  },
  'a category of weight 0, and one without a weight beside one that has it, are left out': {
    sets: [marks(['hw|||Homework|0', 'ex|||Exams|80', 'un||||'], WORKS, ['100', '40', '70'])],
    facts: [[SCORES, [40]]],
  },
  'a category without anything marked is left out': {
    sets: [marks(['hw|||Homework|20', 'ex|||Exams|80'], WORKS, ['90'])],
    facts: [[SCORES, [90]]],
  },
  'weights of categories that come, move and go take the scores along': {
    sets: [
      marks(['hw|||Homework|', 'ex|||Exams|'], WORKS.slice(0, 2), ['100', '0']),
      { ...marks(['hw|||Homework|20', 'ex|||Exams|80'], WORKS, []), lineItems: sheet(LINE_ITEMS) },
      marks(['hw|||Homework|60', 'ex|||Exams|40'], WORKS.slice(0, 2), ['100', '0']),
    ],
    facts: [
      [SCORES, [60]],
      [
        `select count(*) from event where tenant_id = $1 and type = 'enrollment.progressed' and data->'changed'->'score'->>1 is not null`,
        [2],
      ],
    ],
  },
  'a weight that goes, and a line item that moves to another category': {
    sets: [
      marks(['hw|||Homework|20', 'ex|||Exams|80'], WORKS.slice(0, 2), ['100', '0']),
      marks(
        ['hw|||Homework|', 'ex|||Exams|80', 'la|||Labs|20'],
        ['w0|||Work 0|||2026-02-01|m1|la||0|100|', WORKS[1]!],
        ['100', '0'],
      ),
    ],
    facts: [
      [
        `select category || ' ' || trim_scale(category_weight) from assessment where tenant_id = $1 order by name`,
        ['Labs 20', 'Exams 80'],
      ],
      [SCORES, [20]],
    ],
  },
  'a weight below 0 is left out and told': {
    sets: [marks(['hw|||Homework|-5', 'ex|||Exams|'], WORKS.slice(0, 2), ['100', '0'])],
    facts: [[SCORES, [50]]],
    remarks: /weight: -5 is below 0; left out/,
  },
};

test('weights of categories leave with an academy and make the same scores elsewhere', async () => {
  const place = await academy(database, 'UTC', '2026-03-01T12:00:00.000Z');
  await place.bring(marks(['hw|||Homework|20', 'ex|||Exams|0'], WORKS, ['105', '0', '70']));
  const written = await exportAcademy(place.ctx);
  assert.match(written, /categoryWeight: 20/);
  const other = await academy(database, 'UTC', '2026-03-01T12:00:00.000Z');
  await importAcademy(other.ctx, written);
  assert.deepEqual((await exportAcademy(other.ctx)).split('\n'), written.split('\n'));
  assert.deepEqual(await other.list(SCORES), [100]);
  assert.deepEqual(await other.list(`select category_weight from assessment where tenant_id = $1 order by name`), [
    20,
    0,
    null,
  ]);
});

for (const strict of [false, true])
  for (const [name, { sets, facts, remarks, refused = 0 }] of Object.entries(CASES)) {
    // one refused row is enough to stop a strict import
    if (strict && refused > 0) continue;
    test(`${name}${strict ? ', strictly' : ''}`, async () => {
      const place: Academy = await academy(database, 'UTC', '2026-03-01T12:00:00.000Z');
      const said: string[] = [];
      for (const set of sets)
        for (const time of [1, 2]) {
          const report = await place.bring(set, { strict });
          said.push(...report.remarks.map(({ reason }) => reason));
          assert.equal(report.refusals.length, refused, JSON.stringify(report.refusals));
          if (time === 2)
            for (const { file, created, changed } of report.files)
              assert.deepEqual([file, created, changed], [file, 0, 0]);
        }
      for (const [statement, expected] of facts) assert.deepEqual(await place.list(statement), expected);
      if (remarks)
        assert.ok(
          said.some((one) => remarks.test(one)),
          JSON.stringify(said),
        );
      if (strict) return;
      // what came of it is the same elsewhere, and at home already
      const written = await exportAcademy(place.ctx);
      const other = await academy(database, 'UTC', '2026-03-01T12:00:00.000Z');
      await importAcademy(other.ctx, written);
      assert.deepEqual((await exportAcademy(other.ctx)).split('\n'), written.split('\n'));
      const home = await importAcademy(place.ctx, written);
      assert.deepEqual([home.created, home.changed], [{}, {}]);
    });
  }
