/** Bytes of a block: what the search reads at each place that it looks at. */
export const blockBytes = 4;

/** Multiplied by it, blocks that differ little come to lie far apart (Knuth, volume 3, 6.4). */
export const spread = 0x9e3779b1 | 0;
/** Another such number, for a filter that errs in other places than the first one. */
export const secondSpread = 0x85ebca6b | 0;
/** 32 bits for each block: about one in 300 that is not in the filter is taken for one that is. */
const fewestWords = 8;
/** 512 KiB: what a processor still has at hand. */
const mostWords = 17;

/**
 * A set of blocks that may say yes to one that is not in it, never no to one that is: two bits of one word for each
 * block, so that a look costs one read. (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters".)
 */
export interface BlockFilter {
  readonly words: Int32Array;
  /** 32 without the number of bits by which a word is chosen; 5 less and 10 less choose the bits in it. */
  readonly shift: number;
  readonly factor: number;
}

export function makeBlockFilter(blocks: number, factor = spread): BlockFilter {
  const size = Math.min(mostWords, Math.max(fewestWords, powerFor(blocks)));
  return { words: new Int32Array(1 << size), shift: 32 - size, factor };
}

/** The power of two that is no less than the number. */
export function powerFor(number: number): number {
  return 32 - Math.clz32(Math.max(1, number - 1));
}

export function addBlock(filter: BlockFilter, block: number): void {
  const { words, shift, factor } = filter;
  const mixed = Math.imul(block, factor);
  const place = mixed >>> shift;
  words[place] = (words[place] ?? 0) | (1 << (mixed >>> (shift - 5))) | (1 << (mixed >>> (shift - 10)));
}

export function mayHaveBlock({ words, shift, factor }: BlockFilter, block: number): boolean {
  const mixed = Math.imul(block, factor);
  const word = words[mixed >>> shift] ?? 0;
  return ((word >>> (mixed >>> (shift - 5))) & (word >>> (mixed >>> (shift - 10))) & 1) !== 0;
}
