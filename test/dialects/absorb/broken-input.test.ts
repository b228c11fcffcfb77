import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract, type Operation } from '../../../src/http/contract.ts';
import { brokenInput, type Sent } from '../../support/broken-input.ts';
import { type Academy, academy } from './academy.ts';
import { furnish, grantOf, type Ids, requests } from './requests.ts';

const contract = loadContract('absorb');
const BODY_BYTES = 200_000;

let a: Academy;
let ids: Ids;

before(async () => {
  a = await academy({ bodyBytes: BODY_BYTES });
  ids = await furnish(a);
});
after(() => a.close());

async function good({ id }: Operation): Promise<Sent> {
  // what can be done once needs things of its own each time
  const things = id === 'unenrollUsers' ? await furnish(a) : ids;
  const { path, options } = id === 'createOAuthToken' ? await grantOf(a) : requests(a, things)[id]!;
  return { path, ...(options?.body === undefined ? {} : { body: options.body }) };
}

const send = ({ method }: Operation, { path, body, payload, headers }: Sent) =>
  a.call(method, path, {
    ...(payload === undefined ? {} : { raw: payload }),
    ...(body === undefined ? {} : { body }),
    ...(headers ? { headers } : {}),
  });

test('whatever is broken in a request, the answer is one that its operation names', async () => {
  assert.deepEqual(await brokenInput({ contract, good, send, bodyBytes: BODY_BYTES }), []);
});
