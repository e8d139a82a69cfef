import { blockBytes, makeBlockFilter, mayHaveBlock, spread, type BlockFilter } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { addDumpBlocks, countDumpBlocks, indexDumps, type DumpIndex } from './dump-index.ts';
import { dumpLinesIn } from './dump-lines.ts';
import { findDumps, type Found } from './dumps.ts';
import { areDigits } from './hex-digits.ts';
import { addBlocks, indexLiterals, type LiteralIndex } from './literal-index.ts';

/** Where something to hide stands: from, and up to without. */
export type Stretch = readonly [start: number, end: number];

export interface Occurrences {
  /** In order, those that overlap or touch made into one. */
  readonly stretches: readonly Stretch[];
  /** From here on more may have to be hidden when the line ends. */
  readonly unfinished: number;
}

/** What a search looks for. */
export interface Searched {
  readonly literals: LiteralIndex;
  readonly dumps: DumpIndex;
  readonly filter: BlockFilter;
}

/** Longer windows are read at larger distances, but put more blocks into the filter. */
const longestWindow = 16;

/**
 * @param literals what is looked for as it is
 * @param dumped what is looked for in hexadecimal dumps
 */
export function compileSearch(literals: readonly Uint8Array[], dumped: readonly Uint8Array[]): Searched {
  const window = literals.reduce((least, { length }) => Math.min(least, length), longestWindow);
  const index = indexLiterals(literals, window);
  const dumps = indexDumps(dumped);
  const filter = makeBlockFilter(index.inside.at.length + countDumpBlocks(dumps));
  addBlocks(index, filter);
  addDumpBlocks(dumps, filter);
  return { literals: index, dumps, filter };
}

/**
 * All occurrences of all patterns.
 *
 * Each pattern has a window of as many blocks in a row as the search advances by, so however an occurrence lies, the
 * search reads one of its blocks. It reads at fixed distances: what comes next never waits for what was read.
 * (After Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, whose distances depend on the text.)
 */
export function occurrencesIn(text: Uint8Array, searched: Searched, isWhole: boolean): Occurrences {
  const found: Found = { stretches: [], spaced: [], rowEnd: 0 };
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const { filter, dumps } = searched;
  const step = searched.literals.perLiteral;
  for (let at = sighted(view, 0, step, filter); at >= 0; at = sighted(view, at + step, step, filter)) {
    findLiterals(text, at, searched, found.stretches);
    findDumps(text, at, dumps, found);
  }
  const lines = dumpLinesIn(text, found.spaced, { digits: dumps.digits, isWhole });
  return {
    stretches: union([...found.stretches, ...found.spaced, ...lines.stretches]),
    unfinished: lines.unfinished,
  };
}

/** The next place of those looked at where a block stands that is looked for; -1 where there is none. */
function sighted(view: DataView, from: number, step: number, { words, shift }: BlockFilter): number {
  const last = view.byteLength - blockBytes;
  const [firstBit, secondBit] = [shift - 5, shift - 10];
  for (let at = from; at <= last; at += step) {
    // As in `mayHaveBlock`; by hand, because nothing else runs as often.
    const mixed = Math.imul(view.getInt32(at, true), spread);
    const word = words[mixed >>> shift] ?? 0;
    if (((word >>> (mixed >>> firstBit)) & (word >>> (mixed >>> secondBit)) & 1) !== 0) return at;
  }
  return -1;
}

/** The literals that have the block of the place inside, where all of them stands around it. */
function findLiterals(text: Uint8Array, at: number, { literals, dumps }: Searched, found: Stretch[]): void {
  const block = blockAt(text, at);
  if (areDigits(block, dumps.digits) && !mayHaveBlock(literals.digits, block)) return;
  const { inside, starts, perLiteral } = literals;
  for (let link = entriesOf(inside, block); link > 0; link = inside.next[link - 1] ?? 0) {
    const literal = ((link - 1) / perLiteral) | 0;
    const from = starts[literal] ?? 0;
    const to = starts[literal + 1] ?? 0;
    const start = at - (inside.at[link - 1] ?? 0) + from;
    const end = start + to - from;
    if (start >= 0 && end <= text.length && agree(text, start, literals, from, to)) found.push([start, end]);
  }
}

function blockAt(text: Uint8Array, at: number): number {
  const first = (text[at] ?? 0) | ((text[at + 1] ?? 0) << 8);
  return first | ((text[at + 2] ?? 0) << 16) | ((text[at + 3] ?? 0) << 24);
}

/** Whether all of a literal stands there. */
function agree(text: Uint8Array, start: number, { bytes }: LiteralIndex, from: number, to: number): boolean {
  for (let at = from, ahead = start - from; at < to; at++) if (text[at + ahead] !== bytes[at]) return false;
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
