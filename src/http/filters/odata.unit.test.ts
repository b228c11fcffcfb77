import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileCondition, type Fields } from '../../database/filtering.ts';
import { written } from '../../database/sql.ts';
import { type Condition, equals, oneOf } from '../../record/kernel/condition.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import type { WireField } from './field.ts';
import { parseFilter } from './odata.ts';

const names: Record<string, WireField> = {
  username: { type: 'text', field: 'login' },
  firstname: { type: 'text', field: 'givenName' },
  lastname: { type: 'text', field: 'familyName' },
  id: { type: 'id', field: 'id' },
  departmentid: { type: 'id', field: 'unitId' },
  dateedited: { type: 'instant', field: 'updatedAt' },
  dateadded: { type: 'instant', field: 'createdAt' },
  score: { type: 'number', field: 'score' },
  isactive: { type: 'boolean', field: 'isPrimary' },
  status: {
    type: 'number',
    field: 'state',
    cases: [
      [0, equals('state', 'not_started')],
      [2, oneOf('state', ['pending_approval', 'pending_acceptance'])],
      [3, equals('state', 'complete')],
    ],
  },
  type: {
    type: 'text',
    cases: [
      ['OnlineCourse', equals('kind', 'online')],
      ['Curriculum', equals('kind', 'curriculum')],
    ],
  },
  timespent: {
    type: 'text',
    field: 'ticks',
    convert: (l) => (l.type === 'text' && l.value === '00:00:01' ? { type: 'number', value: 10_000_000 } : undefined),
  },
  'customfields/decimal1': { type: 'number', field: 'attributes.decimal1:number' },
  'customfields/string1': { type: 'text', field: 'attributes.string1:text' },
};
const parse = (text: string): Condition =>
  parseFilter(text, '_filter', (name) =>
    Object.hasOwn(names, name.toLowerCase()) ? names[name.toLowerCase()] : undefined,
  );

const fields: Fields = {
  named: {
    login: { sql: 'p.login', type: 'text' },
    givenName: { sql: 'p.given_name', type: 'text' },
    familyName: { sql: 'p.family_name', type: 'text' },
    id: { sql: 'p.id', type: 'id' },
    unitId: { sql: 'p.unit_id', type: 'id' },
    updatedAt: { sql: 'p.updated_at', type: 'instant' },
    createdAt: { sql: 'p.created_at', type: 'instant' },
    score: { sql: 'e.score', type: 'number', nullable: true },
    isPrimary: { sql: 'e.is_primary', type: 'boolean' },
    state: { sql: 'e.state', type: 'text', exact: true },
    kind: { sql: 'c.kind', type: 'text', exact: true },
    ticks: { sql: 'e.time_ticks', type: 'number' },
  },
  attributes: 'p.attributes',
};

/** The SQL and its values, as the database gets them. */
function compiled(text: string): [string, unknown[]] {
  const { text: statement, values } = written(compileCondition(parse(text), fields));
  return [statement, values];
}

function refusal(text: string): { fault: string; detail: string; path: readonly unknown[] } {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof Refusal, `threw ${error}`);
    if (error.fact.kind !== 'invalid') throw error;
    const [issue] = error.fact.issues;
    return { fault: issue!.fault, detail: issue!.detail ?? '', path: issue!.path };
  }
  return assert.fail(`was read: ${text}`);
}

const GUID = 'a14c149a-2ce0-41d4-b532-02189ad3cb22';

