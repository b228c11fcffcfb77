import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { about } from '../../../src/dialects/enabley/about.ts';
import { loadContract } from '../../../src/http/contract.ts';
import { Clients } from '../../../src/record/access/index.ts';
import { type Answered, type Company, company } from './company.ts';
import { furnish, NAMELESS, NOTHING, type Request, requests, type Things } from './requests.ts';

const { operations } = loadContract('enabley');
/** These end what others need. */
const LAST = ['removeUserFromChannel', 'removeUserFromSubAccount', 'deleteGroup', 'deleteUser'];

let c: Company;
let things: Things;
/** `operation status` pairs that were answered; every answer was checked strictly against its schema by the server. */
const reached = new Set<string>();

async function ask(
  id: string,
  request: Request,
  expected: number,
  options: Request['options'] = {},
): Promise<Answered> {
  const answer = await c.call(request.method, request.path, { ...request.options, ...options });
  assert.equal(
    answer.status,
    expected,
    `${id} ${request.method} ${request.path}: ${JSON.stringify(answer.body)?.slice(0, 600)}`,
  );
  if (expected >= 400) {
    assert.equal(answer.body.message, answer.body.error_description, id);
    assert.equal(typeof answer.body.error, 'string');
  }
  reached.add(`${id} ${answer.status}`);
  return answer;
}

before(async () => {
  c = await company();
  things = await furnish(c);
});
after(() => c.close());

describe('every operation of the contract', () => {
  it('is asked for here', () => {
    assert.equal(operations.length, 48);
    assert.deepEqual(Object.keys(requests(c, things)).sort(), operations.map(({ id }) => id).sort());
  });

  it('succeeds; create-or-update answers 201, then 200', async () => {
    const all = requests(c, things);
    const order = [
      ...operations.filter(({ id }) => !LAST.includes(id)),
      ...LAST.map((id) => operations.find((o) => o.id === id)!),
    ];
    for (const { id, answers } of order) {
      if (answers.has('201')) await ask(id, all[id]!, 201);
      await ask(id, all[id]!, 200);
    }
    things = await furnish(c);
  });

  it('401 without a token, with one that is none, and with one that was changed', async () => {
    const all = requests(c, things);
    for (const { id, security } of operations) {
      if (security.length === 0) continue;
      for (const token of [null, 'x', `${c.token}x`, c.token.replace(/^\w/, 'f')]) {
        const { body } = await ask(id, all[id]!, 401, { token });
        assert.deepEqual([body.error, body.message], ['access_denied', 'Unauthorized: invalid JWT token']);
      }
    }
    const { body } = await ask('createToken', { method: 'POST', path: '/api/v1/token?clientKey=x&secret=y' }, 401);
    assert.equal(body.error, 'invalid_client');
  });

  it('401 too where the client lacks the permission; no 403 is known here', async () => {
    const token = await c.newToken(await Clients.create(c.ctx(), { dialect: about, name: 'Powerless' }));
    const all = requests(c, things);
    for (const { id, security } of operations) {
      if (security.length === 0 || id === 'getGroupHierarchy') continue;
      const { body } = await ask(id, all[id]!, 401, { token });
      assert.equal(body.error, 'access_denied', id);
      assert.match(body.message, /^Unauthorized: permission/);
    }
  });

  it('404 for what no path or query names, 400 for what a body names', async () => {
    const all = requests(c, NOTHING);
    for (const { id, answers } of operations) {
      const inBody = ['createChannelInstance', 'addEntitlement', 'removeEntitlement', 'changeUserIdentifier'].includes(
        id,
      );
      const keyed =
        answers.get('404') &&
        !operations.find((o) => o.id === id)!.parameters.some(({ name }) => name === 'paginationKey');
      if (!inBody && !keyed) continue;
      const { body } = await ask(id, all[id]!, inBody ? 400 : 404);
      assert.equal(body.error, 'item_not_exists', id);
      assert.match(body.message, / not found$/, id);
    }
    await ask('listPerformancePaged', all.listPerformancePaged!, 404);
  });

  it('404 not_found for pagination keys that are none', async () => {
    const all = requests(c, things);
    for (const { id, parameters } of operations) {
      if (!parameters.some(({ name }) => name === 'paginationKey')) continue;
      const { path } = all[id]!;
      for (const key of ['x', 'a.b', '%20', c.token]) {
        const request = { method: 'GET', path: `${path}${path.includes('?') ? '&' : '?'}paginationKey=${key}` };
        const { body } = await ask(id, request, 404);
        assert.deepEqual([body.error, body.message], ['not_found', 'Pagination key not found']);
      }
    }
  });

  it('409 where a user has no link to the certificate', async () => {
    const request = requests(c, { ...things, user: things.teacher }).setCertificateRequirement!;
    const { body } = await ask('setCertificateRequirement', request, 409);
    assert.equal(body.error, 'item_not_exists');
  });

  it('400 for what cannot be read', async () => {
    const all = requests(c, things);
    for (const { id, body, parameters } of operations) {
      const { method, path, options } = all[id]!;
      const withNul = (name: string) => operations.find((one) => one.id === name)!.path.replace(/\{[^}]+\}/g, 'a%00b');
      const mark = path.includes('?') ? '&' : '?';
      const { body: told } = await ask(
        id,
        { method, path: `${path}${mark}x=%zz`, ...(options ? { options } : {}) },
        400,
      );
      assert.equal(told.error, 'invalid_request', id);
      if (parameters.some(({ in: where }) => where === 'path')) await ask(id, { method, path: withNul(id) }, 400);
      if (!body?.required) continue;
      for (const raw of ['{"a":', '[{}]', '"text"', '{"identifier":{}}']) {
        const answer = await c.call(method, path, { raw });
        assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'], `${id} ${raw}`);
      }
      await ask(id, { method, path }, 400);
    }
    await ask('createToken', { method: 'POST', path: '/api/v1/token?clientKey=x' }, 400, { token: null });
  });

  it('413 for a body that is too large', async () => {
    const small = await company({ bodyBytes: 1000, beside: c });
    try {
      for (const { id, method, path, body } of operations) {
        if (!body) continue;
        const answer = await small.call(method, path.replaceAll(/\{\w+\}/g, 'x'), {
          raw: `{"a":"${'x'.repeat(1000)}"}`,
        });
        assert.deepEqual([answer.status, answer.body.error], [413, 'invalid_request'], id);
        reached.add(`${id} 413`);
      }
    } finally {
      await small.close();
    }
  });

  it('404 and 405 for other paths and methods', async () => {
    for (const path of ['/api/v1/nothing', '/api/v9/users', '/', '/api/v1/channels/a/b/c/d/e'])
      assert.deepEqual([(await c.get(path)).status, (await c.get(path)).body.error], [404, 'not_found']);
    const other = await c.call('PATCH', '/api/v2/users', { body: {} });
    assert.deepEqual([other.status, other.body.error], [405, 'invalid_request']);
  });

  it('503 in its own shape while the database is away, 500 when something breaks, and works again afterwards', async () => {
    const all = requests(c, things);
    const { connect } = c.db.pool;
    const fails = (error: Error) => {
      (c.db.pool as { connect: unknown }).connect = (told?: (error: Error) => void) =>
        told ? told(error) : Promise.reject(error);
    };
    try {
      fails(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
      for (const { id } of operations) {
        const { body, headers } = await ask(id, all[id]!, 503);
        assert.equal(body.error, 'service_unavailable');
        assert.ok(Number(headers['retry-after']) >= 1);
        assert.ok(!JSON.stringify(body).includes('ECONN'));
      }
      fails(new Error('a secret of the house'));
      for (const { id } of operations) {
        const { body } = await ask(id, all[id]!, 500);
        assert.equal(body.error, 'general_error');
        assert.ok(!JSON.stringify(body).includes('secret of'));
      }
    } finally {
      c.db.pool.connect = connect;
    }
    assert.equal((await c.get('/api/v1/groups/hierarchy')).status, 200);
  });

  it('429 with Retry-After', async () => {
    const limited = await company({ rate: { perSecond: 0.01, burst: 1 }, beside: c });
    try {
      await limited.get('/api/v1/groups/hierarchy');
      const all = requests(limited, things);
      for (const { id } of operations) {
        const { method, path, options } = all[id]!;
        const { status, body, headers } = await limited.call(method, path, options);
        assert.deepEqual([status, body.error], [429, 'service_unavailable'], id);
        assert.ok(Number(headers['retry-after']) >= 1);
      }
    } finally {
      await limited.close();
    }
  });

  it('every documented status was reached', () => {
    const documented = operations.flatMap(({ id, answers }) => [...answers.keys()].map((status) => `${id} ${status}`));
    assert.deepEqual(
      documented.filter((pair) => !reached.has(pair)),
      [],
    );
  });
});

