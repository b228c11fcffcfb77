import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressTo } from './progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 60, write: (text: string) => written.push(text) > 0, written };
};

test('a terminal gets a bar that is gone at the end', () => {
  const out = stream(true);
  const tell = progressTo(out, () => 0);
  tell({ file: 'users', phase: 'read', rows: 1500, fraction: 0.25 });
  tell({ file: 'users', phase: 'read', rows: 1600, fraction: 0.26 });
  tell({ file: 'users', phase: 'merge', rows: 2000, fraction: 0.5 });
  tell({ file: '', phase: 'done', rows: 2000, fraction: 1 });
  const lines = out.written.map((text) => text.slice('\r\u001b[2K'.length));
  assert.deepEqual(lines, [
    '██████░░░░░░░░░░░░░░░░░░  25 %  users  1,500 rows',
    '████████████░░░░░░░░░░░░  50 %  users  2,000 rows, writing',
    '',
  ]);
  assert.ok(lines.every((line) => line.length < 60));
});

test('anything else gets JSON lines, one for each phase and second', () => {
  const out = stream(false);
  const tell = progressTo(out, () => 0);
  tell({ file: 'users', phase: 'read', rows: 0, fraction: 0 });
  tell({ file: 'users', phase: 'read', rows: 10, fraction: 1 / 3 });
  tell({ file: 'users', phase: 'merge', rows: 20, fraction: 2 / 3 });
  assert.deepEqual(
    out.written.map((line) => JSON.parse(line)),
    [
      { file: 'users', phase: 'read', rows: 0, fraction: 0 },
      { file: 'users', phase: 'merge', rows: 20, fraction: 0.667 },
    ],
  );
});
