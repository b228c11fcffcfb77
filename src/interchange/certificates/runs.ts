import bidiFactory, { type Bidi } from 'bidi-js';
import { chooseFonts, type FontFile, type Ideographs, ideographsOf } from './fonts.ts';

// its types speak of a default export that its CommonJS form does not have
const bidi = (bidiFactory as unknown as () => Bidi)();
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A stretch of text in one font and direction, ready to be shaped. */
export interface Run {
  font: FontFile;
  text: string;
  rightToLeft: boolean;
}

/** Text as it is drawn: one line, composed, without control characters and overrides of direction. */
export const drawable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();

/** What the whole of a text says about each part of it. */
export interface Reading {
  base: 'ltr' | 'rtl';
  ideographs: Ideographs;
}

export const readingOf = (text: string): Reading => ({
  base: bidi.getEmbeddingLevels(text, 'auto').paragraphs[0]?.level === 1 ? 'rtl' : 'ltr',
  ideographs: ideographsOf(text),
});

interface Stretch extends Run {
  level: number;
}

/** The runs of a line from left to right (Unicode Bidirectional Algorithm, UAX 9). The line is part of a `drawable` text. */
export function runsOf(line: string, { base, ideographs }: Reading = readingOf(line)): Run[] {
  const { levels } = bidi.getEmbeddingLevels(line, base);
  const parts = [...graphemes.segment(line)];
  const fonts = chooseFonts(
    parts.map(({ segment }) => segment),
    ideographs,
  );
  const stretches: Stretch[] = [];
  parts.forEach(({ index }, i) => {
    const { font, text } = fonts[i]!;
    const level = levels[index]!;
    const last = stretches.at(-1);
    if (last && last.font === font && last.level === level) last.text += text;
    else stretches.push({ font, level, text, rightToLeft: level % 2 === 1 });
  });
  return inVisualOrder(stretches);
}

/** Rule L2: from the highest level down to the lowest odd one, what stands at that level or above is turned round. */
function inVisualOrder(stretches: Stretch[]): Stretch[] {
  let order = stretches;
  const highest = Math.max(0, ...stretches.map((stretch) => stretch.level));
  for (let level = highest; level > 0; level--) {
    const next: Stretch[] = [];
    let group: Stretch[] = [];
    for (const stretch of order) {
      if (stretch.level >= level) group.push(stretch);
      else {
        next.push(...group.toReversed(), stretch);
        group = [];
      }
    }
    order = [...next, ...group.toReversed()];
  }
  return order;
}

/** Where a line may be broken: behind blanks, and inside words that have none (Chinese, Japanese) or are too long. */
export const words = (text: string): string[] => text.split(/(?<= )/);
export const letters = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);
