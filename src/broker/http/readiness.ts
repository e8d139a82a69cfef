import type { Broker } from '../commands/broker.ts';

const freshMs = 1000;

/**
 * Whether the store takes writes, found out once a second at most: each attempt is a write to the disk, and anyone
 * may ask.
 * @returns a function that rejects with StoreError when it does not
 */
export function readiness({ store, host }: Pick<Broker, 'store' | 'host'>): () => Promise<void> {
  let askedMs = -Infinity;
  let answer: Promise<void> = Promise.resolve();
  return () => {
    const nowMs = host.clock.monotonicMs();
    if (nowMs - askedMs >= freshMs) {
      askedMs = nowMs;
      answer = store.check();
    }
    return answer;
  };
}
