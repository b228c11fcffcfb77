import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { about } from '../../../src/dialects/enabley/about.ts';
import { Clients, Tenants } from '../../../src/record/access/index.ts';
import { WITH_SECRET } from '../../support/dialects.ts';
import { type Company, company } from './company.ts';

let c: Company;
before(async () => {
  c = await company();
});
after(() => c.close());

const URL_OF = '/api/v1/token';
const ask = (path: string, options = {}) => c.call('POST', path, { token: null, ...options });
const works = async (token: string) => (await c.get('/api/v1/groups/hierarchy', { token })).status;

describe('tokens', () => {
  it('are asked for in the query, else in a JSON body, whatever else the body is', async () => {
    const { key: clientKey, secret } = c.client;
    const query = `${URL_OF}?clientKey=${clientKey}&secret=${secret}`;
    const form = { raw: `clientKey=${clientKey}&secret=${secret}`, headers: { 'content-type': 'application/json' } };
    const asked = [
      ask(query),
      ask(query, { body: [] }),
      ask(query, form),
      ask(query, { raw: '{"half' }),
      ask(query, { body: { clientKey: 'other', secret: 'wrong' } }),
      ask(URL_OF, { body: { clientKey, secret } }),
      ask(URL_OF, { raw: JSON.stringify({ clientKey, secret }), headers: { 'content-type': 'text/plain' } }),
      ask(`${URL_OF}?clientKey=${clientKey}`, { body: { secret } }),
    ];
    for (const answer of await Promise.all(asked)) {
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const { access_token, ...rest } = answer.body;
      assert.deepEqual(rest, { expires_in: 3_600_000, token_type: 'bearer' });
      assert.equal(await works(access_token), 200);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
    assert.equal((await ask(URL_OF, form)).body.error, 'invalid_request');
  });

  it('are signed, name the account, last an hour, and several are good at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, () => c.newToken()));
    assert.equal(new Set(tokens).size, 5);
    for (const token of tokens) assert.equal(await works(token), 200);
    const claims = decodeJwt(tokens[0]!);
    assert.deepEqual([claims.account, claims.accountName], [c.ctx().tenant.slug, 'Whole Company']);
    assert.equal(claims.exp! - claims.iat!, 3600);
    assert.equal(decodeProtectedHeader(tokens[0]!).alg, 'HS256');
    for (const scheme of ['bearer', 'BEARER'])
      assert.equal(
        (await c.get('/api/v1/groups/hierarchy', { token: null, headers: { authorization: `${scheme} ${c.token}` } }))
          .status,
        200,
      );
  });

  it('are refused when something is missing, wrong, changed, over or revoked', async () => {
    const { key, secret } = c.client;
    for (const query of ['', `?clientKey=${key}`, `?secret=${secret}`, '?clientKey=&secret=']) {
      const { status, body } = await ask(`${URL_OF}${query}`);
      assert.deepEqual([status, body.error], [400, 'invalid_request'], query);
    }
    const matricula = await Clients.create(c.ctx(), { dialect: WITH_SECRET, name: 'Other protocol' });
    for (const [k, s] of [
      [key, 'wrong'],
      ['wrong', secret],
      [matricula.key, matricula.secret],
    ] as const) {
      const { status, body } = await ask(URL_OF, { body: { clientKey: k, secret: s } });
      assert.deepEqual([status, body.error], [401, 'invalid_client']);
      assert.match(body.message, /^Unauthorized/);
    }
    const [head, claims, seal] = c.token.split('.') as [string, string, string];
    const richer = Buffer.from(JSON.stringify({ ...decodeJwt(c.token), exp: 9_999_999_999 })).toString('base64url');
    for (const token of [
      `${head}.${richer}.${seal}`,
      `${head}.${claims}.${seal.slice(1)}x`,
      `${head}.${claims}.`,
      head,
      'x.y.z',
    ])
      assert.equal(await works(token), 401, token);
    const client = await Clients.create(c.ctx(), { dialect: about, name: 'Short', permissions: ['groups.read'] });
    const token = await c.newToken(client);
    assert.equal(await works(token), 200);
    await Clients.renew(c.ctx(), client.client.id, () => about);
    assert.equal(await works(token), 401);
    await c.db.pool.query('update tenant set clock_offset_ms = 3601000 where id = $1', [c.ctx().tenant.id]);
    assert.equal(await works(c.token), 401, 'an hour later');
    await c.db.pool.query('update tenant set clock_offset_ms = 0 where id = $1', [c.ctx().tenant.id]);
    assert.equal(await works(c.token), 200);
    await Tenants.update(c.ctx(), { status: 'disabled' });
    assert.equal(await works(c.token), 401);
    assert.equal((await ask(`${URL_OF}?clientKey=${key}&secret=${secret}`)).status, 401);
    await Tenants.update(c.ctx(), { status: 'active' });
  });
});
