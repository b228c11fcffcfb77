import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { DatabaseFault } from './fault.ts';
import { withoutLimit } from './watched-client.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Two servers starting at once migrate one after the other. */
const LOCK = 0x6d617472;
/** Statements return rows as they were before a change (`returning old`): no earlier release knows that. */
const OLDEST = 18;

export interface Migrated {
  applied: string[];
}

/**
 * Brings the database to the newest schema: numbered SQL files, forward only, each in one transaction. A file's number is its place, what
 * follows is its name: one that got another number is not run again. Refuses a database that carries a migration this version does not know.
 * `onStep` hears when there is something to do.
 */
export async function migrate(pool: pg.Pool, onStep: (words: string) => void = () => {}): Promise<Migrated> {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const client = await pool.connect();
  // indexes over large tables, and another server that migrates, take the time they take
  withoutLimit(client);
  try {
    await demandServer(client);
    await client.query(`set statement_timeout = 0; select pg_advisory_lock(${LOCK})`);
    await client.query(
      'create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string }>('select name from schema_migration');
    const done = new Set(rows.map((row) => nameOf(row.name)));
    const names = new Set(files.map(nameOf));
    const unknown = rows.map((row) => row.name).filter((name) => !names.has(nameOf(name)));
    if (unknown.length > 0)
      throw new DatabaseFault(
        `The database was migrated by a newer Matricula (${unknown.join(', ')}); start that version or a later one.`,
      );
    const applied: string[] = [];
    const due = files.filter((file) => !done.has(nameOf(file)));
    if (due.length > 0) onStep(done.size === 0 ? 'Making the tables' : 'Bringing the tables to the newest schema');
    for (const name of due) {
      await client.query('begin');
      try {
        await client.query(readFileSync(new URL(name, FOLDER), 'utf8'));
        await client.query('insert into schema_migration (name) values ($1)', [name]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
      applied.push(name);
    }
    return { applied };
  } finally {
    // the lock and the settings end with it
    client.release(true);
  }
}

/** Of `0012-folded-external-ids.sql` what follows its number. */
const nameOf = (file: string): string => file.slice(file.indexOf('-') + 1);

/** Refuses a server that is too old, or takes no writes, by a sentence. */
async function demandServer(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ version: string; number: number; encoding: string; readOnly: boolean }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            current_setting('server_encoding') as encoding, current_setting('transaction_read_only') = 'on' as "readOnly"`,
  );
  const { version, number, encoding, readOnly } = rows[0]!;
  if (number < OLDEST * 10_000)
    throw new DatabaseFault(
      `The server of DATABASE_URL is PostgreSQL ${version.split(' ')[0]}: Matricula needs ${OLDEST} or newer.`,
    );
  if (encoding !== 'UTF8')
    throw new DatabaseFault(
      `The database of DATABASE_URL keeps text as ${encoding}: make one with \`create database … encoding 'UTF8' template template0\`.`,
    );
  if (readOnly)
    throw new DatabaseFault(
      'The database of DATABASE_URL is read-only, a standby perhaps: name the server that takes writes, or all of them (postgres://a,b/name).',
    );
}
