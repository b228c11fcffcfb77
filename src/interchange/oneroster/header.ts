import { invalid } from '../../record/kernel/refusal.ts';
import { readCsv } from './csv.ts';
import { type Column, type FileSpec, PASSED_OVER } from './files.ts';
import type { Entry } from './source.ts';

/** Where the kept columns of a file are. */
export interface Layout {
  width: number;
  status: number;
  columns: { column: Column; at: number }[];
  /** Columns that nobody knows. */
  unknown: string[];
  /** Names in lower case. */
  names: ReadonlySet<string>;
}

/** Reads a file's first line. Refuses `invalid`, naming file and columns, when columns that are needed are missing or doubled. */
export async function readLayout(spec: FileSpec, entry: Entry): Promise<Layout> {
  const file = `${spec.name}.csv`;
  const stream = await entry.open();
  let first: string[] | undefined;
  try {
    for await (const [record] of readCsv(stream)) {
      if (record && 'fault' in record) invalid([file], 'format', `line ${record.line}: ${record.fault}`);
      first = record && 'fields' in record ? record.fields : undefined;
      break;
    }
  } finally {
    stream.destroy();
  }
  if (!first) return invalid([file], 'format', 'empty: not even a header');
  const names = first.map((name) => name.trim().toLowerCase());
  if (names.some((name) => name.includes('\uFFFD') || name.includes('\u0000'))) invalid([file], 'format', 'not UTF-8');
  const doubled = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (doubled !== undefined) invalid([file], 'format', `the header has ${doubled} twice`);
  const missing = spec.columns.filter((column) => column.needed && !names.includes(column.name.toLowerCase()));
  if (missing.length > 0)
    invalid(
      [file],
      'format',
      `the header lacks ${missing.map((column) => column.name).join(', ')}; it has ${first.join(', ').slice(0, 300)}`,
    );
  const known = new Set(spec.columns.map((column) => column.name.toLowerCase()));
  return {
    width: first.length,
    status: names.indexOf('status'),
    columns: spec.columns.flatMap((column) => {
      const at = names.indexOf(column.name.toLowerCase());
      return at < 0 ? [] : [{ column, at }];
    }),
    unknown: first.filter((_, i) => {
      const name = names[i]!;
      return (
        name !== '' && !known.has(name) && !PASSED_OVER.has(name) && name !== 'status' && !name.startsWith('metadata.')
      );
    }),
    names: new Set(names),
  };
}
