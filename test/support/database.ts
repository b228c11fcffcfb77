import { AssertionError } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Connected, connect } from '../../src/database/client.ts';
import { migrate } from '../../src/database/migrate.ts';
import { folderStore } from '../../src/files/index.ts';
import { CONSEQUENCES } from '../../src/record/consequences.ts';
import type { FileStore } from '../../src/record/kernel/file-store.ts';
import { demandFittingEvents } from './fitting-events.ts';

export type Connection = string | { host: string; port: number; user: string; database: string };

export interface TestDatabase extends Connected {
  /** Where the database is: for a product under test that opens its own connections. */
  connection: Connection;
  /** Where contents of files lie; made when there is one. */
  filesDir: string;
}

/** A further server's connections to the same database. */
export const connectTo = (
  { connection, filesDir }: Pick<TestDatabase, 'connection' | 'filesDir'>,
  poolSize: number,
): Connected =>
  connect({ connection, poolSize, namedStatements: true, consequences: CONSEQUENCES, files: folderStore(filesDir) });

const MIGRATIONS = new URL('../../src/database/migrations/', import.meta.url);
/** Test files run side by side: one makes the template, the others wait for it. */
const TEMPLATE_LOCK = 0x6d617474;

/**
 * An empty, migrated database of its own, dropped by `close()`. Copies a template that is migrated once per server. `bare`: without any
 * table, for tests of migrations; what they leave in the feed is theirs.
 */
export async function testDatabase(
  options: { poolSize?: number; bare?: boolean; files?: FileStore } = {},
): Promise<TestDatabase> {
  const admin = adminConnection();
  const name = `matricula_test_${randomBytes(6).toString('hex')}`;
  await onServer(admin, async (client) => {
    const template = options.bare ? '' : `template ${await migratedTemplate(admin, client)} strategy file_copy`;
    await client.query(`create database ${name} ${template} ${ownedBy()}`);
  });
  const connection = named(asOwner(admin), name);
  // tests send many at once to a server that may be slow
  const filesDir = path.join(tmpdir(), `${name}-files`);
  const connected = connect({
    connection,
    files: options.files ?? folderStore(filesDir),
    poolSize: options.poolSize ?? 10,
    namedStatements: true,
    patienceMs: 120_000,
    consequences: CONSEQUENCES,
  });
  let closed = false;
  return {
    ...connected,
    connection,
    filesDir,
    close: async () => {
      if (closed) return;
      closed = true;
      rmSync(filesDir, { recursive: true, force: true });
      await connected.close();
      // whatever a test did, what it left in the feed is what the table of event types says
      const told = options.bare
        ? undefined
        : await onServer(named(admin, name), demandFittingEvents).then(
            () => undefined,
            (error: unknown) => error,
          );
      await onServer(admin, (client) => client.query(`drop database if exists ${name} with (force)`));
      if (told instanceof AssertionError) throw told;
    },
  };
}

/** The same as a URL, as DATABASE_URL takes it. */
export const urlOf = (connection: Connection): string =>
  typeof connection === 'string'
    ? connection
    : `postgres://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}&port=${connection.port}`;

/** The server tests run against: set by `test/setup.ts` for a whole run, or by hand for a single file. */
export function adminConnection(): Connection {
  const given = process.env.TEST_DATABASE_ADMIN || process.env.DEV_DATABASE_ADMIN;
  if (!given)
    throw new Error(
      'No test server: run with --test-global-setup=./test/setup.ts, or set DEV_DATABASE_ADMIN to a postgres:// URL.',
    );
  return given.startsWith('{') ? (JSON.parse(given) as Connection) : given;
}

/** Tests run as whom the product runs as with its own PostgreSQL, who owns the database and is no superuser. */
const owner = (): string | undefined => process.env.TEST_DATABASE_OWNER;
const ownedBy = (): string => (owner() ? `owner ${owner()}` : '');
const asOwner = (admin: Connection): Connection =>
  owner() && typeof admin !== 'string' ? { ...admin, user: owner()! } : admin;

/** A connection of the server's superuser to a test database: for what the product itself may not do, as looking at plans. */
export async function asServerAdmin(database: TestDatabase): Promise<pg.Client> {
  const { rows } = await database.pool.query('select current_database() as name');
  const connection = named(adminConnection(), rows[0].name);
  const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection);
  await client.connect();
  return client;
}

/** The template's name tells its migrations, so that a server which is kept between runs never serves an old one. */
async function migratedTemplate(admin: Connection, client: pg.Client): Promise<string> {
  const digest = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).sort())
    digest.update(file).update(readFileSync(new URL(file, MIGRATIONS)));
  const template = `matricula_template_${digest.digest('hex').slice(0, 12)}`;
  const exists = async () =>
    (await client.query('select 1 from pg_database where datname = $1', [template])).rowCount === 1;
  if (await exists()) return template;
  await client.query(`select pg_advisory_lock(${TEMPLATE_LOCK})`);
  try {
    if (await exists()) return template;
    const making = `${template}_making`;
    await client.query(`drop database if exists ${making} with (force)`);
    await client.query(`create database ${making} ${ownedBy()}`);
    const { pool, close } = connect({ connection: named(asOwner(admin), making), poolSize: 1, namedStatements: false });
    await migrate(pool).finally(close);
    await client.query(`alter database ${making} rename to ${template}`);
    return template;
  } finally {
    await client.query(`select pg_advisory_unlock(${TEMPLATE_LOCK})`);
  }
}

async function onServer<T>(admin: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(typeof admin === 'string' ? { connectionString: admin } : admin);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function named(admin: Connection, database: string): Connection {
  if (typeof admin !== 'string') return { ...admin, database };
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}
