import type { Found } from './error.ts';

/** A run of entries of one list, or one whole member, that is read by itself. */
export interface Piece {
  /** The member of the file. */
  name: string;
  /** Place of its first entry in the list; undefined where the piece is the member with its value. */
  first: number | undefined;
  start: number;
  end: number;
  /** Lines of the file before it. */
  line: number;
  /** And before the member. */
  named: number;
}

/** About as much as is read at once; pieces end where entries do. */
const PIECE = 100_000;

/**
 * Cuts a file into pieces that can be read one after the other, for files whose tree as a whole would take a hundred times their size.
 * Lines of the first level begin members; within a member that is a list in lines, the dash in the column of the first one begins an
 * entry, wherever it stands: whatever belongs to an entry is indented further. Gives a fault for a first level that is nothing of this kind.
 */
export function cutPieces(text: string, size = PIECE): Piece[] | Found {
  const pieces: Piece[] = [];
  let member: { name: string; start: number; line: number; dash: number | undefined; entries: number } | undefined;
  let piece: Piece | undefined;
  const close = (end: number): void => {
    if (piece) pieces.push({ ...piece, end });
    else if (member)
      pieces.push({
        name: member.name,
        first: undefined,
        start: member.start,
        end,
        line: member.line,
        named: member.line,
      });
    piece = undefined;
  };
  let line = 0;
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; line++) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const { indent, sign } = beginning(text, start, next);
    if (sign === '' || sign === '#' || sign === '\r') {
      start = next;
      continue;
    }
    if (indent === 0 && sign !== '-') {
      const name = /^([A-Za-z]+) *:(?=[ \r\n]|$)/.exec(text.slice(start, Math.min(next, start + 100)))?.[1];
      if (name === undefined)
        return fault(line, 'is no member; files of this size are read member by member, entry by entry');
      close(start);
      const rest = text
        .slice(start, Math.min(next, start + 200))
        .slice(name.length)
        .replace(/^ *:/, '');
      const open = /^[ \r\n]*(#|$)/.test(rest);
      member = { name, start, line, dash: open ? -1 : undefined, entries: 0 };
    } else if (member === undefined) {
      // a line of dashes may begin the document
      if (!/^---[ \r\n]*$/.test(text.slice(start, next))) return fault(line, 'is no member');
    } else if (member.dash === -1) {
      // what follows the name decides whether the member is a list in lines
      member.dash = sign === '-' && isDash(text, start + indent) ? indent : undefined;
    }
    if (member && member.dash === indent && sign === '-' && isDash(text, start + indent)) {
      if (!piece || start - piece.start >= size) {
        if (piece) close(start);
        piece = { name: member.name, first: member.entries, start, end: next, line, named: member.line };
      }
      member.entries++;
    }
    start = next;
  }
  close(text.length);
  return pieces;
}

/** How far a line is indented, and its first character that is no blank. */
function beginning(text: string, start: number, next: number): { indent: number; sign: string } {
  let at = start;
  while (at < next && text[at] === ' ') at++;
  const sign = at < next && text[at] !== '\n' ? text[at]! : '';
  return { indent: at - start, sign };
}

const isDash = (text: string, at: number): boolean => [' ', '\n', '\r', undefined].includes(text[at + 1]);

const fault = (line: number, message: string): Found => ({
  at: { line: line + 1, column: 1 },
  path: [],
  fault: 'syntax',
  message,
});
