import PDFDocument from 'pdfkit';
import { Awards } from '../../record/credentials/index.ts';
import { cutFont, type FontFile, type Weight } from './fonts.ts';
import { drawGlyphs } from './glyphs.ts';
import { drawable, letters, type Reading, readingOf, runsOf, words } from './runs.ts';
import { openFace, type Shaped, type ShapeOf, shapeWith } from './shape.ts';
import { day, LABELS } from './words.ts';

/** What a line looks like. Sizes and places are in points; `y` is the baseline of the first line. */
interface Block {
  text: string;
  y: number;
  size: number;
  weight: Weight;
  color: string;
  align: 'center' | 'left' | 'right';
  x: number;
  width: number;
  lines: number;
  /** Smallest size before the text is cut short. */
  least: number;
  heading?: boolean;
  link?: string;
}

const WIDTH = 841.89;
const HEIGHT = 595.28;
const MARGIN = 72;
const INK = '#1b2433';
const MUTED = '#56627a';
const ACCENT = '#1f4b7f';
const LINE = 1.25;
const MORE = '…';

export interface CertificateOptions {
  /** Where anybody can verify it. */
  verifyUrl: string;
}

/**
 * The certificate of an award as a PDF: A4, tagged, every text selectable in its reading order, fonts embedded with the characters
 * used. The same facts give the same bytes.
 */