describe('filters in use', () => {
  const cases: [string, string, unknown[]][] = [
    ["username eq 'a@b.org'", '(lower(p.login) = lower($1::text))', ['a@b.org']],
    ['isActive', '(e.is_primary = $1::boolean)', [true]],
    [`id eq guid'${GUID}'`, '(p.id = $1::uuid)', [GUID]],
    [`id eq GUID'${GUID.toUpperCase()}'`, '(p.id = $1::uuid)', [GUID]],
    [`id eq '${GUID}'`, '(p.id = $1::uuid)', [GUID]],
    [
      `departmentId eq guid'${GUID}' and dateEdited gt datetime'2015-01-01T00:00:00' and dateEdited lt datetime'2016-01-01T00:00:00'`,
      '((p.unit_id = $1::uuid) and (p.updated_at > $2::timestamptz) and (p.updated_at < $3::timestamptz))',
      [GUID, '2015-01-01T00:00:00.000Z', '2016-01-01T00:00:00.000Z'],
    ],
    [
      "startsWith(lastname,'leb') or dateAdded ge datetime'1998-03-06T20:38:07Z'",
      '(starts_with(lower(p.family_name), lower($1::text)) or (p.created_at >= $2::timestamptz))',
      ['leb', '1998-03-06T20:38:07.000Z'],
    ],
    ["firstname eq 'Jeffrey'", '(lower(p.given_name) = lower($1::text))', ['Jeffrey']],
    ["lastName eq 'O''Brien'", '(lower(p.family_name) = lower($1::text))', ["O'Brien"]],
    ["lastName eq ''", '(lower(p.family_name) = lower($1::text))', ['']],
    ["'x' eq lastName", '(lower(p.family_name) = lower($1::text))', ['x']],
    ['5 lt score', '(e.score > $1::bigint)', [5]],
    ['score ge -2.5', '(e.score >= $1::numeric)', [-2.5]],
    ['status eq 3', '(e.state = $1::text)', ['complete']],
    [
      'status ge 2',
      '((e.state = any($1::text[])) or (e.state = $2::text))',
      [['pending_approval', 'pending_acceptance'], 'complete'],
    ],
    ['status eq 99', 'false', []],
    ['status ne null', 'true', []],
    ['status eq null', 'false', []],
    ["type eq 'onlinecourse'", '(c.kind = $1::text)', ['online']],
    ["startswith(type,'cur')", '(c.kind = $1::text)', ['curriculum']],
    ["timeSpent gt '00:00:01'", '(e.time_ticks > $1::bigint)', [10_000_000]],
    ['score eq null', '(e.score is null)', []],
    ['score ne null', '(e.score is not null)', []],
    ['score gt null', 'false', []],
    ['not isActive', '(((e.is_primary = $1::boolean)) is not true)', [true]],
    ["not(startswith(lastname,'a'))", '((starts_with(lower(p.family_name), lower($1::text))) is not true)', ['a']],
    ["substringof('x',username) eq true", '(strpos(lower(p.login), lower($1::text)) > 0)', ['x']],
    ["tolower(username) eq 'abc'", '(lower(lower(p.login)) = lower($1::text))', ['abc']],
    [
      "endswith(tolower(username),'.org')",
      '(right(lower(lower(p.login)), length(lower($1::text))) = lower($1::text))',
      ['.org'],
    ],
    [
      'customFields/decimal1 eq null',
      "((case when jsonb_typeof(p.attributes->'decimal1') = 'number' then (p.attributes->>'decimal1')::numeric end) is null)",
      [],
    ],
    ["customfields/STRING1 eq ''", "(lower((p.attributes->>'string1')) = lower($1::text))", ['']],
    ['dateEdited gt dateAdded', '(p.updated_at > p.created_at)', []],
    ["1 eq 1 and 'A' eq 'a'", '(true and true)', []],
  ];
  for (const [text, sql, values] of cases) {
    it(text, () => {
      const [actualSql, actualValues] = compiled(text);
      assert.equal(actualSql, sql);
      assert.deepEqual(actualValues, values);
    });
  }

  it('binds comparison, not, and, or from tight to loose', () => {
    const [sql] = compiled('not isActive and score gt 1 or score lt 0');
    assert.equal(
      sql,
      '(((((e.is_primary = $1::boolean)) is not true) and (e.score > $2::bigint)) or (e.score < $3::bigint))',
    );
  });

  it('reads a blank before an offset as a plus that was lost on the way', () => {
    for (const sign of ['+', ' ']) {
      const [, values] = compiled(`dateEdited ge datetime'2026-01-15T02:00:00${sign}02:00'`);
      assert.deepEqual(values, ['2026-01-15T00:00:00.000Z']);
    }
  });

  it('takes every date form that is sent out, and cuts longer fractions', () => {
    for (const [written, read] of [
      ['2022-07-27T16:36:50.72', '2022-07-27T16:36:50.720Z'],
      ['2022-07-27T16:36:50.72Z', '2022-07-27T16:36:50.720Z'],
      ['2022-07-27', '2022-07-27T00:00:00.000Z'],
      ['2022-07-27T16:36', '2022-07-27T16:36:00.000Z'],
      ['2022-07-27T16:36:50.1234567-07:00', '2022-07-27T23:36:50.123Z'],
    ])
      assert.deepEqual(compiled(`dateEdited eq datetime'${written}'`)[1], [read]);
  });
});

