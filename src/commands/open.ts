import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DIALECTS, type OpenDatabase, type OpenOptions, openDatabase } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { joinEngine } from '../database/engine/index.ts';
import { Tenants } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';
import { urlOf } from './address.ts';
import { CommandError } from './error.ts';
import { type Steps, steps } from './steps.ts';
import { stopSignal, unlessStopped } from './stop.ts';

export interface Tools {
  config: Config;
  database: OpenDatabase;
  operator: Tenants.Operator;
  /** A context as the system in the tenant of this slug or id. */
  tenant(name: string): Promise<Context & { tenant: Tenants.Tenant }>;
  /** Where the server of these settings answers: a running one's own word first. */
  publicUrl: string;
  /** Aborted when the command is told to stop. */
  stop: AbortSignal;
}

/** Opens the database for a command, beside a running server or without one, and closes it afterwards. */
export async function withDatabase<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
  const config = readConfig(process.env, DIALECTS);
  const stop = stopSignal();
  const told = steps();
  const database = await openUnlessStopped(config, { stop, told, startOwn: joinEngine }).finally(told.end);
  try {
    const { db } = database.connected;
    const tools: Tools = {
      config,
      stop,
      database,
      operator: Tenants.operator(db, 'cli'),
      publicUrl: config.publicUrl ?? servedUrl(config) ?? urlOf(config),
      tenant: async (name) => {
        const tenant = await Tenants.find(Tenants.operator(db, 'cli'), name);
        if (!tenant)
          throw new CommandError(`There is no tenant ${JSON.stringify(name)}; \`matricula tenant list\` shows them.`);
        return { ...Tenants.contextOf({ db, dialect: 'cli' }, tenant), tenant };
      },
    };
    return await unlessStopped(stop, work(tools));
  } finally {
    await database.close();
  }
}

/** Opens the database; told to stop meanwhile, it stops what it has started. */
export async function openUnlessStopped(
  config: Config,
  { stop, told, ...options }: { stop: AbortSignal; told: Steps } & Pick<OpenOptions, 'startOwn'>,
): Promise<OpenDatabase> {
  const opening = openDatabase(config, { ...options, stop, onStep: told.begin });
  try {
    return await unlessStopped(stop, opening);
  } catch (error) {
    // a database that came to be open after all is closed, if there is time for it
    if (stop.aborted) opening.then((database) => database.close()).catch(() => {});
    throw error;
  }
}

/** Written by `serve`, so that commands name the address that is really served. */
export const servedUrlFile = (config: Config): string => path.join(config.dataDir, 'server.json');

function servedUrl(config: Config): string | null {
  try {
    return (JSON.parse(readFileSync(servedUrlFile(config), 'utf8')) as { url: string }).url;
  } catch {
    return null;
  }
}
