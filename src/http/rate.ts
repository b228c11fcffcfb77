export interface Limit {
  perSecond: number;
  burst: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MOST_BUCKETS = 50_000;

/** Token buckets in memory, one for each key. `take` gives the seconds to wait, 0 when the request may pass. */
export interface RateLimiter {
  take(key: string, limit: Limit): number;
}

export function rateLimiter(clock: () => number = () => performance.now()): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, limit) {
      const now = clock();
      const most = Math.max(1, limit.burst);
      let bucket = buckets.get(key);
      if (!bucket) {
        // the bucket used longest ago is full again, or nearly
        if (buckets.size >= MOST_BUCKETS) buckets.delete(buckets.keys().next().value!);
        bucket = { tokens: most, at: now };
      } else {
        buckets.delete(key);
        bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * limit.perSecond);
        bucket.at = now;
      }
      buckets.set(key, bucket);
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      return Math.max(1, Math.ceil((1 - bucket.tokens) / limit.perSecond));
    },
  };
}
