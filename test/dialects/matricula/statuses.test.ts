import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { type App, createApp, DIALECTS } from '../../../src/app.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import type { Connected } from '../../../src/database/client.ts';
import { handConsequences } from '../../../src/database/consequences-of.ts';
import { filesOf, handFiles } from '../../../src/database/file-room.ts';
import { speaking } from '../../../src/database/lines.ts';
import { loadContract, type Operation } from '../../../src/http/contract.ts';
import { passFor } from '../../../src/http/passes.ts';
import { Tenants } from '../../../src/record/access/index.ts';
import { CONSEQUENCES } from '../../../src/record/consequences.ts';
import { lockName } from '../../../src/record/kernel/locks.ts';
import type { Permission } from '../../../src/record/kernel/permission.ts';
import { type Answered, apiOf, type TestApp, type TestTenant, testApp } from '../../support/app.ts';
import { connectTo } from '../../support/database.ts';
import { APART, OPERATIONS } from './operations.ts';
import type { Recipe, Wanted } from './recipes.ts';
import { type World, worldOf } from './world.ts';

const contract = loadContract('matricula');
const NOBODY = '018f0000-0000-7000-8000-000000000000';
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const BODY_BYTES = 200_000;
const LIMITS: Partial<Config> = { bodyBytes: BODY_BYTES, uploadBytes: BODY_BYTES };

/** Operations that are called in a way of their own. */
const OWN: Record<string, Recipe> = {
  createToken: {
    good: () => ({ path: '/tokens', body: { tenant: app.slug, login: 'nobody', password: 'wrong horse' } }),
  },
  deleteMyToken: { good: () => ({ path: '/me/token' }) },
  ...APART,
};
const recipes: Record<string, Recipe> = {
  ...OPERATIONS,
  ...OWN,
  getImport: { good: () => ({ path: `/imports/${importId}` }) },
};

let app: TestApp;
let sandbox: TestTenant;
let world: World;
/** A key that may do nothing. */
let powerless: string;
/** A key of a tenant that has been switched off. */
let disabled: TestTenant;
let disabledLogin: string;
let importId: string;
let limited: App;
let broken: App;
let trouble: Error | undefined;

/** Statuses that were seen, by operation. */
const reached = new Map<string, Set<number>>();

before(async () => {
  app = await testApp({ config: LIMITS });
  sandbox = await app.tenant({ sandbox: true });
  world = worldOf(app.api);
  powerless = await app.keyFor([]);
  disabled = await app.tenant();
  disabledLogin = (await disabled.personWith()).login;
  importId = (await imported()).body.id;
  await app.database.pool.query(`update tenant set status = 'disabled' where slug = $1`, [disabled.slug]);
  limited = await another({ rate: { perSecond: 0.0001, burst: 1 } }, open());
  broken = await another({}, failing());
});
after(async () => {
  await broken.close();
  await limited.close();
  await app.close();
});

const open = (): Connected => connectTo(app.database, 3);

const another = (config: Partial<Config>, connected: Connected): Promise<App> =>
  createApp({
    config: { ...readConfig({ LOG_LEVEL: 'silent', PUBLIC_URL: 'http://localhost' }, DIALECTS), ...LIMITS, ...config },
    connected,
    log: pino({ level: 'silent' }),
    checkAnswers: true,
  });

/** A database that can be told to fail: nothing can be asked while `trouble` is set. */
function failing(): Connected {
  const inner = open();
  const guarded =
    (method: (...args: any[]) => any) =>
    (...args: any[]): unknown => {
      if (!trouble) return method.apply(inner.pool, args);
      const done = args.at(-1);
      return typeof done === 'function' ? void done(trouble) : Promise.reject(trouble);
    };
  const pool = new Proxy(inner.pool, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return name === 'connect' || name === 'query' ? guarded(value) : value.bind(target);
    },
  });
  const db = speaking(pool);
  handConsequences([db, pool], CONSEQUENCES);
  handFiles([db, pool], { ...filesOf(inner.db), db });
  return { ...inner, db, pool };
}

interface Probe extends Partial<Wanted> {
  as?: string | null;
  on?: App;
}

