import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract, type Operation } from '../../../src/http/contract.ts';
import { brokenInput, type Sent } from '../../support/broken-input.ts';
import { type Company, company } from './company.ts';
import { furnish, requests, type Things } from './requests.ts';

const contract = loadContract('enabley');
const BODY_BYTES = 200_000;
/** What takes something away needs it anew each time. */
const ONCE = /^delete|SubAccount$/;

let c: Company;
let things: Things;

before(async () => {
  c = await company({ bodyBytes: BODY_BYTES });
  things = await furnish(c);
});
after(() => c.close());

async function good({ id }: Operation): Promise<Sent> {
  const { path, options } = requests(c, ONCE.test(id) ? await furnish(c) : things)[id]!;
  return { path, ...(options?.body === undefined ? {} : { body: options.body }) };
}

const send = ({ method }: Operation, { path, body, payload, headers }: Sent) =>
  c.call(method, path, {
    ...(payload === undefined ? {} : { raw: payload }),
    ...(body === undefined ? {} : { body }),
    ...(headers ? { headers } : {}),
  });

test('whatever is broken in a request, the answer is one that its operation names', async () => {
  assert.deepEqual(await brokenInput({ contract, good, send, bodyBytes: BODY_BYTES, anyLabel: true }), []);
});
