import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { run } from '../../src/database/run.ts';
import { loadContract } from '../../src/http/contract.ts';
import { importAcademy, keepFile } from '../../src/interchange/academy/index.ts';
import { resetSandbox } from '../../src/interchange/reset-sandbox.ts';
import { Passwords, Tenants } from '../../src/record/access/index.ts';
import { type TestApp, testApp } from '../support/app.ts';

const DEMO = readFileSync(new URL('../../academies/demo.yaml', import.meta.url), 'utf8');
const PASSWORDS = [...DEMO.matchAll(/password: (\S+)/g)].map((match) => match[1]!);
/** What nobody is ever told: passwords, and what they are kept as. */
const SECRETS = new RegExp([...PASSWORDS, '\\$argon2'].join('|'));

let app: TestApp;

before(async () => {
  app = await testApp({ tenant: { sandbox: true } });
  const ctx = await app.ctx();
  await importAcademy(ctx, DEMO);
  await keepFile(ctx, DEMO);
});
after(() => app.close());

async function eventsHoldNone(): Promise<void> {
  const { rows } = await run<{ told: string }>(app.database.db, 'select row_to_json(e)::text as told from event e', []);
  assert.ok(rows.length > 50);
  for (const { told } of rows) assert.doesNotMatch(told, SECRETS);
}

test('no event holds a secret of the academy', async () => {
  assert.equal(PASSWORDS.length, 4);
  await Tenants.update(await app.ctx(), { name: 'Another Name' });
  await eventsHoldNone();
});

test('no answer to a reader holds a secret of the academy, whatever the reader may do', async () => {
  const learner = await app.personWith({ roles: ['admin'] });
  const { document } = loadContract('matricula');
  const paths = Object.entries(document.paths as Record<string, { get?: { operationId: string } }>)
    .filter(([, item]) => item.get && item.get.operationId !== 'getEventStream')
    .map(([path]) => path);
  let read = 0;
  const look = async (path: string): Promise<any> => {
    for (const as of [app.key, learner.token]) {
      const { status, body } = await app.api('GET', path, { as });
      assert.ok(status < 500, `${path} ${status}`);
      assert.doesNotMatch(JSON.stringify(body) ?? '', SECRETS, path);
      if (status === 200) read++;
      if (as === learner.token) return body;
    }
  };
  for (const path of paths.filter((each) => !each.includes('{'))) {
    const body = await look(path);
    const below = paths.filter((each) => each.startsWith(`${path}/{`) && each.split('{').length === 2);
    for (const { id } of (body?.data ?? []).slice(0, 5))
      for (const inner of below) if (id) await look(inner.replace(/\{[^}]*\}/, String(id)));
  }
  assert.ok(read > 100, String(read));
});

test('the file that a sandbox is reset to is for those who manage it, without passwords; after a reset people sign in', async () => {
  const learner = await app.personWith();
  assert.match((await app.api('GET', '/tenant')).body.academy, /passwordHash: kept-/);
  assert.equal((await app.api('GET', '/tenant', { as: learner.token })).body.academy, null);
  const reader = await app.keyFor(['people.read']);
  assert.equal((await app.api('GET', '/tenant', { as: reader })).body.academy, null);
  for (const round of [1, 2]) {
    await resetSandbox(await app.ctx());
    assert.equal((await Passwords.signIn(await app.ctx(), 'admin', PASSWORDS[0]!)).login, 'admin', `round ${round}`);
  }
  await eventsHoldNone();
});
