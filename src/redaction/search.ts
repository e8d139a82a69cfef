import { agreementAt, makeAgreements, type Agreements } from './agreement.ts';
import { blockBytes, makeBlockFilter, mayHaveBlock, type BlockFilter } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { addDumpBlocks, countDumpBlocks, indexDumps, type DumpIndex } from './dump-index.ts';
import { dumpLinesIn } from './dump-lines.ts';
import { findDumps, type Found } from './dumps.ts';
import { addBlocks, countBlocks, indexLiterals, windowKey, type LiteralIndex } from './literal-index.ts';
import { addText, countOf, gather, literalsOf, type Gathering, type Literals } from './literals.ts';

/** Where something to hide stands: from, and up to without. */
export type Stretch = readonly [start: number, end: number];

export interface Occurrences {
  /** In order, those that overlap or touch made into one. */
  readonly stretches: readonly Stretch[];
  /** From here on more may have to be hidden when the line ends. */
  readonly unfinished: number;
  /** How many bytes were compared with literals: what tests hold linear. */
  readonly compared: number;
}

/** Literals, and a filter of all blocks that are searched for together with theirs. */
interface Search {
  readonly literals: LiteralIndex;
  readonly filter: BlockFilter;
  /** From one block that is read to the next: as many as a window has. */
  readonly step: number;
}

/** What a search looks for. */
export interface Searched {
  /** Of no less than a long window, and dumps. */
  readonly long: Search;
  /** Few, as a rule. Together with the others they would have all of them searched for in small steps. */
  readonly short: Search;
  readonly dumps: DumpIndex;
}

/** What is shorter would blacken ordinary words. */
const shortest = 8;
/** Longer windows are read at larger distances, but put more blocks into the filter. */
const longWindow = 16;

/** What a search will look for, while it is put together. */
export interface Wanted {
  readonly long: Gathering;
  readonly short: Gathering;
  readonly dumped: Gathering;
}

export function wantNothing(): Wanted {
  return { long: gather(), short: gather(), dumped: gather() };
}

/** Adds what is looked for as it is, if it is long enough. */
export function wantText({ long, short }: Wanted, text: string): void {
  addText(long, text, longWindow);
  addText(short, text, shortest, longWindow - 1);
}

/** Adds what is looked for in hexadecimal dumps, if it is long enough. */
export function wantDumped({ dumped }: Wanted, text: string): void {
  addText(dumped, text, shortest);
}

export function compileSearch(wanted: Wanted): Searched {
  const dumps = indexDumps(literalsOf(wanted.dumped));
  const short = literalsOf(wanted.short);
  return {
    long: searchFor(literalsOf(wanted.long), longWindow, dumps),
    short: searchFor(short, leastOf(short)),
    dumps,
  };
}

function leastOf({ starts }: Literals): number {
  let least = longWindow;
  for (let nth = 1; nth < starts.length; nth++)
    least = Math.min(least, (starts[nth] ?? 0) - (starts[nth - 1] ?? 0));
  return least;
}

function searchFor(literals: Literals, window: number, dumps?: DumpIndex): Search {
  const index = indexLiterals(literals, window);
  const filter = makeBlockFilter(countBlocks(index) + (dumps === undefined ? 0 : countDumpBlocks(dumps)));
  addBlocks(index, filter);
  if (dumps !== undefined) addDumpBlocks(dumps, filter);
  return { literals: index, filter, step: window - blockBytes + 1 };
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
  const looked = { view, stretches: found.stretches, agreements: makeAgreements() };
  for (let at = sighted(view, 0, long); at >= 0; at = sighted(view, at + long.step, long)) {
    if (mayHaveBlock(long.literals.inside, view.getInt32(at, true))) findLiterals(text, at, long, looked);
    findDumps(text, at, dumps, found);
  }
  const inShort = { ...looked, agreements: makeAgreements() };
  if (countOf(short.literals) > 0)
    for (let at = sighted(view, 0, short); at >= 0; at = sighted(view, at + short.step, short))
      if (mayHaveBlock(short.literals.inside, view.getInt32(at, true)))
        findLiterals(text, at, short, inShort);
  const lines = dumpLinesIn(text, found.spaced, { digits: dumps.digits, isWhole });
  return {
    stretches: union([...found.stretches, ...found.spaced, ...lines.stretches]),
    unfinished: lines.unfinished,
    compared: looked.agreements.compared + inShort.agreements.compared,
  };
}

/** The next place of those looked at where a block stands that is looked for; -1 where there is none. */
function sighted(view: DataView, from: number, { filter, step }: Search): number {
  const { words, shift, factor } = filter;
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
  readonly stretches: Stretch[];
  readonly agreements: Agreements;
}

/** The literals that have the block of the place in their window, where all of them stands around it. */
function findLiterals(text: Uint8Array, at: number, { literals: index, step }: Search, looked: Looked): void {
  const { windows, windowsAt, window } = index;
  const last = Math.min(at, text.length - window);
  for (let place = Math.max(0, at - step + 1); place <= last; place++) {
    let link = entriesOf(windows, windowKey(looked.view, place, window));
    for (; link > 0; link = windows.next[link - 1] ?? 0) {
      const literal = link - 1;
      const from = index.starts[literal] ?? 0;
      const start = place - (windowsAt[literal] ?? 0) + from;
      const end = start + (index.starts[link] ?? 0) - from;
      if (start < 0 || end > text.length || isIn(looked.stretches.at(-1), start, end)) continue;
      if (agreementAt({ text, start, literal }, index, looked.agreements) === end)
        looked.stretches.push([start, end]);
    }
  }
}

function isIn(stretch: Stretch | undefined, start: number, end: number): boolean {
  return stretch !== undefined && start >= stretch[0] && end <= stretch[1];
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
