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

/** A quoted field may run over lines, within bounds: beyond them its quote is taken to be broken. */
const MOST_LINES = 1000;
const MOST_CHARACTERS = 262_144;

/** Records in batches, a batch for each piece that arrives. Blank lines are passed over. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<(CsvRecord | CsvFault)[], void, undefined> {
  // takes a byte-order mark away; bytes that are not UTF-8 become U+FFFD
  const decoder = new TextDecoder('utf-8');
  const scan = scanner();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    const batch: (CsvRecord | CsvFault)[] = [];
    text = text.slice(scan(text, false, batch));
    if (batch.length > 0) yield batch;
  }
  const batch: (CsvRecord | CsvFault)[] = [];
  scan(text + decoder.decode(), true, batch);
  if (batch.length > 0) yield batch;
}

/** Scans as many whole records as the text holds and tells where the rest begins. Remembers line and width between calls. */
function scanner(): (text: string, last: boolean, into: (CsvRecord | CsvFault)[]) => number {
  let line = 1;
  let width = 0;
  /** In the rest of a line that was given up. */
  let skipping = false;
  return (text, last, into) => {
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
      if (row === '') {
        line++;
      } else if (!row.includes('"')) {
        const fields = row.split(',');
        width ||= fields.length;
        into.push(
          row.length > MOST_CHARACTERS
            ? { line, fault: 'line too long' }
            : fields.length === width
              ? { line, fields }
              : { line, fault: `${fields.length} columns, the header has ${width}` },
        );
        line++;
      } else {
        const found = quoted(text, at, last, width);
        if (found === 'more') break;
        if (typeof found === 'string') {
          into.push({ line, fault: found });
          line++;
        } else {
          width ||= found.fields.length;
          into.push({ line, fields: found.fields });
          line += found.lines;
          at = found.next;
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

/** One record with quotes, a word for what is wrong with it, or `more` when its end has not arrived. */
function quoted(text: string, start: number, last: boolean, width: number): Quoted | string {
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
      if (text[at] !== ',' && text[at] !== '\n' && at < text.length) return 'text after a closing quote';
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n') {
        if (text[end] === '"') return 'a quote inside an unquoted value';
        end++;
      }
      if (end >= text.length && !last) return text.length - start <= MOST_CHARACTERS ? 'more' : 'line too long';
      fields.push(
        text[end] !== ',' && text[end - 1] === '\r' && end > at ? text.slice(at, end - 1) : text.slice(at, end),
      );
      at = end;
    }
    if (text[at] === ',') at++;
    else break;
  }
  if (width > 0 && fields.length !== width) return `${fields.length} columns, the header has ${width}`;
  return { fields, next: at + 1, lines };
}
