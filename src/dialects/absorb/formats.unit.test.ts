import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dateWriter, ticksOf, timeSpan } from './formats.ts';

describe('TimeSpan', () => {
  const pairs: [number, string][] = [
    [0, '00:00:00'],
    [151_370_001, '00:00:15.1370001'],
    [51_719_878_697, '01:26:11.9878697'],
    [1_333_599_878_697, '1.13:02:39.9878697'],
    [1, '00:00:00.0000001'],
    [864_000_000_000, '1.00:00:00'],
    [Number.MAX_SAFE_INTEGER, '10424.23:58:45.4740991'],
  ];
  for (const [ticks, span] of pairs) {
    it(span, () => {
      assert.equal(timeSpan(ticks), span);
      assert.equal(ticksOf(span), ticks);
    });
  }

  it('is read in its shorter forms too', () => {
    assert.equal(ticksOf('1:02'), 37_200_000_000);
    assert.equal(ticksOf('00:00:01.5'), 15_000_000);
  });

  for (const text of [
    '',
    'PT15S',
    '24:00:00',
    '00:60:00',
    '00:00:60',
    '1.2.3',
    '00:00:00.12345678',
    '99999999.00:00:00',
    "0'0",
  ])
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(ticksOf(text), undefined));
});

describe('dates out', () => {
  it('have at most three decimals, zeros trimmed, and a Z unless told otherwise', () => {
    const date = dateWriter();
    assert.equal(date('2026-03-02T09:15:22.400Z'), '2026-03-02T09:15:22.4Z');
    assert.equal(date('2026-03-02T09:15:20.000Z'), '2026-03-02T09:15:20Z');
    assert.equal(date('2026-03-02T09:15:22.123Z'), '2026-03-02T09:15:22.123Z');
    assert.equal(date(null), null);
    assert.equal(dateWriter({ zoneless: true })('2022-07-27T16:36:50.720Z'), '2022-07-27T16:36:50.72');
  });
});
