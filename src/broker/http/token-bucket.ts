import type { BrokerClock } from '../domain/outside.ts';

/** So many keys are remembered at most; the one that was quiet the longest is forgotten first. */
const mostBuckets = 50_000;

/** How much a bucket holds, and how fast it fills. */
export interface BucketSize {
  readonly perSecond: number;
  readonly capacity: number;
}

/** A bucket per key. @returns a function that takes one from a key's bucket, and says whether there was one */
export function tokenBuckets(
  clock: BrokerClock,
  { perSecond, capacity }: BucketSize,
): (key: string) => boolean {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  // One that has filled again is as good as none.
  const fullAfterMs = (capacity / perSecond) * 1000;
  return (key) => {
    const nowMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    // Taken out and put back: the map's order is that of last use, so the oldest is dropped.
    buckets.delete(key);
    buckets.set(key, bucket);
    for (const [oldest, { atMs }] of buckets) {
      if (buckets.size <= mostBuckets && nowMs - atMs < fullAfterMs) break;
      buckets.delete(oldest);
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
