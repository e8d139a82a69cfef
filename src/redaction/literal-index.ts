import {
  addBlock,
  blockBytes,
  makeBlockFilter,
  secondSpread,
  spread,
  type BlockFilter,
} from './block-filter.ts';
import { addEntry, entriesOf, makeTable, type BlockTable } from './block-table.ts';
import type { Crowd } from './crowd.ts';
import { areDigits, makeHexDigits } from './hex-digits.ts';
import { countOf, type Literals } from './literals.ts';

/** Literals, found by a window, which is a stretch of equal length in each of them, and by their first blocks. */
export interface LiteralIndex extends Literals {
  /** Those that are found: none twice. */
  readonly found: readonly number[];
  /** Of the bytes of all literals. */
  readonly view: DataView;
  /** Bytes of a window. */
  readonly window: number;
  /** Where the window of each literal stands. */
  readonly windowsAt: Int32Array;
  /** The blocks of all windows: asked before each place is looked at where a window may begin that has the block. */
  readonly inside: BlockFilter;
  /** The literals by `windowKey`. */
  readonly windows: BlockTable;
  /** The literals by their first block. */
  readonly heads: BlockTable;
  /** What each literal begins with, in less bytes than a block has; see `beginningOf`. */
  readonly beginnings: BlockFilter;
  readonly longest: number;
  /** No literal holds a line feed, so none is pending beyond one. */
  readonly oneLine: boolean;
  /** What `agreementAt` found out about literals that repeat themselves. */
  readonly repeats: Map<number, Int32Array>;
  /** What `crowdsOf` and `headCrowdOf` put in order, by the link that leads to them. */
  readonly crowds: Map<number, ReadonlyMap<number, Crowd>>;
  readonly headCrowds: Map<number, Crowd>;
}

const lineFeed = 10;
/** Of a long literal the window is chosen from its beginning: the rest would cost time and win nothing. */
const mostLookedAt = 16;

/**
 * @param chosen the literals to find
 * @param window bytes of the stretch by which a literal is found; none may be shorter
 */
export function indexLiterals(literals: Literals, chosen: readonly number[], window: number): LiteralIndex {
  const { bytes } = literals;
  const count = countOf(literals);
  const found: number[] = [];
  const index = {
    ...literals,
    found,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    window,
    windowsAt: new Int32Array(count),
    inside: makeBlockFilter(chosen.length * blocksIn(window), secondSpread),
    windows: makeTable(count, chosen.length),
    heads: makeTable(count, chosen.length),
    beginnings: makeBlockFilter(chosen.length),
    longest: 0,
    oneLine: !bytes.includes(lineFeed),
    repeats: new Map(),
    crowds: new Map(),
    headCrowds: new Map(),
  };
  const digits = makeHexDigits();
  for (const literal of chosen) if (addLiteral(index, literal, digits)) found.push(literal);
  for (const literal of found) index.longest = Math.max(index.longest, lengthOf(literals, literal));
  return index;
}

function lengthOf({ starts }: Literals, literal: number): number {
  return (starts[literal + 1] ?? 0) - (starts[literal] ?? 0);
}

/** @returns whether it was not there already */
function addLiteral(index: LiteralIndex, literal: number, digits: Uint8Array): boolean {
  const { bytes, view, window, windows, heads, beginnings } = index;
  const [start, end] = [index.starts[literal] ?? 0, index.starts[literal + 1] ?? 0];
  const at = windowOf(view, start, { last: end - window, window, digits });
  index.windowsAt[literal] = at;
  const key = windowKey(view, at, window);
  if (isThere(index, literal, entriesOf(windows, key))) return false;
  addEntry(windows, key, literal);
  // What begins with the same block begins with the same bytes.
  if (addEntry(heads, view.getInt32(start, true), literal))
    for (let length = 1; length < blockBytes; length++)
      addBlock(beginnings, beginningOf(bytes, start, start + length));
  return true;
}

/** What is looked through to find that a literal is there already. */
const mostLinks = 8;

function isThere(index: LiteralIndex, literal: number, link: number): boolean {
  for (let at = link, nth = 0; at > 0 && nth < mostLinks; at = index.windows.next[at - 1] ?? 0, nth++)
    if (areEqual(index, literal, at - 1)) return true;
  return false;
}

function areEqual({ bytes, starts }: LiteralIndex, one: number, other: number): boolean {
  const ahead = (starts[one] ?? 0) - (starts[other] ?? 0);
  const [from, to] = [starts[other] ?? 0, starts[other + 1] ?? 0];
  if ((starts[one + 1] ?? 0) !== to + ahead) return false;
  for (let at = from; at < to; at++) if (bytes[at] !== bytes[at + ahead]) return false;
  return true;
}

/** What windows are looked up by: their first block and their last. */
export function windowKey(view: DataView, at: number, window: number): number {
  return Math.imul(view.getInt32(at, true), spread) ^ view.getInt32(at + window - blockBytes, true);
}

/**
 * The window whose first block comes first in an order without meaning: renderings that share a stretch choose the
 * same one, and those that share their beginning are not all found by it. Not one with a block as logs are full of
 * (the same byte four times, a part of a number or of a hash): where all have one, the window at the start.
 */
function windowOf(view: DataView, start: number, choice: Choice): number {
  const end = Math.min(choice.last, start + mostLookedAt);
  const first = firstOf(view, start, end);
  // Seldom dull, and looking costs more than the order.
  if (!hasDullBlock(view, first, choice)) return first;
  let best = start;
  let least = 0x7fffffff;
  for (let at = start; at <= end; at++) {
    const rank = Math.imul(view.getInt32(at, true), spread);
    if (rank >= least || hasDullBlock(view, at, choice)) continue;
    best = at;
    least = rank;
  }
  return best;
}

interface Choice {
  /** Where the last window begins. */
  readonly last: number;
  readonly window: number;
  readonly digits: Uint8Array;
}

function firstOf(view: DataView, start: number, end: number): number {
  let best = start;
  let least = Math.imul(view.getInt32(start, true), spread);
  for (let at = start + 1; at <= end; at++) {
    const rank = Math.imul(view.getInt32(at, true), spread);
    if (rank >= least) continue;
    best = at;
    least = rank;
  }
  return best;
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

/** Blocks of a window. */
export function blocksIn(window: number): number {
  return window - blockBytes + 1;
}

/** Adds each block of each window to both filters. */
export function addBlocks(
  { view, found, windowsAt, window }: LiteralIndex,
  one: BlockFilter,
  other: BlockFilter,
): void {
  const count = blocksIn(window);
  for (const literal of found) {
    const first = windowsAt[literal] ?? 0;
    for (let at = first; at < first + count; at++) {
      const block = view.getInt32(at, true);
      addBlock(one, block);
      addBlock(other, block);
    }
  }
}
