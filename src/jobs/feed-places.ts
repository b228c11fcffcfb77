import { Feed } from '../record/insight/index.ts';
import type { Database } from '../record/kernel/context.ts';

const EVERY_MS = 1_000;

/**
 * Gives events their places in the feed also where nobody reads it: what is counted once per position holds longer, the lag that the
 * metrics tell is that of a feed which stands still, and whoever reads first finds little to do. Resolves `stop` when the work at hand is done.
 */
export function keepPlaces(db: Database): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let work = Promise.resolve();
  let timer: NodeJS.Timeout;
  const begin = (): void => {
    timer = setTimeout(() => {
      // a database that is away is told of elsewhere, and the next try is near
      work = Feed.givePlacesEverywhere(db, stopping.signal)
        .catch(() => {})
        .then(() => void (stopping.signal.aborted || begin()));
    }, EVERY_MS);
    timer.unref();
  };
  begin();
  return {
    stop: () => {
      stopping.abort();
      clearTimeout(timer);
      return work;
    },
  };
}
