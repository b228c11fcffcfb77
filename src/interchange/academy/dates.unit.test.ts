import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, dayOf, MOMENT, momentOf } from './dates.ts';

// a Wednesday, an hour before noon in Berlin; clocks there went forward three days before
const NOW = '2026-04-01T09:00:00.000Z';
const berlin = (written: string, end = false) => momentOf(written, NOW, 'Europe/Berlin', end);

test('relative dates follow the calendar of the zone', () => {
  const cases: [string, string][] = [
    ['now', NOW],
    ['-30min', '2026-04-01T08:30:00.000Z'],
    ['-2h', '2026-04-01T07:00:00.000Z'],
    ['-1d', '2026-03-31T09:00:00.000Z'],
    // the same time of day, although the clock changed in between
    ['-1w', '2026-03-25T10:00:00.000Z'],
    ['+2w', '2026-04-15T09:00:00.000Z'],
    ['-1mo', '2026-03-01T10:00:00.000Z'],
    ['+1y', '2027-04-01T09:00:00.000Z'],
    ['-3d 14:30', '2026-03-29T12:30:00.000Z'],
    ['-4d 14:30', '2026-03-28T13:30:00.000Z'],
    ['today 09:00', '2026-04-01T07:00:00.000Z'],
    ['today 9:00', '2026-04-01T07:00:00.000Z'],
    ['yesterday 23:59', '2026-03-31T21:59:00.000Z'],
    ['today', '2026-03-31T22:00:00.000Z'],
    ['tomorrow', '2026-04-01T22:00:00.000Z'],
  ];
  for (const [written, expected] of cases) {
    assert.match(written, new RegExp(MOMENT));
    assert.equal(berlin(written), expected, written);
  }
});

test('a day ends with its last moment', () => {
  assert.equal(berlin('today', true), '2026-04-01T21:59:59.999Z');
  assert.equal(berlin('2026-03-29', true), '2026-03-29T21:59:59.999Z');
  assert.equal(berlin('-3d 14:30', true), '2026-03-29T12:30:00.000Z');
});

test('absolute dates are in the zone unless they say otherwise', () => {
  assert.equal(berlin('2026-03-29'), '2026-03-28T23:00:00.000Z');
  assert.equal(berlin('2026-01-05 08:00'), '2026-01-05T07:00:00.000Z');
  assert.equal(berlin('2026-01-05T08:00:30.5'), '2026-01-05T07:00:30.500Z');
  assert.equal(berlin('2026-01-05T08:00:00Z'), '2026-01-05T08:00:00.000Z');
  assert.equal(berlin('2026-01-05T08:00:00.123456789Z'), '2026-01-05T08:00:00.123Z');
  assert.equal(berlin('2026-01-05T08:00:00+05:30'), '2026-01-05T02:30:00.000Z');
});

test('what is no date is none', () => {
  for (const wrong of [
    '',
    'soon',
    '2026-02-30',
    '2026-13-01',
    'today 24:00',
    '-3d 14:60',
    '-3',
    '+999999y',
    '-999999y',
    '2026-01-05T08',
  ])
    assert.equal(berlin(wrong), undefined, wrong);
});

test('days are days of the zone', () => {
  const late = '2026-04-01T23:30:00.000Z';
  for (const [written, expected] of [
    ['today', '2026-04-02'],
    ['-1mo', '2026-03-02'],
    ['+2w', '2026-04-16'],
    ['2026-09-01', '2026-09-01'],
  ] as const) {
    assert.match(written, new RegExp(DAY));
    assert.equal(dayOf(written, late, 'Europe/Berlin'), expected);
  }
  assert.equal(dayOf('2026-02-29', late, 'UTC'), undefined);
});
