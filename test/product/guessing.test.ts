import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PERMISSIONS } from '../../src/record/kernel/permission.ts';
import { type TestApp, testApp } from '../support/app.ts';

type Door = (n: number, from: string) => Promise<{ status: number; headers: Record<string, unknown>; body: string }>;

/** Every door that takes a password, secret, key, token or code says 429 when it is tried too often, without any setting. */
describe('trying words', () => {
  let a: TestApp;
  let absorb: Record<string, string>;
  let machine: Record<string, string>;
  let learner: { id: string; token: string };
  const redirect = 'https://client.example/back';

  before(async () => {
    a = await testApp();
    const made = async (dialect: string) =>
      (
        await a.api('POST', '/clients', {
          body: { dialect, name: dialect, permissions: PERMISSIONS, redirectUris: [redirect] },
        })
      ).body.credentials.credentials;
    absorb = await made('absorb');
    machine = await made('enabley');
    learner = await a.personWith();
  });
  after(() => a.close());

  const send = async (
    from: string,
    url: string,
    headers: Record<string, string>,
    body?: Record<string, unknown> | URLSearchParams,
    method = 'POST',
  ) => {
    const form = body instanceof URLSearchParams;
    const answer = await a.app.server.inject({
      method: method as 'POST',
      url,
      remoteAddress: from,
      headers: { ...headers, ...(body ? { 'content-type': form ? FORM : 'application/json' } : {}) },
      ...(body ? { payload: form ? String(body) : JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, headers: answer.headers as Record<string, unknown>, body: answer.payload };
  };
  const FORM = 'application/x-www-form-urlencoded';
  const consent = (username: string, password: string) =>
    new URLSearchParams({
      client_id: absorb.clientId!,
      redirect_uri: redirect,
      response_type: 'code',
      decision: 'allow',
      username,
      password,
    });

  /** How each door is tried, how often, and whether its 429 has a body in the protocol's shape. */
  const doors: Record<string, { door: Door; times: number; shape: RegExp }> = {
    'own sign-in': {
      times: 12,
      shape: /"too-many-requests"|too-many-requests/,
      door: (n, from) =>
        send(from, '/matricula/v1/tokens', {}, { tenant: a.slug, login: 'somebody', password: `wrong ${n}` }),
    },
    'own key': {
      times: 300,
      shape: /too-many-requests/,
      door: (n, from) =>
        send(from, '/matricula/v1/me', { authorization: `Bearer mk_${String(n).padStart(43, 'x')}` }, undefined, 'GET'),
    },
    'own token': {
      times: 300,
      shape: /too-many-requests/,
      door: (n, from) =>
        send(from, '/matricula/v1/me', { authorization: `Bearer mt_${String(n).padStart(43, 'x')}` }, undefined, 'GET'),
    },
    'join key': {
      times: 30,
      shape: /too-many-requests/,
      door: (n, from) =>
        send(
          from,
          '/matricula/v1/enrollments',
          { authorization: `Bearer ${learner.token}`, ...(n % 2 ? { 'idempotency-key': `try-${n}` } : {}) },
          { personId: learner.id, joinKeyCode: `code-${n}` },
        ),
    },
    'Absorb authenticate': {
      times: 12,
      shape: /"code":429/,
      door: (n, from) =>
        send(
          from,
          '/absorb/authenticate',
          { 'x-api-key': absorb.privateKey! },
          {
            username: absorb.username,
            password: `wrong ${n}`,
            privateKey: absorb.privateKey,
          },
        ),
    },
    'Absorb consent': {
      times: 12,
      shape: /Too many attempts/,
      door: (n, from) => send(from, '/absorb/oauth/authorize', {}, consent('somebody', `wrong ${n}`)),
    },
    'Absorb client secret': {
      times: 300,
      shape: /Too many requests/,
      door: (n, from) =>
        send(
          from,
          '/absorb/oauth/token',
          {},
          {
            grant_type: 'refresh_token',
            refresh_token: 'x',
            client_id: absorb.clientId,
            client_secret: `wrong ${n}`,
          },
        ),
    },
    'Absorb key': {
      times: 300,
      shape: /"code":429/,
      door: (n, from) => send(from, '/absorb/users', { 'x-api-key': `${n}`, authorization: 'x' }, undefined, 'GET'),
    },
    'Absorb token': {
      times: 300,
      shape: /"code":429/,
      door: (n, from) =>
        send(from, '/absorb/users', { 'x-api-key': absorb.privateKey!, authorization: `${n}` }, undefined, 'GET'),
    },
    'Enabley secret': {
      times: 300,
      shape: /"error"/,
      door: (n, from) =>
        send(from, `/enabley/api/v1/token?clientKey=${machine.clientKey}&secret=wrong${n}`, {}, undefined),
    },
    'Enabley token': {
      times: 300,
      shape: /"error"/,
      door: (n, from) => send(from, '/enabley/api/v1/channels', { authorization: `Bearer a.b.${n}` }, undefined, 'GET'),
    },
  };

  for (const [name, { door, times, shape }] of Object.entries(doors))
    it(`${name} is limited`, async () => {
      const from = `198.51.100.${Object.keys(doors).indexOf(name) + 1}`;
      const answers = await Promise.all(Array.from({ length: times }, (_, n) => door(n, from)));
      const refused = answers.filter(({ status }) => status === 429);
      const usual = answers.filter(({ status }) => status !== 429);
      assert.ok(refused.length > 0, `${name}: ${JSON.stringify(usual.at(-1))}`);
      assert.ok(usual.length > 0 && usual.every(({ status }) => [400, 401, 403, 422].includes(status)), name);
      for (const { headers, body } of refused) {
        assert.ok(Number(headers['retry-after']) >= 1, `${name} ${JSON.stringify(headers)}`);
        assert.match(body, shape, name);
      }
    });

  it('what is right is taken beside all of that, from elsewhere', async () => {
    const from = '203.0.113.1';
    const signedIn = await send(
      from,
      '/absorb/authenticate',
      { 'x-api-key': absorb.privateKey! },
      {
        username: absorb.username,
        password: absorb.password,
        privateKey: absorb.privateKey,
      },
    );
    assert.equal(signedIn.status, 200);
    const allowed = await send(from, '/absorb/oauth/authorize', {}, consent(absorb.username!, absorb.password!));
    assert.equal(allowed.status, 303);
    const { clientKey, secret } = machine;
    assert.equal((await send(from, `/enabley/api/v1/token?clientKey=${clientKey}&secret=${secret}`, {})).status, 200);
  });
});
