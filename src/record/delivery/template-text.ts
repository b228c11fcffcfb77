/** A piece of a template: text as it stands, or the place of a value. */
type Piece = string | { value: string; format: 'date' | undefined };
type Line = readonly Piece[];

/** A paragraph, or a button that leads somewhere. */
export type Block = { text: Line } | { label: Line; link: Line };

/** One template in one language: the first line is the subject, paragraphs are told apart by empty lines. */
export interface Template {
  subject: Line;
  blocks: readonly Block[];
}

/** `{name}` or `{name|date}`. */
const PLACE = /\{([A-Za-z]\w*)(?:\|(date))?\}/g;
/** A paragraph of its own: `[label](link)`. */
const BUTTON = /^\[([^\]]+)\]\(([^()\s]+)\)$/;

function lineOf(text: string): Line {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ value: match[1]!, format: match[2] as 'date' | undefined });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function blockOf(paragraph: string): Block {
  const button = BUTTON.exec(paragraph);
  return button ? { label: lineOf(button[1]!), link: lineOf(button[2]!) } : { text: lineOf(paragraph) };
}

const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);

export const blocksOf = (text: string): Block[] => paragraphsOf(text.replaceAll('\r\n', '\n')).map(blockOf);

export const subjectOf = (text: string): Line => lineOf(text.trim());

/** The languages of a template file, each below `## language`. */
export function readTemplates(source: string): ReadonlyMap<string, Template> {
  const parts = source.split(/^## ([a-z-]+)\n/m).slice(1);
  const languages = new Map<string, Template>();
  for (let i = 0; i < parts.length; i += 2) {
    const [subject = '', ...body] = paragraphsOf(parts[i + 1]!);
    languages.set(parts[i]!, { subject: lineOf(subject), blocks: body.map(blockOf) });
  }
  return languages;
}

/** A line with its values; undefined where one of them is missing. `put` writes a value where it stands: first, or further on. */
export function filled(
  line: Line,
  valueAt: (name: string, format: 'date' | undefined) => string | undefined,
  put: (value: string, first: boolean) => string = (value) => value,
): string | undefined {
  let text = '';
  for (const [i, piece] of line.entries()) {
    if (typeof piece === 'string') text += piece;
    else {
      const value = valueAt(piece.value, piece.format);
      if (value === undefined) return undefined;
      text += put(value, i === 0);
    }
  }
  return text;
}
