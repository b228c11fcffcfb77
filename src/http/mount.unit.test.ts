import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHOWING } from '../../test/support/dialects.ts';
import type { Reading } from './dialect.ts';
import { booksDialect, booksServer, ID } from './testing/books.ts';

const KEY = { 'x-key': 'k' };
const BOOK = `/books/shelves/${ID}/bound-books/7`;

async function open(reading: Reading = {}, more: Parameters<typeof booksServer>[1] = {}) {
  const { dialect, seen } = booksDialect(reading);
  const { app, lines } = await booksServer(dialect, more);
  const ask = async (method: string, url: string, body?: string, headers: Record<string, string> = KEY) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
    const text = answer.body;
    const json = text && /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
    return { status: answer.statusCode, json, text, headers: answer.headers };
  };
  const post = (url: string, body: string, type = 'application/json') =>
    ask('POST', url, body, { ...KEY, 'content-type': type });
  return { app, lines, seen, ask, post };
}

test('checks come in order: path, key, path values, query, body', async () => {
  const { ask, post } = await open();
  assert.equal((await ask('GET', '/books/nowhere', undefined, {})).json.problem, 'no path');
  const wrongMethod = await ask('PATCH', BOOK, undefined, {});
  assert.equal(wrongMethod.status, 405);
  assert.equal(wrongMethod.headers.allow, 'GET, OPTIONS');
  assert.equal((await ask('POST', '/books/shelves/bad/books?dry=perhaps', '{', {})).status, 401);
  assert.deepEqual((await post('/books/shelves/bad/books?dry=perhaps', '{')).json.detail, ['path id format format']);
  assert.deepEqual((await post(`/books/shelves/${ID}/books?dry=perhaps`, '{')).json.detail, ['query dry type type']);
  assert.equal((await post(`/books/shelves/${ID}/books?dry=true`, '{')).json.problem, 'json');
  assert.equal((await post(`/books/shelves/${ID}/books?dry=true`, '{}')).json.problem, 'invalid');
});

test('handlers get typed values, ids in lower case', async () => {
  const { ask, seen } = await open();
  const answer = await ask(
    'GET',
    `${BOOK.replace(ID, ID.toUpperCase())}?pageSize=2&tags=ab&tags=cd&old=true&fields[a]=b%20c`,
    undefined,
    {
      ...KEY,
      'if-none-match': '"0"',
    },
  );
  assert.deepEqual(answer.json, { title: 'xx' });
  assert.equal(answer.headers.etag, '"1"');
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.deepEqual(seen.input, {
    path: { id: ID, number: 7 },
    query: { pageSize: 2, tags: ['ab', 'cd'], old: true, fields: { a: 'b c' } },
    headers: { 'if-none-match': '"0"' },
    body: undefined,
  });
  assert.equal(seen.call?.baseUrl, 'http://localhost:80/books');
});

test('a strict dialect refuses what the contract does not allow', async () => {
  const { ask } = await open({ unknownQuery: 'refuse' });
  const faults = async (query: string) => (await ask('GET', `${BOOK}?${query}`)).json.detail;
  assert.deepEqual(await faults('pageSize=1&pageSize=2'), ['query pageSize too_many repeated']);
  assert.deepEqual(await faults('pagesize=1'), ['query pagesize unknown_field unknown']);
  assert.deepEqual(await faults('pageSize=101&old=TRUE'), [
    'query pageSize out_of_range maximum',
    'query old type type',
  ]);
  assert.deepEqual(await faults('pageSize=1.5'), ['query pageSize type type']);
  assert.deepEqual(await faults('pageSize='), ['query pageSize type type']);
  assert.deepEqual(await faults('tags=ab&tags=c'), ['query tags.1 format minLength']);
  assert.deepEqual(await faults('tags=a%00b'), ['query tags format nul']);
  assert.equal((await ask('GET', BOOK.toUpperCase().replace('/BOOKS', '/books'))).status, 404);
  assert.equal((await ask('GET', `${BOOK}/`)).status, 200);
});

test('a tolerant dialect takes other spellings', async () => {
  const { ask, seen } = await open({
    paths: 'tolerant',
    queryNames: 'any-case',
    emptyQuery: 'absent',
    keepEmpty: ['key'],
    repeated: 'first',
    commaLists: true,
    bracketLists: true,
    booleans: 'any-case',
  });
  for (const path of [`/Shelves/${ID}/BoundBooks/7/`, `/shelf/${ID}/bound-books/7`, `/shelves/${ID}/boundbooks/7`]) {
    assert.equal((await ask('GET', `/books${path}`)).status, 200, path);
  }
  await ask('GET', `${BOOK}?PAGESIZE=2&pagesize=3&Tags[]=ab&tags=cd,ef&OLD=True&other=1`);
  assert.deepEqual(seen.input.query, { pageSize: 2, tags: ['ab', 'cd', 'ef'], old: true });
  await ask('GET', `${BOOK}?pageSize=&tags=`);
  assert.deepEqual(seen.input.query, {});
  assert.deepEqual((await ask('GET', `${BOOK}?key=`)).json.detail, ['query key type type']);
});

