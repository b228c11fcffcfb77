import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { BulkConnection } from '../../database/copy.ts';
import type { Refusals } from '../reports.ts';
import { type Found, readCsv } from './csv.ts';
import { type FileSpec, snake, stagedTable } from './files.ts';
import { check, copied, plain, SQL_TYPES } from './formats.ts';
import type { Layout } from './header.ts';
import type { Entry } from './source.ts';

export interface StageOptions {
  refusals: Refusals;
  /** Takes what is left out of rows that are kept. */
  remarks: Refusals;
  found: Found;
  encoding?: string | undefined;
  /** Called now and then with the rows and bytes read so far. */
  onRows(rows: number, bytes: number): void;
  signal?: AbortSignal | undefined;
}

const CHUNK = 65_536;

/**
 * Reads a file into a temporary table, each value checked; rows that fail stay out. Gives the number of rows of the file, bad ones
 * included. Of rows with one sourcedId the one last modified stands; one that is not to be deleted before one that is.
 */
export async function stageFile(
  connection: BulkConnection,
  spec: FileSpec,
  layout: Layout,
  entry: Entry,
  options: StageOptions,
): Promise<number> {
  const table = stagedTable(spec.name);
  await createStaged(connection, spec);
  const columns = [
    'line',
    'modified',
    'metadata',
    'gone',
    'inactive',
    ...layout.columns.map(({ column }) => snake(column.name)),
  ];
  const counted = { rows: 0 };
  await connection.copyIn(
    `copy ${table} (${columns.join(', ')}) from stdin`,
    copyRows(spec, layout, entry, options, counted),
  );
  await sql
    .raw(`
      with twice as (select sourced_id from ${table} group by sourced_id having count(*) > 1),
      told as (
        select s.line, s.sourced_id, first_value(s.line) over w as stands, to_jsonb(s) - '{line,modified}'::text[] = first_value(to_jsonb(s) - '{line,modified}'::text[]) over w as same
          from ${table} s join twice using (sourced_id) window w as (partition by s.sourced_id order by s.modified desc nulls last, s.gone, s.line)
      ),
      gone as (delete from ${table} s using told d where s.line = d.line and d.line <> d.stands returning d.*),
      noted as (
        insert into noted_row (file, line, reason)
        select '${spec.name}', line, 'the same as line ' || stands from gone where same
      )
      insert into refused_row (file, line, reason)
      select '${spec.name}', line, 'sourcedId: "' || sourced_id || '" stands in line ' || stands || ' already' from gone where not same`)
    .execute(connection.db);
  await sql.raw(`analyze ${table}`).execute(connection.db);
  return counted.rows;
}

/** An empty staged table: what is there for a file that the set does not have. */
export async function createStaged(connection: BulkConnection, spec: FileSpec): Promise<void> {
  const own = spec.columns.map((column) => `${snake(column.name)} ${SQL_TYPES[column.type]}`);
  await sql
    .raw(
      `drop table if exists ${stagedTable(spec.name)};
       create temporary table ${stagedTable(spec.name)} (line integer not null, modified text, metadata jsonb, gone boolean not null, inactive boolean not null default false, ${own.join(', ')})`,
    )
    .execute(connection.db);
}

async function* copyRows(
  spec: FileSpec,
  layout: Layout,
  entry: Entry,
  { refusals, remarks, found, encoding, onRows, signal }: StageOptions,
  counted: { rows: number },
): AsyncGenerator<string> {
  const source = await entry.open();
  let bytes = 0;
  let waiting = '';
  let header = true;
  const pieces = Readable.from(
    measured(source, (length) => (bytes += length)),
    { objectMode: true, highWaterMark: 1 },
  );
  try {
    for await (const batch of readCsv(pieces, { found, ...(encoding ? { encoding } : {}) })) {
      signal?.throwIfAborted();
      for (const record of batch) {
        if (header) {
          header = false;
          continue;
        }
        counted.rows++;
        const note = (reason: string) => remarks.add({ file: spec.name, line: record.line, reason });
        const row = 'fault' in record ? record : copyRow(spec, layout, record.fields, note);
        if (typeof row === 'string') waiting += `${record.line}\t${row}`;
        else refusals.add({ file: spec.name, line: record.line, reason: row.fault });
        if (waiting.length > CHUNK) {
          yield waiting;
          waiting = '';
        }
      }
      onRows(counted.rows, bytes);
    }
    if (waiting !== '') yield waiting;
  } finally {
    source.destroy();
  }
}

async function* measured(source: AsyncIterable<Uint8Array>, add: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    add(chunk.length);
    yield chunk;
  }
}

/** What `status` says; the words of version 1.0 among them. */
const STATUSES: Readonly<Record<string, 'active' | 'gone' | 'inactive'>> = {
  '': 'active',
  active: 'active',
  tobedeleted: 'gone',
  deleted: 'gone',
  inactive: 'inactive',
};

/** A row as COPY takes it, from the second column on. */
function copyRow(
  spec: FileSpec,
  layout: Layout,
  fields: readonly string[],
  note: (reason: string) => void,
): string | { fault: string } {
  const said = layout.status < 0 ? '' : fields[layout.status]!.trim();
  const status = STATUSES[plain(said)];
  if (!status) note(`status: expected active or tobedeleted, found "${shown(said)}"; taken as active`);
  // inactive people are kept, suspended; anything else that is inactive is over
  const gone = status === 'gone' || (status === 'inactive' && spec.name !== 'users');
  const modified = layout.modified < 0 ? '' : fields[layout.modified]!.trim().slice(0, LONGEST_STAMP);
  const metadata = layout.metadata.flatMap(({ name, at }): [string, string][] => {
    const value = fields[at]!.trim().replaceAll('\u0000', '');
    return value === '' ? [] : [[name, value]];
  });
  let row = `${modified === '' ? '\\N' : copied(modified.replaceAll('\u0000', ''))}\t`;
  row += metadata.length === 0 ? '\\N' : copied(JSON.stringify(Object.fromEntries(metadata)));
  row += `\t${gone ? 't' : 'f'}\t${status === 'inactive' ? 't' : 'f'}`;
  for (const { column, at } of layout.columns) {
    const found = fields[at]!.trim();
    // where commas do not end fields, they stand before decimals
    const value = layout.delimiter === ';' && column.type === 'number' ? found.replace(',', '.') : found;
    if (value === '') {
      if (column.needed) return { fault: `${column.name}: missing` };
      row += '\t\\N';
      continue;
    }
    const checked = check(column.type, value, column.words);
    if ('fault' in checked) {
      const reason = `${column.name}: expected ${checked.fault}, found "${shown(value)}"`;
      // a row to be deleted says enough by its keys
      if (column.telling && (column.needed || !gone)) return { fault: reason };
      if (!gone) note(`${reason}; left out`);
      row += '\t\\N';
      continue;
    }
    if (checked.note) note(`${column.name}: ${checked.note}`);
    row += `\t${copied(checked.value)}`;
  }
  return `${row}\n`;
}

const LONGEST_STAMP = 40;

/** The beginning of a value, without what no report could hold. */
const shown = (value: string): string =>
  value
    .slice(0, 60)
    .replace(/\p{Cc}/gu, '\uFFFD')
    .toWellFormed();
