import { startNext, type Gathering } from './gathering.ts';

/** Bytes to be encoded: from, and up to without. */
export interface Source {
  readonly of: Gathering;
  readonly from: number;
  readonly to: number;
}

const base64Digits = new Uint8Array(
  Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
);
/** The first bit that no byte in front has a part in, by the number of these. */
const firstBits = [0, 4, 2];
const [backslash, lineFeed] = [0x5c, 0x0a];

export function lastOf(of: Gathering): Source {
  return { of, from: of.starts.at(-2) ?? 0, to: of.starts.at(-1) ?? 0 };
}

/**
 * Base64 of bytes that stand anywhere in a longer text: for each number of bytes in front (mod 3) the characters that
 * no neighbour can change. A padded whole, as the runner derives it, stops matching as soon as one byte follows.
 */
export function addBase64(target: Gathering, { of, from, to }: Source, before: number): Source {
  const start = startNext(target, (to - from) * 2);
  // Not sooner: it may be the same memory.
  const [source, written] = [of.bytes, target.bytes];
  const bits = (to - from) * 8;
  let end = start;
  for (let bit = firstBits[before] ?? 0; bit + 6 <= bits; bit += 6) {
    const at = from + (bit >> 3);
    const two = ((source[at] ?? 0) << 8) | (source[at + 1] ?? 0);
    written[end++] = base64Digits[(two >>> (10 - (bit & 7))) & 63] ?? 0;
  }
  target.starts.push(end);
  return { of: target, from: start, to: end };
}

/** As bash traces the right side of `[[ … == … ]]`, of every text, however harmless. */
export function addPatternQuoted(target: Gathering, { of, from, to }: Source): void {
  let end = startNext(target, (to - from) * 2);
  const [source, written] = [of.bytes, target.bytes];
  for (let at = from; at < to; at++) {
    const byte = source[at] ?? 0;
    // Not inside a character, nor in front of a line’s end.
    if ((byte & 0xc0) !== 0x80 && byte !== lineFeed) written[end++] = backslash;
    written[end++] = byte;
  }
  target.starts.push(end);
}

/** The lines of a text that is wrapped at `width`. */
export function addLines(target: Gathering, { of, from, to }: Source, width: number): void {
  for (let at = from; at < to; at += width) {
    const length = Math.min(width, to - at);
    const start = startNext(target, length);
    target.bytes.set(of.bytes.subarray(at, at + length), start);
    target.starts.push(start + length);
  }
}
