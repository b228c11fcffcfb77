import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { academySchema } from './index.ts';

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

test('the published schema is sound, and the one that imports use', () => {
  const published = JSON.parse(read('schemas/academy.schema.json'));
  assert.deepEqual(published, JSON.parse(JSON.stringify(academySchema())), 'run npm run generate');
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  const check = ajv.compile(published);
  assert.equal(check(parse(read('academies/demo.yaml'))), true, JSON.stringify(check.errors));
});

test('the demo academy names the schema, so that editors help with it', () => {
  const [, file] = /^# yaml-language-server: \$schema=(\S+)/.exec(read('academies/demo.yaml')) ?? [];
  assert.ok(readFileSync(new URL(file!, new URL('academies/', root))));
});
