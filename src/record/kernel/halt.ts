import { AsyncLocalStorage } from 'node:async_hooks';
import { refuse } from './refusal.ts';

/** What the time limit of a request knows of its work at the database. */
export interface Halt {
  /** Time is up: nothing begins and nothing commits any more, unless something was kept before. */
  over: boolean;
  /** Something was written for good, or may have been: from then on only the outcome of the whole work is a true answer. */
  kept: boolean;
  /** Transactions and statements under way. */
  open: number;
  readonly running: Set<Running>;
  /** Called once nothing is under way any more. */
  ended: (() => void) | undefined;
}

/** A statement at work. */
interface Running {
  /** Asks the server to end it; asked again until it has. */
  cancel(): void;
}

const CANCEL_AGAIN_MS = 100;

const halts = new AsyncLocalStorage<Halt>();

export const newHalt = (): Halt => ({ over: false, kept: false, open: 0, running: new Set(), ended: undefined });

/** What the work does at the database, wherever it is called from, can be ended by this. */
export const underHalt = <T>(halt: Halt, work: () => T): T => halts.run(halt, work);

/** For what a request sets going and neither waits for nor answers for. */
export const withoutHalt = <T>(work: () => T): T => halts.exit(work);

export const currentHalt = (): Halt | undefined => halts.getStore();

/** Something begins: refuses `unavailable` when time is up. */
export function enter(halt: Halt): void {
  demandTime(halt);
  halt.open += 1;
}

export function leave(halt: Halt): void {
  halt.open -= 1;
  if (halt.open === 0) halt.ended?.();
}

export function demandTime(halt: Halt): void {
  if (halt.over && !halt.kept) refuse({ kind: 'unavailable' });
}

/**
 * Ends the work, unless it has kept something already. `undone` is called once it is certain that nothing was done and nothing will be:
 * a commit that was on its way is waited for, and when it came about `undone` is never called.
 */
export function endWork(halt: Halt, undone: () => void): void {
  halt.over = true;
  if (halt.kept) return;
  if (halt.open === 0) {
    undone();
    return;
  }
  const cancel = () => {
    for (const statement of halt.running) statement.cancel();
  };
  // again and again: it may reach the server between two statements
  const timer = setInterval(cancel, CANCEL_AGAIN_MS);
  halt.ended = () => {
    clearInterval(timer);
    halt.ended = undefined;
    if (!halt.kept) undone();
  };
  cancel();
}