export async function certificatePdf(award: Awards.Facts, { verifyUrl }: CertificateOptions): Promise<Uint8Array> {
  const blocks = blocksOf(award, verifyUrl);
  const doc = new PDFDocument({
    size: [WIDTH, HEIGHT],
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    info: {
      Title: `${award.certificateName} – ${award.holder}`,
      Author: award.tenantName,
      Subject: Awards.shownCode(award.code),
      Creator: 'Matricula',
      Producer: 'Matricula',
      CreationDate: new Date(award.certifiedAt),
    },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const shaper = await registerFonts(doc, blocks);
  doc.markContent('Artifact', { type: 'Layout' });
  frame(doc);
  doc.endMarkedContent();
  const root = doc.struct('Document');
  doc.addStructure(root);
  for (const block of blocks) drawBlock(doc, shaper, root, block);
  root.end();
  doc.end();
  await done;
  return Buffer.concat(chunks);
}

function blocksOf(award: Awards.Facts, verifyUrl: string): Block[] {
  const wide = { x: MARGIN, width: WIDTH - 2 * MARGIN, align: 'center' as const };
  const courses = award.courses.filter((course) => course !== award.certificateName);
  const left = { x: MARGIN + 12, width: 260, align: 'left' as const, lines: 1 };
  const right = { x: WIDTH - MARGIN - 12 - 400, width: 400, align: 'right' as const, lines: 1 };
  const small = { size: 9, weight: 400, color: MUTED, least: 9 } as const;
  const fact = { size: 12, weight: 600, color: INK, least: 6 } as const;
  const expires = award.expiresAt === null ? LABELS.forever : day(award.expiresAt, award.timeZone);
  return [
    { ...wide, text: award.tenantName, y: 98, size: 17, weight: 600, color: ACCENT, lines: 1, least: 9 },
    { ...wide, text: LABELS.title, y: 152, size: 36, weight: 600, color: INK, lines: 1, least: 36, heading: true },
    { ...wide, text: LABELS.certifies, y: 192, size: 13, weight: 400, color: MUTED, lines: 1, least: 13 },
    { ...wide, text: award.holder, y: 246, size: 38, weight: 600, color: ACCENT, lines: 2, least: 14 },
    { ...wide, text: LABELS.completed, y: 304, size: 13, weight: 400, color: MUTED, lines: 1, least: 13 },
    { ...wide, text: award.certificateName, y: 342, size: 24, weight: 600, color: INK, lines: 2, least: 12 },
    ...(courses.length > 0
      ? [{ ...wide, text: courses.join(' · '), y: 398, size: 12, weight: 400 as const, color: INK, lines: 3, least: 8 }]
      : []),
    { ...left, ...small, text: LABELS.issued, y: 470 },
    { ...left, ...fact, text: day(award.certifiedAt, award.timeZone), y: 487 },
    { ...left, ...small, text: LABELS.expires, y: 509 },
    { ...left, ...fact, text: expires, y: 526 },
    { ...right, ...small, text: LABELS.number, y: 470 },
    { ...right, ...fact, text: Awards.shownCode(award.code), y: 487 },
    { ...right, ...small, text: LABELS.verify, y: 509 },
    { ...right, ...fact, text: verifyUrl, y: 526, weight: 400, size: 11, link: verifyUrl },
  ];
}

/** Two thin lines around the page and one under the name. */
function frame(doc: PDFKit.PDFDocument): void {
  doc
    .lineWidth(2)
    .rect(28, 28, WIDTH - 56, HEIGHT - 56)
    .stroke(ACCENT);
  doc
    .lineWidth(0.5)
    .rect(35, 35, WIDTH - 70, HEIGHT - 70)
    .stroke(ACCENT);
  doc
    .lineWidth(0.5)
    .moveTo(MARGIN + 12, 448)
    .lineTo(WIDTH - MARGIN - 12, 448)
    .stroke('#c3ccd9');
}

const nameOf = (font: FontFile, weight: Weight): string => `${font.path}@${weight}`;

/** Cuts each font once for all the texts that are drawn in it, and gives what shapes them. */
async function registerFonts(doc: PDFKit.PDFDocument, blocks: readonly Block[]): Promise<Shaper> {
  const used = new Map<string, { font: FontFile; weight: Weight; characters: Set<string> }>();
  for (const { text, weight } of blocks)
    for (const { font, text: part } of runsOf(`${drawable(text)}${MORE}`, readingOf(drawable(text)))) {
      const name = nameOf(font, weight);
      const entry = used.get(name) ?? { font, weight, characters: new Set() };
      for (const character of part) entry.characters.add(character);
      used.set(name, entry);
    }
  const faces = new Map<string, ShapeOf>();
  for (const [name, { font, weight, characters }] of used) {
    const cut = await cutFont(font, weight, [...characters].sort().join(''));
    doc.registerFont(name, cut);
    faces.set(name, shapeWith(openFace(cut)));
  }
  return (line, weight, reading) =>
    runsOf(line, reading).map((run) => {
      const name = nameOf(run.font, weight);
      return { ...faces.get(name)!(run.text, run.rightToLeft), name };
    });
}

/** The shaped runs of a line, from left to right, with the name of each one's font. */
type Shaper = (line: string, weight: Weight, reading: Reading) => (Shaped & { name: string })[];

type ShapeLine = (line: string) => ReturnType<Shaper>;

const widthOf = (runs: readonly Shaped[]): number => runs.reduce((sum, run) => sum + run.advance, 0);

/** Widths of words at a size of one point, measured once: widths grow with the size. */
function measure(shape: ShapeLine): (piece: string) => number {
  const known = new Map<string, number>();
  return (piece) => {
    const width = known.get(piece) ?? widthOf(shape(piece));
    known.set(piece, width);
    return width;
  };
}

/** The text in as few lines as a width (in its own size) takes. */
function broken(text: string, width: number, measured: (piece: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of words(text).flatMap((word) => (measured(word.trim()) <= width ? [word] : letters(word)))) {
    if (line !== '' && used + measured(piece.trim()) > width) {
      lines.push(line.trim());
      line = '';
      used = 0;
    }
    line += piece;
    used += measured(piece);
  }
  return [...lines, line.trim()];
}

/** The largest size in which the text fits its lines; at the smallest it is cut short. */
function fitted(shape: ShapeLine, block: Block): { size: number; lines: string[] } {
  const text = drawable(block.text);
  const measured = measure(shape);
  let size = block.size;
  let lines = broken(text, block.width / size, measured);
  while (lines.length > block.lines && size > block.least) {
    size = Math.max(block.least, size - Math.max(1, size * 0.06));
    lines = broken(text, block.width / size, measured);
  }
  if (lines.length <= block.lines) return { size, lines };
  const kept = lines.slice(0, block.lines);
  let last = letters(kept.pop()!);
  while (last.length > 0 && widthOf(shape(`${last.join('')}${MORE}`)) > block.width / size) last = last.slice(0, -1);
  return { size, lines: [...kept, `${last.join('').trim()}${MORE}`] };
}

function drawBlock(doc: PDFKit.PDFDocument, shaper: Shaper, root: PDFKit.PDFStructureElement, block: Block): void {
  const reading = readingOf(drawable(block.text));
  const shape: ShapeLine = (line) => shaper(line, block.weight, reading);
  const { size, lines } = fitted(shape, block);
  // several lines stand around the place of one
  const top = block.y - ((lines.length - 1) * size * LINE) / 2;
  const element = doc.struct(block.heading ? 'H1' : 'P', {}, () => {
    for (const [i, line] of lines.entries()) drawLine(doc, shape(line), block, size, top + i * size * LINE);
  });
  root.add(element);
  element.end();
}

function drawLine(doc: PDFKit.PDFDocument, runs: ReturnType<Shaper>, block: Block, size: number, y: number): void {
  const width = widthOf(runs) * size;
  const room = block.width - width;
  const start = block.x + (block.align === 'left' ? 0 : block.align === 'right' ? room : room / 2);
  let x = start;
  doc.fillColor(block.color);
  for (const run of runs) {
    // where shapes without text of their own stand between, readers see gaps: the run's text goes beside it. Not so from right to left:
    // readers turn round what they find there, and would turn the text too
    const beside = !run.rightToLeft && run.glyphs.some((glyph) => glyph.text === '');
    if (beside) doc.markContent('Span', { actual: run.glyphs.map((glyph) => glyph.text).join('') });
    drawGlyphs(doc.font(run.name), run, size, x, y);
    if (beside) doc.endMarkedContent();
    x += run.advance * size;
  }
  if (block.link) doc.link(start, y - size, width, size * LINE, block.link);
}
