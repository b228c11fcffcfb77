import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCrew, Stopped } from './crew.ts';
import { type Format, parseOutside, Unreadable, type Why } from './parse-outside.ts';
import { countValues, type Piece, putTogether, takeApart } from './pieces.ts';

async function why(source: string | Uint8Array, format: Format, limits = {}): Promise<Why | undefined> {
  try {
    await parseOutside(source, { format, limits });
  } catch (error) {
    if (error instanceof Unreadable) return error.why;
    throw error;
  }
  return undefined;
}

const laughs = (levels: number): string => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i <= levels; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
};

test('JSON of any size is what JSON.parse makes of it', async () => {
  const value = {
    rows: Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: `n${i}`, tags: ['a', { b: null }] })),
  };
  const bytes = new TextEncoder().encode(`\uFEFF${JSON.stringify(value)}`);
  assert.deepEqual(await parseOutside(bytes, { format: 'json' }), value);
  assert.equal(await parseOutside('true', { format: 'json' }), true);
});

test('CSV is records with the lines they begin in', async () => {
  assert.deepEqual(await parseOutside('ä;b\r\n"1\n2";3\r\n\r\r4', { format: { csv: ';' } }), [
    { line: 1, cells: ['ä', 'b'] },
    { line: 2, cells: ['1\n2', '3'] },
    { line: 6, cells: ['4'] },
  ]);
  assert.equal(await why('a,b\n'.repeat(10), { csv: ',' }, { values: 20 }), 'values');
});

test('what cannot be taken is told by its kind', async () => {
  assert.equal(await why('{"a": [1, 2', 'json'), 'syntax');
  assert.equal(await why(Uint8Array.of(0x22, 0xff, 0x22), 'json'), 'encoding');
  assert.equal(await why('['.repeat(101) + ']'.repeat(101), 'json'), 'depth');
  assert.equal(await why(`[${'[],'.repeat(1000)}[]]`, 'json', { values: 1000 }), 'values');
  assert.equal(await why('{"a": {"__pr\\u006fto__": 1}}', 'json'), 'proto');
  assert.equal(await why('["\\u0000"]', 'json'), 'nul');
  assert.equal(await why('["\\\\u0000"]', 'json'), undefined);
  assert.equal(await why('a: [1', 'yaml'), 'syntax');
  assert.equal(await why('a: 1\n---\nb: 2\n', 'yaml'), 'syntax');
  assert.equal(await why('['.repeat(101) + ']'.repeat(101), 'yaml'), 'depth');
  assert.equal(await why('a: &a [*a]', 'yaml'), 'values');
  assert.equal(await why(laughs(9), 'yaml'), 'values');
  assert.equal(await why(`a: &a x\nb: [${Array(101).fill('*a').join(', ')}]`, 'yaml'), 'aliases');
});

test('a value is the same after it was in pieces of any size', () => {
  const value = { a: [1, [2, { b: [], c: {}, d: 'x' }], null], e: { f: { g: [true, [[[5]]]] } }, h: 'i' };
  for (const run of [1, 2, 3, 5, 100]) {
    const parts = putTogether();
    const pieces: Piece[] = [];
    takeApart(value, (piece) => pieces.push(piece), run);
    for (const piece of pieces) parts.take(piece);
    assert.deepEqual(parts.value(), value);
  }
  assert.equal(countValues(value, 1000), 19);
  assert.equal(countValues(value, 5), 6);
});

test('work that does not end, or takes all memory, is stopped; the next one is done', async () => {
  const script = new URL('./testing/endless.ts', import.meta.url);
  const crew = (ms: number) => createCrew<string, string>({ script, most: 1, waiting: 1, megabytes: 32, ms });
  const stopped = (reason: Stopped['why']) => (error: unknown) => error instanceof Stopped && error.why === reason;
  const hasty = crew(1000);
  const endless = hasty.run('time');
  const waiting = hasty.run('time');
  await assert.rejects(hasty.run('echo'), stopped('busy'));
  await assert.rejects(endless, stopped('time'));
  await assert.rejects(waiting, stopped('time'));
  const patient = crew(60_000);
  await assert.rejects(patient.run('memory'), stopped('memory'));
  await assert.rejects(patient.run('fault'), /as asked/);
  assert.equal(await patient.run('echo'), 'echo');
});