describe('another account', () => {
  it('its identifiers answer as if absent, wherever they stand', async () => {
    const other = await company({ beside: c });
    try {
      const foreign = await furnish(other);
      const [there, nowhere] = [requests(c, foreign), requests(c, NOTHING)];
      const told = (answer: Answered) => [answer.status, answer.body.error, answer.body.message];
      for (const { id, answers } of operations) {
        if (
          NAMELESS.has(id) ||
          answers.has('201') ||
          (!JSON.stringify(there[id]).includes(foreign.channel.slice(2)) &&
            !JSON.stringify(there[id]).includes(foreign.user))
        )
          continue;
        const [one, two] = [
          await c.call(there[id]!.method, there[id]!.path, there[id]!.options),
          await c.call(nowhere[id]!.method, nowhere[id]!.path, nowhere[id]!.options),
        ];
        assert.deepEqual(told(one), told(two), id);
        assert.ok(one.status >= 400, id);
      }
      const mixed: [string, string, unknown?][] = [
        ['POST', `/api/v1/groups/${things.group}/users/${foreign.user}`],
        ['POST', `/api/v1/groups/${foreign.group}/users/${things.user}`],
        ['POST', `/api/v2/channels/${things.channel}/users/${foreign.user}`],
        ['POST', `/api/v1/channels/${things.channel}/groups/${foreign.group}`],
        ['PUT', `/api/v2/userProfiles/${foreign.profile}/users/${things.user}`],
        ['PUT', `/api/v2/userProfiles/${things.profile}/users/${foreign.user}`],
      ];
      for (const [method, path] of mixed) assert.equal((await c.call(method, path)).status, 404, path);
      const parent = { identifier: 'trespass', name: 'x', type: 'SITE', parentIdentifier: foreign.group };
      assert.equal((await c.put('/api/v1/groups', parent)).body.error, 'item_not_exists');
      assert.deepEqual((await c.post('/api/v2/getUserProfiles', [foreign.profile])).body, []);
      assert.equal((await c.get('/api/v1/groups/hierarchy', { token: other.token })).status, 200);
      assert.equal((await c.get(`/api/v2/users/${things.user}`, { token: other.token })).status, 404);
      assert.equal((await other.get(`/api/v2/users/${foreign.user}`)).status, 200);
      // the same identifier is somebody else there
      const own = { identifier: foreign.user, firstName: 'Own', lastName: 'One', username: 'own-one' };
      assert.equal((await c.put('/api/v2/users', own)).status, 201);
      assert.equal((await other.get(`/api/v2/users/${foreign.user}`)).body.firstName, 'Uma');
    } finally {
      await other.close();
    }
  });
});
