import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flow } from './stream.ts';

test('an answer that its reader takes slowly leaves no listeners behind', async () => {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 200; i++) yield Buffer.alloc(65_536);
  }
  const out = flow(chunks(), false, new AbortController().signal, (error) => assert.fail(String(error)));
  let most = 0;
  let size = 0;
  for await (const chunk of out) {
    size += (chunk as Buffer).length;
    most = Math.max(most, out.listenerCount('close'), out.listenerCount('error'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(size, 200 * 65_536);
  assert.ok(most < 10, `${most} listeners`);
});
