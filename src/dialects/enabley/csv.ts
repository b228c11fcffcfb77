import { CsvError, parse } from 'csv-parse/sync';
import { invalid } from '../../record/kernel/refusal.ts';

/** One row of a file: its line, and its cells by column; empty ones are left out. */
export interface CsvRow {
  line: number;
  /** By the column's name in lower case. */
  cells: ReadonlyMap<string, string>;
  /** Cells of `customAttributes.NAME`, by NAME as it is written. */
  attributes: Readonly<Record<string, string>>;
  /** More cells than the header has columns. */
  surplus: boolean;
}

export interface CsvFile {
  columns: ReadonlySet<string>;
  rows: CsvRow[];
}

const ATTRIBUTE = /^customattributes\.(?=.)/i;
/** What a header of ours must have, so that a text is told from its base64. */
const KEYS = ['identifier', 'useridentifier'];
/** Columns of any kind of file: these may stand there once. Others are nobody's, however often they are there. */
const COLUMNS = new Set([
  ...KEYS,
  ...['firstname', 'lastname', 'username', 'email', 'password', 'phone', 'address', 'isactive', 'possibleroles'],
  ...['subaccountname', 'name', 'type', 'parentidentifier'],
  ...['entitytype', 'entityidentifier', 'userrole', 'action', 'replace'],
]);
const LINE_ENDS = ['\r\n', '\n', '\r'];
const EMPTY_LINES = /^(?:[ \t,;]*(?:\r\n|\n|\r))+/;

/**
 * A file as a spreadsheet writes it: comma or semicolon, with or without byte order mark, quoted or not, `sep=` in front, empty lines
 * anywhere, line ends of any kind and mixed, or all that as base64. Refuses a file that cannot be read, or whose header is none of ours.
 */
export function readCsv(content: string, path: readonly (string | number)[]): CsvFile {
  const file = parsed(content) ?? parsed(unpacked(content));
  return file ?? invalid(path, 'syntax', 'CSV text with a header row');
}

function unpacked(content: string): string {
  const packed = content.replace(/\s/g, '');
  if (packed === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    return '';
  }
}

interface RawRecord {
  record: string[];
  raw: string;
  info: { lines: number };
}

function parsed(content: string): CsvFile | undefined {
  const text = content.replace(/^\uFEFF/, '');
  const hint = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text);
  const above = (hint?.[0] ?? '') + (EMPTY_LINES.exec(text.slice(hint?.[0].length ?? 0))?.[0] ?? '');
  const body = text.slice(above.length);
  const delimiter = hint?.[1] ?? delimiterOf(body);
  let records: RawRecord[];
  try {
    records = parse(body, {
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      raw: true,
      info: true,
    }) as unknown as RawRecord[];
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
  const [head, ...rest] = records;
  const names = head?.record.map((name) => name.trim()) ?? [];
  const columns = names.map((name) =>
    ATTRIBUTE.test(name) ? name.replace(ATTRIBUTE, 'customattributes.') : name.toLowerCase(),
  );
  const known = columns.filter((name) => COLUMNS.has(name) || ATTRIBUTE.test(name));
  if (!known.some((name) => KEYS.includes(name)) || new Set(known).size < known.length) return undefined;
  const offset = linesOf(above) - 1;
  const rows = rest.flatMap((one) => {
    const row = rowOf(one, columns, offset);
    return row ? [row] : [];
  });
  return { columns: new Set(columns), rows };
}

const LINE_END = /\r\n|\n|\r/;
const linesOf = (text: string): number => text.split(LINE_END).length;

/** Whichever stands more often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const first = (text.split(LINE_END, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  return first.split(';').length > first.split(',').length ? ';' : ',';
}

function rowOf({ record, raw, info }: RawRecord, columns: readonly string[], offset: number): CsvRow | undefined {
  const cells = new Map<string, string>();
  const attributes: Record<string, string> = {};
  record.forEach((cell, i) => {
    const column = columns[i];
    const value = cell.trim();
    if (!column || value === '') return;
    if (ATTRIBUTE.test(column)) attributes[column.replace(ATTRIBUTE, '')] = value;
    else cells.set(column, value);
  });
  // a spreadsheet writes rows that only look empty
  if (record.every((cell) => cell.trim() === '')) return undefined;
  const lines = linesOf(raw.replace(/(?:\r\n|\n|\r)$/, ''));
  return {
    line: info.lines - lines + 1 + offset,
    cells,
    attributes,
    surplus: record.slice(columns.length).some((cell) => cell.trim() !== ''),
  };
}
