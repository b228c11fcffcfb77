import { CsvError, parse } from 'csv-parse/sync';
import { type Limits, unreadable } from './unreadable.ts';

/** A record of a CSV text: its cells, and the line it begins in, from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

const LINE_ENDS = ['\r\n', '\n', '\r'];

/** CSV from outside as records, quoted or not, with line ends of any kind and mixed; empty lines are none. Or `Unreadable`. */
export function readCsv(text: string, delimiter: string, { values: most }: Pick<Limits, 'values'>): CsvRecord[] {
  measure(text, delimiter, most);
  const lineAt = lines(Buffer.from(text));
  let end = 0;
  return parsed(text, delimiter).map(({ record, info }) => {
    const line = lineAt(end);
    end = info.bytes;
    return { line, cells: record };
  });
}

interface RawRecord {
  record: string[];
  /** `bytes`: where it ends. */
  info: { bytes: number };
}

function parsed(text: string, delimiter: string): RawRecord[] {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as RawRecord[];
  } catch (error) {
    throw error instanceof CsvError ? unreadable('syntax', 'it is not readable CSV') : error;
  }
}

/** Tells the line of the first byte at or behind a place that ends no line; places come in their order. */
function lines(bytes: Buffer): (place: number) => number {
  const [LF, CR] = [0x0a, 0x0d];
  let line = 1;
  let at = 0;
  return (place) => {
    for (; at < bytes.length && (at < place || bytes[at] === LF || bytes[at] === CR); at++)
      if (bytes[at] === CR || (bytes[at] === LF && bytes[at - 1] !== CR)) line++;
    return line;
  };
}

/** Counts what may end a cell, before anything is made of it. */
function measure(text: string, delimiter: string, most: number): void {
  let cells = 1;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at]!;
    if (one === delimiter || one === '\n' || one === '\r') cells += 1;
    if (cells > most) throw unreadable('values', `it holds more than ${most.toLocaleString('en')} cells`);
  }
}
