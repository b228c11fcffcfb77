import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openedNumber, sealedNumbers } from './cursors.ts';

const NUMBERS = [0, 1, 2 ** 32 - 1, 2 ** 32, 999_999_999_999_999];

test('places told by numbers come back as they went, and under no other key or name', () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const texts = sealedNumbers(key, 'a-name', NUMBERS);
  assert.deepEqual(
    texts.map((text) => openedNumber(key, text)),
    NUMBERS.map((number) => ['a-name', number]),
  );
  assert.deepEqual(
    texts,
    NUMBERS.flatMap((number) => sealedNumbers(key, 'a-name', [number])),
    'each by itself is the same',
  );
  for (const text of texts) assert.equal(openedNumber(other, text), undefined);
  const seals = (name: string) =>
    sealedNumbers(key, name, NUMBERS).map((text) => Buffer.from(text, 'base64url').subarray(0, 16).toString('hex'));
  assert.equal(new Set([...seals('a-name'), ...seals('b-name')]).size, 2 * NUMBERS.length);
});

test('one changed bit of a place told by a number is enough to refuse it', () => {
  const key = randomBytes(32);
  const bytes = Buffer.from(sealedNumbers(key, 'a-name', [4711])[0]!, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit % 8);
    assert.equal(openedNumber(key, changed.toString('base64url')), undefined);
  }
});
