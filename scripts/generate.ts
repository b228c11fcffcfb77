// Writes each dialect's types and contract.json from contracts/<dialect>.openapi.yaml, the schema of academy files, the lists of event
// types, the page of consequences and the README's table of settings; --check only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { settingsWith } from '../src/config.ts';
import type { About } from '../src/http/about.ts';
import { type Json, readContract } from '../src/http/contract.ts';
import { typesOfContract } from '../src/http/typing.ts';
import { academySchema } from '../src/interchange/academy/index.ts';
import { CONSEQUENCES } from '../src/record/consequences.ts';
import { consequencesPage } from './consequences-page.ts';
import { eventCatalogue, eventList, eventPage } from './event-lists.ts';

const root = path.join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

function put(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (check) {
    stale.push(path.relative(root, file));
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path.relative(root, file)}`);
}

/** Puts lines between the comments `<!-- name: … -->` and `<!-- /name -->` of a page. */
function putBetween(page: string, name: string, lines: readonly string[]): void {
  const file = path.join(root, page);
  const between = new RegExp(`(<!-- ${name}:[^\\n]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  const text = readFileSync(file, 'utf8');
  if (!between.test(text)) throw new Error(`${page} has no place for ${name}`);
  put(
    file,
    text.replace(between, (_, open: string, close: string) => `${open}${lines.join('\n')}\n${close}`),
  );
}

const dialects: About[] = [];
for (const entry of readdirSync(path.join(root, 'contracts')).sort()) {
  const name = /^([a-z][a-z0-9]*)\.openapi\.yaml$/.exec(entry)?.[1];
  if (!name) continue;
  const document: Json = parse(readFileSync(path.join(root, 'contracts', entry), 'utf8'));
  // reads every reference, so that a broken contract fails here and not at the start
  readContract(name, document);
  const folder = path.join(root, 'src/dialects', name, 'generated');
  put(path.join(folder, 'operations.ts'), typesOfContract(document, entry));
  put(path.join(folder, 'contract.json'), `${JSON.stringify(document)}\n`);
  // a dialect that is begun has its contract alone
  const about = path.join(folder, '../about.ts');
  if (existsSync(about)) dialects.push((await import(about)).about);
}

put(path.join(root, 'schemas/academy.schema.json'), `${JSON.stringify(academySchema(), null, 1)}\n`);

put(path.join(root, 'docs/consequences.md'), consequencesPage(CONSEQUENCES));

// the README's table of settings
const settings = settingsWith(dialects).map(
  ({ name, default: value, shown, meaning }) => `| \`${name}\` | ${shown ?? value} | ${meaning} |`,
);
putBetween('README.md', 'settings', ['| name | default | meaning |', '|---|---|---|', ...settings]);

putBetween('contracts/matricula.md', 'event-types', eventList());
put(path.join(root, 'docs/events.md'), eventPage());
put(path.join(root, 'schemas/events.json'), eventCatalogue());

if (stale.length > 0) {
  console.error(`Stale, run npm run generate:\n${stale.map((file) => `  ${file}`).join('\n')}`);
  process.exit(1);
}
