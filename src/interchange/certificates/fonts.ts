import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

/** Weight of the letters: regular or semibold. */
export type Weight = 400 | 600;

/** One file of a family: the packages hold a family as many files, each for some ranges of characters. */
export interface FontFile {
  path: string;
  has: (codePoint: number) => boolean;
}

const resolve = createRequire(import.meta.url).resolve;
const PREFIX = '@fontsource-variable/noto-sans';

/** The script families, first come first served: Latin, Greek, Cyrillic and Devanagari are in the first. */
const ALPHABETS = [
  '',
  '-arabic',
  '-hebrew',
  '-thai',
  '-armenian',
  '-georgian',
  '-bengali',
  '-ethiopic',
  '-gujarati',
  '-gurmukhi',
  '-kannada',
  '-khmer',
  '-lao',
  '-malayalam',
  '-myanmar',
  '-sinhala',
  '-tamil',
  '-telugu',
];

/** The same Han character looks different in Chinese, Japanese and Korean: the text around it decides. */
const IDEOGRAPHS = {
  chinese: ['-sc', '-jp', '-kr'],
  japanese: ['-jp', '-sc', '-kr'],
  korean: ['-kr', '-sc', '-jp'],
} as const;

export type Ideographs = keyof typeof IDEOGRAPHS;

/** Whose Han characters a text has: where nothing tells, Chinese ones. */
export const ideographsOf = (text: string): Ideographs =>
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? 'japanese'
    : /\p{Script=Hangul}/u.test(text)
      ? 'korean'
      : 'chinese';

const families = new Map<string, FontFile[]>();

/** The files of a family by the ranges that its package declares. Read once. */
function filesOf(family: string): FontFile[] {
  let files = families.get(family);
  if (!files) {
    const name = `noto-sans${family}`;
    const ranges: Record<string, string> = JSON.parse(readFileSync(resolve(`${PREFIX}${family}/unicode.json`), 'utf8'));
    files = Object.entries(ranges).map(([subset, text]) => ({
      path: `${PREFIX}${family}/files/${name}-${subset.replace(/[[\]]/g, '')}-wght-normal.woff2`,
      has: within(text),
    }));
    families.set(family, files);
  }
  return files;
}

/** `U+0000-00FF,U+0131` as a test. */
function within(text: string): (codePoint: number) => boolean {
  const ranges = text.split(',').map((part) => {
    const [from, to = from] = part.trim().slice(2).split('-');
    return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)] as const;
  });
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

const MARK = /\p{M}|[\u200c\u200d]/u;

/**
 * Which file draws each of these graphemes: one that has all its characters, else one that has its first, which then goes without the
 * marks it has no shape for. What no family has is drawn as an empty box by the first.
 */
export function chooseFonts(graphemes: readonly string[], ideographs: Ideographs): { font: FontFile; text: string }[] {
  const chosen = new Map<string, { font: FontFile; text: string }>();
  for (const grapheme of graphemes)
    if (!chosen.has(grapheme)) chosen.set(grapheme, choose(grapheme, IDEOGRAPHS[ideographs]));
  return graphemes.map((grapheme) => chosen.get(grapheme)!);
}

function choose(grapheme: string, ideographs: readonly string[]): { font: FontFile; text: string } {
  const characters = [...grapheme].filter((character) => !/\p{Variation_Selector}/u.test(character));
  const codePoints = characters.map((character) => character.codePointAt(0)!);
  const order = [...ALPHABETS, ...ideographs];
  const pick = (fits: (file: FontFile) => boolean): FontFile | undefined => {
    for (const family of order) {
      const found = filesOf(family).find(fits);
      if (found) return found;
    }
    return undefined;
  };
  const whole = pick((file) => codePoints.every(file.has));
  if (whole) return { font: whole, text: characters.join('') };
  const font = pick((file) => file.has(codePoints[0] ?? 0)) ?? filesOf('')[0]!;
  return { font, text: characters.filter((each, i) => !MARK.test(each) || font.has(codePoints[i]!)).join('') };
}

const files = new Map<string, Promise<Buffer>>();
/** Those of the usual scripts are a few hundred kilobytes together. */
const MOST_FILES = 60;

function readFont(path: string): Promise<Buffer> {
  const known = files.get(path);
  if (known) return known;
  if (files.size >= MOST_FILES) files.delete(files.keys().next().value!);
  const read = readFile(resolve(path));
  files.set(path, read);
  return read;
}

/** The file in one weight with only the characters of the text: an ordinary TrueType font. */
export async function cutFont(file: FontFile, weight: Weight, text: string): Promise<Buffer> {
  return subsetFont(await readFont(file.path), text, {
    targetFormat: 'truetype',
    variationAxes: { wght: weight },
    noHinting: true,
  });
}
