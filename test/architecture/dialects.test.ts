import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DIALECTS } from '../../src/app.ts';
import type { Json } from '../../src/http/contract.ts';

const SRC = path.resolve(import.meta.dirname, '../../src');
const OWN = 'matricula';
const folders = readdirSync(path.join(SRC, 'dialects')).sort();

/** Names of vendors whose protocols are spoken, or will be. */
const VENDORS = [...new Set([...folders, 'adobe', 'coursera', 'iqualify'])].filter((name) => name !== OWN);

/** The vendors that a file names and should not know. */
export function strangeWords(file: string, text: string): string[] {
  if (file === 'app.ts') return [];
  // our own API tells which protocols a client may speak: its contract lists them
  if (file.startsWith(`dialects/${OWN}/generated/`)) return [];
  const own = /^dialects\/([a-z]+)\//.exec(file)?.[1];
  return VENDORS.filter((word) => word !== own && new RegExp(word, 'i').test(`${file}\n${text}`));
}

test('nobody but a dialect itself knows whose protocol it is', () => {
  const found = globSync('**/*.{ts,js,css,html,sql}', { cwd: SRC }).flatMap((file) =>
    strangeWords(file, readFileSync(path.join(SRC, file), 'utf8')).map((word) => `${file} says ${word}`),
  );
  assert.deepEqual(found, []);
});

test('a word in the wrong room is found', () => {
  assert.deepEqual(strangeWords('record/people/read-people.ts', '// Where Coursera must show an email'), ['coursera']);
  assert.deepEqual(strangeWords('http/mount.ts', "dialect.name === 'absorb'"), ['absorb']);
  assert.deepEqual(strangeWords('dialects/absorb/users.ts', 'as Enabley and Absorb do'), ['enabley']);
  assert.deepEqual(strangeWords('commands/adobe.ts', ''), ['adobe']);
  assert.deepEqual(strangeWords('app.ts', 'absorb'), []);
});

/** What every dialect has, under these names: a file, or a folder of files where it is more than one reads at once. */
const EVERYWHERE = ['about', 'authentication', 'caller', 'dialect', 'envelope', 'paging', 'wire'];

const missingIn = (files: readonly string[]): string[] =>
  EVERYWHERE.filter((name) => !files.includes(`${name}.ts`) && !files.includes(name));

test('the folders of all dialects are laid out alike', () => {
  for (const folder of folders)
    assert.deepEqual(missingIn(readdirSync(path.join(SRC, 'dialects', folder))), [], folder);
  assert.deepEqual(missingIn(['about.ts', 'authentication.ts', 'caller.ts', 'dialect.ts', 'paging.ts', 'wire']), [
    'envelope',
  ]);
});

test('every dialect is listed, under the name of its folder, and our own API lets clients speak it', () => {
  assert.deepEqual(DIALECTS.map(({ name }) => name).sort(), folders);
  const contract: Json = JSON.parse(readFileSync(path.join(SRC, `dialects/${OWN}/generated/contract.json`), 'utf8'));
  const names = [...DIALECTS.map(({ name }) => name)].sort();
  const { schemas } = contract.components;
  for (const schema of ['Client', 'ClientCreate', 'ClientCredentials'])
    assert.deepEqual([...schemas[schema].properties.dialect.enum].sort(), names, schema);
});

test('no two dialects are mounted at one place, and each has a contract', () => {
  assert.equal(new Set(DIALECTS.map(({ prefix }) => prefix)).size, DIALECTS.length);
  for (const { name, prefix } of DIALECTS) {
    assert.match(prefix, new RegExp(`^/${name}(/|$)`));
    assert.ok(existsSync(path.join(SRC, `../contracts/${name}.openapi.yaml`)), name);
  }
});
