/** So many at a time; who comes then waits, in the order of coming. */
export interface Places {
  /**
   * Waits until a place is free, and takes up to `wanted` of those that are.
   * @returns how many it took: one at least
   * @throws the signal's reason, when it aborts before
   */
  take(wanted: number, signal?: AbortSignal): Promise<number>;
  /** Gives back so many. */
  free(count: number): void;
}

interface Waiting {
  readonly wanted: number;
  readonly grant: (count: number) => void;
}

export function placesFor(most: number): Places {
  const waiting = new Set<Waiting>();
  let left = most;

  function lend(wanted: number): number {
    const count = Math.min(left, wanted);
    left -= count;
    return count;
  }

  return {
    take: async (wanted, signal) => {
      signal?.throwIfAborted();
      if (left > 0) return lend(wanted);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(mine);
          reject(signal?.reason as Error);
        };
        const mine: Waiting = {
          wanted,
          grant: (count) => {
            signal?.removeEventListener('abort', leave);
            resolve(count);
          },
        };
        waiting.add(mine);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
    free: (count) => {
      left += count;
      for (const next of waiting) {
        if (left === 0) return;
        waiting.delete(next);
        next.grant(lend(next.wanted));
      }
    },
  };
}
