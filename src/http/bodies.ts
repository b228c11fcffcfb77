import { Refusal } from '../record/kernel/refusal.ts';

export interface BodyBudget {
  /** Bytes of all bodies that came so far and are still needed. */
  bytes: number;
  /** From this size on a body is large. */
  large: number;
  /** Large bodies that are worked on at once: as values they take many times their bytes. */
  largeAtOnce: number;
}

const BUDGET: BodyBudget = { bytes: 64_000_000, large: 1_000_000, largeAtOnce: 3 };

/** What one body takes of the budget. */
export interface Share {
  add(bytes: number): void;
  /** All of it is here; resolves when it may be made a value of. */
  complete(): Promise<void>;
  /** Nobody needs it any more. */
  end(): void;
}

/** Keeps the bodies of all requests together within bounds. */
export interface Bodies {
  /** `drop` ends the reading of this one. */
  begin(drop: (error: Error) => void): Share;
  bytes(): number;
}

/**
 * When too much has come, the body that has been on its way for the longest time is given up: who sends slowly, or begins much and ends
 * nothing, is told to come back, and holds nobody else up.
 */
export function bodiesWithin(budget: BodyBudget = BUDGET): Bodies {
  /** In the order of their beginning. */
  const coming = new Map<Share, (error: Error) => void>();
  const waiting: (() => void)[] = [];
  let total = 0;
  let large = 0;

  function relieve(): void {
    for (const [share, drop] of coming) {
      if (total <= budget.bytes) return;
      share.end();
      drop(new Refusal({ kind: 'unavailable' }));
    }
  }

  return {
    begin(drop) {
      let bytes = 0;
      let ended = false;
      let counted = false;
      const share: Share = {
        add(more) {
          if (ended) return;
          bytes += more;
          total += more;
          if (total > budget.bytes) relieve();
        },
        async complete() {
          coming.delete(share);
          if (bytes <= budget.large || ended) return;
          if (large >= budget.largeAtOnce) await new Promise<void>((turn) => waiting.push(turn));
          large += 1;
          counted = true;
        },
        end() {
          if (ended) return;
          ended = true;
          coming.delete(share);
          total -= bytes;
          if (!counted) return;
          large -= 1;
          waiting.shift()?.();
        },
      };
      coming.set(share, drop);
      return share;
    },
    bytes: () => total,
  };
}
