import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

const files = readdirSync(new URL('./migrations/', import.meta.url)).sort();

test('every migration has a number of its own, and none is left out', () => {
  assert.deepEqual(
    files.map((file) => /^([0-9]{4})-[a-z][a-z0-9-]*\.sql$/.exec(file)?.[1] ?? file),
    files.map((_, n) => String(n + 1).padStart(4, '0')),
  );
});

test('every migration has a name of its own, by which it is known when it got another number', () => {
  const names = files.map((file) => file.slice(5));
  assert.deepEqual([...new Set(names)], names);
});
