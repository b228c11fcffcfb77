import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressTo } from './progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 60, write: (text: string) => written.push(text) > 0, written };
};

test('a terminal gets a bar that is gone at the end', () => {
  const out = stream(true);
  const tell = progressTo(out, { clock: () => 0 });
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

test('anything else gets plain lines, one when a file begins and one every five seconds', () => {
  const out = stream(false);
  let now = 0;
  const tell = progressTo(out, { clock: () => now });
  tell({ file: 'users', phase: 'read', rows: 0, fraction: 0 });
  now = 4999;
  tell({ file: 'users', phase: 'read', rows: 1500, fraction: 0.2 });
  now = 5000;
  tell({ file: 'users', phase: 'merge', rows: 2000, fraction: 0.3 });
  tell({ file: 'roles', phase: 'read', rows: 0, fraction: 0.5 });
  tell({ file: '', phase: 'done', rows: 2000, fraction: 1 });
  assert.deepEqual(out.written, [
    '  0 %  users  0 rows\n',
    ' 30 %  users  2,000 rows, writing\n',
    ' 50 %  roles  0 rows\n',
  ]);
});

test('for programs it is JSON lines, on a terminal too', () => {
  const out = stream(true);
  const tell = progressTo(out, { json: true, clock: () => 0 });
  tell({ file: 'users', phase: 'read', rows: 0, fraction: 0 });
  tell({ file: 'users', phase: 'merge', rows: 10, fraction: 1 / 3 });
  tell({ file: 'roles', phase: 'read', rows: 20, fraction: 2 / 3 });
  assert.deepEqual(
    out.written.map((line) => JSON.parse(line)),
    [
      { file: 'users', phase: 'read', rows: 0, fraction: 0 },
      { file: 'roles', phase: 'read', rows: 20, fraction: 0.667 },
    ],
  );
});
