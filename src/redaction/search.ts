import { agreementAt, makeAgreements, type Agreements } from './agreement.ts';
import { blockBytes, makeBlockFilter, mayHaveBlock, type BlockFilter } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { crowdsOf, endOfLongest, isCrowd } from './crowd.ts';
import { addDumpBlocks, countDumpBlocks, indexDumps, type DumpIndex } from './dump-index.ts';
import { dumpLinesIn } from './dump-lines.ts';
import { findDumps, type Found } from './dumps.ts';
import { addBlocks, blocksIn, indexLiterals, windowKey, type LiteralIndex } from './literal-index.ts';
import { countOf, type Literals } from './literals.ts';

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

/**
 * @param literals what is looked for as it is; what is too short is left out
 * @param dumped what is looked for in hexadecimal dumps
 */
export function compileSearch(literals: Literals, dumped: Literals): Searched {
  const dumps = indexDumps(dumped);
  const [long, short]: [number[], number[]] = [[], []];
  let least = longWindow;
  for (let literal = 0; literal < countOf(literals); literal++) {
    const length = (literals.starts[literal + 1] ?? 0) - (literals.starts[literal] ?? 0);
    if (length >= longWindow) long.push(literal);
    else if (length >= shortest) {
      short.push(literal);
      least = Math.min(least, length);
    }
  }
  return {
    long: searchFor(indexLiterals(literals, long, longWindow), dumps),
    short: searchFor(indexLiterals(literals, short, least)),
    dumps,
  };
}

function searchFor(index: LiteralIndex, dumps?: DumpIndex): Search {
  const { found, window } = index;
  const dumpBlocks = dumps === undefined ? 0 : countDumpBlocks(dumps);
  const filter = makeBlockFilter(found.length * blocksIn(window) + dumpBlocks);
  addBlocks(index, index.inside, filter);
  if (dumps !== undefined) addDumpBlocks(dumps, filter);
  return { literals: index, filter, step: blocksIn(window) };
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
  if (short.literals.found.length > 0)
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
  const { windows, window } = index;
  const last = Math.min(at, text.length - window);
  for (let place = Math.max(0, at - step + 1); place <= last; place++) {
    const link = entriesOf(windows, windowKey(looked.view, place, window));
    if (isCrowd(windows, link)) findCrowds(text, { place, link }, index, looked);
    else if (link > 0) findEach(text, { place, link }, index, looked);
  }
}

/** Where a window may begin, and the link to the literals that have it. */
interface Sight {
  readonly place: number;
  readonly link: number;
}

function findEach(
  text: Uint8Array,
  sight: Sight,
  index: LiteralIndex,
  { stretches, agreements }: Looked,
): void {
  for (let { link } = sight; link > 0; link = index.windows.next[link - 1] ?? 0) {
    const literal = link - 1;
    const from = index.starts[literal] ?? 0;
    const start = sight.place - (index.windowsAt[literal] ?? 0) + from;
    const end = start + (index.starts[link] ?? 0) - from;
    if (start < 0 || end > text.length || isIn(stretches.at(-1), start, end)) continue;
    if (agreementAt({ text, start, literal }, index, agreements) === end) stretches.push([start, end]);
  }
}

function findCrowds(
  text: Uint8Array,
  sight: Sight,
  index: LiteralIndex,
  { stretches, agreements }: Looked,
): void {
  for (const [distance, crowd] of crowdsOf(index, sight.link)) {
    const start = sight.place - distance;
    if (start < 0 || isIn(stretches.at(-1), start, start + crowd.bytes)) continue;
    const end = endOfLongest(crowd, { text, start, index, agreements });
    if (end > start) stretches.push([start, end]);
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
