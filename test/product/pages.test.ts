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
