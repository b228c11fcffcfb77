import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerOptions } from './server.ts';
import { booksDialect, booksServer, ID } from './testing/books.ts';

const BOOK = `/books/shelves/${ID}/bound-books/7`;

/** Root of the dialect and of the server, as a request with these headers is told. */
async function linksFor(options: Partial<ServerOptions>) {
  const { dialect, seen } = booksDialect({});
  const { app } = await booksServer(dialect, options);
  const ask = async (headers: Record<string, string>, url = BOOK): Promise<[string, string]> => {
    const answer = await app.inject({ url, headers: { 'x-key': 'k', ...headers } });
    assert.equal(answer.statusCode, 200, answer.body);
    return [seen.call!.baseUrl, seen.call!.siteUrl];
  };
  const server = async (headers: Record<string, string>): Promise<string> =>
    (await app.inject({ url: '/books/openapi.json', headers })).json().servers[0].url;
  return { app, ask, server };
}

const LIES = [
  { host: 'evil.example' },
  { host: 'x:99999' },
  { host: 'evil.example:0' },
  { host: 'a@b' },
  { host: '1.2.3.999' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-proto': 'javascript' },
  { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' },
];

test('links begin with the public URL whatever a request claims', async () => {
  for (const trustProxy of [0, 1]) {
    const { ask, server } = await linksFor({ publicUrl: 'https://learn.example.org/courses', trustProxy });
    for (const headers of LIES) {
      assert.deepEqual(await ask(headers as Record<string, string>), [
        'https://learn.example.org/courses/books',
        'https://learn.example.org/courses',
      ]);
      assert.equal(await server(headers as Record<string, string>), 'https://learn.example.org/courses/books');
    }
  }
});

test('a host that the settings give to a dialect is ours, with the scheme and port of the public URL', async () => {
  const { ask } = await linksFor({
    publicUrl: 'https://learn.example.org:8443',
    hosts: { 'Rest.Example.org': 'books' },
  });
  const path = BOOK.slice('/books'.length);
  assert.deepEqual(await ask({ host: 'REST.example.org:81' }, path), [
    'https://rest.example.org:8443',
    'https://learn.example.org:8443',
  ]);
  // the name that works without settings is nobody's to link to
  assert.deepEqual(await ask({ host: 'books.localhost:81' }, path), [
    'https://learn.example.org:8443/books',
    'https://learn.example.org:8443',
  ]);
});

test('without a public URL links follow the host, if it is one', async () => {
  const { ask, server } = await linksFor({});
  assert.deepEqual(await ask({ host: 'learn.test:8080' }), ['http://learn.test:8080/books', 'http://learn.test:8080']);
  assert.deepEqual(await ask({ host: '[::1]:8080' }), ['http://[::1]:8080/books', 'http://[::1]:8080']);
  for (const host of ['x:99999', 'a@b', '1.2.3.999', 'a b', 'evil.example/x', 'evil.example?', ':80'])
    assert.deepEqual(await ask({ host }), ['http://localhost/books', 'http://localhost'], host);
  for (const proto of ['javascript', 'https'])
    assert.equal((await ask({ host: 'learn.test', 'x-forwarded-proto': proto }))[1], 'http://learn.test');
  assert.equal(await server({ host: 'learn.test' }), 'http://learn.test/books');
});

test('a proxy is believed when it was named or counted', async () => {
  const forwarded = { host: 'inside', 'x-forwarded-host': 'learn.test', 'x-forwarded-proto': 'https' };
  for (const trustProxy of [1, ['127.0.0.1']]) {
    const { ask } = await linksFor({ trustProxy });
    assert.deepEqual(await ask(forwarded), ['https://learn.test/books', 'https://learn.test']);
    assert.equal((await ask({ ...forwarded, 'x-forwarded-proto': 'javascript' }))[1], 'http://learn.test');
    assert.equal((await ask({ ...forwarded, 'x-forwarded-host': 'x:99999' }))[1], 'http://localhost');
  }
  const { ask } = await linksFor({ trustProxy: ['10.0.0.0/8'] });
  assert.equal((await ask(forwarded))[1], 'http://inside');
});

test('however many hosts ask for the contract, it names a server that is there', async () => {
  const { server } = await linksFor({});
  const urls = new Set<string>();
  for (let n = 0; n < 50; n += 1) urls.add(await server({ host: `h${n}.test` }));
  assert.ok(urls.size < 12);
  assert.ok(urls.has('/books'));
});
