import { blockBytes, makeBlockFilter, mayHaveBlock, type BlockFilter } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { addDumpBlocks, countDumpBlocks, indexDumps, type DumpIndex } from './dump-index.ts';
import { dumpLinesIn } from './dump-lines.ts';
import { findDumps, type Found } from './dumps.ts';
import { addBlocks, indexLiterals, type LiteralIndex } from './literal-index.ts';

/** Where something to hide stands: from, and up to without. */
export type Stretch = readonly [start: number, end: number];

export interface Occurrences {
  /** In order, those that overlap or touch made into one. */
  readonly stretches: readonly Stretch[];
  /** From here on more may have to be hidden when the line ends. */
  readonly unfinished: number;
}

/** Literals, and a filter of all blocks that are searched for together with theirs. */
interface Search {
  readonly literals: LiteralIndex;
  readonly filter: BlockFilter;
}

/** What a search looks for. */
export interface Searched {
  /** Of no less than a long window, and dumps. */
  readonly long: Search;
  /** Few, as a rule. Together with the others they would have all of them searched for in small steps. */
  readonly short: Search;
  readonly dumps: DumpIndex;
}

/** Longer windows are read at larger distances, but put more blocks into the filter. */
const longWindow = 16;

/**
 * @param literals what is looked for as it is
 * @param dumped what is looked for in hexadecimal dumps
 */
export function compileSearch(literals: readonly Uint8Array[], dumped: readonly Uint8Array[]): Searched {
  const dumps = indexDumps(dumped);
  const long = literals.filter(({ length }) => length >= longWindow);
  const short = literals.filter(({ length }) => length < longWindow);
  return {
    long: searchFor(long, dumps),
    short: searchFor(short),
    dumps,
  };
}

function searchFor(literals: readonly Uint8Array[], dumps?: DumpIndex): Search {
  const window = literals.reduce((least, { length }) => Math.min(least, length), longWindow);
  const index = indexLiterals(literals, window);
  const filter = makeBlockFilter(index.inside.at.length + (dumps === undefined ? 0 : countDumpBlocks(dumps)));
  addBlocks(index, filter);
  if (dumps !== undefined) addDumpBlocks(dumps, filter);
  return { literals: index, filter };
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
  const { long, short, dumps } = searched;
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  for (let at = sighted(view, 0, long); at >= 0; at = sighted(view, at + long.literals.perLiteral, long)) {
    findLiterals(text, at, { view, literals: long.literals }, found.stretches);
    findDumps(text, at, dumps, found);
  }
  if (short.literals.longest > 0)
    for (let at = sighted(view, 0, short); at >= 0; at = sighted(view, at + short.literals.perLiteral, short))
      findLiterals(text, at, { view, literals: short.literals }, found.stretches);
  const lines = dumpLinesIn(text, found.spaced, { digits: dumps.digits, isWhole });
  return {
    stretches: union([...found.stretches, ...found.spaced, ...lines.stretches]),
    unfinished: lines.unfinished,
  };
}

/** The next place of those looked at where a block stands that is looked for; -1 where there is none. */
function sighted(view: DataView, from: number, { filter, literals }: Search): number {
  const { words, shift, factor } = filter;
  const step = literals.perLiteral;
  const last = view.byteLength - blockBytes;
  const [firstBit, secondBit] = [shift - 5, shift - 10];
  for (let at = from; at <= last; at += step) {
    // As in `mayHaveBlock`; by hand, because nothing else runs as often.
    const mixed = Math.imul(view.getInt32(at, true), factor);
    const word = words[mixed >>> shift] ?? 0;
    if (((word >>> (mixed >>> firstBit)) & (word >>> (mixed >>> secondBit)) & 1) !== 0) return at;
  }
  return -1;
}

interface Looked {
  readonly view: DataView;
  readonly literals: LiteralIndex;
}

/** The literals that have the block of the place inside, where all of them stands around it. */
function findLiterals(text: Uint8Array, at: number, { view, literals }: Looked, found: Stretch[]): void {
  const block = view.getInt32(at, true);
  if (!mayHaveBlock(literals.insideFilter, block)) return;
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
