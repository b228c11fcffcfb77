import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { type Connected, connect } from './database/client.ts';
import { startEngine } from './database/engine/index.ts';
import { health } from './database/health.ts';
import { migrate } from './database/migrate.ts';
import { about as aboutAbsorb } from './dialects/absorb/about.ts';
import { absorb } from './dialects/absorb/dialect.ts';
import { about as aboutEnabley } from './dialects/enabley/about.ts';
import { enabley } from './dialects/enabley/dialect.ts';
import { about as aboutMatricula } from './dialects/matricula/about.ts';
import { matricula } from './dialects/matricula/dialect.ts';
import { openStore } from './files/index.ts';
import type { About } from './http/about.ts';
import type { Dialect } from './http/dialect.ts';
import { closeServer, createServer, rootOf } from './http/server.ts';
import { resetSandbox } from './interchange/reset-sandbox.ts';
import { createImports, type Imports } from './jobs/imports.ts';
import { startJobs } from './jobs/index.ts';
import { mailDestination } from './jobs/mail/destination.ts';
import { smtpTransport } from './jobs/mail/transport.ts';
import { servePages } from './pages.ts';
import { Access } from './record/access/index.ts';
import { CONSEQUENCES } from './record/consequences.ts';
import type { Mails } from './record/delivery/index.ts';
import { Feed } from './record/insight/index.ts';

/** Matricula put together: config -> database -> record -> dialects -> HTTP. Read this file from top to bottom. */
export interface App {
  server: FastifyInstance;
  access: Access.Control;
  connected: Connected;
  dialects: readonly Dialect[];
  log: Logger;
  /** Ends requests in flight, streams, jobs and the pool. */
  close(): Promise<void>;
}

export interface AppOptions {
  config: Config;
  connected: Connected;
  log?: Logger;
  /** For tests: an answer that its contract does not allow becomes a 500. */
  checkAnswers?: boolean;
}

/** The product over an open, migrated database, not listening yet. */
export async function createApp({
  config,
  connected,
  log = createLog(config),
  checkAnswers = false,
}: AppOptions): Promise<App> {
  const { db, pool } = connected;
  const access = Access.create({ db, pool });
  const imports = createImports({ db, pool, uploadBytes: config.uploadBytes, textBytes: config.bodyBytes, log });
  await imports.clearUp();
  const sender: Mails.Sender = { address: config.mailFrom, site: config.publicUrl };
  const dialects = createDialects({ config, connected, access, imports, sender, log });
  const server = await createServer({
    dialects,
    publicUrl: config.publicUrl,
    hosts: config.dialectHosts,
    corsOrigins: config.corsOrigins,
    trustProxy: config.trustProxy,
    rate: config.rate,
    bodyBytes: config.bodyBytes,
    uploadBytes: config.uploadBytes,
    requestMs: config.requestMs,
    ready: async () => {
      const state = await health(pool);
      if (!state.well) throw new Error(state.words);
    },
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    eventLagSeconds: () => Feed.lagSeconds(db),
    log,
    checkAnswers,
  });
  servePages(server, { db, root: rootOf(config.publicUrl) });
  const transport = config.smtpUrl === null ? null : await smtpTransport(config.smtpUrl);
  const jobs = startJobs({ connected, log, destinations: [mailDestination({ sender, transport })] });
  return {
    server,
    access,
    connected,
    dialects,
    log,
    close: async () => {
      await closeServer(server);
      await imports.stop();
      await jobs.stop();
      transport?.close();
      await access.close();
      await connected.close();
    },
  };
}

/** Every protocol that is spoken. */
export const DIALECTS: readonly About[] = [aboutMatricula, aboutAbsorb, aboutEnabley];

/** The same, ready to be mounted. */
function createDialects({
  config,
  connected,
  access,
  imports,
  sender,
  log,
}: {
  config: Config;
  connected: Connected;
  access: Access.Control;
  imports: Imports;
  sender: Mails.Sender;
  log: Logger;
}): Dialect[] {
  return [
    matricula({
      access,
      connected,
      dialects: DIALECTS,
      uploadBytes: config.uploadBytes,
      log,
      resetSandbox,
      imports,
      sender,
    }),
    absorb({ access, ...config.dialects['absorb'] }),
    enabley({ access }),
  ];
}

export const createLog = (config: Pick<Config, 'logLevel'>): Logger =>
  pino(
    { level: config.logLevel, redact: ['req.headers.authorization', 'err.parameters'] },
    pino.destination({ dest: 2, sync: false }),
  );

export interface OpenDatabase {
  connected: Connected;
  /** Sentences for whoever started it. */
  notes: string[];
  /** Resolves when the own PostgreSQL is gone and cannot be brought back; never with DATABASE_URL. */
  lost: Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  startOwn?: typeof startEngine;
  stop?: AbortSignal;
  /** Hears what is begun that takes longer than an ordinary start. */
  onStep?: (words: string) => void;
}

/** The database of the settings, migrated: the named server, or our own PostgreSQL in the data folder. */
export async function openDatabase(config: Config, options: OpenOptions = {}): Promise<OpenDatabase> {
  const { startOwn = startEngine, stop, onStep } = options;
  const engine = config.databaseUrl === null ? await startOwn({ dataDir: config.dataDir, onStep }) : null;
  const connected = connect({
    connection: engine ? engine.connection : config.databaseUrl!,
    poolSize: config.poolSize,
    namedStatements: config.namedStatements,
    consequences: CONSEQUENCES,
    files: openStore(config),
  });
  const close = async (): Promise<void> => {
    await connected.close().catch(() => {});
    await engine?.stop();
  };
  const cut = () => connected.pool.cut();
  stop?.addEventListener('abort', cut, { once: true });
  try {
    stop?.throwIfAborted();
    await migrate(connected.pool, onStep);
  } catch (error) {
    await close();
    throw error;
  } finally {
    stop?.removeEventListener('abort', cut);
  }
  return { connected, notes: engine?.notes ?? [], lost: engine?.died ?? new Promise(() => {}), close };
}
