import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract, type Operation } from '../../../src/http/contract.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { brokenInput, injecting, type Sent } from '../../support/broken-input.ts';
import { APART, OPERATIONS } from './operations.ts';
import type { Make } from './recipes.ts';
import { type World, worldOf } from './world.ts';

const contract = loadContract('matricula');
const BODY_BYTES = 200_000;

let app: TestApp;
let world: World;
let importId: string;

before(async () => {
  app = await testApp({ tenant: { sandbox: true }, config: { bodyBytes: BODY_BYTES, uploadBytes: BODY_BYTES } });
  world = worldOf(app.api);
  importId = (await app.api('POST', '/imports', (await APART.createImport!.good(world)) as object)).body.id;
});
after(() => app.close());

const OWN: Record<string, Make> = {
  createToken: () => ({ path: '/tokens', body: { tenant: app.slug, login: 'nobody', password: 'wrong horse' } }),
  deleteMyToken: () => ({ path: '/me/token' }),
  getImport: () => ({ path: `/imports/${importId}` }),
};

const good = async ({ id }: Operation): Promise<Sent> => (OWN[id] ?? APART[id]?.good ?? OPERATIONS[id]!.good)(world);

const send = (operation: Operation, sent: Sent) =>
  injecting(app.app.server, '/matricula/v1', { authorization: `Bearer ${app.key}` })(operation, sent);

test('whatever is broken in a request, the answer is one that its operation names', async () => {
  // what does not end reads what the feed does
  const except = ['getEventStream'];
  assert.deepEqual(await brokenInput({ contract, good, send, bodyBytes: BODY_BYTES, except }), []);
});
