import type { Kysely } from 'kysely';
import { run } from './run.ts';
import { sql } from './sql.ts';

const TYPES: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  date: 'string',
  timestamptz: 'Instant',
  int4: 'number',
  int8: 'number',
  numeric: 'number',
  bool: 'boolean',
  jsonb: 'Json',
  xid8: 'string',
  bytea: 'Buffer',
  _text: 'string[]',
  _uuid: 'string[]',
};

interface Column {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
  has_default: boolean;
  generated: boolean;
  choices: string[] | null;
}

/** The TypeScript text of Kysely's table types, read from a migrated database: `tables.generated.ts`. */
export async function describeTables(db: Kysely<any>): Promise<string> {
  const { rows } = await run<Column>(
    db,
    sql`
    select c.relname as "table", a.attname as "column", t.typname as type, not a.attnotnull as nullable,
           (a.atthasdef or a.attidentity <> '' or a.attname = 'number' and exists (select from pg_trigger g
             where g.tgrelid = c.oid and g.tgname in ('take_number', 'begin_numbers'))) and a.attgenerated = '' as has_default,
           a.attgenerated <> '' or a.attidentity = 'a' as generated,
           (select array_agg(v[1]) from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''::text', 'g') v
             where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
               and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%') as choices
      from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
     where c.relkind = 'r' and c.relname <> 'schema_migration' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped
     order by c.relname collate "C", a.attnum`,
  );
  const out = [
    '// Generated from the migrated database by scripts/tables.ts. Do not edit.',
    "import type { ColumnType, GeneratedAlways } from 'kysely';",
    "import type { Instant } from '../record/kernel/instant.ts';",
    '',
    '/** jsonb: whatever its writer put there. */',
    'export type Json = object | string | number | boolean;',
    'type Defaulted<T> = ColumnType<T, T | undefined, T>;',
    '',
  ];
  const tables = [...new Set(rows.map((row) => row.table))];
  for (const table of tables) {
    out.push(`export interface ${pascal(table)} {`);
    for (const row of rows.filter((r) => r.table === table)) {
      const base = row.choices ? row.choices.map((choice) => `'${choice}'`).join(' | ') : TYPES[row.type];
      if (!base) throw new Error(`no TypeScript type for ${row.type} of ${table}.${row.column}`);
      const type = row.nullable ? `${base} | null` : base;
      const whole = row.generated ? `GeneratedAlways<${type}>` : row.has_default ? `Defaulted<${type}>` : type;
      out.push(`  ${row.column}: ${whole};`);
    }
    out.push('}', '');
  }
  out.push('export interface DB {', ...tables.map((table) => `  ${table}: ${pascal(table)};`), '}', '');
  return out.join('\n');
}

const pascal = (name: string): string => name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