test('bodies: types, labels, spellings, faults', async () => {
  const { post, ask, seen } = await open({ bodyNames: 'any-case' });
  const url = `/books/shelves/${ID}/books`;
  const deep = { Title: 'A', AUTHOR: { fullname: 'B' }, Parent: { title: 'C', ShelfID: ID.toUpperCase() }, other: 1 };
  assert.equal((await post(url, JSON.stringify(deep), 'application/json; charset=UTF-8')).status, 201);
  assert.deepEqual(seen.input.body, {
    title: 'A',
    author: { fullName: 'B' },
    parent: { title: 'C', shelfId: ID },
    other: 1,
  });
  assert.equal((await post(url, '{"title":"A"}', 'application/vnd.books+json')).status, 201);
  assert.equal((await ask('POST', url, '{"title":"A"}')).status, 201);
  assert.equal((await post(url, 'title=A+B&pageCount=3', 'application/x-www-form-urlencoded')).status, 201);
  assert.deepEqual(seen.input.body, { title: 'A B', pageCount: 3 });
  assert.equal((await post(url, '<a/>', 'text/xml')).status, 415);
  assert.equal((await post(url, '{"title":"A"}', 'nonsense')).status, 415);
  assert.equal((await post(url, '{}', 'application/json; charset=utf-16')).status, 415);
  assert.equal((await ask('POST', url)).json.problem, 'no_body');
  assert.equal((await post(url, 'null')).json.problem, 'invalid');
  const faults = (await post(url, '{"title":"","pageCount":0,"author":{"fullName":1}}')).json.detail;
  assert.deepEqual(faults.sort(), [
    'body author.fullName type type',
    'body pageCount out_of_range minimum',
    'body title required minLength',
  ]);
  assert.deepEqual((await post(url, '{"pageCount":2}')).json.detail, ['body title required required']);
});

test('an operation without a body ignores whatever is sent', async () => {
  const { ask, post, seen } = await open();
  for (const body of ['{}', 'null', '{broken', '']) {
    assert.equal((await ask('DELETE', '/books/books', body, { ...KEY, 'content-type': 'nonsense' })).status, 204);
  }
  assert.equal(seen.input.body, undefined);
  const empty = await post(`/books/shelves/${ID}/books?dry=true`, '{"title":"A"}');
  assert.deepEqual([empty.status, empty.text, empty.headers['content-type']], [204, '', undefined]);
});

test('no query names __proto__', async () => {
  const { ask } = await open();
  for (const query of ['__proto__=1', 'fields[__proto__]=1', 'fields%5B__proto__%5D=1', '__proto__[x]=1'])
    assert.deepEqual(
      (await ask('GET', `${BOOK}?${query}`, undefined, KEY)).json.detail,
      ['query __proto__ unknown_field proto'],
      query,
    );
});

