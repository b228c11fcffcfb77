// Writes docs/coverage/<dialect>.md from each dialect's contract and handlers; --check only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { coveragePage } from '../src/http/coverage.ts';
import type { Dialect } from '../src/http/dialect.ts';

// stands for every service that a dialect takes: making a dialect only keeps them
const inert: object = new Proxy(() => inert, { get: (_, name) => (typeof name === 'symbol' ? undefined : inert) });

const root = path.join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const name of readdirSync(path.join(root, 'src/dialects')).sort()) {
  const source = path.join(root, 'src/dialects', name, 'dialect.ts');
  if (!existsSync(source)) continue;
  const dialect: Dialect = (await import(source))[name](inert);
  const file = path.join(root, 'docs/coverage', `${name}.md`);
  const text = coveragePage(dialect.contract, dialect.handlers);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) {
    stale.push(path.relative(root, file));
    continue;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path.relative(root, file)}`);
}

if (stale.length > 0) {
  console.error(`Stale, run npm run coverage:\n${stale.map((file) => `  ${file}`).join('\n')}`);
  process.exit(1);
}
