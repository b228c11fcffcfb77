import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PERMISSIONS } from '../../src/record/kernel/permission.ts';
import { type TestApp, testApp } from '../support/app.ts';

/** The same addresses are taken, and the same refused, whichever protocol brings them. */
let a: TestApp;
let absorb: Door;
let enabley: Door;
const own: Door = async (email, n) =>
  a.api('POST', '/people', { body: { givenName: 'Own', familyName: `${n}`, username: `own-${n}`, email } });

type Door = (email: string, n: number) => Promise<{ status: number; body: any }>;

async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<{ status: number; body: any }> {
  const answer = await a.app.server.inject({
    method: method as 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.payload === '' ? null : answer.json() };
}

const made = async (dialect: string) =>
  (await a.api('POST', '/clients', { body: { dialect, name: dialect, permissions: PERMISSIONS } })).body.credentials
    .credentials;

before(async () => {
  a = await testApp();
  const { privateKey, username, password } = await made('absorb');
  const key = { 'x-api-key': privateKey };
  const token = (await send('POST', '/absorb/authenticate', key, { username, password, privateKey })).body;
  const { departments } = (
    await a.app.server.inject({ url: '/absorb/departments', headers: { ...key, authorization: token } })
  ).json();
  absorb = (emailAddress, n) =>
    send(
      'POST',
      '/absorb/users',
      { ...key, authorization: token },
      { username: `abs-${n}`, firstName: 'Abs', lastName: 'Orb', departmentId: departments[0].id, emailAddress },
    );
  const { clientKey, secret } = await made('enabley');
  const bearer = (await send('POST', `/enabley/api/v1/token?clientKey=${clientKey}&secret=${secret}`, {}, {})).body;
  enabley = (email, n) =>
    send(
      'PUT',
      '/enabley/api/v2/users',
      { authorization: `Bearer ${bearer.access_token}` },
      { identifier: `ena-${n}`, username: `ena-${n}`, firstName: 'Ena', lastName: 'Bley', email },
    );
});
after(() => a.close());

test('every door takes addresses of RFC 5321 and 6531', async () => {
  const addresses = ["o'shea@", 'jürgen@', '"ada b"@', '用户@'];
  for (const [name, door] of Object.entries({ own, absorb, enabley }))
    for (const [n, local] of addresses.entries()) {
      const email = `${local}${name}.example`;
      const answer = await door(email, n);
      assert.equal(answer.status < 300, true, `${name} ${email} ${JSON.stringify(answer.body)}`);
      const [person] = (await a.api('GET', `/people?email=${encodeURIComponent(email.toUpperCase())}`)).body.data;
      assert.equal(person?.email, email, name);
    }
});

test('every door refuses what is no address', async () => {
  for (const [name, door] of Object.entries({ own, absorb, enabley }))
    for (const [n, email] of ['nobody', 'a b@x.example', 'a..b@x.example', 'a@x_y.example'].entries()) {
      const { status } = await door(email, 100 + n);
      assert.ok([400, 422].includes(status), `${name} ${email} ${status}`);
    }
});

test('people sign in by such an address, in any case', async () => {
  const email = 'jürgen.groß@example.org';
  await a.api('POST', '/people', { body: { fullName: 'Jürgen Groß', email, password: 'correct horse' } });
  for (const login of [email, 'JÜRGEN.GROß@EXAMPLE.org']) {
    const body = { tenant: a.slug, login, password: 'correct horse' };
    assert.equal((await a.api('POST', '/tokens', { as: null, body })).status, 201, login);
  }
});
