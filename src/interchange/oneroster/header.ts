import { invalid } from '../../record/kernel/refusal.ts';
import { type Delimiter, found, readCsv } from './csv.ts';
import { type Column, type FileSpec, PASSED_OVER } from './files.ts';
import type { Entry } from './source.ts';

/** Where the kept columns of a file are. */
export interface Layout {
  delimiter: Delimiter;
  status: number;
  modified: number;
  columns: { column: Column; at: number }[];
  /** `metadata.` columns that are kept, named as written. */
  metadata: { name: string; at: number }[];
  /** Columns that nobody knows, or that there is no place for. */
  unknown: string[];
  /** Names in lower case. */
  names: ReadonlySet<string>;
}

/** Reads a file's first line; null where it is empty. Refuses `invalid`, naming file and columns, when columns that are expected are missing or doubled. */
export async function readLayout(spec: FileSpec, entry: Entry, encoding?: string): Promise<Layout | null> {
  const file = `${spec.name}.csv`;
  const stream = await entry.open();
  const noted = found();
  let first: string[] | undefined;
  try {
    for await (const [record] of readCsv(stream, { found: noted, ...(encoding ? { encoding } : {}) })) {
      if (record && 'fault' in record) invalid([file], 'format', `line ${record.line}: ${record.fault}`);
      first = record && 'fields' in record ? record.fields : undefined;
      break;
    }
  } finally {
    stream.destroy();
  }
  if (!first) return null;
  const names = first.map((name) => name.trim().toLowerCase());
  const doubled = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (doubled !== undefined) invalid([file], 'format', `the header has ${doubled} twice`);
  const missing = spec.columns.filter((column) => column.expected && !names.includes(column.name.toLowerCase()));
  if (missing.length > 0)
    invalid(
      [file],
      'format',
      `the header lacks ${missing.map((column) => column.name).join(', ')}; it has ${first.join(', ').slice(0, 300)}`,
    );
  const known = new Set(spec.columns.map((column) => column.name.toLowerCase()));
  return {
    delimiter: noted.delimiter,
    status: names.indexOf('status'),
    modified: names.indexOf('datelastmodified'),
    columns: spec.columns.flatMap((column) => {
      const at = names.indexOf(column.name.toLowerCase());
      return at < 0 ? [] : [{ column, at }];
    }),
    metadata: spec.attributes
      ? first.flatMap((name, at) => (isMetadata(names[at]!) ? [{ name: name.trim().slice(0, LONGEST_NAME), at }] : []))
      : [],
    unknown: first.filter((_, i) => {
      const name = names[i]!;
      if (isMetadata(name)) return !spec.attributes;
      return name !== '' && !known.has(name) && !PASSED_OVER.has(name) && name !== 'status';
    }),
    names: new Set(names),
  };
}

const LONGEST_NAME = 255;
const isMetadata = (name: string): boolean => name.startsWith('metadata.') && name.length > 'metadata.'.length;
