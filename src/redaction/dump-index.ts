import { addBlock, makeBlockFilter, powerFor, spread, type BlockFilter } from './block-filter.ts';
import { makeHexDigits } from './hex-digits.ts';

/** Bytes of a secret that must not be readable together in a dump, and so what is looked for in one. */
export const windowBytes = 8;

/** Every stretch of eight bytes of the secrets, as it may stand in hexadecimal dumps. */
export interface DumpIndex {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Open addressing: where a stretch begins, and 1. */
  readonly windows: Int32Array;
  readonly shift: number;
  /** Every four bytes in a row: what is asked first. */
  readonly fours: BlockFilter;
  readonly digits: Uint8Array;
  /** The secrets one after the other end here. */
  readonly ends: readonly number[];
}

export function indexDumps(secrets: readonly Uint8Array[]): DumpIndex {
  const bytes = Buffer.concat(secrets);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = powerFor(bytes.length) + 1;
  const ends: number[] = [];
  let end = 0;
  for (const { length } of secrets) ends.push((end += length));
  const index = {
    bytes,
    view,
    windows: new Int32Array(1 << size),
    shift: 32 - size,
    fours: makeBlockFilter(bytes.length),
    digits: makeHexDigits(),
    ends,
  };
  for (const [nth, { length }] of secrets.entries())
    addSecret(index, (ends[nth] ?? 0) - length, ends[nth] ?? 0);
  return index;
}

function addSecret(index: DumpIndex, start: number, end: number): void {
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
export function addDumpBlocks({ bytes, ends }: DumpIndex, filter: BlockFilter): void {
  let start = 0;
  for (const end of ends) {
    const text = bytes.toString('hex', start, end);
    // Behind the last byte anything will do: such a block is in no dump of the secret, and harms none.
    addForms(Buffer.from(`${text}0000`), filter);
    addForms(Buffer.from(`${text}0000`.toUpperCase()), filter);
    start = end;
  }
}

function addForms(digits: Uint8Array, filter: BlockFilter): void {
  for (let at = 0; at + 4 < digits.length; at += 2) {
    const low = digits[at + 1] ?? 0;
    const third = digits[at + 2] ?? 0;
    const one = (digits[at] ?? 0) | (low << 8);
    const two = third | ((digits[at + 3] ?? 0) << 8);
    addBlock(filter, one | (two << 16));
    addBlock(filter, low | (two << 8) | ((digits[at + 4] ?? 0) << 24));
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
