import {
  addBlock,
  blockBytes,
  makeBlockFilter,
  secondSpread,
  spread,
  type BlockFilter,
} from './block-filter.ts';
import { tableOf, type BlockTable } from './block-table.ts';
import { areDigits, makeHexDigits } from './hex-digits.ts';

/** All literals one after the other, found by a block inside them and by their first block. */
export interface LiteralIndex {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where each literal begins in the bytes; one more for the end of the last. */
  readonly starts: Int32Array;
  /** Blocks of the window of each literal, `perLiteral` in a row for each. */
  readonly inside: BlockTable;
  /** The same blocks: asked before the table, which is so large that a look costs as much as reading a hundred bytes. */
  readonly insideFilter: BlockFilter;
  /** The first block of each literal. */
  readonly heads: BlockTable;
  /** What each literal begins with, in less bytes than a block has; see `beginningOf`. */
  readonly beginnings: BlockFilter;
  readonly perLiteral: number;
  readonly longest: number;
  /** No literal holds a line feed, so none is pending beyond one. */
  readonly oneLine: boolean;
}

const lineFeed = 10;
/** Of a long literal the window is chosen from its beginning: the rest would cost time and win nothing. */
const mostLookedAt = 32;

/** @param window bytes of the stretch by which a literal is found; none may be shorter */
export function indexLiterals(literals: readonly Uint8Array[], window: number): LiteralIndex {
  const bytes = joined(literals);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts = new Int32Array(literals.length + 1);
  let [end, longest] = [0, 0];
  for (const [nth, { length }] of literals.entries()) {
    end += length;
    starts[nth + 1] = end;
    longest = Math.max(longest, length);
  }
  const perLiteral = window - blockBytes + 1;
  const dull = { window, digits: makeHexDigits() };
  const inside = new Int32Array(literals.length * perLiteral);
  for (let nth = 0; nth < literals.length; nth++) {
    const first = windowOf(view, starts[nth] ?? 0, (starts[nth + 1] ?? 0) - window, dull);
    for (let block = 0; block < perLiteral; block++) inside[nth * perLiteral + block] = first + block;
  }
  return {
    bytes,
    view,
    starts,
    inside: tableOf(view, inside),
    insideFilter: filterOf(view, inside),
    heads: tableOf(view, starts.slice(0, -1)),
    beginnings: beginningsOf(bytes, starts),
    perLiteral,
    longest,
    oneLine: !bytes.includes(lineFeed),
  };
}

/** In an array of the same class as the texts are, since code for one class is faster. */
function joined(literals: readonly Uint8Array[]): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.concat(literals);
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * The window whose first block comes first in an order without meaning: renderings that share a stretch choose the
 * same one, so there are fewer blocks. Not one with a block as logs are full of (the same byte four times, a part of a
 * number or of a hash), if there is another.
 */
function windowOf(view: DataView, start: number, last: number, { window, digits }: Dull): number {
  let best = start;
  let least = Infinity;
  // The blocks up to `seen` were looked at; of these `dull` is the last one that is dull.
  let seen = start;
  let dull = -1;
  for (let at = start; at <= Math.min(last, start + mostLookedAt); at++) {
    for (; seen <= at + window - blockBytes; seen++) if (isDull(view, seen, digits)) dull = seen;
    const rank = Math.imul(view.getInt32(at, true), spread) >>> 0;
    if (rank >= least || dull >= at) continue;
    best = at;
    least = rank;
  }
  return best;
}

interface Dull {
  readonly window: number;
  readonly digits: Uint8Array;
}

function isDull(view: DataView, at: number, digits: Uint8Array): boolean {
  const block = view.getInt32(at, true);
  return block === ((block << 8) | (block >>> 24)) || areDigits(block, digits);
}

function filterOf(view: DataView, inside: Int32Array): BlockFilter {
  const filter = makeBlockFilter(inside.length, secondSpread);
  for (const at of inside) addBlock(filter, view.getInt32(at, true));
  return filter;
}

/** The one to three bytes in front of the end, and how many these are. */
export function beginningOf(bytes: Uint8Array, from: number, end: number): number {
  let all = end - from;
  for (let at = from; at < end; at++) all = (all << 8) | (bytes[at] ?? 0);
  return all;
}

function beginningsOf(bytes: Uint8Array, starts: Int32Array): BlockFilter {
  const filter = makeBlockFilter(starts.length * (blockBytes - 1));
  for (const start of starts.subarray(0, -1))
    for (let length = 1; length < blockBytes; length++)
      addBlock(filter, beginningOf(bytes, start, start + length));
  return filter;
}

export function addBlocks({ inside, view }: LiteralIndex, filter: BlockFilter): void {
  for (const where of inside.at) addBlock(filter, view.getInt32(where, true));
}
