/** Bytes of a block: what the search reads at each place that it looks at. */
export const blockBytes = 4;

const golden = 0x9e3779b1;
/** Bits for each block: one place in 32 that holds nothing is taken for a hit, and looked at again. */
const bitsEach = 32;
const fewestBits = 13;
/** 1 MiB: what a processor still has at hand. */
const mostBits = 23;

/** A set of blocks that may say yes to one that is not in it, never no to one that is. */
export interface BlockFilter {
  readonly bits: Int32Array;
  /** A block's place is the upper bits of its product with the golden ratio. */
  readonly shift: number;
}

export function makeBlockFilter(blocks: number): BlockFilter {
  const size = Math.min(mostBits, Math.max(fewestBits, powerFor(blocks * bitsEach)));
  return { bits: new Int32Array(1 << (size - 5)), shift: 32 - size };
}

/** The power of two that is no less than the number. */
export function powerFor(number: number): number {
  return 32 - Math.clz32(Math.max(1, number - 1));
}

/** Where a block belongs in a table of 2 to the power of (32 - shift) places. */
export function placeOf(block: number, shift: number): number {
  return Math.imul(block, golden) >>> shift;
}

export function addBlock({ bits, shift }: BlockFilter, block: number): void {
  const place = placeOf(block, shift);
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
}

export function mayHaveBlock({ bits, shift }: BlockFilter, block: number): boolean {
  const place = placeOf(block, shift);
  return (((bits[place >>> 5] ?? 0) >>> (place & 31)) & 1) !== 0;
}