/** Calls an operation and remembers what it answered. */
async function call(operation: Operation, wanted: Wanted, { as = app.key, on = app.app, ...more }: Probe = {}) {
  const { path, ...options } = { ...wanted, ...more };
  const answer = await apiOf(on, app.key)(operation.method.toUpperCase(), path, { as, ...options });
  const seen = reached.get(operation.id) ?? new Set();
  reached.set(operation.id, seen.add(answer.status));
  if (answer.status >= 400) assertProblem(operation, answer);
  return answer;
}

function assertProblem(operation: Operation, { status, headers, body }: Answered): void {
  assert.match(String(headers['content-type']), /^application\/problem\+json/, operation.id);
  assert.equal(body.status, status);
  assert.match(body.type, /^urn:matricula:problem:[a-z-]+$/);
  if (status === 401) assert.match(String(headers['www-authenticate']), /^Bearer/);
  if (status === 429 || status === 503) assert.match(String(headers['retry-after']), /^\d+$/);
}

const told = (operation: Operation, answer: Answered): string =>
  `${operation.id} ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 600)}`;

const operations = [...contract.operations];
const documents = (operation: Operation, status: number): boolean => operation.answers.has(String(status));
const takes = (operation: Operation, name: string): boolean =>
  operation.parameters.some((parameter) => parameter.name.toLowerCase() === name);
const withQuery = (path: string, query: string): string => path + (path.includes('?') ? '&' : '?') + query;

async function good(operation: Operation): Promise<Wanted> {
  const recipe = recipes[operation.id];
  assert.ok(recipe, `${operation.id} has no recipe`);
  return recipe.good(world);
}

/** The same refusal from every operation that documents it. */
async function everyOperation(
  status: number,
  which: (operation: Operation) => boolean,
  probe: (operation: Operation, wanted: Wanted) => Promise<Answered>,
): Promise<void> {
  const wrong: string[] = [];
  for (const operation of operations) {
    if (!documents(operation, status) || !which(operation)) continue;
    const answer = await probe(operation, await good(operation));
    if (answer.status !== status) wrong.push(told(operation, answer));
  }
  assert.deepEqual(wrong, []);
}
const all = (): boolean => true;
/** Operations without an answer of their own of this status. */
const unlessApart = (status: number) => (operation: Operation) => recipes[operation.id]?.also?.[status] === undefined;

test('what an operation needs is enough, and it answers as the contract says', async () => {
  const streams = new Set(['getEventStream', ...Object.keys(OWN)]);
  const wrong: string[] = [];
  for (const operation of operations) {
    if (streams.has(operation.id)) continue;
    const permission = operation.raw['x-permission'] as Permission | undefined;
    const as = permission ? await app.keyFor([permission]) : app.key;
    const answer = await call(operation, await good(operation), { as });
    if (answer.status >= 300) wrong.push(told(operation, answer));
  }
  assert.deepEqual(wrong, []);
});

test('operations with an answer of their own', async () => {
  const wrong: string[] = [];
  for (const operation of operations)
    for (const [status, make] of Object.entries(recipes[operation.id]?.also ?? {})) {
      const answer = await call(operation, await make!(world));
      if (answer.status !== Number(status)) wrong.push(`${status} wanted: ${told(operation, answer)}`);
    }
  assert.deepEqual(wrong, []);
});

test('signing in and out', async () => {
  const [create, remove] = ['createToken', 'deleteMyToken'].map((id) => contract.byId.get(id)!) as [
    Operation,
    Operation,
  ];
  const { login } = await app.personWith();
  const body = { tenant: app.slug, login, password: 'correct horse' };
  const signedIn = await call(create, { path: '/tokens', body }, { as: null });
  assert.equal(signedIn.status, 201);
  const off = await call(
    create,
    { path: '/tokens', body: { ...body, tenant: disabled.slug, login: disabledLogin } },
    { as: null },
  );
  assert.equal(off.status, 403);
  assert.equal((await call(remove, { path: '/me/token' })).status, 409);
  assert.equal((await call(remove, { path: '/me/token' }, { as: signedIn.body.token })).status, 204);
});

