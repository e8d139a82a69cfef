import { addBlock, makeBlockFilter, powerFor, spread, type BlockFilter } from './block-filter.ts';
import { makeHexDigits } from './hex-digits.ts';
import { countOf, type Literals } from './literals.ts';

/** Bytes of a secret that must not be readable together in a dump, and so what is looked for in one. */
export const windowBytes = 8;

/** Every stretch of eight bytes of the secrets, as it may stand in hexadecimal dumps. */
export interface DumpIndex extends Literals {
  readonly view: DataView;
  /** Open addressing: where a stretch begins, and 1. */
  readonly windows: Int32Array;
  readonly shift: number;
  /** Every four bytes in a row: what is asked first. */
  readonly fours: BlockFilter;
  readonly digits: Uint8Array;
}

export function indexDumps(secrets: Literals): DumpIndex {
  const { bytes, starts } = secrets;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = powerFor(bytes.length) + 1;
  const index = {
    ...secrets,
    view,
    windows: new Int32Array(1 << size),
    shift: 32 - size,
    fours: makeBlockFilter(bytes.length),
    digits: makeHexDigits(),
  };
  for (let nth = 0; nth < countOf(secrets); nth++) addSecret(index, starts[nth] ?? 0, starts[nth + 1] ?? 0);
  return index;
}

function addSecret(index: DumpIndex, start: number, end: number): void {
  if (end - start < windowBytes) return;
  for (let at = start; at + 4 <= end; at++) addBlock(index.fours, index.view.getInt32(at));
  for (let at = start; at + windowBytes <= end; at++) {
    const place = placeOf(index, index.view.getInt32(at), index.view.getInt32(at + 4));
    index.windows[place] ||= at + 1;
  }
}

/** The place of a stretch that is given in two halves, big-endian, or a free one. */
function placeOf({ windows, shift, view }: DumpIndex, first: number, second: number): number {
  let place = Math.imul(Math.imul(first, spread) ^ second, spread) >>> shift;
  for (;;) {
    const at = (windows[place] ?? 0) - 1;
    if (at < 0 || (view.getInt32(at) === first && view.getInt32(at + 4) === second)) return place;
    place = (place + 1) & (windows.length - 1);
  }
}

/** Whether these eight bytes stand in a secret. */
export function hasWindow(index: DumpIndex, first: number, second: number): boolean {
  return index.windows[placeOf(index, first, second)] !== 0;
}

const space = 0x20;
const twoSpaces = 0x2020;
/** `aa:bb`, `AA-BB`, `aa bb`. */
export const separators = [0x20, 0x3a, 0x2d];
const mostBlocks = 200_000;
const blocksPerByte = 32;

/** How many blocks `addDumpBlocks` will add at most. */
export function countDumpBlocks({ view }: DumpIndex): number {
  return Math.min(view.byteLength * blocksPerByte, mostBlocks);
}

/** Adds each block that can stand inside a dump of eight bytes, in each form that `dumps.ts` knows. */
export function addDumpBlocks({ bytes }: DumpIndex, filter: BlockFilter): void {
  const places = distinctPlaces(bytes);
  // Behind the last byte of a secret anything will do: such a block is in no dump of it, and harms none.
  const text = `${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}0000`;
  for (const digits of [Buffer.from(text), Buffer.from(text.toUpperCase())]) {
    addForms(digits, places.pairs, filter);
    addOdd(digits, places.odd, filter);
  }
}

/** Where to find in the bytes whatever stands in them more than once. */
interface Places {
  /** Any two bytes. */
  readonly pairs: readonly number[];
  /** Any byte with the digits around it: the second one before it, and the first one behind it. */
  readonly odd: readonly number[];
}

/** Secrets are made of few characters, so most of what stands in many of them stood in others before. */
function distinctPlaces(bytes: Uint8Array): Places {
  const [seenPairs, seenOdd] = [new Uint8Array(1 << 16), new Uint8Array(1 << 16)];
  const places = { pairs: [] as number[], odd: [] as number[] };
  for (let at = 0; at < bytes.length; at++) {
    const pair = ((bytes[at] ?? 0) << 8) | byteOf(bytes, at + 1);
    const odd = ((pair << 4) & 0xffff) | (byteOf(bytes, at + 2) >> 4);
    if (seenPairs[pair] === 0) places.pairs.push(at * 2);
    if (seenOdd[odd] === 0) places.odd.push(at * 2);
    seenPairs[pair] = seenOdd[odd] = 1;
  }
  return places;
}

function byteOf(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? (bytes[at] ?? 0) : 0;
}

function addForms(digits: Uint8Array, places: readonly number[], filter: BlockFilter): void {
  for (const at of places) {
    const low = digits[at + 1] ?? 0;
    const third = digits[at + 2] ?? 0;
    const one = (digits[at] ?? 0) | (low << 8);
    const two = third | ((digits[at + 3] ?? 0) << 8);
    addBlock(filter, one | (two << 16));
    for (const separator of separators) {
      addBlock(filter, one | (separator << 16) | (third << 24));
      addBlock(filter, low | (separator << 8) | (two << 16));
      addBlock(filter, separator | (one << 8) | (separator << 24));
    }
    // Wider gaps, as `hexdump -C` has in the middle, and groups of two bytes, as `xxd` has.
    addBlock(filter, one | (twoSpaces << 16));
    addBlock(filter, low | (twoSpaces << 8) | (third << 24));
    addBlock(filter, twoSpaces | (one << 16));
    addBlock(filter, low | (two << 8) | (space << 24));
    addBlock(filter, space | (one << 8) | (third << 24));
  }
}

/** Where nothing stands between bytes, and the block begins with the second digit of one. */
function addOdd(digits: Uint8Array, places: readonly number[], filter: BlockFilter): void {
  const view = new DataView(digits.buffer, digits.byteOffset, digits.length);
  for (const at of places) addBlock(filter, view.getInt32(at + 1, true));
}
