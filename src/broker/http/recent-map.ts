import type { BrokerClock } from '../domain/outside.ts';

/** For how long a value is remembered at least, and how many others may be set before it is forgotten all the same. */
export interface Memory {
  readonly ms: number;
  readonly most: number;
}

/** Values by key, the latest that were set. */
export interface RecentMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/**
 * Remembers twice as many and twice as long at most. In two generations, of which the older one is dropped as a whole:
 * in one map the oldest is found only by a walk past all places that were emptied before it, which costs more than all
 * else that a limit does.
 */
export function recentMap<V>(clock: BrokerClock, { ms, most }: Memory): RecentMap<V> {
  let older = new Map<string, V>();
  let newer = new Map<string, V>();
  let begunMs = clock.monotonicMs();
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set: (key, value) => {
      const nowMs = clock.monotonicMs();
      if ((newer.size >= most && !newer.has(key)) || nowMs - begunMs >= ms) {
        older = newer;
        newer = new Map();
        begunMs = nowMs;
      }
      newer.set(key, value);
    },
  };
}
