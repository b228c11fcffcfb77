import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Misread } from './error.ts';
import { readText, unstorable } from './read-text.ts';
import type { Path } from './shape.ts';

const DEMO = readFileSync(new URL('../../../academies/demo.yaml', import.meta.url), 'utf8');
const ODD = `\uFEFF---
# a comment: no member
academy:
  name: "Odd
    - no entry"
  settings: { a: [1,
    2] }
people:
# between
- key: a
  name: |
    - not an entry
      - neither
  notes: >-

    text

-
  key: b
  name: &shared B
  notes: *shared
-
  - nonsense: true
courses:   # of a list
    - key: c

      name: C
    # comment
    - { key: d, name: "D: - e" }
groups: [{ key: g, name: G },
  { key: h, name: H }]
roles: []
terms:
rooms: null
`;

/** Every place of a value. */
function paths(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  const steps = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [at, ...[...steps].flatMap((step) => paths((value as Record<string | number, unknown>)[step], [...at, step]))];
}

const limits = { depth: 100, values: 1_000_000, aliases: 1000 };

/** The whole file, and where each value stands. */
function parse(text: string, options: { atOnce?: number; piece?: number } = {}) {
  const { parts, at } = readText(text, { limits, ...options });
  const data: Record<string, unknown> = {};
  for (const { name, first, value } of parts())
    if (first) (data[name] as unknown[]).push(...(value as unknown[]));
    else data[name] = value;
  return { data, at };
}

function told(text: string, atOnce: number, size: number): string[] {
  try {
    const { parts, at } = readText(text, { limits, atOnce, piece: size });
    const unfit = [...parts()].flatMap(unstorable);
    return unfit.map(({ path, message }) => `${at(path).line}: ${message}`);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return error.found.map(({ at, message }) => `${at?.line}: ${message}`);
  }
}

for (const [name, text] of [
  ['the demo', DEMO],
  ['an odd file', ODD],
  ['an odd file with Windows line ends', ODD.replaceAll('\n', '\r\n')],
] as const)
  for (const size of [1, 200, 5000, 1_000_000])
    test(`${name} in pieces of ${size} is what it is as a whole, line for line`, () => {
      const whole = parse(text);
      const pieces = parse(text, { atOnce: 0, piece: size });
      assert.deepEqual(pieces.data, whole.data);
      for (const path of paths(whole.data)) {
        if (path.length < 2) continue;
        assert.deepEqual(pieces.at(path), whole.at(path), path.join('.'));
      }
    });

test('faults of pieces have the lines of the file', () => {
  const lines = ['people:', '  - key: a', '    name: A', '  - key: b', '    name: [', '  - key: c', '    name: c: d'];
  assert.deepEqual(
    told(lines.join('\n'), 0, 1).map((each) => each.split(':')[0]),
    ['6', '7'],
  );
  assert.deepEqual(told('people:\n  - a\nunits:\n  - b\npeople:\n  - c\n', 0, 1), ['5: Map keys must be unique']);
  assert.match(told('units:\n  - &a { key: a }\n  - *a\n', 0, 1)[0]!, /^3: \*a stands for nothing/);
  assert.match(told('"people":\n  - a\n', 0, 1)[0]!, /^1: is no member/);
  assert.match(told('people:\n\t- a\n', 0, 1)[0]!, /^2: /);
  assert.match(told('  - a\n', 0, 1)[0]!, /^1: is no member/);
  assert.match(told('people:\n  - a: "x\\0y"\n  - b: "\\0"\n', 0, 1)[1]!, /^3: /);
});
