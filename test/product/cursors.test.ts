import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { loadContract } from '../../src/http/contract.ts';
import { sealed } from '../../src/http/paging/cursors.ts';
import { Tenants } from '../../src/record/access/index.ts';
import { type Academy, academy } from '../dialects/absorb/academy.ts';
import { requests as absorbRequests, furnish as furnishAcademy } from '../dialects/absorb/requests.ts';
import { type Company, company } from '../dialects/enabley/company.ts';
import { requests as enableyRequests, furnish as furnishCompany } from '../dialects/enabley/requests.ts';
import { OPERATIONS } from '../dialects/matricula/operations.ts';
import { worldOf } from '../dialects/matricula/world.ts';
import { type TestApp, testApp } from '../support/app.ts';

let app: TestApp;
let rest: Academy;
let enabley: Company;

before(async () => {
  app = await testApp();
  rest = await academy();
  enabley = await company();
});
after(async () => {
  await app.close();
  await rest.close();
  await enabley.close();
});

const withQuery = (path: string, query: string): string => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** What somebody might try who has seen a cursor: parts, other spellings, one changed bit at a time. */
function* mutations(cursor: string): Generator<string> {
  const bytes = Buffer.from(cursor, 'base64url');
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << (at % 8);
    yield changed.toString('base64url');
  }
  for (const end of [1, 8, 16, 17, bytes.length - 1]) yield bytes.subarray(0, end).toString('base64url');
  yield `${cursor}A`;
  yield `${cursor}=`;
  yield `${cursor} `;
  yield cursor.toUpperCase();
  yield cursor.repeat(2);
}

/** Places that no list of ours has. */
const STRANGE: unknown[] = [
  [],
  {},
  null,
  'x',
  0,
  [0],
  [0, null],
  [0, {}],
  [0, [1]],
  [0, 'x'],
  [0, 1e300],
  [0, -1.5],
  [0, true],
  [0, '------------------------------------'],
  [0, 'x', '018f0000-0000-7000-8000-000000000000'],
  [0, '2020-01-01T00:00:00.000Z', '018f0000-0000-7000-8000-000000000000'],
  [0, 'a 12', '018f0000-0000-7000-8000-000000000000'],
  [0, '9999999-01-01T00:00:00.000Z', '018f0000-0000-7000-8000-000000000000'],
  [0, '\u0000', '018f0000-0000-7000-8000-000000000000'],
  [0, 9_007_199_254_740_991, '018f0000-0000-7000-8000-000000000000'],
  [Number.MAX_VALUE, 1, 2],
  ['x', 1],
  Array.from({ length: 500 }, () => 1),
];

test('no cursor of our own API that was forged, changed or made up is taken, and none breaks anything', async () => {
  const world = worldOf(app.api);
  const { tenant, ...ctx } = await app.ctx();
  const key = await Tenants.signingKey({ tenant, ...ctx }, 'matricula cursor');
  const cursors = new Set<string>();
  const taken: string[] = [];
  let asked = 0;
  const lists = loadContract('matricula').operations.filter(
    ({ id, parameters }) => parameters.some(({ name }) => name === 'cursor') && OPERATIONS[id],
  );
  assert.ok(lists.length > 30);
  for (const { id } of lists) {
    const { path } = await OPERATIONS[id]!.good(world);
    const page = (await app.api('GET', withQuery(path, 'limit=1'))).body;
    if (page?.next && id !== 'listEvents') cursors.add(page.next);
    const [bare] = path.split('?');
    // as they were sealed before there was a key, and with the right key around what no list has
    const forged = STRANGE.slice(-8).flatMap((place) => {
      const body = Buffer.from(JSON.stringify(place));
      const facts = JSON.stringify(['cursor', tenant.id, bare, 'number']);
      const plain = createHash('sha256').update(facts).update(body).digest();
      return [
        Buffer.concat([plain.subarray(0, 12), body]).toString('base64url'),
        Buffer.concat([plain.subarray(0, 16), body]).toString('base64url'),
      ];
    });
    const made = STRANGE.flatMap((place) =>
      ['', 'number'].map((sort) => sealed(key, [`/${bare!.slice(1)}`.toLowerCase(), sort, []], JSON.stringify(place))),
    );
    const changed = page?.next ? [...mutations(page.next)] : [];
    for (const cursor of [...forged, ...made, ...changed]) {
      asked += 1;
      const answer = await app.api('GET', withQuery(path, `cursor=${encodeURIComponent(cursor)}`));
      assert.ok(answer.status < 500, `${id} ${answer.status} ${cursor}`);
      if (answer.status === 200 && !made.includes(cursor)) taken.push(`${id} ${cursor}`);
    }
  }
  assert.ok(asked > 1000);
  assert.deepEqual(taken, []);
  // those of other lists
  for (const cursor of cursors)
    for (const path of ['/terms', '/people?sort=-number', '/events'])
      assert.equal((await app.api('GET', withQuery(path, `cursor=${cursor}`))).status, 400, path);
});

