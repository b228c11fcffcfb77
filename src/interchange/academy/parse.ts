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
} from 'yaml';
import { jsonFault } from '../../record/kernel/text.ts';
import { AcademyError, type Fault } from './error.ts';
import type { Path } from './shape.ts';

/** A file as it was read, and where each value stands in it. */
export interface Source {
  data: unknown;
  at(path: Path): { line: number; column: number };
}

/** Longer ones are no readable files, and take a gigabyte to read; bulk data comes as OneRoster. */
export const MOST_CHARACTERS = 8_000_000;
/** How often shared parts may be repeated, all in all. */
const MOST_REPEATS = 1000;

/** Reads YAML. Refuses what is none, what cannot be stored, and files that grow beyond measure by repeating themselves. */
export function parseAcademy(text: string): Source {
  if (text.length > MOST_CHARACTERS)
    throw whole('too_long', `the file has more than ${MOST_CHARACTERS.toLocaleString('en')} characters`);
  const lines = new LineCounter();
  const document = read(text, lines);
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0)
    throw new AcademyError(
      troubles.map(
        ({ pos, message }): Fault => ({ ...place(pos[0]), path: [], fault: 'syntax', message: firstLine(message) }),
      ),
    );
  const data = plain(document);
  const at: Source['at'] = (path) => place(nodeAt(document, path)?.range?.[0] ?? 0);
  const faults: Fault[] = [];
  unstorable(data, [], faults, at);
  if (faults.length > 0) throw new AcademyError(faults);
  return { data, at };
}

function read(text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text.startsWith('\uFEFF') ? text.slice(1) : text, { lineCounter, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) throw whole('syntax', 'it is nested too deeply');
    throw error;
  }
}

function plain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_REPEATS });
  } catch (error) {
    if (error instanceof RangeError) throw whole('syntax', 'it is nested too deeply');
    if (error instanceof ReferenceError) throw whole('syntax', 'it repeats shared parts (aliases) too often');
    throw error;
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
