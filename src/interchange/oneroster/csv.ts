/**
 * Reads CSV (RFC 4180) as a stream. A parser of our own, because of one thing the usual ones cannot do: a record with broken quotes
 * costs that line only. A quote that is never closed would otherwise swallow every row up to the next one, or the rest of the file.
 */

export interface CsvRecord {
  /** Where it starts; the first line of the file is 1. */
  line: number;
  fields: string[];
}

export interface CsvFault {
  line: number;
  fault: string;
}

/** What a file turned out to be like, and what was put right on the way, for notes. */
export interface Found {
  /** Told by the first line. */
  delimiter: Delimiter;
  /** Rows of delimiters alone, passed over. */
  blank: number;
  /** Rows filled up with empty cells: spreadsheets leave out the last ones. */
  short: number;
}

const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export const found = (): Found => ({ delimiter: ',', blank: 0, short: 0 });

export interface CsvOptions {
  /** Of the bytes: a label of the Encoding Standard. */
  encoding?: string;
  found?: Found;
}

/** A quoted field may run over lines, within bounds: beyond them its quote is taken to be broken. */
const MOST_LINES = 1000;
const MOST_CHARACTERS = 262_144;

/**
 * Records in batches, a batch for each piece that arrives. Fields end in commas, or in semicolons or tabs where the first line has more of
 * those; lines in CR, LF or both. Blank rows are passed over.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  { encoding = 'utf-8', found: noted = found() }: CsvOptions = {},
): AsyncGenerator<(CsvRecord | CsvFault)[], void, undefined> {
  // takes a byte-order mark away; bytes that are not of the encoding become U+FFFD
  const decoder = new TextDecoder(encoding);
  const scan = scanner(noted);
  const lines = lineEnds();
  let text = '';
  for await (const chunk of chunks) {
    text += lines(decoder.decode(chunk, { stream: true }), false);
    const batch: (CsvRecord | CsvFault)[] = [];
    text = text.slice(scan(text, false, batch));
    if (batch.length > 0) yield batch;
  }
  const batch: (CsvRecord | CsvFault)[] = [];
  scan(text + lines(decoder.decode(), true), true, batch);
  if (batch.length > 0) yield batch;
}

/** Turns CR into LF where the first line of the file ends in CR alone, as spreadsheets on old Macs write it. */
function lineEnds(): (text: string, last: boolean) => string {
  let alone: boolean | undefined;
  let held = '';
  return (text, last) => {
    if (alone === undefined) {
      held += text;
      const at = held.search(/[\r\n]/);
      // a CR at the very end may be half of a pair
      if ((at < 0 || at === held.length - 1) && !last && held.length <= MOST_CHARACTERS) return '';
      alone = held[at] === '\r' && held[at + 1] !== '\n';
      text = held;
    }
    return alone ? text.replaceAll('\r', '\n') : text;
  };
}

/** Scans as many whole records as the text holds and tells where the rest begins. Remembers line and width between calls. */
function scanner(noted: Found): (text: string, last: boolean, into: (CsvRecord | CsvFault)[]) => number {
  let line = 1;
  let width = 0;
  /** In the rest of a line that was given up. */
  let skipping = false;
  let into: (CsvRecord | CsvFault)[] = [];
  /** Takes a record over as wide as the header. */
  const fit = (fields: string[]): void => {
    const cells = fields.length;
    if (fields.every((field) => field.trim() === '')) {
      noted.blank++;
      return;
    }
    width ||= cells;
    while (fields.length > width && fields.at(-1)!.trim() === '') fields.pop();
    if (fields.length > width) into.push({ line, fault: `${cells} columns, the header has ${width}` });
    else {
      if (fields.length < width) noted.short++;
      while (fields.length < width) fields.push('');
      into.push({ line, fields });
    }
  };
  return (text, last, batch) => {
    into = batch;
    let at = 0;
    if (skipping) {
      const end = text.indexOf('\n');
      if (end < 0) return text.length;
      at = end + 1;
      skipping = false;
    }
    while (at < text.length) {
      let end = text.indexOf('\n', at);
      if (end < 0) {
        if (!last && text.length - at <= MOST_CHARACTERS) break;
        end = text.length;
        skipping = !last;
      }
      const row = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
      if (width === 0) noted.delimiter = delimiterOf(row);
      if (row === '') {
        line++;
      } else if (!row.includes('"')) {
        const fields = row.split(noted.delimiter);
        if (row.length > MOST_CHARACTERS) into.push({ line, fault: 'line too long' });
        else fit(fields);
        line++;
      } else {
        const record = quoted(text, at, last, width, noted.delimiter);
        if (record === 'more') break;
        if (typeof record === 'string') {
          into.push({ line, fault: record });
          line++;
        } else {
          fit(record.fields);
          line += record.lines;
          at = record.next;
          continue;
        }
      }
      at = end + 1;
    }
    return Math.min(at, text.length);
  };
}

interface Quoted {
  fields: string[];
  next: number;
  lines: number;
}

/** The delimiter that a line has most of; names of columns hold none. */
function delimiterOf(line: string): Delimiter {
  const plain = line.includes('"') ? line.replace(/"(?:[^"]|"")*"/g, '') : line;
  const count = (delimiter: string): number => plain.split(delimiter).length;
  return DELIMITERS.reduce((most, delimiter) => (count(delimiter) > count(most) ? delimiter : most));
}

/** One record with quotes, a word for what is wrong with it, or `more` when its end has not arrived. */
function quoted(text: string, start: number, last: boolean, width: number, delimiter: Delimiter): Quoted | string {
  const fields: string[] = [];
  let lines = 1;
  let at = start;
  for (;;) {
    if (text[at] === '"') {
      let from = at + 1;
      let close: number;
      for (;;) {
        close = text.indexOf('"', from);
        if (close < 0 || close - start > MOST_CHARACTERS)
          return !last && text.length - start <= MOST_CHARACTERS ? 'more' : 'a quote is not closed';
        if (text[close + 1] !== '"') break;
        from = close + 2;
      }
      if (close + 1 >= text.length && !last) return 'more';
      const value = text.slice(at + 1, close);
      for (let nl = value.indexOf('\n'); nl >= 0; nl = value.indexOf('\n', nl + 1))
        if (++lines > MOST_LINES) return 'a quote is not closed';
      fields.push(value.includes('"') ? value.replaceAll('""', '"') : value);
      at = close + 1;
      if (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 >= text.length)) {
        if (at + 1 >= text.length && !last) return 'more';
        at++;
      }
      if (text[at] !== delimiter && text[at] !== '\n' && at < text.length) return 'text after a closing quote';
    } else {
      let end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== '\n') {
        if (text[end] === '"') return 'a quote inside an unquoted value';
        end++;
      }
      if (end >= text.length && !last) return text.length - start <= MOST_CHARACTERS ? 'more' : 'line too long';
      fields.push(
        text[end] !== delimiter && text[end - 1] === '\r' && end > at ? text.slice(at, end - 1) : text.slice(at, end),
      );
      at = end;
    }
    if (text[at] === delimiter) at++;
    else break;
  }
  // a record of many lines whose columns do not come out is more likely a quote that was never closed
  if (width > 0 && fields.length !== width && lines > 1) return `${fields.length} columns, the header has ${width}`;
  return { fields, next: at + 1, lines };
}
