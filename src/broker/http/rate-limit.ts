import { isIP } from 'node:net';
import type { BrokerClock } from '../domain/outside.ts';
import { Refusal } from '../domain/refusal.ts';

const mostBuckets = 50_000;

/**
 * A bucket per network address (per /64 in IPv6) that holds as many requests as five seconds allow. Nothing that a
 * request says of itself selects the bucket. This machine itself is not limited: behind an address of loopback stands
 * a proxy that was not named in `trusted_proxies`, and its callers must not share one bucket.
 * @returns a function that throws Refusal `rate_limited`
 */
export function rateLimit(clock: BrokerClock, perSecond: number): (address: string) => void {
  const capacity = perSecond * 5;
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (address) => {
    if (isLocal(address)) return;
    const key = network(address);
    const nowMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    // Taken out and put back: the map's order is that of last use, so the oldest is dropped.
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > mostBuckets && oldest !== undefined) buckets.delete(oldest);
    if (bucket.tokens < 1)
      throw new Refusal('rate_limited', 'too many requests from this address', { retryAfterSeconds: 1 });
    bucket.tokens -= 1;
  };
}

function isLocal(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** The address, or in IPv6 the first four groups: a single customer holds a /64. */
function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
