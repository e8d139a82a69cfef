import type { BrokerClock } from '../domain/outside.ts';
import { recentMap } from './recent-map.ts';

/** So many keys are remembered at least. */
const most = 50_000;

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
  // One that has filled again is as good as none.
  const ms = (capacity / perSecond) * 1000;
  const buckets = recentMap<{ tokens: number; atMs: number }>(clock, { ms, most });
  return (key) => {
    const nowMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
