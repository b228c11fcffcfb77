import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { run } from '../../database/run.ts';
import type { Context } from '../../record/kernel/context.ts';
import { AcademyError, importAcademy, MOST_CHARACTERS } from './index.ts';
import { MOST_AT_ONCE } from './read-text.ts';

let database: TestDatabase;
let ctx: Context;

before(async () => {
  database = await testDatabase();
  ctx = await testTenant(database.db);
});
after(() => database.close());

/** What is told of a file: line and words, one fault a row. */
async function told(text: string): Promise<string[]> {
  try {
    await importAcademy(ctx, text);
  } catch (error) {
    if (!(error instanceof AcademyError)) throw error;
    assert.equal(error.fact.kind, 'invalid');
    return error.faults.map(({ line, message }) => `${line}: ${message}`);
  }
  return [];
}

const lines = (...all: string[]): string => all.join('\n');

const CASES: [name: string, text: string, faults: (string | RegExp)[]][] = [
  ['nothing at all', '', ['1: must be a set of members']],
  ['no YAML', 'people: [', [/^1: unexpected end of the stream within a flow/]],
  ['a member twice', lines('academy: {name: A}', 'academy: {name: B}'), [/^2: Map keys must be unique/]],
  ['two documents', lines('academy: {}', '---', 'academy: {}'), ['3: it holds more than one document']],
  ['an unknown subject', lines('people: []', 'peple: []'), ['2: there is no member "peple" here']],
  [
    'an unknown member',
    lines('people:', '  - key: a', '    name: A', '    nickname: Ay'),
    ['4: there is no member "nickname" here'],
  ],
  ['a missing member', lines('people:', '  - key: a', '  - name: B'), ['2: name is missing', '3: key is missing']],
  ['a number for a text', lines('people:', '  - {key: 7, name: A}'), ['2: must be a text: write "7"']],
  [
    'an unknown value',
    lines('courses:', '  - key: c', '    name: C', '    kind: opera'),
    [/^4: must be one of online, /],
  ],
  [
    'certificates and awards',
    lines(
      'people: [{ key: a, name: A }, { key: b, name: B }]',
      'courses: [{ key: c, name: C, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }]',
      'certificates:',
      '  - { key: k, name: K, courses: [c] }',
      '  - { key: m, name: M, validity: { count: 200, unit: year } }',
      'awards:',
      '  - { person: a, certificate: k, certifiedAt: +1d }',
      '  - { person: b, certificate: k, revoked: { because: No } }',
    ),
    [/^5: is out of range/, '7: is out of range (it lies in the future)', /^8: .*has not been earned/],
  ],
  [
    'certificates and awards by form',
    lines(
      'certificates:',
      '  - { key: k, name: K, validity: { count: 1, unit: week } }',
      '  - { key: l, name: L, courses: [nowhere] }',
      'awards:',
      '  - { person: a, certificate: k, revoked: {} }',
      '  - { person: a, certificate: k, code: ABC }',
    ),
    [/^2: must be one of day, month, year/, '5: because is missing', /^6: must be the sixteen letters and digits/],
  ],
  [
    'references of awards and audiences',
    lines(
      'certificates:',
      '  - { key: l, name: L, courses: [nowhere] }',
      'awards:',
      '  - { person: nobody, certificate: none }',
      'audiences:',
      '  - { group: none, offering: none }',
      'profiles: [{ key: p, name: P, members: [nobody] }]',
    ),
    [
      '2: there is no course "nowhere"',
      '4: there is no person "nobody"',
      '4: there is no certificate "none"',
      '6: there is no group "none"',
      '6: there is no offering "none"',
      '7: there is no person "nobody"',
    ],
  ],
  [
    'one award and one audience twice',
    lines(
      'people: [{ key: a, name: A }]',
      'groups: [{ key: g, name: G }]',
      'courses: [{ key: c, name: C, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }]',
      'certificates: [{ key: k, name: K }]',
      'awards:',
      '  - { person: a, certificate: k, required: true }',
      '  - { person: a, certificate: k }',
      'audiences:',
      '  - { group: g, course: c }',
      '  - { group: g, course: c, recursive: true }',
      '  - { group: g }',
    ),
    [
      '7: the award of this person has an entry already',
      '10: the group is tied to it already',
      '11: course or offering is missing',
    ],
  ],
  [
    'groups, audiences and instructors that the record refuses',
    lines(
      'academy: { settings: { groupLevels: [Region, Site] } }',
      'people:',
      '  - { key: a, name: A, instructorPermissions: [create_course] }',
      'groups:',
      '  - { key: top, name: Top, level: Site }',
      '  - { key: under, name: Under, level: Region, parent: top }',
      '  - { key: odd, name: Odd, level: Team }',
      '  - { key: g, name: G }',
      'courses:',
      '  - { key: c, name: C, state: draft, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }',
      '  - { key: d, name: D, sections: [{ name: S, activities: [{ kind: page, name: P }] }] }',
      'audiences:',
      '  - { group: g, course: c }',
      '  - { group: g, course: d, since: +2d }',
      'enrollments:',
      '  - { person: a, course: d, grants: [{ kind: audience, group: top }] }',
    ),
    [
      /^3: .*an instructor/,
      /^6: is out of range \(below the level of the parent\)/,
      /^7: .*one of the levels of the account/,
      /^13: the record refuses it: course not published/,
      '14: is out of range (it lies in the future)',
      /^16: the group top is no audience of the offering/,
    ],
  ],
  [
    'levels of groups',
    lines('academy: { settings: { groupLevels: [A, 7, A] } }'),
    [/twice/, '1: must be a text: write "7"'],
  ],
  ['a blank name', lines('people:', '  - {key: a, name: "  "}'), ['2: must not be blank']],
  ['a key over two lines', lines('people:', '  - {key: "a\\nb", name: A}'), [/^2: must be a key/]],
  [
    'a text that is too long',
    lines('people:', `  - {key: ${'a'.repeat(201)}, name: A}`),
    [/^2: must have at most 200 characters/],
  ],
  [
    'no date',
    lines('people:', '  - {key: a, name: A, hiredAt: soon}', '  - {key: b, name: B, hiredAt: 2026-02-30}'),
    [/^2: must be a moment: now, today/],
  ],
  [
    'a day that the calendar lacks',
    lines('people:', '  - {key: b, name: B, hiredAt: 2026-02-30}'),
    ['2: 2026-02-30 is no date'],
  ],
  ['a number out of range', lines('rooms:', '  - {key: r, name: R, seats: -1}'), ['2: must be at least 0']],
  ['a zone that is none', lines('academy:', '  timeZone: Mars/Olympus'), [/^2: must be an IANA time zone/]],
  [
    'a key of two things',
    lines('people:', '  - {key: a, name: A}', '  - {key: a, name: B}'),
    ['3: a is the key of another one, in line 2'],
  ],
  ['the key of the unit at the top', lines('units:', '  - {key: root, name: R}'), [/^2: root is the unit at the top/]],
  [
    'references to nothing, all at once',
    lines('people:', '  - key: a', '    name: A', '    unit: nowhere', '    manager: nobody', '    roles: [emperor]'),
    ['4: there is no unit "nowhere"', '5: there is no person "nobody"', '6: there is no role "emperor"'],
  ],
  [
    'an activity that the course lacks',
    lines(
      'people: [{key: p, name: P}]',
      'courses: [{key: c, name: C, sections: [{name: S, activities: [{kind: quiz, name: Q}]}]}]',
      'enrollments:',
      '  - person: p',
      '    course: c',
      '    attempts:',
      '      - activity: Z',
    ),
    [/^7: is not there \(the course has no activity Z\)/],
  ],
  [
    'neither course nor offering, and both',
    lines(
      'people: [{key: p, name: P}]',
      'courses: [{key: c, name: C}]',
      'offerings: [{key: o, course: c}]',
      'enrollments:',
      '  - person: p',
      '  - {person: p, course: c, offering: o}',
    ),
    ['5: course or offering is missing', '6: the offering says which course it is'],
  ],
  [
    'what the record refuses',
    lines(
      'people:',
      '  - {key: a, name: A, email: same@x.example}',
      '  - {key: b, name: B, email: SAME@x.example}',
      '  - {key: c, name: C, password: short}',
      'terms:',
      '  - {key: t, name: T, startsOn: 2026-02-01, endsOn: 2026-01-01}',
    ),
    [/^3: another person has this email/, /^4: is out of range \(at least 8 characters/, /^6: is out of range/],
  ],
  [
    'a full offering',
    lines(
      'people: [{key: p, name: P}, {key: q, name: Q}]',
      'courses: [{key: c, name: C}]',
      'offerings: [{key: o, course: c, seats: 1}]',
      'enrollments:',
      '  - {person: p, offering: o}',
      '  - {person: q, offering: o}',
    ),
    [/^6: the record refuses it: offering full/],
  ],
  [
    'more attempts than allowed',
    lines(
      'people: [{key: p, name: P}]',
      'courses: [{key: c, name: C, sections: [{name: S, activities: [{kind: quiz, name: Q, attemptsAllowed: 1, passingScore: 50}]}]}]',
      'enrollments:',
      '  - person: p',
      '    course: c',
      '    attempts:',
      '      - {activity: Q, score: 10}',
      '      - {activity: Q, score: 90}',
    ),
    [/^8: the record refuses it: attempts used up/],
  ],
  [
    'units below each other in a ring',
    lines('terms:', '  - {key: a, name: A, parent: b}', '  - {key: b, name: B, parent: a}'),
    [],
  ],
  ['a NUL', lines('people:', '  - {key: a, name: "A\\0"}'), ['2: it holds characters that cannot be stored']],
  [
    'half a character',
    lines('people:', '  - {key: a, name: "A\\uD800"}'),
    ['2: it holds characters that cannot be stored'],
  ],
  ['no number', lines('rooms:', '  - {key: a, name: A, seats: .nan}'), ['2: it is no number']],
  [
    'a fingerprint that takes forever',
    lines(
      'people:',
      `  - {key: a, name: A, passwordHash: "$argon2id$v=19$m=999999,t=99,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}"}`,
    ),
    [/^2: is out of range/],
  ],
];

for (const [name, text, faults] of CASES)
  test(`${name} is told with its line`, async () => {
    const found = await told(text);
    if (faults.length === 0) return;
    assert.equal(found.length, faults.length, found.join('\n'));
    for (const [i, fault] of faults.entries())
      if (typeof fault === 'string') assert.equal(found[i], fault);
      else assert.match(found[i]!, fault);
  });

test('a file that grows by repeating itself is refused in no time', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const name of 'bcdefghi')
    bomb.push(
      `${name}: &${name} [${Array(10)
        .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
        .join(', ')}]`,
    );
  assert.deepEqual(await told(bomb.join('\n')), [
    '1: it holds more than 2,000,000 values, shared parts (aliases) counted each time',
  ]);
});

