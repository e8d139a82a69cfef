import { addBlock, blockBytes, makeBlockFilter, placeOf, powerFor, type BlockFilter } from './block-filter.ts';

/** All literals one after the other, found by a block inside them and by their first block. */
export interface LiteralIndex {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where each literal begins in the bytes; one more for the end of the last. */
  readonly starts: Int32Array;
  /** Blocks of the window of each literal, `perLiteral` in a row for each. */
  readonly inside: BlockTable;
  /** The first block of each literal. */
  readonly heads: BlockTable;
  /** What each literal begins with, in less bytes than a block has; see `beginningOf`. */
  readonly beginnings: BlockFilter;
  readonly perLiteral: number;
  readonly longest: number;
  /** No literal holds a line feed, so none is pending beyond one. */
  readonly oneLine: boolean;
}

/** Open addressing: places hold the number of an entry and 1; entries of the same block are linked. */
export interface BlockTable {
  readonly places: Int32Array;
  readonly shift: number;
  /** Where in the bytes the block of an entry stands. */
  readonly at: Int32Array;
  readonly next: Int32Array;
}

const lineFeed = 10;
/** Of a long literal the window is chosen from its beginning: the rest would cost time and win nothing. */
const mostLookedAt = 128;

/** @param window bytes of the stretch by which a literal is found; none may be shorter */
export function indexLiterals(literals: readonly Uint8Array[], window: number): LiteralIndex {
  const bytes = Buffer.concat(literals);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts = new Int32Array(literals.length + 1);
  let [end, longest] = [0, 0];
  for (const [nth, { length }] of literals.entries()) {
    end += length;
    starts[nth + 1] = end;
    longest = Math.max(longest, length);
  }
  const perLiteral = window - blockBytes + 1;
  const inside = new Int32Array(literals.length * perLiteral);
  for (const [nth] of literals.entries()) {
    const first = windowOf(view, { start: starts[nth] ?? 0, end: starts[nth + 1] ?? 0, window });
    for (let block = 0; block < perLiteral; block++) inside[nth * perLiteral + block] = first + block;
  }
  return {
    bytes,
    view,
    starts,
    inside: tableOf(view, inside),
    heads: tableOf(view, starts.slice(0, -1)),
    beginnings: beginningsOf(bytes, starts),
    perLiteral,
    longest,
    oneLine: !bytes.includes(lineFeed),
  };
}

/**
 * The window whose first block has the smallest place: renderings that share a stretch choose the same one, so there
 * are fewer blocks. Not one with the same byte four times, as many lines of a log have, if there is another.
 */
function windowOf(view: DataView, { start, end, window }: { start: number; end: number; window: number }): number {
  let [best, least] = [start, Infinity];
  for (let at = start; at <= Math.min(end - window, start + mostLookedAt); at++) {
    const rank = placeOf(view.getUint32(at, true), 0);
    if (rank >= least || isDull(view, at, window)) continue;
    [best, least] = [at, rank];
  }
  return best;
}

function isDull(view: DataView, from: number, window: number): boolean {
  for (let at = from; at <= from + window - blockBytes; at++) {
    const block = view.getInt32(at, true);
    if (block === ((block << 8) | (block >>> 24))) return true;
  }
  return false;
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
    for (let length = 1; length < blockBytes; length++) addBlock(filter, beginningOf(bytes, start, start + length));
  return filter;
}

function tableOf(view: DataView, at: Int32Array): BlockTable {
  const size = powerFor(at.length * 4) + 1;
  const table = { places: new Int32Array(1 << size), shift: 32 - size, at, next: new Int32Array(at.length) };
  for (const [entry, where] of at.entries()) {
    const place = findPlace(table, view, view.getUint32(where, true));
    table.next[entry] = table.places[place] ?? 0;
    table.places[place] = entry + 1;
  }
  return table;
}

/** The place of the block: where its entries are, or a free one. */
function findPlace({ places, shift, at }: BlockTable, view: DataView, block: number): number {
  for (let place = placeOf(block, shift); ; place = (place + 1) & (places.length - 1)) {
    const entry = (places[place] ?? 0) - 1;
    if (entry < 0 || view.getUint32(at[entry] ?? 0, true) === block) return place;
  }
}

/** The first entry of a block; -1 for none. `table.next` gives the next one and 1. */
export function firstEntry({ view }: LiteralIndex, table: BlockTable, block: number): number {
  return (table.places[findPlace(table, view, block)] ?? 0) - 1;
}

export function addBlocks({ inside, view }: LiteralIndex, filter: BlockFilter): void {
  for (const where of inside.at) addBlock(filter, view.getUint32(where, true));
}
