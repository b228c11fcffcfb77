import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import {
  importOneRoster,
  keepStream,
  type OneRosterOptions,
  type Source,
} from '../../src/interchange/oneroster/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Academy, academy, csv, type Files, inFolder, slice, sliceFile, zip } from './support.ts';

let database: TestDatabase;
let place: Academy;
let folder: string;

before(async () => {
  database = await testDatabase();
  place = await academy(database);
  folder = await mkdtemp(path.join(tmpdir(), 'matricula-zips-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.close();
});

const bring = (source: Source, options?: OneRosterOptions) =>
  importOneRoster({ ctx: place.ctx, pool: database.pool }, source, options);

let zips = 0;
async function kept(content: Uint8Array): Promise<Source> {
  zips++;
  const zipPath = path.join(folder, `${zips}.zip`);
  await writeFile(zipPath, content);
  return { zipPath };
}

/** The set is refused as a whole, nothing is written, and the sentence says which file and why. */
async function refused(source: Source | Files, expected: RegExp): Promise<void> {
  const runs = async () => (await place.list('select count(*) from import_run where tenant_id = $1'))[0];
  const before = await runs();
  const work =
    'zipPath' in source || 'folder' in source
      ? bring(source as Source)
      : inFolder(source as Files, (at) => bring({ folder: at }));
  await assert.rejects(work, (error: any) => {
    assert.equal(error.fact?.kind, 'invalid', String(error));
    const [issue] = error.fact.issues;
    assert.match(`${issue.path.join('/')}: ${issue.detail}`, expected);
    return true;
  });
  assert.equal(await runs(), before);
}

const minimal = { orgs: csv('sourcedId,name,type,parentSourcedId', ['o1', 'One', 'school', '']) };

test('not a zip, no such file, an empty zip, a zip of other things', async () => {
  await refused(await kept(Buffer.from('sourcedId,name\n')), /\.zip: not a zip that can be read/);
  await refused({ zipPath: path.join(folder, 'nowhere.zip') }, /nowhere.zip: no such file/);
  await refused({ folder: path.join(folder, 'nowhere') }, /nowhere: no such folder/);
  await refused(await kept(zip({})), /no CSV files in it/);
  await refused(await kept(zip({ 'letters.csv': 'a\n1\n' })), /none of the files that OneRoster has/);
  await refused(await kept(zip(minimal).subarray(0, 60)), /not a zip that can be read/);
});

test('a damaged zip is refused before anything of it is imported', async () => {
  const files = { 'orgs.csv': `sourcedId,name,type\n${'x,A school,school\n'.repeat(200)}` };
  const whole = zip(files);
  const at = whole.indexOf('orgs.csv') + 'orgs.csv'.length;
  const broken = Buffer.from(whole);
  broken.fill(0xff, at + 4, at + 20);
  await refused(await kept(broken), /damaged/);
  const otherwise = Buffer.from(whole);
  const sum = otherwise.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 16;
  otherwise.writeUInt32LE((otherwise.readUInt32LE(sum) ^ 1) >>> 0, sum);
  await refused(await kept(otherwise), /damaged: its checksum/);
});

test('a zip that grows beyond measure is refused', async () => {
  await refused(await kept(zip({ 'orgs.csv': '\n'.repeat(20_000_000) })), /grows beyond measure/);
});

test('names that climb out of the zip are refused', async () => {
  await refused(await kept(zip({ '../../orgs.csv': minimal.orgs })), /invalid relative path/);
  await refused(await kept(zip({ '/etc/orgs.csv': minimal.orgs })), /absolute path/);
});

test('a folder inside the zip, and what other systems leave there, do no harm', async () => {
  const report = await bring(
    await kept(
      zip({
        'export/orgs.csv': minimal.orgs,
        'export/._orgs.csv': 'x',
        '__MACOSX/export/orgs.csv': 'x',
        'export/readme.txt': 'x',
      }),
    ),
    { dryRun: true },
  );
  assert.deepEqual(
    report.files.map(({ file, rows }) => [file, rows]),
    [['orgs', 1]],
  );
  await refused(
    await kept(zip({ 'a/orgs.csv': minimal.orgs, 'b/orgs.csv': minimal.orgs })),
    /orgs.csv: twice in the set/,
  );
});

test('a zip that unpacks to too much is not unpacked', async () => {
  const bomb = await kept(zip({ 'orgs.csv': Buffer.alloc(3_000_000, 'x') }));
  await assert.rejects(bring(bomb, { mostBytes: 2_000_000 }), (error: any) => {
    assert.deepEqual(error.fact, { kind: 'too_large', limitBytes: 2_000_000 });
    return true;
  });
});

test('a stream is kept as a file, up to its limit', async () => {
  const one = await keepStream(Readable.from([zip({ 'orgs.csv': minimal.orgs })]), 10_000);
  assert.equal((await bring(one, { dryRun: true, name: 'upload.zip' })).counts.orgs!.refused, 0);
  await one.remove();
  await assert.rejects(
    keepStream(Readable.from([Buffer.alloc(20_000)]), 10_000),
    (error: any) => error.fact.kind === 'too_large',
  );
});

test('manifests that cannot be followed', async () => {
  const manifest = (...rows: string[][]) => ({ ...minimal, manifest: csv('propertyName,value', ...rows) });
  await refused({ ...minimal, manifest: 'name,worth\na,b\n' }, /manifest.csv: the header must be propertyName,value/);
  await refused({ ...minimal, manifest: '' }, /manifest.csv: empty/);
  await refused(manifest(['oneroster.version', '3.0']), /manifest.csv: oneroster.version is 3.0; 1.1 and 1.2 are read/);
  await refused(manifest(['file.orgs', 'some']), /manifest.csv: file.orgs is some; absent, bulk or delta are known/);
  await refused(
    manifest(['file.orgs', 'bulk'], ['file.users', 'bulk']),
    /manifest.csv: users.csv is announced, but not there/,
  );
  const report = await inFolder(manifest(['file.orgs', 'absent']), async (at) => bring({ folder: at })).catch(
    (error) => error,
  );
  assert.equal(report.fact.issues[0].detail, 'none of the files that OneRoster has');
});

test('headers: missing, wrong, doubled, empty, of another encoding', async () => {
  await refused(
    slice({ users: 'sourcedId,enabledUser,firstName\n' }),
    /users.csv: the header lacks givenName, familyName; it has sourcedId, enabledUser, firstName/,
  );
  await refused(
    slice({ results: csv('sourcedId|lineItemSourcedId') }),
    /results.csv: the header lacks sourcedId, lineItemSourcedId/,
  );
  await refused({ orgs: 'sourcedId,name,name\n' }, /orgs.csv: the header has name twice/);
  await refused({ orgs: '' }, /orgs.csv: empty: not even a header/);
  await refused({ orgs: '"sourcedId,name\n' }, /orgs.csv: line 1: a quote is not closed/);
  await refused(
    { orgs: Buffer.from('sourcedId,name\n', 'utf16le') },
    /orgs.csv: it looks like UTF-16 without a byte-order mark: save it as UTF-8/,
  );
});

test('a byte-order mark, other cases of header names and columns nobody knows are read over', async () => {
  const report = await inFolder({ orgs: `\uFEFFSOURCEDID,Name,TYPE,colour,metadata.x\no1,One,school,red,y\n` }, (at) =>
    bring({ folder: at }, { dryRun: true }),
  );
  assert.deepEqual(report.counts.orgs, { created: 0, changed: 1, unchanged: 0, refused: 0 });
  assert.ok(report.notes.includes('orgs.csv has columns that are not kept: colour.'));
});

test('bad rows are refused with line and reason; good ones go on', async () => {
  const bad = await academy(database);
  const header = sliceFile('users').split('\n')[0]!;
  const row = (cells: Record<string, string>) =>
    header
      .split(',')
      .map((name) => cells[name] ?? { enabledUser: 'true', givenName: 'A', familyName: 'B' }[name] ?? '')
      .join(',');
  const users = [
    header,
    row({ sourcedId: 'ok1', username: 'ok1', email: 'One@x.example' }),
    row({ sourcedId: 'ok1', username: 'again' }),
    row({ sourcedId: 'u3', email: 'one@X.example' }),
    row({ sourcedId: 'u4', username: 'OK1' }),
    row({ sourcedId: 'u5', email: 'no address' }),
    row({ sourcedId: 'u6', enabledUser: 'yes' }),
    row({ sourcedId: 'u7', givenName: '' }),
    row({ sourcedId: '', givenName: 'x' }),
    row({ sourcedId: 'u9', status: 'gone' }),
    row({ sourcedId: 'u10', primaryOrgSourcedId: 'nowhere' }),
    row({ sourcedId: 'u11', familyName: '"never closed' }),
    row({ sourcedId: 'u12', givenName: 'x'.repeat(501) }),
    'too,few',
    row({ sourcedId: 'u14', givenName: '\uFFFD' }),
    row({ sourcedId: 'u15', givenName: 'nul\u0000' }),
    row({ sourcedId: 'ok16', givenName: '"Ann ""Nan"""', familyName: '"de la\nCruz"', identifier: 'x@y' }),
    row({ sourcedId: 'u18', email: 'X@Y' }),
    row({ sourcedId: 'ok19', identifier: 'twice' }),
    row({ sourcedId: 'ok20', identifier: 'twice' }),
  ].join('\n');
  const report = await bad.bring({ users });
  assert.deepEqual(
    report.refusals.map(({ line, reason }) => [line, reason]).sort((a, b) => Number(a[0]) - Number(b[0])),
    [
      [3, 'sourcedId: "ok1" stands in line 2 already'],
      [9, 'sourcedId: missing'],
      [12, 'text after a closing quote'],
    ],
  );
  assert.deepEqual(
    report.remarks.map(({ line, reason }) => [line, reason]).sort((a, b) => Number(a[0]) - Number(b[0])),
    [
      [4, 'email: that of line 2; left out'],
      [6, 'email: expected an email address, found "no address"; left out'],
      [10, 'status: expected active or tobedeleted, found "gone"; taken as active'],
      [11, 'org: there is no org "nowhere"; left out'],
      [13, 'givenName: cut to 500 characters'],
      [14, 'status: expected active or tobedeleted, found "few"; taken as active'],
      [16, 'givenName: expected readable text, found "nul\uFFFD"; left out'],
      [17, 'identifier: the email of line 19; left out'],
    ],
  );
  // line 5 has the username of line 2, lines 19 and 20 one identifier: two people, not four
  assert.deepEqual(report.counts.users, { created: 16, changed: 0, unchanged: 0, refused: 3 });
  assert.deepEqual(
    await bad.rows(
      `select full_name, external_id, attributes from person where tenant_id = $1 and attributes ? 'identifier' order by number`,
    ),
    [{ full_name: 'Ann "Nan" de la\nCruz', external_id: null, attributes: { identifier: 'x@y' } }],
  );
  // without a word on roles, people are learners
  assert.deepEqual(
    await bad.list(
      `select count(*) from role_assignment a join role r on r.tenant_id = $1 and r.id = a.role_id where a.tenant_id = $1 and r.key = 'learner'`,
    ),
    [14],
  );
  // a repeat refuses the same and changes nothing
  const again = await bad.bring({ users });
  assert.deepEqual(again.counts.users, { created: 0, changed: 0, unchanged: 16, refused: 3 });
});

test('keys of people who are here already stay theirs', async () => {
  const taken = await academy(database);
  await taken.rows(
    `insert into person (tenant_id, id, external_id, full_name, given_name, family_name, email, username, unit_id, created_at, updated_at)
     select $1, uuidv7(), 'her@x.example', 'Her', 'Her', '', 'me@x.example', 'me', id, now(), now() from unit where tenant_id = $1`,
  );
  const users = csv(
    'sourcedId,enabledUser,username,givenName,familyName,identifier,email',
    ['a', 'true', '', 'A', 'A', '', 'ME@x.example'],
    ['b', 'true', 'Me', 'B', 'B', '', ''],
    ['c', 'true', '', 'C', 'C', 'Me@X.example', ''],
    ['d', 'true', '', 'D', 'D', '', 'her@x.example'],
  );
  const report = await taken.bring({ users });
  assert.deepEqual(report.refusals, []);
  assert.deepEqual(report.remarks, [
    { file: 'users', line: 2, reason: 'email: that of somebody else; left out' },
    { file: 'users', line: 3, reason: 'username: that of somebody else; left out' },
    { file: 'users', line: 4, reason: 'identifier: the email of somebody else; left out' },
    { file: 'users', line: 5, reason: 'email: the external id of somebody else; left out' },
  ]);
  assert.deepEqual(
    await taken.list(`select given_name || '/' || external_id from person where tenant_id = $1 order by number`),
    ['Her/her@x.example', 'A/a', 'B/b', null, 'D/d'],
  );
});

test('references to nothing, wrong words, dates and numbers, in every file', async () => {
  const wrong = await academy(database);
  await wrong.bring(slice());
  const add = (name: string, ...rows: string[]) => `${sliceFile(name).trimEnd()}\n${rows.join('\n')}\n`;
  const lines = (name: string) => sliceFile(name).trimEnd().split('\n').length;
  const report = await wrong.bring(
    slice({
      orgs: add(
        'orgs',
        'x1,,,Lost,school,,nowhere',
        'x2,,,Ring,school,,x3',
        'x3,,,Ring,school,,x2',
        'x4,,,Kind,galaxy,,',
      ),
      academicSessions: add(
        'academicSessions',
        'x1,,,T,term,2013-13-01,2014-01-01,,',
        'x2,,,T,term,2014-02-30,2014-03-01,,',
        'x3,,,T,term,2014-03-02,2014-03-01,,',
        'x4,,,T,term,2014-01-01,2014-02-01,nowhere,',
      ),
      courses: add('courses', 'x1,,,,C,,,nowhere,,'),
      classes: add(
        'classes',
        'x1,,,C,,nowhere,,scheduled,,org-ou,term-2013J,,,',
        'x2,,,C,,course-FFF,,scheduled,,nowhere,term-2013J,,,',
        'x3,,,C,,course-FFF,,sometimes,,org-ou,term-2013J,,,',
        'x4,,,C,,course-FFF,,scheduled,,org-ou,"term-2013J,nowhere",,,',
      ),
      categories: add('categories', 'x1,,,,'),
      lineItems: add(
        'lineItems',
        'x1,,,L,,,2014-01-01,nowhere,cat-TMA,,0,100,org-ou',
        'x2,,,L,,,2014-01-01,class-FFF-2013J,nowhere,,0,100,org-ou',
        'x3,,,L,,,2014-01-01,class-FFF-2013J,cat-TMA,,100,100,org-ou',
        'x4,,,L,,,2014-01-01,class-FFF-2013J,cat-TMA,,0,many,org-ou',
        'x5,,,L,,,2014-01-01,class-FFF-2013J,cat-TMA,,-10,0,org-ou',
        'x6,,,L,,,2014-01-01,class-FFF-2013J,cat-TMA,,0,0.00001,org-ou',
        'x7,,,L,,,2014-01-01,class-FFF-2013J,cat-TMA,,0,999999.99999,org-ou',
        'x8,,,L,,,9999-12-31,class-FFF-2013J,cat-TMA,,0,100,org-ou',
      ),
      roles: add(
        'roles',
        'x1,,,nobody,primary,student,,,org-ou,',
        'x2,,,student-26247,primary,wizard,,,org-ou,',
        'x3,,,student-26247,primary,student,,,nowhere,',
      ),
      enrollments: add(
        'enrollments',
        'x1,,,nowhere,org-ou,student-26247,student,,,',
        'x2,,,class-FFF-2013J,org-ou,nobody,student,,,',
        'x3,,,class-FFF-2014J,org-ou,student-26247,student,,2014-10-02,2014-10-01',
        'x4,,,class-FFF-2014J,org-ou,student-26247,student,,02.10.2014,',
      ),
      results: add(
        'results',
        'x1,,,nowhere,student-26247,fully graded,50,2014-01-01,,,,,,,',
        'x2,,,li-34873,nobody,fully graded,50,2014-01-01,,,,,,,',
        'x5,,,li-34885,student-26247,fully graded,-1,2014-01-01,,,,,,,',
        'x6,,,li-34885,student-26247,fully graded,"5,1",2014-01-01,,,,,,,',
        'x7,,,li-34885,student-26247,half graded,50,2012-01-01,,,,,,,',
        'x8,,,li-34873,student-26247,fully graded,50,2013-01-01,,,,,,,',
      ),
    }),
  );
  const said = (file: string, rows = report.refusals) =>
    rows
      .filter((one) => one.file === file)
      .map(({ line, reason }) => `${line! - lines(file)} ${reason}`)
      .sort();
  const left = (file: string) => said(file, report.remarks);
  assert.deepEqual(left('orgs'), [
    '1 parentSourcedId: there is no "nowhere"; left out',
    '2 parentSourcedId: in a ring; left out',
    '3 parentSourcedId: in a ring; left out',
    '4 type: expected one of department, school, district, local, state, national, found "galaxy"; left out',
  ]);
  assert.deepEqual(left('academicSessions'), [
    '1 startDate: expected a date (YYYY-MM-DD), found "2013-13-01"; left out',
    '2 startDate: expected a date (YYYY-MM-DD), found "2014-02-30"; left out',
    '3 endDate: before startDate; left out',
    '4 parentSourcedId: there is no "nowhere"; left out',
  ]);
  assert.deepEqual(left('courses'), ['1 orgSourcedId: there is no org "nowhere"; left out']);
  assert.deepEqual(said('classes'), ['1 courseSourcedId: there is no course "nowhere"']);
  assert.deepEqual(left('classes'), [
    '2 schoolSourcedId: there is no org "nowhere"; left out',
    '3 classType: expected one of homeroom, scheduled, found "sometimes"; left out',
    '4 termSourcedIds: there is no academic session "nowhere"; left out',
  ]);
  assert.deepEqual(said('lineItems'), ['1 classSourcedId: there is no class "nowhere"']);
  assert.deepEqual(left('lineItems'), [
    '2 categorySourcedId: there is no category "nowhere"; left out',
    '3 resultValueMax: not above 0 and resultValueMin; 0 to 100 taken',
    '4 resultValueMax: expected a number, found "many"; left out',
    '5 resultValueMax: not above 0 and resultValueMin; 0 to 100 taken',
    '6 resultValueMax: not above 0 and resultValueMin; 0 to 100 taken',
    '7 resultValueMax: expected a number, found "999999.99999"; left out',
    '8 dueDate: expected a date (YYYY-MM-DD), found "9999-12-31"; left out',
  ]);
  assert.equal(said('roles').length, 2);
  assert.deepEqual(left('roles'), ['3 orgSourcedId: there is no org "nowhere"; left out']);
  assert.match(said('roles')[1]!, /^2 role: expected one of administrator, aide, .*found "wizard"$/);
  assert.deepEqual(said('enrollments'), [
    '1 classSourcedId: there is no class "nowhere"',
    '2 userSourcedId: there is no user "nobody"',
  ]);
  assert.deepEqual(left('enrollments'), [
    '3 beginDate: after endDate; left out',
    '4 beginDate: expected a date (YYYY-MM-DD), found "02.10.2014"; left out',
  ]);
  assert.deepEqual(said('results'), [
    '1 lineItemSourcedId: there is no line item "nowhere"',
    '2 studentSourcedId: "nobody" is not enrolled in the class of the line item',
    '3 score: -1 is below 0',
    '4 score: expected a number, found "5,1"',
    `6 lineItemSourcedId: line ${
      sliceFile('results')
        .split('\n')
        .findIndex((line) => line.startsWith('res-34873-26247,')) + 1
    } tells a later result of the same work`,
  ]);
  assert.deepEqual(left('results'), [
    '5 scoreStatus: expected one of exempt, fully graded, not submitted, partially graded, submitted, found "half graded"; left out',
  ]);
});

test('strict: a bad row takes its file back, files before it stay, files after it are not read', async () => {
  const strict = await academy(database);
  const report = await strict.bring(
    slice({ enrollments: `${sliceFile('enrollments')}x,,,nowhere,org-ou,student-26247,student,,,\n` }),
    { strict: true },
  );
  assert.equal(report.stopped, true);
  assert.equal(report.problem, '1 bad row in enrollments.csv: the file was taken back, and the import stopped there.');
  assert.deepEqual(
    report.refusals.map(({ file, reason }) => [file, reason]),
    [['enrollments', 'classSourcedId: there is no class "nowhere"']],
  );
  assert.deepEqual(Object.keys(report.counts).at(-1), 'enrollments');
  assert.deepEqual(
    await strict.rows(`select (select count(*) from person where tenant_id = $1) as people, (select count(*) from enrollment where tenant_id = $1) as enrollments,
      (select count(*) from event where tenant_id = $1 and entity = 'enrollment') as events, (select state from import_run where tenant_id = $1) as state`),
    [{ people: 54, enrollments: 0, events: 0, state: 'failed' }],
  );
  assert.equal((await strict.bring(slice(), { strict: true })).stopped, false);
});

test('a report names the first thousand refused rows; a file takes all of them', async () => {
  const many = await academy(database);
  const rows = Array.from({ length: 3000 }, (_, i) => [`e${i}`, i % 2 ? 'nowhere' : 'none', 'nobody', 'student']);
  const refusalsFile = path.join(folder, 'refused.jsonl');
  const report = await many.bring(
    { enrollments: csv('sourcedId,classSourcedId,userSourcedId,role', ...rows, ['bad', 'x', 'y', 'z']) },
    { refusalsFile },
  );
  assert.deepEqual(report.counts.enrollments, { created: 0, changed: 0, unchanged: 0, refused: 3001 });
  assert.equal(report.refusals.length, 1000);
  assert.equal(report.refusalsLeftOut, 2001);
  const written = (await readFile(refusalsFile, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(written.length, 3001);
  assert.deepEqual(written[1], { file: 'enrollments', line: 2, reason: 'classSourcedId: there is no class "none"' });
});

test('statements cannot be smuggled in', async () => {
  const hostile = await academy(database);
  const text = `'; drop table person; --`;
  const report = await hostile.bring({
    manifest: csv(
      'propertyName,value',
      ['source.systemCode', `x' or '1'='1`],
      ['file.orgs', 'bulk'],
      ['file.users', 'bulk'],
    ),
    orgs: csv('sourcedId,name,type', [text, text, 'school']),
    users: csv('sourcedId,givenName,familyName,username', [text, `\\N\t\\.`, `${text} {tenant} $1`, text]),
  });
  assert.deepEqual(report.refusals, []);
  assert.deepEqual(await hostile.rows('select given_name, family_name, username from person where tenant_id = $1'), [
    { given_name: '\\N\t\\.', family_name: `${text} {tenant} $1`, username: text },
  ]);
});
