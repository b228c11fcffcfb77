import type { Logger } from 'pino';
import type { Connected } from '../database/client.ts';
import { Clock, Tenants } from '../record/access/index.ts';
import { Contents } from '../record/files/index.ts';
import { type Boss, type Job, startBoss } from './boss.ts';
import { keepPlaces } from './feed-places.ts';
import { type Destination, startOutbox } from './outbox.ts';
import { tidy } from './tidy.ts';

export interface Jobs {
  /** Resolves when the work at hand is done; nothing new starts. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  connected: Pick<Connected, 'db' | 'pool'>;
  log: Pick<Logger, 'error' | 'warn'>;
  /** Where to what happens goes out. */
  destinations?: readonly Destination[];
  /** How long after the server they begin: its first requests come first. */
  afterMs?: number;
}

const RETRY_MS = 60_000;

/** Work in the background of a server. Where it cannot begin, that is logged and tried again. */
export function startJobs({ connected: { db, pool }, log, destinations = [], afterMs = 2_000 }: JobsOptions): Jobs {
  const jobs: Job[] = [
    { name: 'tidy', cron: '*/10 * * * *', run: (signal) => tidy(db, signal) },
    { name: 'sweep_files', cron: '17 3 * * *', run: (signal) => Contents.sweep(db, signal) },
    { name: 'due', cron: '* * * * *', run: (signal) => Clock.runDueEverywhere(Tenants.operator(db, 'job'), signal) },
  ];
  const places = keepPlaces(db);
  const outbox = startOutbox({ db, pool, destinations, log });
  let starting: Promise<Boss | undefined> = Promise.resolve(undefined);
  let timer: NodeJS.Timeout;
  let stopped = false;
  const begin = (ms: number): void => {
    timer = setTimeout(() => {
      starting = startBoss(pool, jobs, log).catch((error) => {
        log.error({ err: error }, 'jobs could not be started');
        if (!stopped) begin(RETRY_MS);
        return undefined;
      });
    }, ms);
    timer.unref();
  };
  begin(afterMs);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all([places.stop(), outbox.stop()]);
      const boss = await starting;
      await boss?.stop();
    },
  };
}
