import type { Logger } from 'pino';
import type { Database } from '../record/kernel/context.ts';
import { tidy } from './tidy.ts';

export interface Jobs {
  /** Resolves when the work at hand is done; nothing new starts. */
  stop(): Promise<void>;
}

const BETWEEN_MS = 10 * 60_000;

/** Work in the background of a server. */
export function startJobs({ db, log }: { db: Database; log: Pick<Logger, 'error'> }): Jobs {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = tidy(db).catch((error) => log.error({ err: error }, 'tidying failed'));
  }, BETWEEN_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
