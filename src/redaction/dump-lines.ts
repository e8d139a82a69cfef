import { isDigit } from './hex-digits.ts';
import type { Stretch } from './search.ts';

const space = 0x20;
const lineFeed = 10;
/** From the first eight bytes to the end of the longest line: `xxd -c 32`. */
const longestRest = 120;
/** Its characters, and one at each side. */
const mostCharacters = 34;

/** What may follow a dump on its line, and where such lines begin that the text does not end. */
export interface DumpLines {
  readonly stretches: readonly Stretch[];
  /** The first dump on a line whose end is not there yet; the text's end where there is none. */
  readonly unfinished: number;
}

/**
 * `xxd` and `hexdump -C` repeat the bytes of a line as characters at its end: these are hidden with the digits. Told
 * by two spaces after nothing but digits and spaces, and few characters from there to the end of the line.
 * @param dumps where eight bytes of a secret stand with spaces between them
 * @param isWhole whether nothing follows the text
 */
export function dumpLinesIn(
  text: Uint8Array,
  dumps: readonly Stretch[],
  { digits, isWhole }: { digits: Uint8Array; isWhole: boolean },
): DumpLines {
  const stretches: Stretch[] = [];
  let unfinished = text.length;
  for (const [start, end] of dumps) {
    let lineEnd = end;
    while (lineEnd < text.length && lineEnd - end <= longestRest && text[lineEnd] !== lineFeed) lineEnd++;
    if (lineEnd - end > longestRest) continue;
    if (lineEnd === text.length && !isWhole) unfinished = Math.min(unfinished, start);
    else if (hasCharacters(text, end, { lineEnd, digits })) stretches.push([start, lineEnd]);
  }
  return { stretches, unfinished };
}

function hasCharacters(
  text: Uint8Array,
  from: number,
  { lineEnd, digits }: { lineEnd: number; digits: Uint8Array },
): boolean {
  for (let at = from; at < lineEnd; at++) {
    if (text[at] === space && text[at + 1] === space && lineEnd - at - 2 <= mostCharacters) return true;
    if (text[at] !== space && !isDigit(text, at, digits)) return false;
  }
  return false;
}