test('hostile files are refused on a thread of their own, and others are served meanwhile', async () => {
  const HOSTILE: [string, string, RegExp][] = [
    ['200,000 members', Array.from({ length: 200_000 }, (_, i) => `k${i}: 1`).join('\n'), /no member/],
    [
      '200,000 members of one',
      `academy:\n${Array.from({ length: 200_000 }, (_, i) => `  k${i}: 1`).join('\n')}`,
      /values/,
    ],
    ['a million lists', `people: [${'[],'.repeat(1_000_000)}]`, /set of members/],
    ['a million lists where anything goes', `academy: {settings: {x: [${'[],'.repeat(1_000_000)}]}}`, /100,000 values/],
    ['a million faults', `people: [${'{a: 1, b: 2},'.repeat(300_000)}]`, /is missing|no member/],
    ['aliases of aliases', `a: &a [${'x, '.repeat(8000)}]\nb: [${'*a, '.repeat(900)}]`, /values/],
    ['more aliases', `a: &a [x]\nb: [${'*a, '.repeat(1001)}]`, /too often/],
    ['itself', 'people: &a [*a]', /values/],
    ['brackets', '['.repeat(1_000_000), /too deeply/],
    ['dashes', '- '.repeat(1_000_000), /too deeply/],
    ['anchors', `people: [${'&a x,'.repeat(500_000)}]`, /set of members/],
    ['a name that is none', 'people: [{key: a, name: A, attributes: {__proto__: {b: 1}}}]', /cannot be stored/],
  ];
  for (const [name, text, words] of HOSTILE) {
    // what holds the loop for long is seen by whoever counts its turns
    let turns = 0;
    const counter = setInterval(() => turns++, 5);
    const found = await told(text);
    clearInterval(counter);
    assert.match(found[0]!, words, name);
    assert.ok(found.length <= 1000, name);
    // what is refused at its first hundred brackets is over before a turn is
    assert.ok(text.length < 100_000 || name === 'brackets' || turns > 0, `${name} held the loop`);
  }
});

