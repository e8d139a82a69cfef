/** A number from 0 up to without `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed: xorshift, which is no good for secrets that matter. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function choiceOf<T>(random: Random, items: readonly T[]): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

const digits = Array.from('0123456789abcdef');
export const hexOf = (random: Random, length: number): string => textOf(random, digits, length);

export function textOf(random: Random, alphabet: readonly string[], length: number): string {
  return Array.from({ length }, () => choiceOf(random, alphabet)).join('');
}
