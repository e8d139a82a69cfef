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
import { countOf, type Literals } from './literals.ts';

/** Stretches of equal length, one of each literal. */
interface Windows {
  /** Of the bytes of all literals. */
  readonly view: DataView;
  /** Bytes of a window. */
  readonly window: number;
  /** Where the window of each literal stands. */
  readonly windowsAt: Int32Array;
}

/** Literals, found by a window and by their first blocks. */
export interface LiteralIndex extends Literals, Windows {
  /** The blocks of all windows: asked before each place is looked at where a window may begin that has the block. */
  readonly inside: BlockFilter;
  /** The literals by `windowKey`. */
  readonly windows: BlockTable;
  /** The literals by their first block. */
  readonly heads: BlockTable;
  /** What `agreementAt` found out about literals that repeat themselves. */
  readonly repeats: Map<number, Int32Array>;
  /** What each literal begins with, in less bytes than a block has; see `beginningOf`. */
  readonly beginnings: BlockFilter;
  readonly longest: number;
  /** No literal holds a line feed, so none is pending beyond one. */
  readonly oneLine: boolean;
}

const lineFeed = 10;
/** Of a long literal the window is chosen from its beginning: the rest would cost time and win nothing. */
const mostLookedAt = 16;

/** @param window bytes of the stretch by which a literal is found; none may be shorter */
export function indexLiterals(literals: Literals, window: number): LiteralIndex {
  const { bytes, starts } = literals;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = countOf(literals);
  const [windowsAt, keys, heads] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const choice = { window, digits: makeHexDigits() };
  let longest = 0;
  for (let nth = 0; nth < count; nth++) {
    const [start, end] = [starts[nth] ?? 0, starts[nth + 1] ?? 0];
    const at = windowOf(view, start, end - window, choice);
    windowsAt[nth] = at;
    keys[nth] = windowKey(view, at, window);
    heads[nth] = view.getInt32(start, true);
    longest = Math.max(longest, end - start);
  }
  return {
    ...literals,
    view,
    window,
    windowsAt,
    inside: insideOf({ view, windowsAt, window }),
    windows: tableOf(keys),
    heads: tableOf(heads),
    repeats: new Map(),
    beginnings: beginningsOf(literals),
    longest,
    oneLine: !bytes.includes(lineFeed),
  };
}

/** What windows are looked up by: their first block and their last. */
export function windowKey(view: DataView, at: number, window: number): number {
  return Math.imul(view.getInt32(at, true), spread) ^ view.getInt32(at + window - blockBytes, true);
}

/**
 * The window whose first block comes first in an order without meaning: renderings that share a stretch choose the
 * same one, and those that share their beginning are not all found by it. Not one with a block as logs are full of
 * (the same byte four times, a part of a number or of a hash), if there is another.
 */
function windowOf(view: DataView, start: number, last: number, choice: Choice): number {
  const end = Math.min(last, start + mostLookedAt);
  const first = firstOf(view, start, end);
  // Hardly ever dull, and looking costs more than the order.
  return hasDullBlock(view, first, choice) ? firstOf(view, start, end, choice) : first;
}

/** Of those that are not dull, where these are told by a choice; where all are, the one at the start. */
function firstOf(view: DataView, start: number, end: number, choice?: Choice): number {
  let best = start;
  let least = Infinity;
  for (let at = start; at <= end; at++) {
    const rank = Math.imul(view.getInt32(at, true), spread) >>> 0;
    if (rank >= least || (choice !== undefined && hasDullBlock(view, at, choice))) continue;
    best = at;
    least = rank;
  }
  return best;
}

interface Choice {
  readonly window: number;
  readonly digits: Uint8Array;
}

function hasDullBlock(view: DataView, window: number, choice: Choice): boolean {
  for (let at = window; at <= window + choice.window - blockBytes; at++) {
    const block = view.getInt32(at, true);
    if (block === ((block << 8) | (block >>> 24)) || areDigits(block, choice.digits)) return true;
  }
  return false;
}

/** The one to three bytes in front of the end, and how many these are. */
export function beginningOf(bytes: Uint8Array, from: number, end: number): number {
  let all = end - from;
  for (let at = from; at < end; at++) all = (all << 8) | (bytes[at] ?? 0);
  return all;
}

function beginningsOf({ bytes, starts }: Literals): BlockFilter {
  // Not for three each: most begin as others do.
  const filter = makeBlockFilter(starts.length);
  for (const start of starts.subarray(0, -1))
    for (let length = 1; length < blockBytes; length++)
      addBlock(filter, beginningOf(bytes, start, start + length));
  return filter;
}

function insideOf(windows: Windows): BlockFilter {
  const filter = makeBlockFilter(countBlocks(windows), secondSpread);
  addBlocks(windows, filter);
  return filter;
}

/** How many blocks `addBlocks` adds at most. */
export function countBlocks({ windowsAt, window }: Windows): number {
  return windowsAt.length * (window - blockBytes + 1);
}

/** Adds each block of each window. */
export function addBlocks({ view, windowsAt, window }: Windows, filter: BlockFilter): void {
  for (const first of windowsAt)
    for (let at = first; at <= first + window - blockBytes; at++) addBlock(filter, view.getInt32(at, true));
}
