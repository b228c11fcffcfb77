import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type App, createApp, createLog, DIALECTS } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { makeFolder } from '../database/engine/index.ts';
import { addressFault, tryAddress, urlOf } from './address.ts';
import { ensureDemo, readDemo, welcome } from './demo.ts';
import { CommandError } from './error.ts';
import { openUnlessStopped, servedUrlFile } from './open.ts';
import { printLine } from './print.ts';
import { type Steps, steps } from './steps.ts';
import { Stopped, stopSignal, unlessStopped } from './stop.ts';

export function serveCommand(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('start the server; what is done without any command (also: npm start)')
    .action(serve);
}

/** Serves until a signal comes or the own PostgreSQL is lost. Everything is stopped within two seconds of the signal and the time to drain. */
async function serve(): Promise<void> {
  const config = readConfig(process.env, DIALECTS);
  const stop = stopSignal();
  const told = steps();
  try {
    await serveUntil(stop, config, told);
  } catch (error) {
    // to end it is what its operator wants of it, also while it starts
    if (!(error instanceof Stopped)) throw error;
    process.exit(0);
  } finally {
    told.end();
  }
}

async function serveUntil(stop: AbortSignal, config: Config, told: Steps): Promise<void> {
  await unlessStopped(stop, tryAddress(config));
  const database = await openUnlessStopped(config, { stop, told });
  let app: App | undefined;
  try {
    for (const note of database.notes) printLine(note);
    const { connected } = database;
    if (config.demo) await unlessStopped(stop, ensureDemo(config, connected, told.begin));
    const demo = await unlessStopped(stop, readDemo(config, connected));
    app = await createApp({ config, connected, log: createLog(config) });
    const url = await listen(config, app.server);
    noteUrl(config, url);
    told.end();
    printLine(`${welcome(demo, url)}\n\nMatricula answers at ${url} · reference ${url}/docs · stop with Ctrl-C`);
    const lost = await Promise.race([aborted(stop), database.lost.then(() => 'lost' as const)]);
    if (lost === 'lost')
      throw new CommandError(
        'PostgreSQL ended by itself and could not be started again; its log is in the data folder.',
      );
    app.server.drain();
    await Promise.race([sleep(config.drainMs), database.lost]);
  } finally {
    await app?.close();
    await database.close();
    onOurs(config, () => rmSync(servedUrlFile(config), { force: true }));
  }
}

const aborted = (signal: AbortSignal): Promise<'signal'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('signal');
    else signal.addEventListener('abort', () => resolve('signal'), { once: true });
  });

/** For commands beside the server. */
const noteUrl = (config: Config, url: string): void =>
  onOurs(config, () => {
    makeFolder(config.dataDir);
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
    throw addressFault(config, error);
  }
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  return config.publicUrl ?? urlOf({ host: config.host, port });
}
