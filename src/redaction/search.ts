import { blockBytes, makeBlockFilter, type BlockFilter } from './block-filter.ts';
import { addBlocks, firstEntry, indexLiterals, type LiteralIndex } from './literal-index.ts';

/** Where something to hide stands: from, and up to without. */
export type Stretch = readonly [start: number, end: number];

/** What a search looks for. */
export interface Searched {
  readonly literals: LiteralIndex;
  readonly filter: BlockFilter;
}

/** Longer windows are read at larger distances, but put more blocks into the filter. */
const longestWindow = 16;

export function compileSearch(literals: readonly Uint8Array[]): Searched {
  const window = literals.reduce((least, { length }) => Math.min(least, length), longestWindow);
  const index = indexLiterals(literals, window);
  const filter = makeBlockFilter(index.inside.at.length);
  addBlocks(index, filter);
  return { literals: index, filter };
}

/**
 * All occurrences of all patterns, in order, those that overlap or touch made into one.
 *
 * Each pattern has a window of as many blocks in a row as the search advances by, so however an occurrence lies, the
 * search reads one of its blocks. It reads at fixed distances: what comes next never waits for what was read.
 * (After Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, whose distances depend on the text.)
 */
export function occurrencesIn(text: Uint8Array, searched: Searched): Stretch[] {
  const found: Stretch[] = [];
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const { bits, shift } = searched.filter;
  const step = searched.literals.perLiteral;
  const last = text.length - blockBytes;
  for (let at = 0; at <= last; at += step) {
    // As in `mayHaveBlock`; by hand, because nothing else runs as often.
    const block = view.getUint32(at, true);
    const place = Math.imul(block, 0x9e3779b1) >>> shift;
    if ((((bits[place >>> 5] ?? 0) >>> (place & 31)) & 1) === 0) continue;
    findLiterals(text, { at, block, literals: searched.literals }, found);
  }
  return union(found);
}

interface Sighting {
  readonly at: number;
  readonly block: number;
  readonly literals: LiteralIndex;
}

/** The literals that stand around a place and have the block there. */
function findLiterals(text: Uint8Array, { at, block, literals }: Sighting, found: Stretch[]): void {
  const { inside, starts, bytes, perLiteral } = literals;
  for (let entry = firstEntry(literals, inside, block); entry >= 0; entry = (inside.next[entry] ?? 0) - 1) {
    const literal = (entry / perLiteral) | 0;
    const from = starts[literal] ?? 0;
    const to = starts[literal + 1] ?? 0;
    const start = at - ((inside.at[entry] ?? 0) - from);
    const end = start + to - from;
    if (start >= 0 && end <= text.length && agree(text, start, bytes.subarray(from, to))) found.push([start, end]);
  }
}

function agree(text: Uint8Array, start: number, literal: Uint8Array): boolean {
  for (let at = 0; at < literal.length; at++) if (text[start + at] !== literal[at]) return false;
  return true;
}

function union(found: Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const [start, end] of found.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last === undefined || start > last[1]) joined.push([start, end]);
    else if (end > last[1]) joined[joined.length - 1] = [last[0], end];
  }
  return joined;
}
