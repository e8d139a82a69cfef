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
import { makeHexDigits, notHex } from './hex-digits.ts';
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
  index.longest = found.reduce((most, literal) => Math.max(most, lengthOf(literals, literal)), 0);
  addBlocks(index, index.inside);
  return index;
}

function lengthOf({ starts }: Literals, literal: number): number {
  return (starts[literal + 1] ?? 0) - (starts[literal] ?? 0);
}

/** @returns whether it was not there already */
function addLiteral(index: LiteralIndex, literal: number, digits: Uint8Array): boolean {
  const { view, window, windowsAt, windows, heads, beginnings } = index;
  const [start, end] = [index.starts[literal] ?? 0, index.starts[literal + 1] ?? 0];
  const at = windowOf(index.bytes, start, { end, window, digits });
  windowsAt[literal] = at;
  const key = windowKey(view, at, window);
  if (isThere(index, literal, entriesOf(windows, key))) return false;
  addEntry(windows, key, literal);
  // What begins with the same block begins with the same bytes.
  if (addEntry(heads, view.getInt32(start, true), literal))
    for (let length = 1; length < blockBytes; length++)
      addBlock(beginnings, beginningOf(index.bytes, start, start + length));
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
function windowOf(bytes: Uint8Array, start: number, { end, window, digits }: Choice): number {
  const stop = Math.min(end, start + mostLookedAt + window);
  let [best, least] = [start, 0x7fffffff];
  let [inHex, same, last, dull] = [0, 0, -1, -1];
  for (let to = start; to < stop; to++) {
    const byte = bytes[to] ?? 0;
    inHex = (digits[byte] ?? 0) < notHex ? inHex + 1 : 0;
    same = byte === last ? same + 1 : 1;
    last = byte;
    if (inHex >= blockBytes || same >= blockBytes) dull = to - blockBytes + 1;
    const at = to - window + 1;
    if (at <= dull || at < start) continue;
    const rank = Math.imul(blockAt(bytes, at), spread);
    if (rank < least) [best, least] = [at, rank];
  }
  return best;
}

interface Choice {
  /** Of the literal. */
  readonly end: number;
  readonly window: number;
  readonly digits: Uint8Array;
}

function blockAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
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

/** Adds each block of each window. */
export function addBlocks({ view, found, windowsAt, window }: LiteralIndex, filter: BlockFilter): void {
  const count = blocksIn(window);
  for (const literal of found) {
    const first = windowsAt[literal] ?? 0;
    for (let at = first; at < first + count; at++) addBlock(filter, view.getInt32(at, true));
  }
}