test('hostile JSON does no harm', async () => {
  const { post, seen } = await open({ bodyNames: 'any-case' });
  const url = `/books/shelves/${ID}/books`;
  for (const depth of [101, 200_000]) {
    const deep = `{"title":"A","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.deepEqual((await post(url, deep)).json.detail, { kind: 'json', why: 'depth' });
  }
  assert.equal((await post(url, `{"title":"${'['.repeat(500)}\\"${'{'.repeat(500)}"}`)).status, 201);
  for (const proto of ['__proto__', '__pr\\u006fto__']) {
    for (const body of [`{"title":"A","${proto}":{"polluted":1}}`, `{"title":"A","x":[{"${proto}":1}]}`])
      assert.deepEqual((await post(url, body)).json.detail, ['body __proto__ unknown_field proto'], body);
    // as a value it is a text like others
    assert.equal((await post(url, `{"title":"\\"${proto}\\": 1"}`)).status, 201);
  }
  assert.equal((await post(url, '{"title":"A"}')).status, 201);
  assert.deepEqual(seen.input.body, { title: 'A' });
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  assert.deepEqual((await post(url, '{"title":"a\\u0000b"}')).json.detail, ['body  format nul']);
  // what is large is read elsewhere, and answered alike
  const large = (inner: string) => post(url, `{"title":"A",${inner}${' '.repeat(1_000_001)}}`);
  assert.deepEqual((await large(`"x":${'['.repeat(101)}${']'.repeat(101)}`)).json.detail, {
    kind: 'json',
    why: 'depth',
  });
  assert.deepEqual((await large('"x":')).json.detail, { kind: 'json', why: 'syntax' });
  const tooMany = { kind: 'too_many_values', limit: 100_000 };
  assert.deepEqual((await large(`"x":[${'0,'.repeat(100_000)}0]`)).json.detail, tooMany);
  assert.deepEqual((await post(url, `{"title":"A","x":[${'0,'.repeat(100_000)}0]}`)).json.detail, tooMany);
  assert.deepEqual((await large('"__proto__":1')).json.detail, ['body __proto__ unknown_field proto']);
  assert.deepEqual((await large('"x":"\\u0000"')).json.detail, ['body  format nul']);
  assert.equal((await post(url, '{"title":"a\\\\u0000b"}')).status, 201);
  assert.equal((await post(url, '\ufeff{"title":"A"}')).status, 201);
});

test('broken encodings are refused', async () => {
  const { app, ask } = await open();
  assert.equal((await ask('GET', '/books/shelves/%E0%A4%A/books')).json.problem, 'url');
  assert.equal((await ask('GET', `${BOOK}?pageSize=%zz`)).json.problem, 'url');
  assert.equal((await ask('GET', `/books/shelves/${'a'.repeat(2001)}/books`)).json.problem, 'url');
  const latin = await app.inject({
    method: 'POST',
    url: `/books/shelves/${ID}/books`,
    headers: KEY,
    payload: Buffer.from('{"title":"\xe4"}', 'latin1'),
  });
  assert.deepEqual(latin.json().detail, { kind: 'json', why: 'encoding' });
});

test('bulk rows are checked one by one', async () => {
  const { ask, post, seen } = await open();
  const put = (body: string, type: string) => ask('PUT', '/books/books', body, { ...KEY, 'content-type': type });
  await put('{"title":"A"}\n\n{"title":1}\n{oops\n{"title":"B"}', 'application/x-ndjson');
  const rows = seen.input.body;
  assert.deepEqual(rows[0], { line: 1, value: { title: 'A' } });
  assert.deepEqual([rows[1].line, rows[1].issues[0].path, rows[1].issues[0].fault], [3, ['title'], 'type']);
  assert.deepEqual([rows[2].line, rows[2].issues[0].fault], [4, 'syntax']);
  assert.deepEqual(rows[3], { line: 5, value: { title: 'B' } });
  await put('[{"title":"A"},{}]', 'application/json');
  assert.deepEqual(seen.input.body[0], { line: 1, value: { title: 'A' } });
  assert.equal(seen.input.body[1].issues[0].fault, 'required');
  const many = `${'{"title":"A"}\n'.repeat(10_001)}`;
  assert.equal((await put(many, 'application/x-ndjson')).json.problem, 'too_many_rows');
  // a row has the bounds of a body
  const wide = `{"title":"A","x":[${'0,'.repeat(100_000)}0]}`;
  for (const [body, type] of [
    [`{"title":"A"}\n${wide}`, 'application/x-ndjson'],
    [`[{"title":"A"},${wide}]`, 'application/json'],
  ] as const) {
    await put(body, type);
    assert.deepEqual(seen.input.body[0], { line: 1, value: { title: 'A' } });
    assert.deepEqual(seen.input.body[1], {
      line: 2,
      issues: [{ path: [], fault: 'too_many', detail: 'holds more than 100000 values' }],
    });
  }
  assert.equal((await post('/books/letters', '[]')).json, 'many');
  assert.equal((await post('/books/letters', '{}')).json, 'one');
});

test('sizes are limited, uploads on their own', async () => {
  const { post } = await open({}, { bodyBytes: 1000, uploadBytes: 5000 });
  const url = `/books/shelves/${ID}/books`;
  const big = await post(url, `{"title":"${'x'.repeat(1000)}"}`);
  assert.equal(big.status, 413);
  assert.equal((await post('/books/files', 'x'.repeat(4000), 'application/zip')).json, 4000);
  assert.equal((await post('/books/files', 'x'.repeat(6000), 'application/zip')).status, 413);
});

test('what is not built says so, after authentication', async () => {
  const { ask } = await open();
  assert.equal((await ask('GET', '/books/planned', undefined, {})).status, 401);
  const planned = await ask('GET', '/books/planned');
  assert.deepEqual([planned.status, planned.json.detail], [501, 'planned']);
});

test('ready answers, open operations, text and head', async () => {
  const { ask } = await open();
  assert.deepEqual((await ask('GET', BOOK, undefined, { 'x-key': 'bare' })).json, { message: 'Forbidden' });
  const csv = await ask('GET', '/books/catalog.csv', undefined, {});
  assert.deepEqual([csv.status, csv.headers['content-type'], csv.text], [200, 'text/csv; charset=utf-8', 'a;b\n1;2\n']);
  assert.equal((await ask('HEAD', BOOK)).status, 405);
  const options = await ask('OPTIONS', BOOK, undefined, {});
  assert.deepEqual([options.status, options.headers.allow], [204, 'GET, OPTIONS']);
});

test('troubles: nothing leaks, everything is logged once', async () => {
  const { ask, lines } = await open({}, { requestMs: 100 });
  const crash = await ask('POST', '/books/troubles/any', undefined, { ...KEY, 'x-request-id': 'abc-1' });
  assert.deepEqual(
    [crash.status, crash.json, crash.headers['x-request-id']],
    [500, { problem: 'crash', detail: 'abc-1' }, 'abc-1'],
  );
  const logged = lines.filter(({ level }) => level === 'error');
  assert.equal(logged.length, 1);
  assert.match(logged[0]!.facts.err.stack, /a secret of the house/);
  assert.equal(logged[0]!.facts.requestId, 'abc-1');
  const lost = await Promise.all(Array.from({ length: 50 }, () => ask('POST', '/books/troubles/lost')));
  assert.ok(lost.every(({ status }) => status === 503));
  const told = lines.filter(({ text }) => text === 'database not available');
  // one, and one a second with a count
  assert.ok(told.length < 10);
  assert.deepEqual([told[0]!.facts.outage, told[0]!.facts.err], ['unreachable', undefined]);
  assert.equal((await ask('POST', '/books/troubles/slow')).status, 503);
  const circle = await ask('POST', '/books/troubles/circle');
  assert.deepEqual([circle.status, circle.json.problem], [500, 'crash']);
  const odd = await ask('GET', BOOK, undefined, { ...KEY, 'x-request-id': 'no spaces allowed' });
  assert.match(String(odd.headers['x-request-id']), /^[0-9a-f-]{36}$/);
});

test('in tests an answer that differs from the contract is a failure', async () => {
  const { ask } = await open({}, { checkAnswers: true });
  assert.equal((await ask('GET', BOOK)).status, 200);
  const drift = await ask('POST', '/books/troubles/drift');
  assert.equal(drift.status, 500);
  assert.match(drift.json.problems[0], /author must NOT have unevaluated properties: age/);
  assert.match((await ask('POST', '/books/troubles/unlisted')).json.problems[0], /202 is not listed/);
});

test('surplus handlers and clashing routes stop the start', async () => {
  const { dialect } = booksDialect({});
  const handlers = { ...dialect.handlers, burnLibrary: async () => ({ status: 204 }) };
  await assert.rejects(booksServer({ ...dialect, handlers }), /burnLibrary/);
  await assert.rejects(booksServer({ ...dialect, dispatch: [] }), /writeLetters and writeLetter stand on one/);
});

test('what no product of the caller holds is refused before anything is looked at', async () => {
  const given: Record<string, string[]> = { reader: ['catalog'], writer: ['letters'], nobody: [] };
  const { dialect } = booksDialect(
    {},
    {
      client: SHOWING.client,
      products: {
        of: (who) => given[who.actor.id]!,
        refused: (operation) => ({ status: 403, body: { problem: 'no product', detail: operation.id } }),
      },
    },
  );
  const { app } = await booksServer(dialect);
  const ask = async (who: string, method: 'GET' | 'POST', url: string, payload?: string) => {
    const headers = { 'x-key': who, ...(payload && { 'content-type': 'application/json' }) };
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return [answer.statusCode, answer.json().problem ?? answer.json()];
  };
  const bad = `/books/shelves/bad/bound-books/x`;
  assert.deepEqual(await ask('writer', 'GET', bad), [403, 'no product']);
  assert.deepEqual(await ask('nobody', 'GET', bad), [403, 'no product']);
  assert.deepEqual(await ask('reader', 'GET', bad), [422, 'invalid']);
  assert.equal((await ask('reader', 'GET', BOOK))[0], 200);
  // of two operations on one address each has products of its own; where neither is given the body is not read
  assert.deepEqual(await ask('writer', 'POST', '/books/letters', '{}'), [200, 'one']);
  assert.deepEqual(await ask('writer', 'POST', '/books/letters', '[]'), [403, 'no product']);
  assert.deepEqual(await ask('reader', 'POST', '/books/letters', '{'), [403, 'no product']);
  // what anybody may call needs none
  assert.equal((await ask('nobody', 'POST', '/books/door', '{"title":"a"}'))[0], 200);
  assert.equal((await app.inject({ method: 'GET', url: bad })).statusCode, 401);
});

test('a product of what is no operation stops the start', async () => {
  const client = { ...SHOWING.client, products: { operations: { atlas: ['getMap'] }, without: 'nothing' as const } };
  const { dialect } = booksDialect({}, { client, products: { of: () => [], refused: () => ({ status: 403 }) } });
  await assert.rejects(booksServer(dialect), /atlas names getMap/);
});
