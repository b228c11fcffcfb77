import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OneRosterOptions } from '../../src/interchange/oneroster/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { delta, NOW, RESULTS, result, school } from './small-school.ts';
import { academy, csv, type Files } from './support.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

/** The small school with its manifest, letters beyond ASCII, and a mark with decimals. */
const SET: Record<string, string> = {
  ...(delta(school) as Record<string, string>),
  users: school.users.replace('Ada,ann', 'Renée,Muñoz'),
  results: csv(
    RESULTS,
    result('s1', 'w1', 'ann', { score: '40.5' }),
    result('s2', 'w2', 'ann', { score: '25' }),
    result('s3', 'w1', 'bob', { state: 'submitted' }),
  ),
};

const FACTS = [
  `select full_name || ' ' || username from person where tenant_id = $1 and status = 'active' order by username`,
  `select p.username || ' ' || e.score from enrollment e join person p on p.tenant_id = $1 and p.id = e.person_id where e.tenant_id = $1 and e.ending is null and e.score is not null`,
  `select score from mark where tenant_id = $1 order by score`,
  `select count(*) from entitlement where tenant_id = $1`,
];
const EXPECTED = [['Renée Muñoz ann', 'Ada bob bob', 'Ada tom tom'], ['ann 73.2500'], [25, 40.5], [1]];

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const wide = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** What a spreadsheet makes of each file, what is noted of `users.csv`, and what has to be said on import. */
const FORMS: Record<
  string,
  [form: (text: string) => string | Uint8Array, note?: RegExp | undefined, options?: OneRosterOptions]
> = {
  'as it is': [(text) => text],
  'a byte-order mark': [(text) => `\uFEFF${text}`],
  'lines that end in CR and LF': [(text) => text.replaceAll('\n', '\r\n')],
  'lines that end in CR alone': [(text) => text.replaceAll('\n', '\r')],
  'lines that end in both kinds by turns': [
    (text) => {
      let n = 0;
      return text.replaceAll('\n', () => (n++ % 2 === 0 ? '\r\n' : '\n'));
    },
  ],
  'rows without their last empty cells': [
    (text) => text.replaceAll(/,+(?=\n)/g, ''),
    /results.csv has 3 rows with fewer/,
  ],
  'rows of commas alone': [(text) => `${text},,,\n\n,,,\n`, /users.csv has 2 blank rows, passed over/],
  'Windows-1252': [latin, undefined, { encoding: 'windows-1252' }],
  'semicolons, with commas before decimals': [
    (text) =>
      text
        .replaceAll(',', ';')
        .replaceAll(/(\d)\.(\d)/g, '$1,$2')
        .replace('1,2', '1.2')
        .replace('1,0', '1.0'),
    /users.csv is separated by semicolons, and read as such/,
  ],
  tabs: [(text) => text.replaceAll(',', '\t'), /users.csv is separated by tabs, and read as such/],
  'UTF-16, little end first, with tabs': [
    (text) => wide(text.replaceAll(',', '\t')),
    /users.csv is in UTF-16 and separated by tabs, and read as such/,
  ],
  'UTF-16, big end first': [(text) => wide(text).swap16(), /users.csv is in UTF-16, and read as such/],
};

for (const [name, [form, note, options]] of Object.entries(FORMS))
  test(`a whole set with ${name}, twice`, async () => {
    const place = await academy(database, 'UTC', NOW);
    const files: Files = Object.fromEntries(Object.entries(SET).map(([file, text]) => [file, form(text)]));
    for (const time of [1, 2]) {
      const report = await place.bring(files, { strict: true, ...options });
      assert.deepEqual(report.refusals, []);
      assert.equal(report.version, '1.2');
      for (const { file, created, changed } of report.files)
        if (time === 2) assert.deepEqual([file, created, changed], [file, 0, 0]);
      if (note)
        assert.ok(
          report.notes.some((one) => note.test(one)),
          report.notes.join('\n'),
        );
    }
    for (const [i, statement] of FACTS.entries()) assert.deepEqual(await place.list(statement), EXPECTED[i]);
  });

test('what is not UTF-8 is told for what it is, the manifest too, and nothing is written', async () => {
  for (const file of ['users', 'manifest']) {
    const place = await academy(database, 'UTC', NOW);
    const files: Files = { ...SET, [file]: latin(`${SET[file]}source.systemName,Schüle\n`) };
    await assert.rejects(place.bring(files), ({ fact }) => {
      assert.deepEqual(fact.issues[0].path, [`${file}.csv`]);
      assert.match(fact.issues[0].detail, /it looks like Windows-1252: .* --encoding windows-1252/);
      return true;
    });
    assert.deepEqual(await place.list('select count(*) from import_run where tenant_id = $1'), [0]);
  }
});
