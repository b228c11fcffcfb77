import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './error.ts';

/** Ends a command because it was told to, from outside. */
export class Stopped extends CommandError {}

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
/** Ctrl-C reaches us twice when npm passes it on. */
const ECHO_MS = 500;
/** How long work that was told to end is waited for. */
const LAST_WORDS_MS = 1_500;

let signal: AbortSignal | undefined;

/** Aborted at the first SIGINT or SIGTERM, with a `Stopped` as its reason; a second one ends the process at once. */
export function stopSignal(): AbortSignal {
  signal ??= listen();
  return signal;
}

function listen(): AbortSignal {
  const stop = new AbortController();
  let first: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (first !== undefined && performance.now() - first > ECHO_MS) process.exit(CODES[name]);
      first ??= performance.now();
      stop.abort(new Stopped(`Stopped by ${name}.`, CODES[name]));
    });
  return stop.signal;
}

/** Gives what the work gives; when the signal comes first, the work has a moment to end by itself, and the signal's reason is thrown. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = new Promise<never>((_, fail) => {
    const told = () =>
      void Promise.race([work.then(nothing, nothing), sleep(LAST_WORDS_MS)]).then(() => fail(signal.reason));
    if (signal.aborted) told();
    else signal.addEventListener('abort', told, { once: true });
  });
  stopped.catch(nothing);
  // what fails because it was told to end has not failed
  const ended = work.catch((error) => {
    throw signal.aborted ? signal.reason : error;
  });
  return Promise.race([ended, stopped]);
}

const nothing = (): void => {};
