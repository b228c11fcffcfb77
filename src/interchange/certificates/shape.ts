import { Blob, Direction, Face, Font, Buffer as ShapingBuffer, shape } from 'harfbuzzjs';

/** A shape of a font at its place, in parts of the font's size; `dx` and `dy` move it from there, `dy` upwards. */
interface Glyph {
  id: number;
  x: number;
  dx: number;
  dy: number;
  /**
   * The text that it stands for. Of the shapes that make up a letter with its marks, the widest stands for all of it and the others
   * for nothing.
   */
  text: string;
}

/** A run of text as shapes from left to right. */
export interface Shaped {
  glyphs: Glyph[];
  /** Width, in parts of the font's size. */
  advance: number;
  rightToLeft: boolean;
}

export type ShapeOf = (text: string, rightToLeft: boolean) => Shaped;

export const openFace = (font: Uint8Array): Face => new Face(new Blob(font));

/** Shapes runs in one font: joins letters, reorders and places marks, kerns, and mirrors brackets that run from right to left. */
export function shapeWith(face: Face): ShapeOf {
  const font = new Font(face);
  const em = face.upem;
  return (text, rightToLeft) => {
    const buffer = new ShapingBuffer();
    buffer.addText(text);
    buffer.setDirection(rightToLeft ? Direction.RTL : Direction.LTR);
    buffer.guessSegmentProperties();
    shape(font, buffer);
    const shapes = buffer.getGlyphInfosAndPositions().map(({ codepoint, cluster, xAdvance, xOffset, yOffset }) => ({
      id: codepoint,
      cluster,
      width: (xAdvance ?? 0) / em,
      dx: (xOffset ?? 0) / em,
      dy: (yOffset ?? 0) / em,
    }));
    const starts = [...new Set(shapes.map((each) => each.cluster))].sort((a, b) => a - b);
    const bearer = new Map<number, (typeof shapes)[number]>();
    for (const each of shapes) {
      const widest = bearer.get(each.cluster);
      if (!widest || each.width > widest.width) bearer.set(each.cluster, each);
    }
    let x = 0;
    const glyphs = shapes.map((each): Glyph => {
      const { id, cluster, width, dx, dy } = each;
      const end = starts[starts.indexOf(cluster) + 1] ?? text.length;
      const glyph = { id, x, dx, dy, text: bearer.get(cluster) === each ? text.slice(cluster, end) : '' };
      x += width;
      return glyph;
    });
    return { glyphs, advance: x, rightToLeft };
  };
}
