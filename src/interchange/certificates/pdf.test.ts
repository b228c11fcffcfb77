import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Awards } from '../../record/credentials/index.ts';
import { certificatePdf } from './index.ts';
import { drawable, runsOf } from './runs.ts';
import { readPdf } from './testing/read-pdf.ts';

const AWARD: Awards.Facts = {
  code: 'ABCD2345EFGH6789',
  tenantName: 'Harbour Academy',
  timeZone: 'Europe/Berlin',
  holder: 'Zoë Ångström-O’Neill',
  certificateName: 'Working at Height',
  courses: ['Ladders', 'Rescue'],
  state: 'valid',
  certifiedAt: '2026-03-01T23:30:00.000Z',
  expiresAt: '2028-03-01T08:00:00.000Z',
  revokedAt: null,
};
const options = { verifyUrl: 'https://learn.example.org/verify/ABCD-2345-EFGH-6789' };

/** The pieces of text in their order of reading, for texts of one direction. */
const read = async (award: Partial<Awards.Facts>, rightToLeft = false): Promise<string[]> => {
  const { pieces } = readPdf(await certificatePdf({ ...AWARD, ...award }, options));
  return pieces.map((piece) => (rightToLeft ? piece.toReversed() : piece).join(''));
};

test('a certificate says who, what, when, and where to verify it, in order', async () => {
  assert.deepEqual(await read({}), [
    'Harbour Academy',
    'Certificate',
    'This is to certify that',
    'Zoë Ångström-O’Neill',
    'has completed',
    'Working at Height',
    'Ladders · Rescue',
    'Issued on',
    '2 March 2026',
    'Valid until',
    '1 March 2028',
    'Certificate number',
    'ABCD-2345-EFGH-6789',
    'Verify at',
    'https://learn.example.org/verify/ABCD-2345-EFGH-6789',
  ]);
  const forever = await read({ expiresAt: null, courses: ['Working at Height'] });
  assert.ok(forever.includes('No expiry'));
  assert.equal(forever.length, 14, 'a course of the same name is not named twice');
});

test('the same facts give the same bytes', async () => {
  const [one, two] = [await certificatePdf(AWARD, options), await certificatePdf({ ...AWARD }, options)];
  assert.ok(Buffer.from(one).equals(two));
  assert.match(readPdf(one).info, /\/CreationDate \(D:20260301233000Z\)|CreationDate \d+ 0 R/);
  assert.ok(one.length < 30_000, `${one.length} bytes`);
});

for (const [script, name] of [
  ['Arabic', 'محمد عبد الله الفارسي'],
  ['Arabic with ligatures and marks', 'سَلَامٌ لأن الإنقاذ'],
  ['Hebrew', 'שירה בן־דוד'],
  ['Hebrew with points', 'שָׁלוֹם'],
  ['Syriac letters of Arabic', 'گلزار پژمان'],
] as const)
  test(`${script} names run from right to left and are found as written`, async () => {
    assert.ok((await read({ holder: name }, true)).includes(name.normalize('NFC')));
  });

for (const [script, name] of [
  ['Chinese', '陳嫻龔 王小明'],
  ['Japanese', '山田 太郎 アキラ'],
  ['Korean', '김민준 金民俊'],
  ['Devanagari', 'क्षत्रिय प्रियंका'],
  ['Tamil', 'தமிழ் பாதுகாப்பு'],
  ['Bengali', 'সুরক্ষা ক্ষেত্র'],
  ['Thai', 'สมชาย ที่นั่น'],
  ['Khmer', 'សុភាព ខ្មែរ'],
  ['Georgian and Armenian', 'გიორგი Անի'],
  ['Ethiopic', 'ደህንነት'],
  ['Cyrillic, Greek and Vietnamese', 'Щерба Ακαδημία Nguyễn Thị Hương'],
] as const)
  test(`${script} names are shaped and found as written`, async () => {
    assert.ok((await read({ holder: name })).includes(name));
  });

test('names of several directions stand in visual order', async () => {
  const runs = runsOf('Dr. Amina محمد (علي) Müller');
  assert.deepEqual(
    runs.filter((run) => run.rightToLeft && run.text.trim() !== '').map((run) => run.text.trim()),
    [')', 'علي', '(', 'محمد'],
  );
  assert.equal(runs[0]?.text, 'Dr. Amina ');
  assert.equal(runs.at(-1)?.text, ' Müller');
  // digits keep their own direction among letters that run from right to left
  assert.deepEqual(
    runsOf('رقم ٤٢')
      .map((run) => run.text.trim())
      .filter(Boolean),
    ['٤٢', 'رقم'],
  );
});

test('control characters and overrides of direction change nothing', async () => {
  assert.equal(drawable(' A\u202e\u0000B\tC\u2066\n\nD\u200f '), 'A BC D'.replace('BC', 'B C'));
  const plain = await certificatePdf({ ...AWARD, holder: 'Ann Lee' }, options);
  const tricky = await read({ holder: '\u202eAnn\u2028\u202c Lee\u0000' });
  assert.ok((await read({ holder: 'Ann Lee' })).includes('Ann Lee'));
  assert.ok(tricky.includes('Ann Lee'));
  assert.equal(readPdf(plain).pages, 1);
});

test('whatever comes fits on one page', async () => {
  const long = 'Wilhelmina Henriette '.repeat(24).trim();
  for (const holder of [
    long,
    'W'.repeat(500),
    '王'.repeat(500),
    'محمد '.repeat(100).trim(),
    '',
    '👩‍🚒🦄 \u{10ffff}',
    '\u0301\u200d',
    'ก็'.repeat(200),
  ]) {
    const bytes = await certificatePdf(
      { ...AWARD, holder, certificateName: holder, tenantName: holder, courses: Array(200).fill(holder) },
      options,
    );
    assert.equal(readPdf(bytes).pages, 1);
  }
  const cut = await read({ holder: long });
  assert.ok(cut.some((piece) => piece.startsWith('Wilhelmina Henriette') && piece.endsWith('…')));
});

test('certificates drawn at once do not mix', async () => {
  const names = ['Ana', 'محمد', '王小明', 'שירה'];
  const drawn = await Promise.all(names.map((holder) => certificatePdf({ ...AWARD, holder }, options)));
  for (const [i, holder] of names.entries())
    assert.ok(Buffer.from(drawn[i]!).equals(await certificatePdf({ ...AWARD, holder }, options)), holder);
});
