import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createApp, createLog, openDatabase } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { ensureDemo, welcome } from './demo.ts';
import { CommandError, servedUrlFile } from './open.ts';
import { printLine } from './print.ts';

export function serveCommand(program: Command): void {
  program.command('serve', { isDefault: true }).description('start the server (also: npm start)').action(serve);
}

/** Serves until a signal comes or the own PostgreSQL is lost. Everything is stopped within two seconds of the signal. */
async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const signal = firstSignal();
  const database = await openDatabase(config);
  for (const note of database.notes) printLine(note);
  if (config.demo) await ensureDemo(config, database.connected);
  const log = createLog(config);
  const app = await createApp({ config, connected: database.connected, log });
  try {
    const url = await listen(config, app.server);
    noteUrl(config, url);
    printLine(`${welcome(config, url)}\n\nMatricula answers at ${url} · reference ${url}/docs · stop with Ctrl-C`);
    const lost = await Promise.race([signal, database.lost.then(() => 'lost' as const)]);
    if (lost === 'lost')
      throw new CommandError(
        'PostgreSQL ended by itself and could not be started again; its log is in the data folder.',
      );
  } finally {
    await app.close();
    await database.close();
    onOurs(config, () => rmSync(servedUrlFile(config), { force: true }));
  }
}

/** For commands beside the server. */
const noteUrl = (config: Config, url: string): void =>
  onOurs(config, () => {
    mkdirSync(config.dataDir, { recursive: true });
    writeFileSync(servedUrlFile(config), JSON.stringify({ url }));
  });

/** With a database elsewhere the data folder may not be ours to write; then one does without. */
function onOurs(config: Config, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!config.databaseUrl) throw error;
  }
}

async function listen(config: Config, server: Awaited<ReturnType<typeof createApp>>['server']): Promise<string> {
  try {
    await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE')
      throw new CommandError(`Port ${config.port} of ${config.host} is in use; name another one with PORT.`);
    if (code === 'EACCES')
      throw new CommandError(`Port ${config.port} may not be opened by this user; name one above 1023 with PORT.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CommandError(`${config.host} is no address of this machine; name another one with HOST.`);
    throw error;
  }
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
  return config.publicUrl ?? `http://${host}:${port}`;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function firstSignal(): Promise<'signal'> {
  return new Promise((resolve) => {
    let asked = false;
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.on(name, () => {
        // Ctrl-C reaches us twice when npm passes it on
        if (asked && performance.now() - first > 500) process.exit(130);
        if (!asked) first = performance.now();
        asked = true;
        resolve('signal');
      });
    let first = 0;
  });
}