describe('filters that are refused', () => {
  const cases: [string, number][] = [
    ['', 1],
    ['username', 1],
    ['username eq', 12],
    ["username eq 'a", 13],
    ["username eq 'a' username", 17],
    ["nosuch eq 'a'", 1],
    ['username eq 5', 13],
    ["score eq '5'", 10],
    ["id eq 'not-a-guid'", 7],
    ["id eq guid'1234'", 7],
    ["dateEdited eq datetime'2026-02-30'", 15],
    ["dateEdited eq datetime'0000-01-01'", 15],
    ["dateEdited eq datetime'2026-01-01T25:00'", 15],
    ["(username eq 'a'", 17],
    ["username eq 'a')", 16],
    ['not not isActive', 5],
    ['isActive eq 1', 13],
    ['username eq status', 13],
    ["concat(username,'x') eq 'y'", 1],
    ["substringof('a' username)", 17],
    ["username eq 'a'; drop table person", 16],
    ["username eq 'a\u0000b'", 13],
    ['score eq 1e999', 10],
    ["__proto__ eq 'a'", 1],
    ['true', 1],
    ["xyz'1' eq id", 1],
  ];
  for (const [text, position] of cases) {
    it(JSON.stringify(text), () => {
      const { detail, path } = refusal(text);
      assert.deepEqual(path, ['_filter']);
      assert.match(detail, new RegExp(`^position ${position}: expected `));
    });
  }

  it('what nests deeper than fifty', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}isActive${')'.repeat(depth)}`;
    assert.ok(parse(nested(50)));
    assert.match(refusal(nested(51)).detail, /^position 51: expected at most 50/);
    assert.match(refusal(`${'tolower('.repeat(60)}username`).detail, /at most 50/);
  });

  it('what is longer than 8 KB, whatever it says', () => {
    assert.equal(refusal('('.repeat(100_000)).fault, 'too_long');
    assert.equal(refusal(`username eq '${'a'.repeat(100_000)}'`).fault, 'too_long');
    assert.ok(parse(`username eq '${'a'.repeat(8_000)}'`));
  });
});

describe('filters by chance', () => {
  it('are read or refused, never more, and leave no text of theirs in the SQL', () => {
    const pieces = [
      ...'()\',/-+.;"\\$%\u0000\n 0123456789aZé😀',
      ...['username', 'isActive', 'score', 'status', 'type', 'timeSpent', 'dateEdited', 'id', 'customFields/decimal1'],
      ...[' and ', ' or ', ' not ', ' eq ', ' ne ', ' gt ', ' le ', 'null', 'true', '1', '-1.5', "''", "'x'"],
      ...['substringof(', 'startswith(', 'endswith(', 'tolower(', "guid'", "datetime'", `guid'${GUID}'`],
      ..."datetime'2026-01-01',customFields/x'; drop table person; --,$1,--,/*".split(','),
    ];
    let seed = 42;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    let read = 0;
    for (let round = 0; round < 30_000; round++) {
      const text = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join('');
      try {
        const [sql] = compiled(text);
        read++;
        assert.doesNotMatch(sql, /drop|;|--|\/\*|'x'/);
        assert.ok(!sql.includes('\u0000'));
      } catch (error) {
        assert.ok(error instanceof Refusal, `${JSON.stringify(text)} threw ${(error as Error).stack}`);
      }
    }
    assert.ok(read > 30, `only ${read} were read`);
  });

  it('take time in proportion to their length', () => {
    const chain = Array.from({ length: 700 }, () => 'isActive').join(' or ');
    for (let i = 0; i < 20; i++) compiled(chain.slice(0, 8100).replace(/ or [^ ]*$/, ''));
  });
});
