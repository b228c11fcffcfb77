import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gathering } from './gathering.ts';

test('bytes come out as they came in, whatever the pieces', () => {
  for (const sizes of [
    [5],
    [1, 1],
    [5000, 1, 1, 9000, 1],
    Array(40_000).fill(1),
    [1, 16_384, 3, 4095, 4095, 4095, 4095, 7],
  ]) {
    const gathered = gathering();
    const pieces = sizes.map((size, at) => Buffer.alloc(size, at % 251));
    const whole = Buffer.concat(pieces);
    let held = 0;
    for (const piece of pieces) held += gathered.add(piece);
    assert.ok(gathered.all().equals(whole));
    assert.ok(held <= whole.length + 16_384);
  }
});
