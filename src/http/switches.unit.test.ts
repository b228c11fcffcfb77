import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect, Reading } from './dialect.ts';
import { etagOf, isKnown } from './etags.ts';
import { booksDialect, booksServer, ID } from './testing/books.ts';

const BOOK = `/books/shelves/${ID}/bound-books/7`;

async function open(reading: Reading, more: Partial<Dialect> = {}) {
  const { dialect, seen } = booksDialect(reading, more);
  const { app } = await booksServer(dialect);
  const ask = async (method: string, url: string, headers: Record<string, string> = {}, payload?: string) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { 'x-key': 'k', ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, text: answer.body, headers: answer.headers };
  };
  return { ask, seen };
}

test('lists with numbers in brackets, where a dialect reads them', async () => {
  const { ask, seen } = await open({ bracketLists: 'indexed', unknownQuery: 'refuse' });
  const tags = async (query: string) => {
    const { status } = await ask('GET', `${BOOK}?${query}`);
    return status === 200 ? seen.input.query.tags : status;
  };
  assert.deepEqual(await tags('tags%5B0%5D=aa&tags%5B1%5D=bb'), ['aa', 'bb']);
  assert.deepEqual(await tags('tags[1]=bb&tags[10]=cc&tags[0]=aa'), ['aa', 'bb', 'cc']);
  assert.deepEqual(await tags('tags[]=bb&tags=aa'), ['bb', 'aa']);
  assert.equal(await tags('tags[x]=aa'), 422);
  assert.equal(await tags('pageSize[0]=1'), 422);
  const plain = await open({ bracketLists: true, unknownQuery: 'refuse' });
  assert.equal((await plain.ask('GET', `${BOOK}?tags[0]=aa`)).status, 422);
});

test('a POST stands for another method, where a dialect lets it', async () => {
  const { ask, seen } = await open({ methodOverride: true });
  const as = (method: string) => ({ 'x-http-method-override': method });
  assert.equal((await ask('POST', '/books/books', as(' delete '))).status, 204);
  assert.equal(seen.call?.method, 'DELETE');
  assert.equal((await ask('POST', BOOK, as('GET'), 'ignored')).status, 200);
  for (const method of ['TRACE', 'x', '']) {
    const refused = await ask('POST', BOOK, as(method));
    assert.deepEqual([refused.status, refused.headers.allow], [405, 'GET, OPTIONS']);
  }
  // GET stays what it is
  assert.equal((await ask('GET', BOOK, as('DELETE'))).status, 200);
  assert.equal((await (await open({})).ask('POST', '/books/books', as('DELETE'))).status, 405);
});

test('a label that an operation does not take, where a dialect reads on', async () => {
  const url = `/books/shelves/${ID}/books?dry=true`;
  const { ask, seen } = await open({ bodyTypes: 'known' });
  const post = (type: string | undefined, body: string) =>
    ask('POST', url, { ...(type !== undefined && { 'content-type': type }) }, body);
  for (const type of [undefined, 'application/json', 'text/html', 'nonsense']) {
    assert.equal((await post(type, '{"title":"A"}')).status, 204, String(type));
    assert.deepEqual(seen.input.body, { title: 'A' });
  }
  assert.equal((await post('application/x-www-form-urlencoded', 'title=B')).status, 204);
  assert.deepEqual(seen.input.body, { title: 'B' });
  assert.equal((await (await open({})).ask('POST', url, { 'content-type': 'text/html' }, '{"title":"A"}')).status, 415);
});

test('a DELETE with a body, with and without a label', async () => {
  const { ask, seen } = await open({});
  for (const headers of [{}, { 'content-type': 'application/json' }]) {
    assert.equal((await ask('DELETE', '/books/letters', headers as Record<string, string>, '{"to":"b"}')).status, 200);
    assert.deepEqual(seen.input.body, { to: 'b' });
  }
  assert.equal((await ask('DELETE', '/books/letters')).status, 400);
});

test('answers carry a tag of what they hold, where a dialect wants it', async () => {
  let title = 'A';
  const { dialect } = booksDialect({});
  const handlers = { ...dialect.handlers, getBook: async () => ({ status: 200, body: { title } }) };
  const { ask } = await open({}, { etags: true, handlers });
  const first = await ask('GET', BOOK);
  const tag = String(first.headers.etag);
  assert.match(tag, /^W\/"[\w-]{43}"$/);
  const known = await ask('GET', BOOK, { 'if-none-match': `"x", ${tag}` });
  assert.deepEqual([known.status, known.text, known.headers.etag], [304, '', tag]);
  assert.equal(known.headers['content-type'], undefined);
  title = 'B';
  const other = await ask('GET', BOOK, { 'if-none-match': tag });
  assert.deepEqual([other.status, JSON.parse(other.text)], [200, { title: 'B' }]);
  assert.notEqual(other.headers.etag, tag);
  const posted = await ask(
    'POST',
    '/books/letters',
    { 'content-type': 'application/json', 'if-none-match': '*' },
    '{}',
  );
  assert.deepEqual([posted.status, posted.headers.etag], [200, undefined]);
  // of a handler that brings its own, that counts
  const own = await open({}, { etags: true });
  assert.equal((await own.ask('GET', BOOK, { 'if-none-match': '"1"' })).status, 304);
  assert.equal((await own.ask('GET', BOOK, { 'if-none-match': '"2"' })).headers.etag, '"1"');
  assert.equal((await (await open({}, { handlers })).ask('GET', BOOK)).headers.etag, undefined);
});

test('tags are compared weakly', () => {
  const tag = etagOf('text');
  assert.ok(isKnown(tag, tag.slice(2)) && isKnown(tag, `"a,b" ,${tag}`) && isKnown(tag, ' * '));
  for (const header of [undefined, '', tag.slice(3), '"*"', tag.slice(0, -2)])
    assert.equal(isKnown(tag, header), false);
});

test('a page for people may stand on the path of an operation, for methods that this does not have', async () => {
  const page: Dialect['page'] = (call, form) =>
    call.url.startsWith('/shelves/') && call.method === 'POST'
      ? form().then((given) => ({ status: 303, headers: { location: `https://b.example/?${given}` } }))
      : undefined;
  const { ask } = await open({}, { page });
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const posted = await ask('POST', BOOK, type, 'decision=allow');
  assert.deepEqual([posted.status, posted.headers.location], [303, 'https://b.example/?decision=allow']);
  assert.equal((await ask('GET', BOOK)).status, 200);
  assert.equal((await ask('PUT', BOOK, type, 'a=b')).status, 405);
  assert.equal((await ask('OPTIONS', BOOK)).status, 204);
});