test('endless nesting is refused', async () => {
  for (const deep of [
    '['.repeat(20_000),
    `people: [{key: a, name: A, attributes: ${'{a: '.repeat(60)}1${'}'.repeat(60)}}]`,
  ])
    assert.match((await told(deep))[0]!, /^1: /);
});

test('one fault leaves nothing behind', async () => {
  const tenant = await testTenant(database.db);
  const text = lines(
    'units: [{key: u, name: U}]',
    'people:',
    '  - {key: a, name: A}',
    '  - {key: b, name: B, email: no}',
  );
  await assert.rejects(importAcademy(tenant, text), (error: Error) => {
    assert.match(
      error.message,
      /^The academy file has a fault; nothing was imported\.\n {2}line 4, people\[1\]\.email: /,
    );
    return true;
  });
  const { rows } = await run<{ n: number }>(
    database.db,
    `select (select count(*) from person where tenant_id = $1) + (select count(*) from unit where tenant_id = $1 and parent_id is not null)
          + (select count(*) from source_key where tenant_id = $1) as n`,
    [tenant.tenant.id],
  );
  assert.equal(rows[0]!.n, 0);
});

test('a server takes files on up to 8 million characters; the command line says how many it takes', async () => {
  const long = `# ${'x'.repeat(8_000_000)}\nunits: []\n`;
  assert.deepEqual(await told(long), ['1: the file has more than 8,000,000 characters']);
  const report = await importAcademy(ctx, long, { most: MOST_CHARACTERS });
  assert.deepEqual(report.created, {});
});

test('a large file has its faults told by line as a small one', async () => {
  const entries = Array.from({ length: 500 }, (_, i) => `  - key: u${i}\n    name: ${'Unit '.repeat(60)}\n`).join('');
  const bulk = `# ${'x'.repeat(MOST_AT_ONCE)}`;
  const text = `${bulk}\nunits:\n${entries}  - key: u7\n    name: Again\n  - key: bad\n    nome: Bad\n`;
  assert.deepEqual(await told(text), ['1005: name is missing', '1006: there is no member "nome" here']);
  assert.deepEqual(await told(text.replace('nome', 'name')), ['1003: u7 is the key of another one, in line 17']);
});
