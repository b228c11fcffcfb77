import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ENROLLED, NOW, one, school } from './small-school.ts';
import { academy, csv } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

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
        external_id: 'tom',
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
