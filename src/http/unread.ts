import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isFixed } from './fixed.ts';

export interface UnreadLimits {
  /** Bytes of answers that may wait for clients to read them; beyond, who has not read for `patienceMs` is cut off. */
  bytes: number;
  /** Beyond this many, whoever has waited longest is cut off at once. */
  mostBytes: number;
  patienceMs: number;
  /** A client that takes nothing of an answer for so long is cut off in any case. */
  silenceMs: number;
}

const LIMITS: UnreadLimits = { bytes: 48_000_000, mostBytes: 96_000_000, patienceMs: 2000, silenceMs: 60_000 };

/** Answers that were written and that the system could not hand on yet, because their clients do not read; fixed ones cost nothing. */
export interface Unread {
  watch(connection: Socket, response: ServerResponse): void;
  /** Bytes that wait. */
  bytes(): number;
}

/** Keeps what waits for slow readers within bounds, at the cost of those who have not read for the longest time. */
export function unreadAnswers(limits: UnreadLimits = LIMITS): Unread {
  /** In the order in which they began to wait. */
  const waiting = new Map<Socket, { bytes: number; since: number }>();
  let total = 0;
  let sweep: NodeJS.Timeout | undefined;

  function relieve(): void {
    const now = performance.now();
    for (const [connection, { since }] of waiting) {
      if (total <= limits.bytes) break;
      if (total <= limits.mostBytes && now - since < limits.patienceMs) break;
      forget(connection);
      connection.destroy();
    }
    if (total > limits.bytes && !sweep) sweep = setTimeout(again, limits.patienceMs / 4).unref();
  }

  const again = () => {
    sweep = undefined;
    relieve();
  };

  function forget(connection: Socket): void {
    total -= waiting.get(connection)?.bytes ?? 0;
    waiting.delete(connection);
  }

  return {
    watch(connection, response) {
      // all of the answer is with the connection now; what is left there is what the client does not read
      response.once('prefinish', () => {
        const bytes = connection.writableLength;
        if (bytes === 0 || connection.destroyed) return;
        connection.setTimeout(limits.silenceMs);
        if (isFixed(response)) return;
        waiting.set(connection, { bytes, since: performance.now() });
        total += bytes;
        relieve();
      });
      response.once('close', () => forget(connection));
    },
    bytes: () => total,
  };
}
