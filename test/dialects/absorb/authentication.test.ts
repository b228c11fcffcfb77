import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { about } from '../../../src/dialects/absorb/about.ts';
import { about as own } from '../../../src/dialects/matricula/about.ts';
import { Clients, Tenants, Tokens } from '../../../src/record/access/index.ts';
import { People } from '../../../src/record/people/index.ts';

import { testTenant } from '../../support/context.ts';
import { type Academy, academy, PASSWORD, REDIRECT } from './academy.ts';

let a: Academy;
before(async () => {
  a = await academy();
});
after(() => a.close());

const login = (body: object, headers: Record<string, string> = {}) =>
  a.post('/authenticate', body, { token: null, headers });

describe('authenticate', () => {
  it('answers one JSON string, and names are taken in any case', async () => {
    const answer = await login({ Username: 'ADMIN', Password: PASSWORD, PrivateKey: a.client.key });
    assert.equal(answer.status, 200);
    assert.equal(typeof answer.body, 'string');
    assert.equal((await a.get('/my-details', { token: answer.body })).status, 200);
  });

  it('keeps earlier tokens good', async () => {
    await login({ username: 'admin', password: PASSWORD, privateKey: a.client.key });
    assert.equal((await a.get('/my-details')).status, 200);
  });

  it('gives 400 for a missing or empty property', async () => {
    for (const body of [{}, { username: 'admin', password: '', privateKey: a.client.key }, { username: 'admin' }]) {
      const answer = await login(body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.code, 400);
    }
    const { body } = await login({ username: 'admin', privateKey: a.client.key });
    assert.deepEqual(body.validations, ['The Password field is required.']);
    assert.equal((await a.post('/authenticate', undefined, { token: null })).status, 400);
    assert.equal(
      (
        await a.call('POST', '/authenticate', {
          token: null,
          raw: '{"a":',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
      400,
    );
  });

  it('gives the same 401 for a wrong name, password or key', async () => {
    const right = { username: 'admin', password: PASSWORD, privateKey: a.client.key };
    const answers = await Promise.all([
      login({ ...right, username: 'nobody' }),
      login({ ...right, password: 'wrong' }),
      login({ ...right, privateKey: 'c0de1f00-0000-4000-8000-00000000c001' }),
      login({ ...right, privateKey: 'no guid' }),
    ]);
    for (const answer of answers) {
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.body, answers[0]!.body);
    }
  });

  it('refuses a suspended user', async () => {
    const { person } = await a.signedIn();
    await People.update(a.ctx, person.id, { status: 'suspended' });
    assert.equal((await login({ username: person.login, password: PASSWORD, privateKey: a.client.key })).status, 401);
  });
});

describe('key and token', () => {
  it('403 with the bare message when the key is missing, wrong, of another dialect or in the wrong case', async () => {
    const other = await Clients.create(a.ctx, { dialect: own, name: 'Other' });
    for (const key of [null, '', 'wrong', a.client.key.toUpperCase(), other.key]) {
      const answer = await a.get('/my-details', { key });
      if (key === a.client.key) continue;
      assert.equal(answer.status, 403);
      assert.deepEqual(answer.body, { message: 'Forbidden' });
    }
  });

  it('takes the token bare and behind Bearer in any case', async () => {
    for (const token of [a.token, `Bearer ${a.token}`, `bearer ${a.token}`, `BEARER  ${a.token}`])
      assert.equal((await a.get('/my-details', { token })).status, 200);
  });

  it('401 for tokens missing, malformed, foreign, revoked, of a suspended user', async () => {
    const { person, token } = await a.signedIn();
    const { token: ended } = await a.signedIn();
    await People.update(a.ctx, person.id, { status: 'suspended' });
    await Tokens.revoke(a.ctx, ended);
    for (const bad of [null, 'Bearer', 'Bearer ', 'nonsense', `${a.token}x`, 'Basic YWJj', token, ended]) {
      const answer = await a.get('/my-details', { token: bad });
      assert.equal(answer.status, 401, String(bad));
      assert.equal(answer.body.message, 'Authorization has been denied for this request.');
      assert.equal(answer.body.term, 'ErrorGeneric');
    }
  });

  it('401 for a token of another portal', async () => {
    const elsewhere = await testTenant(a.db.db);
    const client = await Clients.create(elsewhere, { dialect: about, name: 'Elsewhere' });
    assert.equal((await a.get('/my-details', { key: client.key })).status, 401);
  });

  it('403 for a revoked client', async () => {
    const made = await Clients.create(a.ctx, { dialect: about, name: 'Short lived' });
    assert.equal((await a.get('/my-details', { key: made.key })).status, 200);
    await Clients.revoke(a.ctx, made.client.id);
    assert.equal((await a.get('/my-details', { key: made.key })).status, 403);
  });

  it('x-api-version may be absent or anything', async () => {
    for (const version of ['2', '1', 'x'])
      assert.equal((await a.get('/my-details', { headers: { 'x-api-version': version } })).status, 200);
  });

  it('403 envelope when the role lacks the permission, and when the portal is disabled', async () => {
    const { token } = await a.signedIn();
    const answer = await a.get('/users', { token });
    assert.equal(answer.status, 403);
    assert.match(answer.body.message, /people\.read/);
    assert.equal((await a.get('/courses', { token })).status, 403);
    await Tenants.update(a.ctx, { status: 'disabled' });
    const disabled = await login({ username: 'admin', password: PASSWORD, privateKey: a.client.key });
    await Tenants.update(a.ctx, { status: 'active' });
    assert.equal(disabled.status, 403);
    assert.equal(disabled.body.message, 'Portal is disabled.');
  });
});

describe('OAuth', () => {
  const ask = (more: Record<string, string> = {}) =>
    new URLSearchParams({
      client_id: a.client.client.id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'admin.v1',
      state: 'a"b<c',
      ...more,
    });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const bare = { key: null, token: null };
  const consent = (more: Record<string, string>) =>
    a.call('POST', '/oauth/authorize', { ...bare, raw: String(ask(more)), headers: form });
  const token = (body: object, headers: Record<string, string> = {}) =>
    a.post('/oauth/token', body, { ...bare, headers });
  const credentials = () => ({ client_id: a.client.client.id, client_secret: a.client.secret! });

  async function code(): Promise<string> {
    const answer = await consent({ decision: 'allow', username: 'admin', password: PASSWORD });
    assert.equal(answer.status, 303);
    return new URL(String(answer.headers.location)).searchParams.get('code')!;
  }

  it('shows login and consent without script, and gives a code to the registered address only', async () => {
    const page = await a.get(`/OAuth/Authorize?${ask({ client_secret: a.client.secret! })}`, bare);
    assert.equal(page.status, 200);
    assert.match(String(page.headers['content-type']), /^text\/html/);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'.*form-action 'self' https:\/\/client\.example; frame-ancestors 'none'/);
    assert.doesNotMatch(page.body, /<script|a"b<c| on\w+=/);
    assert.match(page.body, /name="state" value="a&quot;b&lt;c"/);

    const back = await consent({ decision: 'allow', username: 'admin', password: PASSWORD });
    const url = new URL(String(back.headers.location));
    assert.equal(url.origin + url.pathname, 'https://client.example/back');
    assert.equal(url.searchParams.get('x'), '1');
    assert.equal(url.searchParams.get('state'), 'a"b<c');
    assert.ok(url.searchParams.get('code'));
  });

  it('asks again after a wrong password, and tells the client of a refusal', async () => {
    const wrong = await consent({ decision: 'allow', username: 'admin', password: 'no' });
    assert.equal(wrong.status, 401);
    assert.match(wrong.body, /role="alert"/);
    const denied = await consent({ decision: 'deny' });
    assert.match(String(denied.headers.location), /error=access_denied/);
    const scope = await a.get(`/oauth/authorize?${ask({ scope: 'all' })}`, bare);
    assert.match(String(scope.headers.location), /error=invalid_scope/);
  });

  it('403 without parameters; 400 and no redirect for an unknown client, secret or address', async () => {
    assert.equal((await a.get('/oauth/authorize', bare)).status, 403);
    for (const more of [
      { client_id: a.ctx.tenant.id },
      { client_id: 'x' },
      { client_secret: 'wrong' },
      { redirect_uri: 'https://evil.example/' },
    ]) {
      const answer = await a.get(`/oauth/authorize?${ask(more)}`, bare);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.location, undefined);
    }
    assert.equal((await a.call('PUT', '/oauth/authorize', bare)).status, 405);
  });

  it('trades a code once for tokens, and each refresh token for the next one', async () => {
    const once = await code();
    const grant = { grant_type: 'authorization_code', code: once, redirect_uri: REDIRECT };
    const first = await a.call('POST', '/oauth/token', {
      ...bare,
      raw: String(new URLSearchParams({ ...grant, ...credentials() })),
      headers: form,
    });
    assert.equal(first.status, 200);
    assert.equal(first.body.token_type, 'Bearer');
    assert.equal(first.body.expires_in, 14_400);
    assert.equal((await a.get('/my-details', { token: `Bearer ${first.body.access_token}` })).body.username, 'admin');

    const { client_id, client_secret } = credentials();
    const basic = { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` };
    let { refresh_token } = first.body;
    let latest = '';
    for (let i = 0; i < 3; i++) {
      const fresh = await token({ grant_type: 'refresh_token', refresh_token }, basic);
      assert.equal(fresh.status, 200);
      assert.notEqual(fresh.body.refresh_token, refresh_token);
      ({ refresh_token, access_token: latest } = fresh.body);
      assert.equal((await a.get('/my-details', { token: latest })).status, 200);
    }

    const again = await token({ ...grant, ...credentials() });
    assert.equal(again.status, 400);
    assert.equal(again.body.error, 'invalid_grant');

    // whoever had the code has had the tokens, too
    assert.equal((await a.get('/my-details', { token: latest })).status, 401);
    assert.equal((await token({ grant_type: 'refresh_token', refresh_token }, basic)).status, 400);
  });

  it('lets one of many have the code', async () => {
    const once = await code();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        token({ grant_type: 'authorization_code', code: once, redirect_uri: REDIRECT, ...credentials() }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  it('answers in RFC 6749 words', async () => {
    const nothing = { error: 'invalid_client', error_description: 'Client credentials are missing.' };
    for (const answer of [
      await a.post('/oauth/token', undefined, bare),
      await token({}),
      await token({ grant_type: 'refresh_token' }),
      await token({ grant_type: 'password' }),
    ]) {
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.body, nothing);
    }
    const cases: [object, string][] = [
      [{ grant_type: 'refresh_token', ...credentials(), client_secret: 'x' }, 'invalid_client'],
      [{ grant_type: 'password', ...credentials() }, 'unsupported_grant_type'],
      [{ grant_type: 'refresh_token', ...credentials() }, 'invalid_request'],
      [{ grant_type: 'refresh_token', ...credentials(), refresh_token: a.token }, 'invalid_grant'],
      [
        {
          grant_type: 'authorization_code',
          ...credentials(),
          code: await code(),
          redirect_uri: 'https://client.example/',
        },
        'invalid_grant',
      ],
    ];
    for (const [body, error] of cases) {
      const answer = await token(body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.equal(answer.body.error, error);
      assert.equal(answer.body.code, undefined);
    }
  });
});
