import { setImmediate as pause } from 'node:timers/promises';

/** Longest time that work of one kind holds the loop. */
const SLICE_MS = 10;

/** To be awaited between small steps of long work: gives others their turn once the steps have held the loop for a while. */
export function turns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SLICE_MS) return;
    await pause();
    began = performance.now();
  };
}
