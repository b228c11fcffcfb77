import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type OpenDatabase, openDatabase } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { joinEngine } from '../database/engine/index.ts';
import { findTenant, type Operator, operator, type TenantRecord, tenantContext } from '../record/access/index.ts';
import type { Context } from '../record/kernel/context.ts';

/** Ends a command with a sentence and an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface Tools {
  config: Config;
  database: OpenDatabase;
  operator: Operator;
  /** A context as the system in the tenant of this slug or id. */
  tenant(name: string): Promise<Context & { tenant: TenantRecord }>;
  /** Where the server of these settings answers: a running one's own word first. */
  publicUrl: string;
}

/** Opens the database for a command, beside a running server or without one, and closes it afterwards. */
export async function withDatabase<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const database = await openDatabase(config, joinEngine);
  try {
    const { db } = database.connected;
    return await work({
      config,
      database,
      operator: operator(db, 'cli'),
      publicUrl: config.publicUrl ?? servedUrl(config) ?? `http://${config.host}:${config.port}`,
      tenant: async (name) => {
        const tenant = await findTenant(operator(db, 'cli'), name);
        if (!tenant)
          throw new CommandError(`There is no tenant ${JSON.stringify(name)}; \`matricula tenant list\` shows them.`);
        return { ...tenantContext({ db, dialect: 'cli' }, tenant), tenant };
      },
    });
  } finally {
    await database.close();
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