test('a cursor is good for its filters and no others, whatever the size of the page', async () => {
  const world = worldOf(app.api);
  for (let n = 0; n < 4; n += 1) await world.person();
  const { next } = (await app.api('GET', '/people?status=active&limit=2')).body;
  const ask = async (query: string): Promise<number> =>
    (await app.api('GET', `/people?${query}&cursor=${next}`)).status;
  assert.equal(await ask('status=active&limit=1'), 200);
  assert.equal(await ask('count=true&status=active'), 200);
  for (const query of ['status=inactive', 'limit=2', 'status=active&sort=-number', 'status=active&search=a'])
    assert.equal(await ask(query), 400, query);
});

test('another tenant’s cursor is none', async () => {
  const other = await app.tenant();
  for (const tenant of [app, other]) for (let n = 0; n < 3; n += 1) await worldOf(tenant.api).unit();
  for (const path of ['/units?limit=1', '/events?limit=1']) {
    const { next } = (await other.api('GET', path)).body;
    assert.equal((await other.api('GET', `${path}&cursor=${next}`)).status, 200, path);
    assert.equal((await app.api('GET', `${path}&cursor=${next}`)).status, 400, path);
  }
});

test('no pagination key of Enabley that was changed or made up is taken, and none breaks anything', async () => {
  const all = enableyRequests(enabley, await furnishCompany(enabley));
  const key = await Tenants.signingKey(enabley.ctx(), 'enabley paging');
  const clientId = enabley.client.client.id;
  const day = 86_400_000;
  const until = new Date(Date.now() + day).toISOString();
  const after = ['x', '018f0000-0000-7000-8000-000000000000'];
  const places: unknown[] = [
    ...STRANGE,
    ...STRANGE.map((place) => [until, place]),
    ...STRANGE.map((place) => [until, { filters: {}, after: place, page: 1, total: 1 }]),
    [until, { filters: null, after, page: 1, total: 1 }],
    [until, { filters: {}, after, page: 'x', total: 1 }],
    [until, { filters: {}, after, page: 1, total: 1e300 }],
  ];
  let asked = 0;
  for (const { id, parameters } of loadContract('enabley').operations) {
    if (!parameters.some(({ name }) => name === 'paginationKey')) continue;
    const lists = ['users', 'channels', 'certificates', 'performance', 'channel users', id];
    const made = lists.flatMap((list) => places.map((place) => sealed(key, [clientId, list], JSON.stringify(place))));
    for (const cursor of [...made, ...made.slice(0, 10).flatMap((one) => [...mutations(one)])]) {
      asked += 1;
      const answer = await enabley.get(withQuery(all[id]!.path, `paginationKey=${encodeURIComponent(cursor)}`));
      assert.ok(answer.status < 500, `${id} ${answer.status} ${cursor}`);
    }
  }
  assert.ok(asked > 300);
});

test('no page of Absorb breaks anything, however it is counted', async () => {
  const all = absorbRequests(rest, await furnishAcademy(rest));
  const numbers = ['-1', '0', '65535', '65536', '9007199254740993', '1e3', '0x10', '1.5', '', ' ', 'x', '٣', '%00'];
  for (const { id, parameters } of loadContract('absorb').operations) {
    if (!parameters.some(({ name }) => name === '_offset') || !all[id]) continue;
    for (const number of numbers)
      for (const query of [
        `_offset=${number}`,
        `_limit=${number}`,
        `_limit=1000&_offset=${number}`,
        `offset=${number}`,
      ]) {
        const answer = await rest.get(withQuery(all[id]!.path, query));
        assert.ok(answer.status < 500, `${id} ${query} ${answer.status}`);
      }
  }
});
