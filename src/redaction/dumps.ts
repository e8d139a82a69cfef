import { blockBytes, mayHaveBlock } from './block-filter.ts';
import { hasWindow, separators, windowBytes, type DumpIndex } from './dump-index.ts';
import { byteAt, isDigit, isOneCase } from './hex-digits.ts';
import type { Stretch } from './search.ts';

/**
 * Hexadecimal dumps: two digits a byte, with nothing between bytes, with one separator between any two, or with a space
 * after every other byte; a space may be doubled. So print `xxd`, `xxd -p`, `hexdump -C`, `od -t x1`, `openssl`. Their
 * lines break at any byte of the secret, which is why eight bytes are looked for and not the whole.
 */
interface Form {
  /** What stands between two bytes; 0 for nothing. */
  readonly separator: number;
  /** Whether it stands after the byte that is looked at first, and every other one from there, and after the others. */
  readonly after: readonly [boolean, boolean];
}

const space = 0x20;
const plain: Form = { separator: 0, after: [false, false] };
const spaced: readonly Form[] = separators.map((separator) => ({ separator, after: [true, true] }));
const firstOfPair: Form = { separator: space, after: [false, true] };
const secondOfPair: Form = { separator: space, after: [true, false] };
const forms = [plain, ...spaced, firstOfPair, secondOfPair];
const plainWindow = windowBytes * 2;
/** Digits of a window that can stand before a block in it. */
const maxBefore = plainWindow - blockBytes;
/** Digits, and at most two spaces between bytes. */
const longestWindow = plainWindow + (windowBytes - 1) * 2;

/** Where the next byte's digits would stand: the text's end where it ends first, -1 where something else stands. */
function behind(text: Uint8Array, at: number, separator: number): number {
  if (separator === 0) return at + 2;
  if (at + 2 >= text.length) return text.length;
  if (text[at + 2] !== separator) return -1;
  return separator === space && isSpace(text, at + 3) ? at + 4 : at + 3;
}

/** Where the digits of the byte before would stand. */
function inFront(text: Uint8Array, at: number, separator: number): number {
  if (separator === 0) return at - 2;
  if (at < 1 || text[at - 1] !== separator) return -1;
  return separator === space && isSpace(text, at - 2) ? at - 4 : at - 3;
}

/** Where something to hide was found. */
export interface Found {
  readonly stretches: Stretch[];
  /** Those of them that are dumps with spaces between the bytes. */
  readonly spaced: Stretch[];
  /** Where the last row of digits that was looked through ends. */
  rowEnd: number;
}

/**
 * Finds the windows of secrets in dumps of which the block at the place is a part. A row of digits is looked through at
 * once, from the first block of it that is seen.
 */
export function findDumps(text: Uint8Array, at: number, index: DumpIndex, found: Found): void {
  const isSeen = at + blockBytes <= found.rowEnd;
  const end = isSeen ? found.rowEnd : endOfDigits(text, at, index.digits);
  if (end >= at + blockBytes) {
    if (isSpace(text, at - 1) || isSpace(text, at + blockBytes)) findIn(text, at, firstOfPair, index, found);
    if (isSeen) return;
    found.rowEnd = end;
    findPlain(text, at, index, found);
    return;
  }
  // Which digits make a byte is clear from the first gap: the two before it, or the two behind it.
  const before = end - at >= 2;
  const anchor = before ? end - 2 : isSpace(text, end + 1) ? end + 2 : end + 1;
  if (end >= text.length || byteAt(text, anchor, index.digits) < 0) return;
  for (const form of spaced) if (text[end] === form.separator) findIn(text, anchor, form, index, found);
  if (text[end] === space) findIn(text, anchor, before ? secondOfPair : firstOfPair, index, found);
}

function isSpace(text: Uint8Array, at: number): boolean {
  return at >= 0 && at < text.length && text[at] === space;
}

function endOfDigits(text: Uint8Array, at: number, digits: Uint8Array): number {
  let end = at;
  while (end < text.length && isDigit(text, end, digits)) end++;
  return end;
}

/** In the row of digits around a place, where nothing stands between bytes. These begin at even places or at odd ones. */
function findPlain(text: Uint8Array, at: number, index: DumpIndex, found: Found): void {
  let start = at;
  while (start > at - maxBefore && isDigit(text, start - 1, index.digits)) start--;
  if (found.rowEnd - start < plainWindow) return;
  // Of eight bytes in a row, one of the first five is asked for, with the three behind it.
  for (let from = start; from + 8 <= found.rowEnd; from += 10) {
    const four = fourAt(text, from, index.digits);
    if (mayHaveBlock(index.fours, four))
      findWindows(readAround(text, from, plain, index), index, found.stretches);
    const odd = (four << 4) | ((index.digits[from + 8 < text.length ? (text[from + 8] ?? 0) : 0] ?? 0) & 15);
    if (mayHaveBlock(index.fours, odd))
      findWindows(readAround(text, from + 1, plain, index), index, found.stretches);
  }
}

