// Writes what a database holds as statements, for tests of later migrations: node scripts/dump-database.ts <data folder or postgres:// URL>
// They go into a database with the same migrations (the first lines name them), foreign keys and triggers off.
import pg from 'pg';
import { runningEngine } from '../src/database/engine/index.ts';

const [where] = process.argv.slice(2);
if (!where) throw new Error('Name a data folder of a running server, or a postgres:// URL.');
const connection = where.includes('://') ? where : runningEngine(where)!.connection;
const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection);
await client.connect();
await client.query('begin isolation level repeatable read read only');

const lines: string[] = [];
const { rows: tables } = await client.query<{ name: string; columns: string[]; empty: boolean }>(
  `select c.relname as name, array_agg(quote_ident(a.attname) order by a.attnum)::text[] as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by 1 order by c.relname <> 'schema_migration', 1`,
);
const { rows: sequences } = await client.query<{ name: string; value: string }>(
  `select sequencename as name, coalesce(last_value, 1)::text as value from pg_sequences where schemaname = 'public' order by 1`,
);
for (const { name, value } of sequences)
  lines.push(`create sequence if not exists ${client.escapeIdentifier(name)};`, `select setval('${name}', ${value});`);
for (const { name, columns } of tables) {
  const table = client.escapeIdentifier(name);
  const { rows } = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t order by t`);
  if (rows.length === 0) continue;
  lines.push(
    `insert into ${table} (${columns.join(', ')}) overriding system value select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, $rows$[`,
    rows.map(({ row }) => row).join(',\n'),
    ']$rows$);',
  );
}
await client.end();
process.stdout.write(`${lines.join('\n')}\n`);
