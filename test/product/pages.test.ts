import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../support/app.ts';

test('an unknown certificate number is told so, in a page that runs nothing', async () => {
  const app = await testApp();
  try {
    const { server } = app.app;
    const form = await server.inject({ url: '/verify' });
    assert.equal(form.statusCode, 200);
    const asked = await server.inject({ url: '/verify?code=ABCD' });
    assert.equal(asked.statusCode, 302);
    const unknown = await server.inject({ url: String(asked.headers.location) });
    assert.equal(unknown.statusCode, 404);
    assert.match(String(unknown.headers['content-type']), /^text\/html/);
    assert.match(String(unknown.headers['content-security-policy']), /default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(unknown.body, /<script/);
    const hostile = await server.inject({ url: `/verify/${encodeURIComponent('<script>alert(1)</script>')}` });
    assert.equal(hostile.statusCode, 404);
    assert.doesNotMatch(hostile.body, /<script/);
    assert.equal((await server.inject({ url: '/certificates/ABCD.pdf' })).statusCode, 404);
  } finally {
    await app.close();
  }
});

test('where the link of an offering leads says how to get to it, and nothing about it', async () => {
  const app = await testApp();
  try {
    const { server } = app.app;
    const course = await app.api('POST', '/courses', { body: { kind: 'online', name: 'Secret <course>' } });
    const [offering] = (await app.api('GET', `/offerings?courseId=${course.body.id}`)).body.data;
    const there = await server.inject({ url: `/learn/offerings/${offering.id}` });
    assert.equal(there.statusCode, 200);
    assert.match(String(there.headers['content-type']), /^text\/html/);
    assert.match(String(there.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    assert.match(there.body, /<html lang="en">[\s\S]*<h1>/);
    assert.doesNotMatch(there.body, /Secret/);
    // whether there is such an offering is told to nobody
    const other = '00000000-0000-4000-8000-000000000001';
    const nowhere = await server.inject({ url: `/learn/offerings/${other}` });
    assert.equal(nowhere.statusCode, 200);
    assert.equal(nowhere.body.replaceAll(other, offering.id), there.body);
    assert.equal((await server.inject({ url: `/learn/catalog/${offering.id}` })).body, there.body);
    for (const id of ['%3Cscript%3E', 'x', offering.id + encodeURIComponent('"><script>')])
      assert.equal((await server.inject({ url: `/learn/offerings/${id}` })).statusCode, 404);
  } finally {
    await app.close();
  }
});

test('browsers are given an icon, to be kept', async () => {
  const app = await testApp();
  try {
    const icon = await app.app.server.inject({ url: '/favicon.ico' });
    assert.equal(icon.statusCode, 200);
    assert.equal(icon.headers['content-type'], 'image/x-icon');
    assert.match(String(icon.headers['cache-control']), /max-age=\d{4}/);
    assert.deepEqual([...icon.rawPayload.subarray(0, 4)], [0, 0, 1, 0]);
    for (const url of ['/docs', '/verify'])
      assert.match((await app.app.server.inject({ url })).body, /<link rel="icon" href="\/favicon\.ico">/);
  } finally {
    await app.close();
  }
});
