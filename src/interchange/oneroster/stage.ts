import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { BulkConnection } from '../../database/copy.ts';
import type { Refusals } from '../reports.ts';
import { readCsv } from './csv.ts';
import { type FileSpec, snake, stagedTable } from './files.ts';
import { check, copied, SQL_TYPES } from './formats.ts';
import type { Layout } from './header.ts';
import type { Entry } from './source.ts';

export interface StageOptions {
  refusals: Refusals;
  /** Called now and then with the rows and bytes read so far. */
  onRows(rows: number, bytes: number): void;
  signal?: AbortSignal | undefined;
}

const CHUNK = 65_536;

/**
 * Reads a file into a temporary table, each value checked; rows that fail stay out. Gives the number of rows of the file, bad ones
 * included. Of rows with one sourcedId the first stands.
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
  const columns = ['line', 'gone', ...layout.columns.map(({ column }) => snake(column.name))];
  const counted = { rows: 0 };
  await connection.copyIn(
    `copy ${table} (${columns.join(', ')}) from stdin`,
    copyRows(spec, layout, entry, options, counted),
  );
  await sql
    .raw(`
      with twice as (select sourced_id, min(line) as first from ${table} group by sourced_id having count(*) > 1),
      gone as (delete from ${table} s using twice d where s.sourced_id = d.sourced_id and s.line <> d.first returning s.line, s.sourced_id, d.first)
      insert into refused_row (file, line, reason)
      select '${spec.name}', line, 'sourcedId: "' || sourced_id || '" stands in line ' || first || ' already' from gone`)
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
       create temporary table ${stagedTable(spec.name)} (line integer not null, gone boolean not null, ${own.join(', ')})`,
    )
    .execute(connection.db);
}

async function* copyRows(
  spec: FileSpec,
  layout: Layout,
  entry: Entry,
  { refusals, onRows, signal }: StageOptions,
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
    for await (const batch of readCsv(pieces)) {
      signal?.throwIfAborted();
      for (const record of batch) {
        if (header) {
          header = false;
          continue;
        }
        counted.rows++;
        const row = 'fault' in record ? record : copyRow(layout, record.fields);
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

/** A row as COPY takes it, from the second column on. */
function copyRow(layout: Layout, fields: readonly string[]): string | { fault: string } {
  const status = layout.status < 0 ? '' : fields[layout.status]!.trim().toLowerCase();
  if (status !== '' && status !== 'active' && status !== 'tobedeleted')
    return { fault: 'status: expected active or tobedeleted' };
  let row = status === 'tobedeleted' ? 't' : 'f';
  for (const { column, at } of layout.columns) {
    const value = fields[at]!.trim();
    if (value === '') {
      if (column.needed) return { fault: `${column.name}: missing` };
      row += '\t\\N';
      continue;
    }
    const checked = check(column.type, value, column.words);
    if ('fault' in checked) return { fault: `${column.name}: expected ${checked.fault}, found "${shown(value)}"` };
    row += `\t${copied(checked.value)}`;
  }
  return `${row}\n`;
}

/** The beginning of a value, without what no report could hold. */
const shown = (value: string): string =>
  value
    .slice(0, 60)
    .replace(/\p{Cc}/gu, '\uFFFD')
    .toWellFormed();
