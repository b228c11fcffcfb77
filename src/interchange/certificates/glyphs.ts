import type { Shaped } from './shape.ts';

/** What pdfkit keeps of an embedded font; not in its types. */
interface EmbeddedFont {
  id: string;
  ref(): PDFKit.PDFKitReference;
  scale: number;
  font: { getGlyph(id: number): { advanceWidth: number } };
  subset: { glyphs: number[] };
  widths: number[];
  unicode: number[][];
  /** Ours: the number in the PDF of each shape and text. */
  numbers?: Map<string, number>;
}

interface Inside {
  _font: EmbeddedFont;
  page: { fonts: Record<string, PDFKit.PDFKitReference> };
  addContent(text: string): void;
}

/**
 * Draws shaped text in the document's current font with its baseline at `y`. pdfkit would shape it anew and remember one text for each
 * shape; here a shape that stands for several texts (a bare letter of Arabic, with the dots drawn apart) is in the PDF once for each,
 * so that what is copied or searched is what was written.
 */
export function drawGlyphs(doc: PDFKit.PDFDocument, { glyphs }: Shaped, size: number, x: number, y: number): void {
  const inside = doc as unknown as Inside;
  const font = inside._font;
  inside.page.fonts[font.id] ??= font.ref();
  inside.addContent('BT');
  inside.addContent(`/${font.id} ${plain(size)} Tf`);
  for (const glyph of glyphs) {
    const number = numberOf(font, glyph.id, glyph.text);
    // the page's y runs downwards, letters stand upright
    inside.addContent(`1 0 0 -1 ${plain(x + (glyph.x + glyph.dx) * size)} ${plain(y - glyph.dy * size)} Tm`);
    inside.addContent(`<${number.toString(16).padStart(4, '0')}> Tj`);
  }
  inside.addContent('ET');
}

function numberOf(font: EmbeddedFont, id: number, text: string): number {
  font.numbers ??= new Map();
  const key = `${id} ${text}`;
  const known = font.numbers.get(key);
  if (known !== undefined) return known;
  const number = font.subset.glyphs.push(id) - 1;
  font.widths[number] = font.font.getGlyph(id).advanceWidth * font.scale;
  font.unicode[number] = Array.from(text, (character) => character.codePointAt(0)!);
  font.numbers.set(key, number);
  return number;
}

const plain = (value: number): string => String(Math.round(value * 1e3) / 1e3);
