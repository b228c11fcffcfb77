import { jsonFault } from '../../record/kernel/text.ts';
import { countValues } from '../../workers/pieces.ts';
import { readYaml } from '../../workers/read-yaml.ts';
import { type Limits, Unreadable } from '../../workers/unreadable.ts';
import { type Place, placesIn } from '../../workers/yaml-places.ts';
import { cutPieces, type Piece } from './cut-pieces.ts';
import { type Found, Misread } from './error.ts';
import type { Path } from './shape.ts';

/** Longer files are read in pieces: the tree of a whole one takes many times its size. */
export const MOST_AT_ONCE = 4_000_000;
/** Values of one entry: a course with all its content has some thousand. */
const MOST_OF_ENTRY = 100_000;
/** Faults beyond these are not looked for. */
export const MOST_FAULTS = 1000;

/** A member of the file, or a run of entries of one. */
export interface Part {
  name: string;
  /** Place of the first entry in its list; undefined where the part is the whole member. */
  first: number | undefined;
  value: unknown;
}

export interface Text {
  /** The file part by part; those of one member come one after the other. */
  parts(): Iterable<Part>;
  /** Where what is at the path stands. */
  at(path: Path): Place;
}

export interface ReadOptions {
  limits: Limits;
  atOnce?: number;
  piece?: number | undefined;
}

/** Reads YAML. Refuses by `Misread` what is none, what cannot be stored, and what goes beyond the limits. */
export function readText(text: string, { limits, atOnce = MOST_AT_ONCE, piece }: ReadOptions): Text {
  const begun = text.startsWith('\uFEFF') ? 1 : 0;
  return text.length > atOnce ? inPieces(text, limits, piece) : atOneGo(text.slice(begun), limits);
}

function atOneGo(text: string, limits: Limits): Text {
  const { value, at } = sound(text, 0, limits);
  return {
    *parts() {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        yield { name: '', first: undefined, value };
      else for (const [name, each] of Object.entries(value)) yield { name, first: undefined, value: each };
    },
    at,
  };
}

/** Places are found by reading the piece again that they are in. */
function inPieces(text: string, limits: Limits, size?: number): Text {
  const pieces = cutPieces(text, size);
  if (!Array.isArray(pieces)) throw new Misread([pieces]);
  let last: { piece: Piece; at: Text['at'] } | undefined;
  return {
    *parts() {
      const faults: Found[] = [];
      const seen = new Set<string>();
      let left = limits.values;
      for (const { name, first, line, start, end, named } of pieces) {
        try {
          if ((first ?? 0) === 0 && seen.has(name))
            faults.push({
              at: { line: named + 1, column: 1 },
              path: [],
              fault: 'syntax',
              message: 'Map keys must be unique',
            });
          seen.add(name);
          const { value } = sound(text.slice(start, end), line, { ...limits, values: left });
          left -= countValues(value, left);
          yield { name, first, value: first === undefined ? (value as Record<string, unknown>)[name] : value };
        } catch (error) {
          if (!(error instanceof Misread)) throw error;
          faults.push(...error.found);
          if (faults.length >= MOST_FAULTS) break;
        }
      }
      if (faults.length > 0) throw new Misread(faults);
    },
    at(path) {
      const [name, index] = path;
      const own = pieces.filter((piece) => piece.name === name);
      const piece = typeof index === 'number' ? own.findLast((each) => (each.first ?? 0) <= index) : own[0];
      if (!piece) return { line: 1, column: 1 };
      if (last?.piece !== piece) last = { piece, at: sound(text.slice(piece.start, piece.end), piece.line, limits).at };
      if (piece.first === undefined) return last.at(path);
      return last.at(typeof index === 'number' ? [index - piece.first, ...path.slice(2)] : []);
    },
  };
}

/** Reads what has so many lines of the file before it. */
function sound(text: string, before: number, limits: Limits): { value: unknown; at: Text['at'] } {
  const below = ({ line, column }: Place): Place => ({ line: before + line, column });
  try {
    const { value, events } = readYaml(text, limits);
    let find: Text['at'] | undefined;
    return {
      value,
      at(path) {
        find ??= placesIn(text, events);
        return below(find(path));
      },
    };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Misread([{ at: below(error.trouble), path: [], fault: 'syntax', message: error.message }]);
  }
}

/** Text that cannot be stored, numbers that are none, nesting and size without end, wherever they stand. */
export function unstorable({ name, first, value }: Part): Found[] {
  const faults: Found[] = [];
  const entries =
    first === undefined && !Array.isArray(value) ? [[undefined, value] as const] : (value as unknown[]).entries();
  for (const [i, entry] of entries) {
    const path = i === undefined ? (name === '' ? [] : [name]) : [name, (first ?? 0) + i];
    if (countValues(entry, MOST_OF_ENTRY) > MOST_OF_ENTRY)
      faults.push({
        path,
        fault: 'too_many',
        message: `it holds more than ${MOST_OF_ENTRY.toLocaleString('en')} values`,
      });
    else inside(entry, path, faults);
    if (faults.length >= MOST_FAULTS) break;
  }
  return faults;
}

function inside(value: unknown, path: Path, faults: Found[]): void {
  if (faults.length >= MOST_FAULTS) return;
  if (value !== null && typeof value === 'object' && path.length < 30) {
    for (const [key, each] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      if (key === '__proto__' || jsonFault(key))
        faults.push({ path: [...path, step], fault: 'format', message: 'the name cannot be stored' });
      inside(each, [...path, step], faults);
    }
    return;
  }
  const wrong = jsonFault(value);
  if (wrong === 'out_of_range') faults.push({ path, fault: 'out_of_range', message: 'it is nested too deeply' });
  else if (wrong)
    faults.push({
      path,
      fault: wrong,
      message: typeof value === 'number' ? 'it is no number' : 'it holds characters that cannot be stored',
    });
}
