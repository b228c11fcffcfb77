import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { LOCKS, type Lock } from '../../src/record/kernel/locks.ts';

const SRC = path.resolve(import.meta.dirname, '../../src');
const sources = globSync('**/*.ts', { cwd: SRC })
  .filter((file) => !/\.test\.ts$|\/testing\/|\/generated\//.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(SRC, file), 'utf8') }));

/** Locks of a server as a whole, each by a number of its own, outside of any tenant. */
const OF_THE_SERVER = new Set(['database/migrate.ts', 'jobs/boss.ts', 'commands/demo.ts']);

/** Files that take an advisory lock themselves. */
export const takers = (files: readonly { file: string; text: string }[]): string[] =>
  files
    .filter(({ file, text }) => file !== 'record/kernel/locks.ts' && !OF_THE_SERVER.has(file) && TAKES.test(text))
    .map(({ file }) => file);
const TAKES = /pg_(?:try_)?advisory_(?:xact_)?lock/;

test('advisory locks are taken by record/kernel/locks.ts alone', () => {
  assert.deepEqual(takers(sources), []);
});

test('whoever takes one elsewhere is found', () => {
  const text = 'run(db, `select pg_advisory_xact_lock(1)`, [])';
  assert.deepEqual(takers([{ file: 'record/people/groups.ts', text }]), ['record/people/groups.ts']);
});

test('every lock says how it is taken and what it protects, and rows say of which tables', () => {
  for (const [name, lock] of Object.entries<Lock>(LOCKS)) {
    assert.ok(lock.how && lock.protects, name);
    assert.equal((lock.tables?.length ?? 0) > 0, lock.kind === 'rows', name);
  }
});
