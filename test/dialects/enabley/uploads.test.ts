import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Company, company } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const upload = (files: Record<string, string>) =>
  c.post('/api/v1/uploads/organization', {
    files: Object.entries(files).map(([fileName, content]) => ({ fileName, content })),
  });
const one = async (fileName: string, content: string) => {
  const { status, body } = await upload({ [fileName]: content });
  assert.equal(status, 200, JSON.stringify(body));
  return body.files[0];
};
const counts = ({ rows, created, updated, removed, unchanged, failed }: any) => ({
  rows,
  created,
  updated,
  removed,
  unchanged,
  failed,
});
const none = { rows: 0, created: 0, updated: 0, removed: 0, unchanged: 0, failed: 0 };
const user = async (identifier: string) => (await c.get(`/api/v2/users/${encodeURIComponent(identifier)}`)).body;
const groupsOf = async (identifier: string): Promise<string[]> =>
  (await c.get(`/api/v1/users/${identifier}/groups`)).body.map((group: any) => group.identifier).sort();

describe('bulk upload', () => {
  it('loads groups, users and assignments together, in whatever order they stand', async () => {
    const channel = await c.channel();
    const { status, body } = await upload({
      'assignments.csv': `userIdentifier,entityType,entityIdentifier,userRole,action
b-1,,b-team,,
b-1,COURSE,${channel},LEARNER,ADD
b-2,course,${channel},instructor,
b-2,GROUP,b-north,MANAGER,ADD
b-2,WORKSPACE,South,,`,
      'users.csv': `identifier,firstName,lastName,username,email,possibleRoles,subAccountName,customAttributes.Shoe,customAttributes.Hat
b-1,Ada,Byron,b.ada,ada@b.example,LEARNER|MANAGER,North,41,
b-2,Grace,"Hopper, Rear Admiral",b.grace,,,,,M`,
      'groups.csv': `identifier,name,type,parentIdentifier,subAccountName
b-team,Team,TEAM,b-site,
b-site,Site,SITE,b-north,
b-north,North,REGION,,North`,
    });
    assert.equal(status, 200);
    assert.deepEqual(
      body.files.map((file: any) => [file.kind, counts(file), file.errors]),
      [
        ['ASSIGNMENTS', { ...none, rows: 5, created: 5 }, []],
        ['USERS', { ...none, rows: 2, created: 2 }, []],
        ['GROUPS', { ...none, rows: 3, created: 3 }, []],
      ],
    );
    const ada = await user('b-1');
    assert.deepEqual(
      [ada.firstName, ada.possibleRoles, ada.userSubAccountNames, ada.customAttributes],
      ['Ada', ['LEARNER', 'MANAGER'], ['North'], { Shoe: '41' }],
    );
    const grace = await user('b-2');
    assert.deepEqual([grace.lastName, grace.userSubAccountNames], ['Hopper, Rear Admiral', ['South']]);
    assert.equal((await c.get('/api/v1/groups/b-team')).body.parentIdentifier, 'b-site');
    assert.deepEqual(await groupsOf('b-1'), ['b-team']);
    assert.deepEqual(await groupsOf('b-2'), ['b-north']);
    assert.equal((await c.get(`/api/v2/channels/channels/${channel}/members/count`)).body.learners, 1);
  });

  it('changes by column: empty cells keep, the same again changes nothing', async () => {
    await one('users-1.csv', 'identifier,firstName,lastName,username,phone\nk-1,Kay,Long,k-1,12');
    const again = await one('users-2.csv', 'identifier,firstName,lastName,username,phone\nk-1,Kay,,,12');
    assert.deepEqual(counts(again), { ...none, rows: 1, unchanged: 1 });
    const changed = await one('users-3.csv', 'identifier,firstName,phone,isActive\nk-1,,13,FALSE');
    assert.deepEqual(counts(changed), { ...none, rows: 1, updated: 1 });
    const now = await user('k-1');
    assert.deepEqual([now.firstName, now.phone, now.isActive], ['Kay', '13', false]);
    const roles = await one('users-4.csv', 'identifier,possibleRoles,subAccountName\nk-1,learner | editor,South');
    assert.deepEqual(counts(roles), { ...none, rows: 1, updated: 1 });
    assert.deepEqual((await user('k-1')).possibleRoles, ['LEARNER', 'EDITOR']);
    const same = await one('users-5.csv', 'identifier,possibleRoles,subAccountName\nk-1,LEARNER|EDITOR,South');
    assert.deepEqual(counts(same), { ...none, rows: 1, unchanged: 1 });
    const groups = 'identifier,name,type\nkg,One,REGION\nkg,Two,';
    assert.deepEqual(counts(await one('groups.csv', groups)), { ...none, rows: 2, created: 1, updated: 1 });
    assert.equal((await c.get('/api/v1/groups/kg')).body.name, 'Two');
  });

  it('reads what spreadsheets write', async () => {
    const rows = ['u;firstName', 'x'];
    const head = 'identifier;firstName;lastName;username';
    const files: Record<string, string> = {
      'users-bom.csv': `\uFEFF${head}\r\ns-1;Zoë;"Müller; ""Dr.""";s1\r\n;;;\r\n\r\n`,
      'users-sep.csv': `sep=;\r\n${head}\r\ns-2;Ann;Lee;s2`,
      'users-case.csv': 'IDENTIFIER, FirstName ,LASTNAME,UserName,Unknown,\ns-3,Ann,Lee,s3,whatever,',
      'users-mac.csv': 'identifier,firstName,lastName,username\rs-4,Ann,Lee,s4\r',
      'users-lines.csv':
        'identifier,firstName,lastName,username,address\ns-5,Ann,Lee,s5,"Street 1\nTown"\ns-6,Ann,Lee,s6,',
      'users-quotes.csv': 'identifier,firstName,lastName,username\ns-7,Ann,5" Lee,s7\ns-8,"Ann",Lee',
      'users-packed.csv': Buffer.from('\uFEFFidentifier,firstName,lastName,username\ns-9,Ána,Lee,s9').toString(
        'base64',
      ),
    };
    assert.equal(rows.length, 2);
    const { status, body } = await upload(files);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      body.files.map((file: any) => [file.fileName.slice(6, -4), file.rows, file.created, file.failed]),
      [
        ['bom', 1, 1, 0],
        ['sep', 1, 1, 0],
        ['case', 1, 1, 0],
        ['mac', 1, 1, 0],
        ['lines', 2, 2, 0],
        ['quotes', 2, 1, 1],
        ['packed', 1, 1, 0],
      ],
    );
    assert.equal((await user('s-1')).lastName, 'Müller; "Dr."');
    assert.equal((await user('s-5')).address, 'Street 1\nTown');
    assert.equal((await user('s-7')).lastName, '5" Lee');
    assert.equal((await user('s-9')).firstName, 'Ána');
  });

  it('reads mixed line ends, empty lines above the header, and what is nobody’s column twice', async () => {
    const head = 'identifier,firstName,lastName,username';
    const files = {
      'users-mixed.csv': `${head}\r\nt-1,Ann,Lee,t1\nt-2,Ann,Lee,t2\rt-3,Ann,"Lee\r\nTown",t3\r\n\nt-4`,
      'users-above.csv': `\uFEFF;;;\r\n\r\n${head.replaceAll(',', ';')}\r\nt-5;Ann;Lee;t5\r\nt-6`,
      'users-sep.csv': `sep=;\r\r${head.replaceAll(',', ';')}\rt-7;Ann;Lee;t7\rt-8`,
      'users-notes.csv': `${head},note,Note,customAttributes.,customattributes.Dept\nt-9,Ann,Lee,t9,a,b,c,Sales`,
    };
    const { status, body } = await upload(files);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      body.files.map((file: any) => [file.rows, file.created, file.errors.map((error: any) => error.row)]),
      [
        [4, 3, [7]],
        [2, 1, [5]],
        [2, 1, [5]],
        [1, 1, []],
      ],
    );
    assert.deepEqual((await user('t-9')).customAttributes, { Dept: 'Sales' });
    const twice = `${head},customAttributes.a,CustomAttributes.a\nt-10,Ann,Lee,t10,1,2`;
    assert.equal((await upload({ 'users.csv': twice })).status, 400);
    const wide = await upload({ 'users.csv': `${head}${',a'.repeat(10_000)}\nt-11,Ann,Lee,t11` });
    assert.equal(wide.status, 400);
    assert.match(JSON.stringify(wide.body), /more than 10000 columns/);
    const proto = await c.put('/api/v2/users', JSON.parse('{"customAttributes":{"__proto__":{"a":1}}}'));
    assert.match(JSON.stringify(proto.body), /__proto__ is unknown/);
  });

  it('answers each refused row by its line, and the others go on', async () => {
    await c.user({ identifier: 'held', username: 'held-name', email: 'held@example.org' });
    const users = await one(
      'users.csv',
      [
        'identifier,firstName,lastName,username,email,password,isActive,possibleRoles,subAccountName',
        'e-1,Ann,Lee,e1,no address,,,,',
        'e-2,Ann,Lee,e2,,short,,,',
        'e-3,Ann,Lee,held-NAME,,,,,',
        'e-4,Ann,Lee,,,,,,',
        '"e-5',
        '",Ann,Lee,e5,,,maybe,,',
        ',Ann,Lee,e6,,,,,',
        'e-7,Ann,Lee,e7,,,,KING,',
        'e-8,Ann,Lee,e8,,,,,Nowhere',
        'entitlements,Ann,Lee,e9,,,,,',
        'e-10,Ann,Lee,e10,,,,,,surplus',
        'e-11,Ann,Lee,e11,,,,,',
        `${'x'.repeat(256)},Ann,Lee,e12,,,,,`,
        'e-13,Ann,Lee,E11,,,,,',
      ].join('\n'),
    );
    assert.deepEqual(counts(users), { ...none, rows: 13, created: 1, failed: 12 });
    assert.deepEqual(
      users.errors.map((error: any) => [error.row, error.identifier, error.error]),
      [
        [2, 'e-1', 'invalid_request'],
        [3, 'e-2', 'invalid_request'],
        [4, 'e-3', 'item_exists'],
        [5, 'e-4', 'invalid_request'],
        [6, 'e-5', 'invalid_request'],
        [8, undefined, 'invalid_request'],
        [9, 'e-7', 'invalid_request'],
        [10, 'e-8', 'item_not_exists'],
        [11, 'entitlements', 'invalid_request'],
        [12, 'e-10', 'invalid_request'],
        [14, 'x'.repeat(256), 'invalid_request'],
        [15, 'e-13', 'item_exists'],
      ],
    );
    assert.match(users.errors[0].error_description, /invalid email/);
    assert.match(users.errors[1].error_description, /password.*weak/);
    assert.equal((await user('e-11')).identifier, 'e-11');
    const groups = await one(
      'groups.csv',
      [
        'identifier,name,type,parentIdentifier',
        'eg-a,A,SITE,eg-b',
        'eg-b,B,SITE,eg-a',
        'eg-c,C,PLANET,',
        'eg-d,D,SITE,nowhere',
        'eg-e,,SITE,',
        'eg-f,F,SITE,eg-g',
        'eg-g,G,SITE,',
        'eg-h,H,TEAM,eg-g',
        'list,L,SITE,',
      ].join('\n'),
    );
    assert.deepEqual(counts(groups), { ...none, rows: 9, created: 2, failed: 7 });
    assert.deepEqual(
      groups.errors.map((error: any) => error.identifier),
      ['eg-a', 'eg-b', 'eg-c', 'eg-d', 'eg-e', 'eg-f', 'list'],
    );
    const channel = await c.channel();
    await c.put('/api/v2/users/held?isActive=false');
    const ties = await one(
      'assignments.csv',
      [
        'userIdentifier,entityType,entityIdentifier,userRole,action,replace',
        'nobody,GROUP,eg-g,,,',
        'e-11,GROUP,nowhere,,,',
        'e-11,PLANET,eg-g,,,',
        'e-11,GROUP,eg-g,KING,,',
        'e-11,GROUP,eg-g,,MAYBE,',
        'e-11,GROUP,eg-g,MANAGER,,true',
        `e-11,COURSE,${channel},,,true`,
        `held,COURSE,${channel},,,`,
        'e-11,WORKSPACE,Nowhere,,,',
        'e-11,GROUP,,,,',
        'e-11,GROUP,eg-g,,,',
        'e-11,GROUP,eg-g,,ADD,',
        'e-11,GROUP,eg-h,,remove,',
      ].join('\n'),
    );
    assert.deepEqual(counts(ties), { ...none, rows: 13, created: 1, unchanged: 2, failed: 10 });
    assert.deepEqual(
      ties.errors.map((error: any) => [error.row, error.error]),
      [
        [2, 'item_not_exists'],
        [3, 'item_not_exists'],
        [4, 'invalid_request'],
        [5, 'invalid_request'],
        [6, 'invalid_request'],
        [7, 'invalid_request'],
        [8, 'invalid_request'],
        [9, 'invalid_request'],
        [10, 'item_not_exists'],
        [11, 'invalid_request'],
      ],
    );
  });

  it('moves people as the single calls do: replace, removal, and channels of groups', async () => {
    const channel = await c.channel();
    await one(
      'groups.csv',
      'identifier,name,type,parentIdentifier\nm-top,Top,REGION,\nm-a,A,SITE,m-top\nm-b,B,SITE,\nm-c,C,SITE,',
    );
    await one('users.csv', 'identifier,firstName,lastName,username\nm-1,A,B,m1\nm-2,A,B,m2');
    await c.post(`/api/v1/channels/${channel}/groups/m-top?recursive=true`);
    const inside = async () =>
      (await c.get(`/api/v2/performance?channelIdentifier=${channel}`)).body.items
        .map((row: any) => row.externalUserId)
        .sort();
    const head = 'userIdentifier,entityType,entityIdentifier,action,replace';
    const tie = (...rows: string[]) => one('assignments.csv', [head, ...rows].join('\n'));
    assert.equal((await tie('m-1,GROUP,m-a,,', 'm-2,,m-b,,', 'm-2,,m-c,,')).created, 3);
    assert.deepEqual(await inside(), ['m-1']);
    assert.deepEqual(counts(await tie('m-2,GROUP,m-a,,true')), { ...none, rows: 1, created: 1 });
    assert.deepEqual(await groupsOf('m-2'), ['m-a']);
    assert.deepEqual(await inside(), ['m-1', 'm-2']);
    assert.deepEqual(counts(await tie('m-1,,m-b,,', 'm-1,,m-b,remove,', 'm-1,,m-a,REMOVE,', 'm-1,,m-a,REMOVE,')), {
      ...none,
      rows: 4,
      created: 1,
      removed: 2,
      unchanged: 1,
    });
    assert.deepEqual(await inside(), ['m-2']);
    await one('groups.csv', 'identifier,parentIdentifier\nm-a,\nm-b,m-top');
    assert.deepEqual(await inside(), ['m-2'], 'an empty cell keeps the parent');
    await c.put('/api/v1/groups', { identifier: 'm-a', parentIdentifier: null });
    assert.deepEqual(await inside(), []);
    await one('groups.csv', 'identifier,parentIdentifier\nm-a,m-top');
    assert.deepEqual(await inside(), ['m-2']);
    assert.equal((await tie(`m-1,COURSE,${channel},,`)).created, 1);
    assert.equal((await tie(`m-1,COURSE,${channel},REMOVE,`)).removed, 1);
    assert.deepEqual(await inside(), ['m-2']);
    assert.equal((await tie('m-1,WORKSPACE,North,,')).created, 1);
    assert.deepEqual((await user('m-1')).userSubAccountNames, ['North']);
    assert.equal((await tie('m-1,WORKSPACE,North,REMOVE,')).removed, 1);
    assert.deepEqual((await user('m-1')).userSubAccountNames, []);
  });

  it('400 and nothing done for files that cannot be read, of no known kind, or too many', async () => {
    const good = { 'users.csv': 'identifier,firstName,lastName,username\nz-1,A,B,z1' };
    const bad: Record<string, string>[] = [
      { 'users2.csv': 'identifier,firstName\n"z-2,never closed' },
      { 'users2.csv': '' },
      { 'users2.csv': 'firstName,lastName\nA,B' },
      { 'users2.csv': 'identifier,identifier\nA,B' },
      { 'people.csv': 'identifier,shoe\nA,B' },
      { 'assignments.csv': 'userIdentifier,role\nA,B' },
      { 'users2.csv': 'AAECAwQFBgc=' },
      { 'users2.csv': 'PK\u0003\u0004 a workbook' },
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`users${i + 2}.csv`, 'identifier\nx'])),
      { 'users2.csv': `identifier\n${'x\n'.repeat(50_001)}` },
    ];
    for (const files of bad) {
      const { status, body } = await upload({ ...good, ...files });
      assert.deepEqual([status, body.error], [400, 'invalid_request'], JSON.stringify(files).slice(0, 80));
    }
    assert.equal((await c.get('/api/v2/users/z-1')).status, 404);
    for (const body of [{}, { files: 'x' }, { files: [{ fileName: 'users.csv' }] }, []])
      assert.equal((await c.post('/api/v1/uploads/organization', body)).status, 400);
    assert.deepEqual((await upload({})).body, { files: [] });
    assert.equal((await one('by-header.csv', 'identifier;type;name\nz-g;REGION;G')).kind, 'GROUPS');
    assert.equal((await one('by-header.csv', 'userIdentifier,entityIdentifier\nz,z')).kind, 'ASSIGNMENTS');
  });
});
