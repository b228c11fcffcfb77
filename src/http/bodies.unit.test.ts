import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { Refusal } from '../record/kernel/refusal.ts';
import { bodiesWithin } from './bodies.ts';

const never = () => assert.fail('dropped');

test('when too much came, the body that has been on its way for the longest time is given up', async () => {
  const bodies = bodiesWithin({ bytes: 100, large: 1000, largeAtOnce: 1 });
  const read = bodies.begin(never);
  read.add(40);
  await read.complete();
  const dropped: Error[] = [];
  const slow = bodies.begin((error) => dropped.push(error));
  slow.add(40);
  const other = bodies.begin(never);
  other.add(30);
  assert.ok(dropped[0] instanceof Refusal && dropped[0].fact.kind === 'unavailable');
  assert.equal(bodies.bytes(), 70);
  slow.add(1000);
  for (const share of [slow, read, other]) share.end();
  assert.equal(bodies.bytes(), 0);
});

test('large bodies are worked on a few at a time, small ones at once', async () => {
  const bodies = bodiesWithin({ bytes: 1000, large: 10, largeAtOnce: 1 });
  const shares = [20, 20, 5].map((size) => {
    const share = bodies.begin(never);
    share.add(size);
    return share;
  });
  const done: number[] = [];
  for (const [at, share] of shares.entries()) void share.complete().then(() => done.push(at));
  await tick();
  assert.deepEqual(done, [0, 2]);
  shares[0]!.end();
  await tick();
  assert.deepEqual(done, [0, 2, 1]);
});
