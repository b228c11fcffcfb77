import { type LoadResult, latency, type Shot } from './load.ts';
import { cpuSeconds, cpuSecondsBelow } from './product.ts';

type Work = () => Promise<Pick<LoadResult, 'perSecond'> & { requests?: number }>;

export interface Turns {
  first: number;
  second: number;
  /** second / first */
  ratio: number;
}

const median = (list: readonly number[]): number => list.toSorted((x, y) => x - y)[list.length >> 1]!;

/** Three turns each after a warm-up, so that a busy moment of the machine falls on both; medians. */
export async function byTurns(first: Work, second: Work, turns = 3): Promise<Turns> {
  await first();
  await second();
  const a: number[] = [];
  const b: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    a.push((await first()).perSecond);
    b.push((await second()).perSecond);
  }
  return { first: median(a), second: median(b), ratio: median(b) / median(a) };
}

export async function single(url: string, shot: Shot): Promise<{ perSecond: number }> {
  return { perSecond: 1000 / (await latency(url, shot)) };
}

/** Milliseconds of a processor that each request takes, in Node and in PostgreSQL: steadier than requests a second on a busy machine. */
export function measuringCpu(work: Work, node: number, postmaster: number): { work: Work; ms(): [number, number] } {
  const used: [number, number][] = [];
  return {
    work: async () => {
      const before = [cpuSeconds(node), cpuSecondsBelow(postmaster)] as const;
      const result = await work();
      const each = 1000 / (result.requests ?? 1);
      used.push([(cpuSeconds(node) - before[0]) * each, (cpuSecondsBelow(postmaster) - before[1]) * each]);
      return result;
    },
    ms: () => [median(used.map(([n]) => n)), median(used.map(([, p]) => p))],
  };
}
