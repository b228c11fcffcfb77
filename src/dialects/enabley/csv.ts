import { readRecords, turns } from '../../http/csv.ts';
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
/** Nobody's file has more; what a row costs grows with them. */
const MOST_COLUMNS = 10_000;
/** Characters of a header that are looked at for what stands between its cells. */
const LONGEST_HEADER = 65_536;
const EMPTY_LINES = /^(?:[ \t,;]*(?:\r\n|\n|\r))+/;

/**
 * A file as a spreadsheet writes it: comma or semicolon, with or without byte order mark, quoted or not, `sep=` in front, empty lines
 * anywhere, line ends of any kind and mixed, or all that as base64. Refuses a file that cannot be read, or whose header is none of ours.
 */
export async function readCsv(content: string, path: readonly (string | number)[]): Promise<CsvFile> {
  const plain = await parsed(content);
  const file = 'fault' in plain ? await parsed(unpacked(content)) : plain;
  if (!('fault' in file)) return file;
  const { fault } = 'fault' in plain ? plain : file;
  return invalid(path, 'syntax', `CSV text with a header row${fault && `: ${fault}`}`);
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

async function parsed(content: string): Promise<CsvFile | { fault: string }> {
  const text = content.replace(/^\uFEFF/, '');
  const hint = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text);
  const above = (hint?.[0] ?? '') + (EMPTY_LINES.exec(text.slice(hint?.[0].length ?? 0))?.[0] ?? '');
  const body = text.slice(above.length);
  const records = await readRecords(body, hint?.[1] ?? delimiterOf(body));
  if ('fault' in records) return records;
  const [head, ...rest] = records;
  const names = head?.cells.map((name) => name.trim()) ?? [];
  if (names.length > MOST_COLUMNS) return { fault: `it has more than ${MOST_COLUMNS} columns` };
  const columns = names.map((name) =>
    ATTRIBUTE.test(name) ? name.replace(ATTRIBUTE, 'customattributes.') : name.toLowerCase(),
  );
  const known = columns.filter((name) => COLUMNS.has(name) || ATTRIBUTE.test(name));
  if (!known.some((name) => KEYS.includes(name)) || new Set(known).size < known.length) return { fault: '' };
  const offset = linesOf(above) - 1;
  const rows: CsvRow[] = [];
  const others = turns();
  for (const { line, cells } of rest) {
    const row = rowOf(cells, line + offset, columns);
    if (row) rows.push(row);
    await others();
  }
  return { columns: new Set(columns), rows };
}

const LINE_END = /\r\n|\n|\r/;
const linesOf = (text: string): number => text.split(LINE_END).length;

/** Whichever stands more often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const first = (text.slice(0, LONGEST_HEADER).split(LINE_END, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  return first.split(';').length > first.split(',').length ? ';' : ',';
}

function rowOf(record: readonly string[], line: number, columns: readonly string[]): CsvRow | undefined {
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
  return {
    line,
    cells,
    attributes,
    surplus: record.slice(columns.length).some((cell) => cell.trim() !== ''),
  };
}
