import { CsvError, parse } from 'csv-parse/sync';
import { type Limits, unreadable } from './unreadable.ts';

/** A record of a CSV text: its cells, and the line it begins in, from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

const LINE_ENDS = ['\r\n', '\n', '\r'];
const LINE_END = /\r\n|\n|\r/;

/** CSV from outside as records, quoted or not, with line ends of any kind and mixed; empty lines are none. Or `Unreadable`. */
export function readCsv(text: string, delimiter: string, { values: most }: Pick<Limits, 'values'>): CsvRecord[] {
  measure(text, delimiter, most);
  return parsed(text, delimiter).map(({ record, raw, info }) => {
    const lines = raw.replace(/(?:\r\n|\n|\r)$/, '').split(LINE_END).length;
    return { line: info.lines - lines + 1, cells: record };
  });
}

interface RawRecord {
  record: string[];
  raw: string;
  info: { lines: number };
}

function parsed(text: string, delimiter: string): RawRecord[] {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      raw: true,
      info: true,
    }) as unknown as RawRecord[];
  } catch (error) {
    throw error instanceof CsvError ? unreadable('syntax', 'it is not readable CSV') : error;
  }
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
