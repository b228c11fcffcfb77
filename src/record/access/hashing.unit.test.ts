import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Refusal } from '../kernel/refusal.ts';
import { hashPassword, verifyPassword } from './hashing.ts';

const stranger = (from: string) => ({ from, familiar: false });

test('two passwords are worked on at once, so that threads stay free for others', async () => {
  const hash = await hashPassword('correct horse');
  let done = 0;
  const all = Array.from({ length: 40 }, () =>
    verifyPassword('wrong', hash, stranger('here')).then(
      () => done++,
      () => {},
    ),
  );
  const text = await promisify(gzip)('x'.repeat(1000));
  await promisify(gunzip)(text);
  // with all threads taken, it would come after most of them
  assert.ok(done < 20, `${done}`);
  await Promise.all(all);
});

/** Eight kilobytes once over: costs nothing. */
const CHEAP = '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA';

test('more than can be served soon are turned away; passwords that are set are not, and take turns', async () => {
  const outcomes = Array.from({ length: 300 }, (_, i) =>
    verifyPassword('wrong', CHEAP, stranger(`${i % 30}`)).then(
      () => 'done',
      (error: Refusal) => error.fact.kind,
    ),
  );
  let verified = 0;
  for (const outcome of outcomes) void outcome.then((word) => word === 'done' && verified++);
  const set = Array.from({ length: 5 }, () => hashPassword('new word'));
  await set[1];
  assert.ok(verified < 100, `${verified}`);
  await Promise.all(set);
  const words = await Promise.all(outcomes);
  assert.equal(words.filter((word) => word === 'unavailable').length, 48);
  assert.equal(words.filter((word) => word === 'done').length, 252);
});

test('addresses take turns: many at one neither shut out nor hold up another', async () => {
  const order: string[] = [];
  const signIn = (from: string) =>
    verifyPassword('wrong', CHEAP, stranger(from)).then(
      () => order.push(from),
      (error: Refusal) => order.push(`${error.fact.kind} ${from}`),
    );
  await Promise.all([...Array.from({ length: 200 }, () => signIn('many')), signIn('one')]);
  assert.equal(order.filter((word) => word === 'unavailable many').length, 148);
  const served = order.filter((word) => !word.startsWith('unavailable'));
  assert.equal(served.length, 53);
  assert.ok(served.indexOf('one') < 8, `${served.indexOf('one')}`);
});
