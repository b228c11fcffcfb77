import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import type { Refusal } from '../kernel/refusal.ts';
import { lanesOf, type SigningIn } from './lanes.ts';

/** Lanes of one place, of which the test decides when each work ends and what time it is. */
function standing() {
  let now = 0;
  const inTurn = lanesOf({ atOnce: 1, mostWaiting: 250, mostWaitingEach: 50, patienceMs: 5000 }, () => now);
  const begun: { name: string; end(): void }[] = [];
  const refused: string[] = [];
  const come = (name: string, who?: SigningIn) =>
    void inTurn(who, () => new Promise<void>((end) => begun.push({ name, end }))).catch((error: Refusal) =>
      refused.push(`${error.fact.kind} ${name}`),
    );
  let ended = 0;
  const endOne = async () => {
    begun[ended++]!.end();
    await tick();
  };
  return { come, endOne, names: () => begun.map(({ name }) => name), refused, pass: (ms: number) => (now += ms) };
}

test('a burst from two hundred addresses holds up nobody who signs in where they usually do', async () => {
  const { come, endOne, names, refused } = standing();
  for (let n = 0; n < 200; n += 1) come(`guess ${n}`, { from: `${n}`, familiar: false });
  for (let n = 0; n < 3; n += 1) come(`usual ${n}`, { from: 'home', familiar: true });
  come('set');
  for (let n = 0; n < 8; n += 1) await endOne();
  for (const name of ['usual 0', 'usual 1', 'usual 2', 'set']) assert.ok(names().includes(name), `${name}: ${names()}`);
  assert.deepEqual(refused, []);
});

test('a burst that fills its lane refuses strangers only, and many at their usual place do not shut strangers out', async () => {
  const { come, endOne, names, refused } = standing();
  for (let n = 0; n < 300; n += 1) come(`guess ${n}`, { from: `${n}`, familiar: false });
  await tick();
  assert.equal(refused.length, 49);
  for (let n = 0; n < 20; n += 1) come(`usual ${n}`, { from: `${n}`, familiar: true });
  for (let n = 0; n < 12; n += 1) await endOne();
  assert.equal(refused.length, 49);
  assert.ok(names().filter((name) => name.startsWith('guess')).length >= 3, `${names()}`);
  assert.ok(names().filter((name) => name.startsWith('usual')).length >= 8, `${names()}`);
});

test('nobody who signs in waits for long: they are asked to come again, and cost no work', async () => {
  const { come, endOne, names, refused, pass } = standing();
  come('first', { from: 'a', familiar: false });
  come('late', { from: 'b', familiar: false });
  come('set late');
  pass(5001);
  come('fresh', { from: 'c', familiar: false });
  for (let n = 0; n < 3; n += 1) await endOne();
  assert.deepEqual(names(), ['first', 'set late', 'fresh']);
  assert.deepEqual(refused, ['unavailable late']);
});
