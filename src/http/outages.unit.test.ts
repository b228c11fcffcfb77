import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seldom } from './outages.ts';

test('what happens to thousands at once is told once a second, with a count', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: object[] = [];
  const warn = seldom((facts, text) => told.push({ ...facts, text }));
  for (let n = 1; n <= 1000; n += 1) warn({ n }, 'gone');
  warn({ n: 0 }, 'late');
  assert.deepEqual(told.splice(0), [
    { n: 1, text: 'gone' },
    { n: 0, text: 'late' },
  ]);
  t.mock.timers.tick(1000);
  assert.deepEqual(told.splice(0), [{ n: 1000, count: 999, text: 'gone' }]);
  warn({ n: 1001 }, 'gone');
  t.mock.timers.tick(1000);
  assert.deepEqual(told.splice(0), [{ n: 1001, count: 1, text: 'gone' }]);
  t.mock.timers.tick(2000);
  warn({ n: 1002 }, 'gone');
  assert.deepEqual(told, [{ n: 1002, text: 'gone' }]);
});
