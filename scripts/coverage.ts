// Writes docs/coverage/<dialect>.md from each dialect's contract and handlers; --check only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadContract } from '../src/http/contract.ts';
import { coveragePage } from '../src/http/coverage.ts';

const root = path.join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const name of readdirSync(path.join(root, 'src/dialects')).sort()) {
  const source = path.join(root, 'src/dialects', name, 'handlers.ts');
  if (!existsSync(source)) continue;
  const { handlers } = await import(source);
  const file = path.join(root, 'docs/coverage', `${name}.md`);
  const text = coveragePage(loadContract(name), handlers);
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
