import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { stepsTo } from './steps.ts';

test('what is begun is said at once, and again every few seconds until something else begins', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const lines: string[] = [];
  const pass = (ms: number) => {
    now += ms;
    mock.timers.tick(ms);
  };
  const told = stepsTo(
    (line) => lines.push(line),
    undefined,
    () => now,
  );
  pass(4000);
  told.begin('Making the tables');
  pass(3000);
  told.begin('Filling the demo academy');
  pass(4000);
  pass(4000);
  told.end();
  pass(60_000);
  mock.timers.reset();
  assert.deepEqual(lines, [
    '… still opening the database (4 s)\n',
    'Making the tables …\n',
    'Filling the demo academy …\n',
    '… still filling the demo academy (4 s)\n',
    '… still filling the demo academy (8 s)\n',
  ]);
});
