import { Refusal } from '../kernel/refusal.ts';

/** Who waits for an answer: from which address, and whether the right password came from there for this account lately. */
export interface SigningIn {
  from: string;
  familiar: boolean;
}

export interface LaneLimits {
  atOnce: number;
  /** Who may wait in each lane; whoever comes then is asked to come again. */
  mostWaiting: number;
  /** Of them from one address, behind which may be a whole school. */
  mostWaitingEach: number;
  /** Whoever has waited so long is asked to come again. */
  patienceMs: number;
}

const LIMITS: LaneLimits = {
  /** Two of the four threads that Node has for files, names and compression too. */
  atOnce: 2,
  mostWaiting: 250,
  mostWaitingEach: 50,
  patienceMs: 10_000,
};

interface Waiting {
  since: number;
  start(): void;
  refuse(error: unknown): void;
}

/** Those who wait at each address; addresses take turns. */
interface Lane {
  addresses: Map<string, Waiting[]>;
  size: number;
}

const LANES = ['familiar', 'strange', 'set'] as const;
type Name = (typeof LANES)[number];

/** Whose turn it is when all lanes are full. A burst of guesses from everywhere stands in one lane, people at their usual place in another. */
const TURNS: readonly Name[] = ['familiar', 'set', 'familiar', 'strange'];

/** Runs work that takes a thread for long, a little at once; passwords that are set have a lane of their own, without bounds. */
export function lanesOf(given: Partial<LaneLimits> = {}, clock = () => performance.now()) {
  const limits = { ...LIMITS, ...given };
  const lanes = Object.fromEntries(LANES.map((name) => [name, { addresses: new Map(), size: 0 }])) as Record<
    Name,
    Lane
  >;
  let running = 0;
  let turn = 0;

  function takeFrom(lane: Lane): Waiting | undefined {
    const [from, queue] = lane.addresses.entries().next().value ?? [];
    if (from === undefined || !queue) return undefined;
    lane.addresses.delete(from);
    lane.size--;
    const first = queue.shift();
    if (queue.length > 0) lane.addresses.set(from, queue);
    return first;
  }

  /** Gives the place that became free to the next who still waits for it. */
  function passOn(): void {
    turn = (turn + 1) % TURNS.length;
    for (const name of [TURNS[turn]!, ...LANES])
      for (let next = takeFrom(lanes[name]); next; next = takeFrom(lanes[name])) {
        if (name === 'set' || clock() - next.since <= limits.patienceMs) {
          next.start();
          return;
        }
        next.refuse(new Refusal({ kind: 'unavailable' }));
      }
    running--;
  }

  function wait(name: Name, from: string): Promise<void> {
    const lane = lanes[name];
    const queue = lane.addresses.get(from) ?? [];
    if (name !== 'set' && (lane.size >= limits.mostWaiting || queue.length >= limits.mostWaitingEach))
      throw new Refusal({ kind: 'unavailable' });
    return new Promise<void>((start, refuse) => {
      queue.push({ since: clock(), start, refuse });
      lane.addresses.set(from, queue);
      lane.size++;
    });
  }

  return async function inTurn<T>(who: SigningIn | undefined, work: () => Promise<T>): Promise<T> {
    if (running >= limits.atOnce) await wait(who ? (who.familiar ? 'familiar' : 'strange') : 'set', who?.from ?? '');
    else running++;
    try {
      return await work();
    } finally {
      passOn();
    }
  };
}
