import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Rule {
  number: number;
  tests: { file: string; title: string }[];
  /** What is to be built first. */
  comesWith: string | undefined;
}

/** The numbered rules of docs/record.md, with the tests that each names. */
export function rulesOf(page: string): Rule[] {
  const section = page.split(/^## Rules$/m)[1]?.split(/^## /m)[0] ?? '';
  return section.split(/^(?=\d+\. )/m).flatMap((text) => {
    const number = /^(\d+)\. /.exec(text)?.[1];
    if (!number) return [];
    const tests = [...text.matchAll(/^ {3}- held by `([^`]+)`: (.+)$/gm)].map(([, file, title]) => ({
      file: file!,
      title: title!,
    }));
    return [{ number: Number(number), tests, comesWith: /^ {3}- Comes with (.+)\.$/m.exec(text)?.[1] }];
  });
}

/** The rules that a text cites: `rule 3`, `rules 1 to 5`, `rules 9, 10`, `rules 8 and 19`. */
export function citedIn(text: string): number[] {
  return [...text.matchAll(/\brules?\s+(\d+(?:(?:\s*,\s*|\s+and\s+|\s+to\s+)\d+)*)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/(\d+)(?:\s+to\s+(\d+))?/g)].flatMap(([, from, to]) =>
      Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i),
    ),
  );
}

const rules = rulesOf(read('docs/record.md'));

test('every rule is held by tests that are there, or says what it comes with', () => {
  assert.deepEqual(
    rules.map(({ number }) => number),
    rules.map((_, i) => i + 1),
  );
  assert.ok(rules.length >= 21);
  const wanting = rules.flatMap(({ number, tests, comesWith }) => {
    if (tests.length === 0) return comesWith ? [] : [`rule ${number} names no test`];
    return tests.flatMap(({ file, title }) =>
      read(file).includes(title) ? [] : [`rule ${number}: ${file}: ${title}`],
    );
  });
  assert.deepEqual(wanting, []);
});

test('every rule that the source cites is there', () => {
  const known = new Set(rules.map(({ number }) => number));
  const unknown = globSync('{src,test}/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.includes('/generated/') && !file.endsWith('rules.unit.test.ts'))
    .flatMap((file) =>
      citedIn(read(file)).flatMap((number) => (known.has(number) ? [] : [`${file} cites rule ${number}`])),
    );
  assert.deepEqual(unknown, []);
});

test('citations are read in every form', () => {
  assert.deepEqual(citedIn('(rules 1 to 3) and rule 7, rules 9, 10; rules 8 and 19'), [1, 2, 3, 7, 9, 10, 8, 19]);
  assert.deepEqual(citedIn('no rules, 3 of them'), []);
});

test('a rule without a test is found', () => {
  const page =
    '## Rules\n1. **A.** Text.\n   - held by `x.test.ts`: it holds\n2. **B.** Text.\n3. **C.**\n   - Comes with badges.\n\n## Next\n9. no rule';
  assert.deepEqual(
    rulesOf(page).map(({ number, tests, comesWith }) => [number, tests.length, comesWith]),
    [
      [1, 1, undefined],
      [2, 0, undefined],
      [3, 0, 'badges'],
    ],
  );
});
