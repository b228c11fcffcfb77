import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testTenant } from '../../../test/support/context.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import type { Context } from '../kernel/context.ts';
import { Refusal, refuse } from '../kernel/refusal.ts';
import { Requests, Roles } from './index.ts';

let db: TestDatabase;
let ctx: Context;
before(async () => {
  db = await testDatabase();
  ctx = await testTenant(db.db);
});
after(() => db.close());

const refused = (error: unknown): Requests.Kept | undefined =>
  error instanceof Refusal ? { status: 409, body: error.fact } : undefined;
const named = (key: string, fingerprint = 'a') => ({ key, fingerprint });
const countRoles = async (): Promise<number> =>
  (await Roles.list(ctx, { page: { kind: 'rows', offset: 0, limit: 1, total: true } })).total!;

/** Makes a role, and answers with it. */
const making = (name: string) => async (ctx: Context) => ({
  status: 201,
  headers: { etag: '"x"' },
  body: { z: (await Roles.create(ctx, { name, permissions: [] })).id, a: 'even \u0000' },
});

test('the first answer comes back as it was, member by member', async () => {
  const first = await Requests.answerOnce(ctx, named('one'), making('One'), refused);
  const again = await Requests.answerOnce(ctx, named('one'), making('One'), refused);
  assert.ok(first.kind === 'answered' && again.kind === 'answered');
  assert.deepEqual([first.replayed, again.replayed], [false, true]);
  assert.equal(JSON.stringify(again.answer.body), JSON.stringify(first.answer.body));
  assert.deepEqual(again.answer.headers, { etag: '"x"' });
  assert.equal((await Requests.answerOnce(ctx, named('one', 'b'), making('One'), refused)).kind, 'reused');
});

test('a refusal takes back what was written before it, and is kept', async () => {
  const before = await countRoles();
  const work = async (ctx: Context): Promise<Requests.Kept> => {
    await making('Two')(ctx);
    return refuse({ kind: 'not_found', entity: 'role' });
  };
  for (const replayed of [false, true]) {
    const done = await Requests.answerOnce(ctx, named('two'), work, refused);
    assert.ok(done.kind === 'answered');
    assert.deepEqual([done.answer.status, done.replayed], [409, replayed]);
  }
  assert.equal(await countRoles(), before);
});

test('an error keeps nothing, and the same request may be tried again', async () => {
  const before = await countRoles();
  const broken = async (ctx: Context): Promise<Requests.Kept> => {
    await making('Three')(ctx);
    throw new Error('broken');
  };
  await assert.rejects(Requests.answerOnce(ctx, named('three'), broken, refused), /broken/);
  assert.equal(await countRoles(), before);
  const done = await Requests.answerOnce(ctx, named('three'), making('Three'), refused);
  assert.ok(done.kind === 'answered' && !done.replayed);
  assert.equal(await countRoles(), before + 1);
});

test('while the first is at work the second is told so, and nobody waits', async () => {
  let finish = (): void => {};
  let started = (): void => {};
  const running = new Promise<void>((done) => {
    started = done;
  });
  const held = new Promise<void>((done) => {
    finish = done;
  });
  const first = Requests.answerOnce(
    ctx,
    named('four'),
    async () => {
      started();
      await held;
      return { status: 200 };
    },
    refused,
  );
  await running;
  assert.equal((await Requests.answerOnce(ctx, named('four'), making('Four'), refused)).kind, 'in_use');
  finish();
  assert.equal((await first).kind, 'answered');
  const after = await Requests.answerOnce(ctx, named('four'), making('Four'), refused);
  assert.ok(after.kind === 'answered' && after.replayed && after.answer.body === undefined);
});

test('names belong to a caller and a tenant', async () => {
  const other = await testTenant(db.db);
  const client: Context = {
    ...ctx,
    actor: { kind: 'client', id: '00000000-0000-4000-8000-0000000000c1', permissions: new Set(), units: null },
  };
  for (const who of [ctx, client, other]) {
    const done = await Requests.answerOnce(who, named('five'), async () => ({ status: 204 }), refused);
    assert.ok(done.kind === 'answered' && !done.replayed);
  }
});
