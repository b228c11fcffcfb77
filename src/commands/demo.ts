import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { DIALECTS } from '../app.ts';
import type { Config } from '../config.ts';
import type { Connected } from '../database/client.ts';
import { makeFolder } from '../database/engine/index.ts';
import { named } from '../http/about.ts';
import { importAcademy, keepFile } from '../interchange/academy/index.ts';
import { Tenants } from '../record/access/index.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { firstCall } from './first-call.ts';
import { withDatabase } from './open.ts';
import { printJson, printLine, table } from './print.ts';
import { steps } from './steps.ts';

const SLUG = 'demo';
const FILE = new URL('../../academies/demo.yaml', import.meta.url);
/** Two servers that start on one empty database make one demo. */
const LOCK = 0x64656d6f;

export interface Demo {
  /** Whose they are: the data folder may have served another database before. */
  tenantId: string;
  credentials: Omit<Credentials, 'baseUrl'>[];
}

const credentialsFile = (config: Config): string => path.join(config.dataDir, 'demo.json');

/** Makes the demo academy and its credentials where they are missing; every step may be repeated. */
export async function ensureDemo(
  config: Config,
  connected: Connected,
  onStep: (words: string) => void = () => {},
): Promise<void> {
  const { db, pool } = connected;
  const lock = await pool.connect();
  try {
    await lock.query(`select pg_advisory_lock(${LOCK})`);
    const by = Tenants.operator(db, 'cli');
    let tenant = await Tenants.find(by, SLUG);
    if (!tenant) {
      if ((await Tenants.list(by)).length > 0) return;
      onStep('Filling the demo academy');
      const text = readFileSync(FILE, 'utf8');
      tenant = await Tenants.create(by, { name: 'Demo Academy', slug: SLUG, sandbox: true }, async (ctx) => {
        await importAcademy(ctx, text);
        await keepFile(ctx, text);
      });
    }
    const ctx = Tenants.contextOf({ db, dialect: 'cli' }, tenant);
    const known = (await readDemo(config, connected))?.credentials ?? [];
    const missing = DIALECTS.filter(({ name }) => !known.some((one) => one.dialect === name));
    if (missing.length === 0) return;
    for (const dialect of missing) {
      const { baseUrl: _, ...made } = await makeCredentials(ctx, { dialect, name: 'Demo', publicUrl: '' });
      known.push(made);
    }
    // the demo's keys are meant to be pasted; everything else is kept as fingerprints only
    makeFolder(config.dataDir);
    writeFileSync(
      credentialsFile(config),
      `${JSON.stringify({ tenantId: tenant.id, credentials: known }, null, 2)}\n`,
      { mode: 0o600 },
    );
  } finally {
    await lock.query(`select pg_advisory_unlock(${LOCK})`).catch(() => {});
    lock.release();
  }
}

/** The demo of this very database, where there is one. */
export async function readDemo(config: Config, { db }: Connected): Promise<Demo | null> {
  let demo: Demo;
  try {
    demo = JSON.parse(readFileSync(credentialsFile(config), 'utf8')) as Demo;
  } catch {
    return null;
  }
  const tenant = await Tenants.find(Tenants.operator(db, 'cli'), SLUG);
  return tenant && tenant.id === demo.tenantId ? demo : null;
}

/** Each protocol's address, reference page and, where there is a demo, credentials and a first request, ready to paste. */
export function welcome(demo: Demo | null, url: string): string {
  const rows = DIALECTS.map(({ name, prefix }) => {
    const credentials = Object.entries(demo?.credentials.find((one) => one.dialect === name)?.credentials ?? {});
    return [
      [name, url + prefix, `${url}/docs/${name}`, credentials[0]?.join(': ') ?? ''],
      ...credentials.slice(1).map((pair) => ['', '', '', pair.join(': ')]),
    ];
  });
  const head = ['protocol', 'base URL', 'reference', ...(demo ? ['credentials'] : [])];
  const protocols = table(head, rows.flat());
  if (!demo) return `${protocols}\n\n${NO_DEMO}`;
  const calls = demo.credentials.map((one) => firstCall(at(url, one), `A first request, ${one.dialect}:`));
  return [protocols, ...calls].join('\n\n');
}

const at = (url: string, one: Omit<Credentials, 'baseUrl'>): Credentials => ({
  ...one,
  baseUrl: url + named(DIALECTS, one.dialect).prefix,
});

const NO_DEMO = `Credentials of a tenant of yours, with a first request to paste:
  npx matricula tenant list
  npx matricula client create --tenant <slug> --dialect <protocol>`;

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('make the demo academy if it is missing, and show its credentials')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) =>
      withDatabase(async ({ config, database, publicUrl }) => {
        const told = steps();
        await ensureDemo(config, database.connected, told.begin).finally(told.end);
        const demo = await readDemo(config, database.connected);
        if (options.json) printJson(demo?.credentials.map((one) => at(publicUrl, one)) ?? []);
        else printLine(demo ? welcome(demo, publicUrl) : 'This database has tenants of its own, so no demo was made.');
      }),
    );
}
