import { Pool } from 'undici';

export interface Shot {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoadResult {
  perSecond: number;
  requests: number;
  medianMs: number;
  p99Ms: number;
}

/** Closed loop: `connections` callers, each sends its next request when the last was answered. Throws on an unexpected status. */
export async function load(
  url: string,
  next: (n: number) => Shot,
  options: { seconds: number; connections?: number; most?: number; expect?: number },
): Promise<LoadResult> {
  const { seconds, connections = 32, most = Number.POSITIVE_INFINITY, expect = 200 } = options;
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times: number[] = [];
  const from = performance.now();
  const until = from + seconds * 1000;
  let n = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < until && n < most) {
      const sent = performance.now();
      const { statusCode, body } = await pool.request(next(n++));
      if (statusCode !== expect) throw new Error(`${statusCode}: ${await body.text()}`);
      await body.dump({ limit: 10_000_000 });
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const elapsed = (performance.now() - from) / 1000;
  await pool.close();
  times.sort((a, b) => a - b);
  return {
    perSecond: times.length / elapsed,
    requests: times.length,
    medianMs: times[times.length >> 1] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

/** Median of `times` single requests, one after the other. */
export async function latency(url: string, shot: Shot, times = 60): Promise<number> {
  const result = await load(url, () => shot, { seconds: 60, connections: 1, most: times });
  return result.medianMs;
}