function fourAt(text: Uint8Array, from: number, digits: Uint8Array): number {
  let four = 0;
  for (let at = from; at < from + 8; at++) four = (four << 4) | ((digits[text[at] ?? 0] ?? 0) & 15);
  return four;
}

function findIn(text: Uint8Array, anchor: number, form: Form, index: DumpIndex, found: Found): void {
  if (!mayBegin(text, anchor, form, index) && !mayEnd(text, anchor, form, index)) return;
  const here = form.separator === space ? found.spaced : found.stretches;
  findWindows(readAround(text, anchor, form, index), index, here);
}

/** Whether the four bytes from the anchor on stand in a secret. */
function mayBegin(text: Uint8Array, anchor: number, { separator, after }: Form, index: DumpIndex): boolean {
  let at = anchor;
  let four = 0;
  for (let nth = 0; nth < 4; nth++) {
    const byte = byteAt(text, at, index.digits);
    if (byte < 0) return false;
    four = (four << 8) | (byte & 255);
    at = behind(text, at, after[nth & 1] === true ? separator : 0);
  }
  return mayHaveBlock(index.fours, four);
}

/** The same of the four up to the anchor. One of both holds wherever eight bytes stand around it. */
function mayEnd(text: Uint8Array, anchor: number, { separator, after }: Form, index: DumpIndex): boolean {
  let at = anchor;
  let four = 0;
  for (let nth = 1; nth <= 4; nth++) {
    const byte = byteAt(text, at, index.digits);
    if (byte < 0) return false;
    four = (four >>> 8) | (byte << 24);
    at = inFront(text, at, after[nth & 1] === true ? separator : 0);
  }
  return mayHaveBlock(index.fours, four);
}

interface Run {
  readonly bytes: readonly number[];
  /** Where the digits of each stand. */
  readonly at: readonly number[];
}

/** The bytes of a dump around the anchor, as many as a window with it can reach. */
function readAround(text: Uint8Array, anchor: number, { separator, after }: Form, index: DumpIndex): Run {
  let start = anchor;
  let before = 0;
  while (before < windowBytes - 1) {
    const next = inFront(text, start, after[(before + 1) & 1] === true ? separator : 0);
    if (byteAt(text, next, index.digits) < 0) break;
    start = next;
    before++;
  }
  const run: { bytes: number[]; at: number[] } = { bytes: [], at: [] };
  let at = start;
  for (let nth = -before; nth < windowBytes; nth++) {
    const byte = byteAt(text, at, index.digits);
    if (byte < 0) break;
    run.bytes.push(byte);
    run.at.push(at);
    at = behind(text, at, after[nth & 1] === true ? separator : 0);
  }
  return run;
}

function findWindows({ bytes, at }: Run, index: DumpIndex, found: Stretch[]): void {
  let one = 0;
  let two = 0;
  for (let last = 0; last < bytes.length; last++) {
    one = (one << 8) | (two >>> 24);
    two = (two << 8) | ((bytes[last] ?? 0) & 255);
    const first = last - windowBytes + 1;
    if (first >= 0 && hasWindow(index, one, two) && areOneCase(bytes, first))
      found.push([at[first] ?? 0, (at[last] ?? 0) + 2]);
  }
}

function areOneCase(bytes: readonly number[], first: number): boolean {
  let all = 0;
  for (let nth = first; nth < first + windowBytes; nth++) all |= bytes[nth] ?? 0;
  return isOneCase(all);
}

/** The first place from which the rest of the text can be the beginning of a window; its end where there is none. */
export function pendingDump(text: Uint8Array, index: DumpIndex): number {
  if (index.bytes.length === 0) return text.length;
  for (let at = Math.max(0, text.length - longestWindow + 1); at < text.length; at++)
    if (forms.some((form) => maySoonEnd(text, at, form, index))) return at;
  return text.length;
}

/** Whether a dump begins there and the text ends before eight bytes of it do. */
function maySoonEnd(text: Uint8Array, start: number, { separator, after }: Form, index: DumpIndex): boolean {
  let at = start;
  let four = 0;
  for (let nth = 0; nth < windowBytes; nth++) {
    const byte = byteAt(text, at, index.digits);
    if (byte < 0) return at >= text.length || (at === text.length - 1 && isDigit(text, at, index.digits));
    four = (four << 8) | (byte & 255);
    if (nth === 3 && !mayHaveBlock(index.fours, four)) return false;
    at = behind(text, at, after[nth & 1] === true ? separator : 0);
  }
  return false;
}
