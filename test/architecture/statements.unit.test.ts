import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** Whose `$1` is none of a statement's: replacements, a shell, the driver by itself. */
const OTHERS = [
  'database/copy.ts',
  'database/engine/account.ts',
  'database/migrate.ts',
  'interchange/academy/export.ts',
  'record/credentials/verify-award.ts',
];

/** Files some of whose statements number their values by hand. Nothing is added here. */
const BY_HAND = [
  'database/transaction.ts',
  'jobs/imports.ts',
  'record/catalog/save-content.ts',
  'record/delivery/places.ts',
  'record/delivery/sending.ts',
  'record/geography/name-based-id.ts',
  'workers/read-yaml.ts',
];

const numbers = (text: string): boolean => /\$\d/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''));

test('statements are written with the tag of database/sql.ts, which numbers their values', () => {
  const found = globSync('**/*.ts', { cwd: SRC })
    .filter((file) => !/\.test\.ts$|\/testing\/|\/migrations\//.test(file))
    .filter((file) => numbers(readFileSync(path.join(SRC, file), 'utf8')));
  assert.deepEqual(found.sort(), [...OTHERS, ...BY_HAND].sort());
});

test('a number written by hand is found', () => {
  assert.ok(numbers("run(db, 'select $1', [1])"));
  assert.ok(!numbers('// the value is $1\n/* $2 */ run(ctx, statement)'));
});
