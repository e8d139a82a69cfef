import { createHash } from 'node:crypto';

/** Chance that can be had again: the same seed, the same numbers. What processes make of them is their own affair. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from `from` to `to`, both inside. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function seeded(seed: number): Random {
  let drawn = 0;
  const next = (): number => {
    drawn += 1;
    const octets = createHash('sha256')
      .update(`${String(seed)} ${String(drawn)}`)
      .digest();
    return octets.readUInt32BE() / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => {
      const chosen = list[between(0, list.length - 1)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
  };
}