test('clock and reset are for sandboxes', async () => {
  for (const id of ['updateClock', 'createReset']) {
    const operation = contract.byId.get(id)!;
    const wanted = await good(operation);
    assert.equal((await call(operation, wanted)).status, 409);
    const answer = await call(operation, wanted, { as: sandbox.key });
    assert.ok(answer.status === 200 || answer.status === 201, told(operation, answer));
  }
});

test('an import runs, one at a time', async () => {
  const operation = contract.byId.get('createImport')!;
  const show = contract.byId.get('getImport')!;
  const wanted = await good(operation);
  const answer = await call(operation, wanted);
  assert.equal(answer.status, 202, told(operation, answer));
  const path = `/imports/${answer.body.id}`;
  assert.ok(String(answer.headers.location).endsWith(`/matricula/v1${path}`));
  await finished(answer.body.id);
  const { body } = await call(show, { path });
  assert.deepEqual([body.state, body.report.problem], ['complete', null]);
  assert.equal(body.report.counts.units.unchanged, 1);
  const { id } = (await app.ctx()).tenant;
  await holding(lockName('import', id), async () => {
    const second = await call(operation, wanted);
    assert.deepEqual([second.status, second.body.rule], [409, 'in_use']);
  });
});

test('the stream of events opens', async () => {
  const operation = contract.byId.get('getEventStream')!;
  const url = await app.app.server.listen({ port: 0, host: '127.0.0.1' });
  const controller = new AbortController();
  const answer = await fetch(`${url}/matricula/v1/event-stream`, {
    headers: { authorization: `Bearer ${app.key}` },
    signal: controller.signal,
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type')!, /^text\/event-stream/);
  reached.set(operation.id, (reached.get(operation.id) ?? new Set()).add(200));
  controller.abort();
});

test('400: a parameter that is not known', () =>
  everyOperation(400, all, (operation, wanted) =>
    call(operation, { ...wanted, path: withQuery(wanted.path, 'nonsense=1') }),
  ));

test('401: nobody knows who calls', () =>
  everyOperation(401, all, (operation, wanted) => call(operation, wanted, { as: null })));

test('403: without the permission, and in a disabled tenant', async () => {
  await everyOperation(
    403,
    (operation) => operation.raw['x-permission'] !== undefined,
    (operation, wanted) => call(operation, wanted, { as: powerless }),
  );
  await everyOperation(
    403,
    (operation) => operation.security.length > 0,
    (operation, wanted) => call(operation, wanted, { as: disabled.key }),
  );
});

test('404: an id that names nothing', () =>
  everyOperation(404, all, (operation, wanted) =>
    call(operation, { ...wanted, path: wanted.path.replace(UUID, NOBODY) }),
  ));

test('404: what belongs to another tenant is absent wherever an id stands in a path', async () => {
  const foreign = (await app.tenant()).key;
  await everyOperation(
    404,
    (operation) => operation.path.includes('{') && operation.security.length > 0,
    (operation, wanted) => call(operation, wanted, { as: foreign }),
  );
});

test('409: the first request with this Idempotency-Key is at work', async () => {
  const { actorId, tenantId } = await callerOf(app.key);
  await everyOperation(
    409,
    (operation) => takes(operation, 'idempotency-key'),
    (operation, wanted) =>
      holding(lockName('answer', tenantId, actorId, 'the-key'), () =>
        call(operation, wanted, { headers: { ...wanted.headers, 'idempotency-key': 'the-key' } }),
      ),
  );
});

test('410: a place in the feed from before a reset', async () => {
  const sandbox = await app.tenant({ sandbox: true });
  const { next } = (await sandbox.api('GET', '/events')).body;
  assert.equal((await sandbox.api('POST', '/resets')).status, 201);
  for (const [id, path] of [
    ['listEvents', '/events'],
    ['getEventStream', '/event-stream'],
  ] as const) {
    const gone = await call(contract.byId.get(id)!, { path: `${path}?cursor=${next}` }, { as: sandbox.key });
    assert.equal(gone.status, 410);
  }
});

test('410: an address of a content that was good for a while', async () => {
  const ctx = await app.ctx();
  const { id } = await world.file();
  const key = await Tenants.signingKey(ctx, 'file content');
  const pass = passFor(key, { purpose: 'file content', id }, Date.now() - 1);
  const path = `/files/${id}/content?tenant=${ctx.tenant.id}&pass=${pass}`;
  assert.equal((await call(contract.byId.get('getFileContent')!, { path })).status, 410);
});

test('412: no longer what If-Match says', () =>
  everyOperation(412, all, (operation, wanted) => call(operation, wanted, { headers: { 'if-match': '"other"' } })));

test('413: a body beyond the limit', () =>
  everyOperation(413, all, (operation, wanted) => {
    const payload = JSON.stringify({ filler: 'x'.repeat(BODY_BYTES) });
    return call(operation, { ...wanted, payload });
  }));

test('415: a body of another kind', () =>
  everyOperation(415, unlessApart(415), (operation, wanted) =>
    call(operation, { ...wanted, payload: 'hello', headers: { 'content-type': 'text/plain' } }),
  ));

test('422: a member that is not known; without a body, a key that another address had', () =>
  everyOperation(422, unlessApart(422), async (operation, wanted) => {
    if (operation.body) {
      const payload = operation.id === 'createImport' ? 'not: [closed' : JSON.stringify({ nonsense: 1 });
      const type = operation.id === 'createImport' ? 'application/zip' : 'application/json';
      return call(operation, { path: wanted.path, payload, headers: { 'content-type': type } });
    }
    const headers = { 'idempotency-key': `elsewhere-${operation.id}` };
    await app.api('POST', '/units', { body: { name: 'Elsewhere' }, headers });
    return call(operation, wanted, { headers });
  }));

test('429: too many requests', async () => {
  await apiOf(limited, app.key)('GET', '/me');
  // who is not known yet counts by address
  await apiOf(limited, app.key)('POST', '/tokens', { as: null, body: OWN.createToken!.good(world) });
  await everyOperation(429, all, (operation, wanted) =>
    call(operation, wanted, { on: limited, as: operation.security.length > 0 ? app.key : null }),
  );
});

test('500 and 503: the database fails, and is gone', async () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  for (const [status, error] of [
    [500, new Error('something unforeseen')],
    [503, lost],
  ] as const) {
    // a caller who is known already gets as far as the handler
    trouble = undefined;
    await apiOf(broken, app.key)('GET', '/me');
    await everyOperation(status, all, async (operation, wanted) => {
      const cold = await app.keyFor([]);
      trouble = error;
      const answer = await call(operation, wanted, { on: broken });
      const final = answer.status === status ? answer : await call(operation, wanted, { on: broken, as: cold });
      trouble = undefined;
      if (final.status === status) {
        assert.deepEqual(final.body.errors, []);
        assert.doesNotMatch(JSON.stringify(final.body), /unforeseen|ECONN/);
      }
      return final;
    });
  }
});

test('every documented status of every operation has been reached', () => {
  const missing = operations.flatMap((operation) =>
    [...operation.answers.keys()]
      .filter((status) => !reached.get(operation.id)?.has(Number(status)))
      .map((status) => `${operation.id} ${status}`),
  );
  assert.deepEqual(missing, []);
});

/** A run that is over. */
async function imported(): Promise<Answered> {
  const { path, ...options } = (await OWN.createImport!.good(world)) as Wanted;
  const answer = await app.api('POST', path, options);
  await finished(answer.body.id);
  return answer;
}

async function finished(id: string): Promise<void> {
  for (let i = 0; i < 6000; i++) {
    if ((await app.api('GET', `/imports/${id}`)).body.state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('still running');
}

/** Holds an advisory lock on a connection of its own meanwhile. */
async function holding<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client(
    typeof app.database.connection === 'string'
      ? { connectionString: app.database.connection }
      : app.database.connection,
  );
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lock]);
    return await work();
  } finally {
    await client.end();
  }
}

async function callerOf(key: string): Promise<{ actorId: string; tenantId: string }> {
  const { body } = await app.api('GET', '/me', { as: key });
  return { actorId: body.client.id, tenantId: body.tenant.id };
}
