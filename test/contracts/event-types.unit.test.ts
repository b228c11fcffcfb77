import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PERMISSIONS } from '../../src/record/kernel/permission.ts';

const root = `${path.resolve(import.meta.dirname, '../..')}/`;
const files = globSync('src/{record,interchange,jobs}/**/*.ts', { cwd: root }).filter(
  (file) => !file.endsWith('.test.ts'),
);
const sources = new Map(files.map((file) => [file, readFileSync(`${root}${file}`, 'utf8')]));
const all = [...sources.values()].join('\n');

/** What an event can be about; of an award the type says only that much. */
const entities = new Set(
  [
    ...sources
      .get('src/record/kernel/refusal.ts')!
      .match(/export type Entity =([^;]*);/)![1]!
      .matchAll(/'(\w+)'/g),
  ]
    .map((match) => match[1]!)
    .filter((entity) => !['file', 'page', 'certificate_award'].includes(entity)),
).add('award');

/** Something that has happened, or that has come to stand. */
const PAST = /(ed|wn|set|about_to_expire|awaits_confirmation)$/;

const found = (pattern: RegExp, text = all): string[] => [...new Set([...text.matchAll(pattern)].map((m) => m[1]!))];
const within = (folder: string): string =>
  [...sources].flatMap(([file, text]) => (file.startsWith(folder) ? [text] : [])).join('\n');

/** Types put together from pieces, each with what the pieces are. */
const COMPOSED: Record<string, string[]> = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as it stands in the sources
  '${table}.updated': found(/\bamend\(ctx, '(\w+)'/g).map((table) => `${table}.updated`),
  'role.${row.how}': ['role.assigned', 'role.unassigned'],
  'award.${what}': [
    ...found(/\bawardEvent\(\s*(?:[\w ?]*)'(\w+)'/g),
    ...found(/\bawardEvent\([^,']*'\w+' : '(\w+)'/g),
    ...found(/const what = ([^;]*);/g, within('src/record/credentials/settle.ts')).flatMap((text) =>
      found(/'(\w+)'/g, text),
    ),
    ...found(/'(expired|about_to_expire)'/g, within('src/record/credentials/due.ts')),
  ].map((what) => `award.${what}`),
  '${told.entity}.updated': found(/told: \{ entity: '(\w+)'/g).map((entity) => `${entity}.updated`),
  '${thing.table}.updated': ['unit.updated', 'term.updated'],
  '${thing.entity}.created': found(/entity: '(\w+)'/g, within('src/interchange/oneroster')).map((e) => `${e}.created`),
  '${thing.entity}.updated': found(/entity: '(\w+)'/g, within('src/interchange/oneroster')).map((e) => `${e}.updated`),
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as it stands in the sources
};

const written = found(/'([a-z_]+\.[a-z_]+)'/g).filter(
  (type) => entities.has(type.split('.')[0]!) && PAST.test(type) && !PERMISSIONS.includes(type as never),
);
const appended = new Set([...written, ...Object.values(COMPOSED).flat()]);

const listed = [
  ...readFileSync(`${root}contracts/matricula.md`, 'utf8')
    .split('### Types of events')[1]!
    .split('\n## ')[0]!
    .matchAll(/^\| `(\w+)` \| (.*?) \|/gm),
].flatMap(([, entity, words]) => words!.split(', ').map((what) => `${entity}.${what}`));

test('types of events say what happened', () => {
  const given = found(/\btype: (?:[^',\n]*\? )?'([a-z_]+\.[a-z_]+)'/g);
  assert.deepEqual(
    given.filter((type) => !appended.has(type)),
    [],
  );
});

test('types that are put together are known here with their pieces', () => {
  const pieces = found(/['`](\$\{[\w.]+\}\.[a-z_]*ed|[a-z_]+\.\$\{[\w.]+\})['`]/g).filter(
    (text) => text.startsWith('$') || entities.has(text.split('.')[0]!),
  );
  assert.deepEqual(pieces.sort(), Object.keys(COMPOSED).sort());
  for (const [text, types] of Object.entries(COMPOSED)) assert.ok(types.length > 0, text);
});

test('every type that is appended stands in the list of the API, and no other', () => {
  assert.equal(new Set(listed).size, listed.length);
  assert.deepEqual([...listed].sort(), [...appended].sort());
});
