import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Two servers starting at once migrate one after the other. */
const LOCK = 0x6d617472;

export interface Migrated {
  applied: string[];
}

/**
 * Brings the database to the newest schema: numbered SQL files, forward only, each in one transaction.
 * Refuses a database that carries a migration this version does not know.
 */
export async function migrate(pool: pg.Pool): Promise<Migrated> {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const client = await pool.connect();
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await client.query(
      'create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string }>('select name from schema_migration');
    const done = new Set(rows.map((row) => row.name));
    const unknown = [...done].filter((name) => !files.includes(name));
    if (unknown.length > 0)
      throw new Error(
        `The database was migrated by a newer Matricula (${unknown.join(', ')}); start that version or a later one.`,
      );
    const applied: string[] = [];
    for (const name of files.filter((file) => !done.has(file))) {
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
    await client.query(`select pg_advisory_unlock(${LOCK})`).catch(() => {});
    client.release();
  }
}
