import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { turns } from './turns.ts';

/** How much of such work may go on beside everything else. */
export interface CrewOptions {
  /** A module that calls `serve`. */
  script: URL;
  /** Threads at once. */
  most: number;
  /** Jobs that may wait for one; more are refused at once. */
  waiting: number;
  /** Largest heap of a thread. */
  megabytes: number;
  /** Longest time for one job. */
  ms: number;
}

/** Work on threads of its own, which may be stopped whatever it does. */
export interface Crew<In, Out> {
  /**
   * Does one job. What the thread gives piece by piece is taken in slices that leave the loop free. Rejects with `Stopped` when a limit
   * was met, and with an error when it is called off.
   */
  run(input: In, onPiece?: (piece: any) => void, signal?: AbortSignal): Promise<Out>;
}

/** A job that met a limit: of time, of memory, or of how many may wait. */
export class Stopped extends Error {
  readonly why: 'time' | 'memory' | 'busy';
  constructor(why: Stopped['why']) {
    super(`the work was stopped: ${why}`);
    this.why = why;
  }
}

/** What a thread says at the end of a job. */
export type Report<Out> = { done: Out } | { broke: string };

interface Job<In, Out> {
  input: In;
  onPiece: ((piece: any) => void) | undefined;
  signal: AbortSignal | undefined;
  resolve(out: Out): void;
  reject(error: Error): void;
}

/** A thread without work ends after this time: its memory is given back. */
const IDLE_MS = 20_000;

export function createCrew<In, Out>(options: CrewOptions): Crew<In, Out> {
  const { most, waiting } = options;
  const queue: Job<In, Out>[] = [];
  const idle: Hand<In, Out>[] = [];
  let busy = 0;

  function next(): void {
    while (busy < most && queue.length > 0) {
      const job = queue.shift()!;
      const hand = idle.pop() ?? hire<In, Out>(options, (left) => remove(idle, left));
      busy++;
      void hand.work(job).then((well) => {
        busy--;
        if (well) idle.push(hand);
        next();
      });
    }
  }
  return {
    run(input, onPiece, signal) {
      if (queue.length >= waiting) return Promise.reject(new Stopped('busy'));
      return new Promise<Out>((resolve, reject) => {
        queue.push({ input, onPiece, signal, resolve, reject });
        next();
      });
    },
  };
}

interface Hand<In, Out> {
  /** Settles the job; gives whether the thread may be used again. */
  work(job: Job<In, Out>): Promise<boolean>;
}

function hire<In, Out>({ script, megabytes, ms }: CrewOptions, onLeft: (hand: Hand<In, Out>) => void): Hand<In, Out> {
  const worker = new Worker(script, {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
  });
  worker.unref();
  let idle: NodeJS.Timeout | undefined;
  let settle: ((end: Report<Out> | Error) => void) | undefined;
  const leave = (error: Error): void => {
    clearTimeout(idle);
    onLeft(hand);
    settle?.(error);
    void worker.terminate();
  };
  worker
    .on('message', (report: Report<Out>) => settle?.(report))
    .on('error', (error: Error & { code?: string }) =>
      leave(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Stopped('memory') : error),
    )
    .on('exit', () => leave(new Error('the thread ended')));

  const hand: Hand<In, Out> = {
    async work({ input, onPiece, signal, resolve, reject }) {
      clearTimeout(idle);
      worker.ref();
      const { port1, port2 } = new MessageChannel();
      const limit = setTimeout(() => leave(new Stopped('time')), ms);
      const cut = () => leave(new Error('called off'));
      signal?.addEventListener('abort', cut, { once: true });
      const end = await new Promise<Report<Out> | Error>((done) => {
        settle = done;
        if (signal?.aborted) cut();
        else worker.postMessage({ input, port: port2 }, [port2]);
      });
      signal?.removeEventListener('abort', cut);
      settle = undefined;
      clearTimeout(limit);
      if (end instanceof Error) {
        port1.close();
        reject(end);
        return false;
      }
      worker.unref();
      try {
        if ('broke' in end) throw new Error(end.broke);
        await take(port1, onPiece);
        resolve(end.done);
      } catch (error) {
        reject(error as Error);
      }
      port1.close();
      idle = setTimeout(() => leave(new Error('idle')), IDLE_MS).unref();
      return true;
    },
  };
  return hand;
}

async function take(port: MessagePort, onPiece: ((piece: any) => void) | undefined): Promise<void> {
  const turn = turns();
  for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
    onPiece?.(got.message);
    await turn();
  }
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one);
  if (at >= 0) list.splice(at, 1);
}
