import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { about } from '../../src/dialects/absorb/about.ts';
import { Clients } from '../../src/record/access/index.ts';
import { PERMISSIONS } from '../../src/record/kernel/permission.ts';
import { type TestApp, testApp } from '../support/app.ts';

let app: TestApp;
let proxy: Server;
/** Where the outside reaches us: a path that never comes through. */
let publicUrl: string;

before(async () => {
  proxy = http.createServer((request, response) => {
    if (!request.url!.startsWith('/our/courses')) return response.writeHead(404).end('not for Matricula');
    const { port } = app.app.server.server.address() as AddressInfo;
    const path = request.url!.slice('/our/courses'.length) || '/';
    const { method, headers } = request;
    const inner = http.request({ port, path, method, headers: { ...headers, host: 'inside' } }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    return request.pipe(inner);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/our/courses`;
  app = await testApp({ config: { publicUrl } });
  await app.app.server.listen({ port: 0, host: '127.0.0.1' });
});
after(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await app.close();
});

const linksIn = (page: string): string[] =>
  [...page.matchAll(/ (?:href|src|action)="([^"#]+)/g)].map(([, link]) => link!);

test('every page that can be reached from the front page is found, with all that it loads', async () => {
  const seen = new Set<string>();
  const queue = [`${publicUrl}/`, `${publicUrl}/verify`, `${publicUrl}/learn/offerings/${randomUUID()}`];
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (seen.has(url)) continue;
    seen.add(url);
    const answer = await fetch(url);
    assert.equal(answer.status, 200, url);
    const text = await answer.text();
    if (!/text\/html/.test(answer.headers.get('content-type') ?? '')) continue;
    for (const link of linksIn(text)) queue.push(new URL(link, answer.url).href);
    const [, base] = /data-base="([^"]+)"/.exec(text) ?? [];
    // where the page sends what is tried on it
    if (base !== undefined) queue.push(`${new URL(base, answer.url).href}/openapi.json`);
  }
  for (const page of ['/docs/absorb', '/docs/assets/docs.js', '/favicon.ico', '/matricula/v1/openapi.json'])
    assert.ok(seen.has(publicUrl + page), page);
});

test('contracts, new things, pages of a list and certificates are where the outside finds them', async () => {
  const { servers } = (await (await fetch(`${publicUrl}/absorb/openapi.json`)).json()) as {
    servers: { url: string }[];
  };
  assert.deepEqual(servers, [{ url: `${publicUrl}/absorb` }]);
  const headers = { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' };
  const made = await fetch(`${publicUrl}/matricula/v1/people`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ fullName: 'Ada Lovelace', username: 'ada' }),
  });
  assert.equal(made.status, 201);
  assert.equal((await fetch(made.headers.get('location')!, { headers })).status, 200);
  const client = await app.api('POST', '/clients', { body: { name: 'Reports', dialect: about.name, permissions: [] } });
  assert.equal(client.body.credentials.baseUrl, `${publicUrl}/absorb`);
  const verified = await fetch(`${publicUrl}/verify?code=ABCD`, { redirect: 'manual' });
  assert.equal(verified.headers.get('location'), `${publicUrl}/verify/ABCD`);
});

test('the links that Enabley gives lead to pages of ours', async () => {
  const course = await app.api('POST', '/courses', { body: { kind: 'online', name: 'Knots' } });
  const sections = [{ name: 'Basics', activities: [{ kind: 'page', name: 'Why' }] }];
  await app.api('PUT', `/courses/${course.body.id}/draft`, { body: { sections } });
  assert.equal((await app.api('PUT', `/courses/${course.body.id}/publication`, { body: {} })).status, 200);
  const client = await app.api('POST', '/clients', {
    body: { name: 'Portal', dialect: 'enabley', permissions: PERMISSIONS },
  });
  const { baseUrl } = client.body.credentials;
  const { clientKey, secret } = client.body.credentials.credentials;
  const token = await fetch(`${baseUrl}/api/v1/token?${new URLSearchParams({ clientKey, secret })}`, {
    method: 'POST',
  });
  const headers = { authorization: `Bearer ${((await token.json()) as { access_token: string }).access_token}` };
  const read = async (path: string): Promise<any> => (await fetch(`${baseUrl}/api/${path}`, { headers })).json();
  const [channel] = (await read('v3/channels')).items;
  const { link } = await read(`v1/catalog/catalogItem?externalChannelId=${encodeURIComponent(channel.identifier)}`);
  for (const url of [channel.directLink, link] as string[]) {
    assert.ok(url.startsWith(`${publicUrl}/`), url);
    assert.equal((await fetch(url)).status, 200, url);
  }
});

test('the consent page of OAuth posts to itself', async () => {
  const made = await Clients.create(await app.ctx(), {
    dialect: about,
    name: 'App',
    redirectUris: ['https://app.example/back'],
  });
  const query = new URLSearchParams({ client_id: made.client.id, response_type: 'code', scope: 'admin.v1' });
  const page = await fetch(`${publicUrl}/absorb/oauth/authorize?${query}`);
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(text, /<form method="post">/);
  assert.deepEqual(linksIn(text), []);
});
