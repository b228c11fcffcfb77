import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import { jsonFault } from '../../record/kernel/text.ts';
import { AcademyError, type Fault } from './error.ts';
import { cutPieces, type Piece } from './parse-pieces.ts';
import type { Path } from './shape.ts';

/** A file as it was read, and where each value stands in it. */
export interface Source {
  data: unknown;
  at(path: Path): { line: number; column: number };
}

/** Longer files are read in pieces: the tree of a whole one takes a hundred times its size. */
export const MOST_AT_ONCE = 4_000_000;
/** What a server takes on beside its other work, which waits while a file is read. */
export const MOST_BESIDE = 8_000_000;
/** What the command line takes; see `docs/academy-files.md` for what was measured. */
export const MOST_CHARACTERS = 100_000_000;
/** How often shared parts may be repeated, all in all. */
const MOST_REPEATS = 1000;

/** Reads YAML. Refuses what is none, what cannot be stored, and files that grow beyond measure by repeating themselves. */
export function parseAcademy(
  text: string,
  { most = MOST_CHARACTERS, atOnce = MOST_AT_ONCE, piece }: { most?: number; atOnce?: number; piece?: number } = {},
): Source {
  if (text.length > most) throw whole('too_long', `the file has more than ${most.toLocaleString('en')} characters`);
  const source = text.length > atOnce ? inPieces(text, piece) : atOneGo(text);
  const faults: Fault[] = [];
  unstorable(source.data, [], faults, source.at);
  if (faults.length > 0) throw new AcademyError(faults);
  return source;
}

function atOneGo(text: string): Source {
  const read = readSound(text, 0);
  const { document, place } = read;
  return { data: plain(read), at: (path) => place(nodeAt(document, path)?.range?.[0] ?? 0) };
}

/** Places are found by reading the piece again that they are in: faults are few. */
function inPieces(text: string, size?: number): Source {
  const pieces = cutPieces(text, size);
  if (!Array.isArray(pieces)) throw new AcademyError([pieces]);
  const data: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const piece of pieces) {
    const { name, first, line } = piece;
    const value = attempt(faults, () => plain(readSound(text.slice(piece.start, piece.end), line)));
    if (value === undefined) continue;
    if (first === undefined || first === 0) {
      if (Object.hasOwn(data, name))
        faults.push({
          line: piece.named + 1,
          column: 1,
          path: [],
          fault: 'syntax',
          message: 'Map keys must be unique',
        });
    }
    if (first === undefined) data[name] = (value as Record<string, unknown>)[name];
    else if (Array.isArray(data[name])) for (const entry of value as unknown[]) data[name].push(entry);
    else data[name] = value;
  }
  if (faults.length > 0) throw new AcademyError(faults);
  let last: { piece: Piece; read: ReturnType<typeof readSound> } | undefined;
  return {
    data,
    at(path) {
      const [name, index] = path;
      const own = pieces.filter((piece) => piece.name === name);
      const piece = typeof index === 'number' ? own.findLast((each) => (each.first ?? 0) <= index) : own[0];
      if (!piece) return { line: 1, column: 1 };
      if (last?.piece !== piece) last = { piece, read: readSound(text.slice(piece.start, piece.end), piece.line) };
      const { document, place } = last.read;
      const within = piece.first === undefined ? path : [Number(index) - piece.first, ...path.slice(2)];
      return place(
        nodeAt(document, typeof index === 'number' || piece.first === undefined ? within : [])?.range?.[0] ?? 0,
      );
    },
  };
}

function attempt<T>(faults: Fault[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AcademyError)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}

interface Read {
  document: Document.Parsed;
  place(offset: number): { line: number; column: number };
}

/** Reads what has so many lines of the file before it. */
function readSound(text: string, before: number): Read {
  const lines = new LineCounter();
  const document = read(text, lines);
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: before + Math.max(1, line), column: Math.max(1, col) };
  };
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0)
    throw new AcademyError(
      troubles.map(
        ({ pos, message }): Fault => ({ ...place(pos[0]), path: [], fault: 'syntax', message: firstLine(message) }),
      ),
    );
  return { document, place };
}

function read(text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text.startsWith('\uFEFF') ? text.slice(1) : text, { lineCounter, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) throw whole('syntax', 'it is nested too deeply');
    throw error;
  }
}

function plain({ document, place }: Read): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_REPEATS });
  } catch (error) {
    if (error instanceof RangeError) throw whole('syntax', 'it is nested too deeply');
    if (!(error instanceof ReferenceError)) throw error;
    const faults: Fault[] = [];
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document)) return;
        const message = `*${alias.source} stands for nothing that was said before`;
        faults.push({ ...place(alias.range?.[0] ?? 0), path: [], fault: 'syntax', message });
      },
    });
    if (faults.length > 0) throw new AcademyError(faults);
    throw whole('syntax', 'it repeats shared parts (aliases) too often');
  }
}

const whole = (fault: Fault['fault'], message: string): AcademyError =>
  new AcademyError([{ line: 1, column: 1, path: [], fault, message }]);

const firstLine = (message: string): string => message.split('\n', 1)[0]!.replace(/ at line .*$/, '');

/** The node at the path, or the nearest one around it; a member is pointed at by its name. */
function nodeAt(document: Document.Parsed, path: Path): Node | null {
  let node: Node | null = document.contents;
  for (const [i, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? node;
    let next: unknown;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        ({ key }) => String(isScalar(key) ? key.value : key) === String(step),
      );
      next = i === path.length - 1 ? pair?.key : pair?.value;
    } else if (isSeq(node)) next = node.items[step as number];
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}

/** Text that cannot be stored, numbers that are none, and nesting without end, wherever they stand. */
function unstorable(value: unknown, path: Path, faults: Fault[], at: Source['at']): void {
  if (value !== null && typeof value === 'object' && path.length < 30) {
    for (const [key, each] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      if (jsonFault(key)) faults.push(fault([...path, step], 'format', 'the name cannot be stored', at));
      unstorable(each, [...path, step], faults, at);
    }
    return;
  }
  const wrong = jsonFault(value);
  if (wrong === 'out_of_range') faults.push(fault(path, 'out_of_range', 'it is nested too deeply', at));
  else if (wrong)
    faults.push(
      fault(
        path,
        wrong,
        typeof value === 'number' ? 'it is no number' : 'it holds characters that cannot be stored',
        at,
      ),
    );
}

const fault = (path: Path, kind: Fault['fault'], message: string, at: Source['at']): Fault => ({
  ...at(path),
  path,
  fault: kind,
  message,
});
