import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disposition, rangeOf } from './content.ts';

test('one range is understood; what is none means the whole', () => {
  const of = (header: string | undefined, size = 10) => {
    const range = rangeOf(header, size);
    return typeof range === 'object' ? [range.first, range.last] : range;
  };
  for (const [header, range] of [
    ['bytes=0-0', [0, 0]],
    ['bytes=2-', [2, 9]],
    ['bytes=-3', [7, 9]],
    ['bytes=-30', [0, 9]],
    ['bytes=5-500', [5, 9]],
    ['Bytes = 1 - 2', [1, 2]],
    ['bytes=10-', 'none'],
    ['bytes=99-100', 'none'],
    ['bytes=-0', 'none'],
    [undefined, undefined],
    ['bytes=-', undefined],
    ['bytes=5-2', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
    ['bytes=a-b', undefined],
    ['bytes=9999999999999999-', undefined],
  ] as const)
    assert.deepEqual(of(header), range, String(header));
});

test('a name goes out in any alphabet, and never breaks the header', () => {
  assert.equal(disposition('a.txt'), `attachment; filename="a.txt"; filename*=UTF-8''a.txt`);
  assert.equal(
    disposition(`é"\\%'(漢).txt`),
    `attachment; filename="e___'(_).txt"; filename*=UTF-8''%C3%A9%22%5C%25%27%28%E6%BC%A2%29.txt`,
  );
  assert.match(disposition('a\r\nX: y'), /^[\x20-\x7e]+$/);
});
