import type { LiteralIndex } from './literal-index.ts';

/** What is read once more rather than remembered. */
const few = 32;

/** How far literals agreed with one text, so that a text and a literal that repeat themselves are read once. */
export interface Agreements {
  /** By literal: where it was compared, and up to where it agreed; what reached farthest. */
  readonly farthest: Map<number, { readonly start: number; readonly end: number }>;
  /** Bytes that were compared in all: what tests hold linear. */
  compared: number;
}

export function makeAgreements(): Agreements {
  return { farthest: new Map(), compared: 0 };
}

/** A literal, and the place of the text where it may begin. */
export interface Candidate {
  readonly text: Uint8Array;
  readonly start: number;
  readonly literal: number;
  /** Bytes that are known to agree. */
  readonly agreed?: number;
}

/**
 * Up to where the text from the start on is what the literal is. For each literal, no start may come after a later one.
 *
 * Where the literal was found to agree before, farther than from here on, the text is the literal's own: how far that
 * agrees with its beginning is found once for each literal. (Main and Lorentz; Gusfield, "Algorithms on strings",
 * 1.4, where the table is called Z.)
 */
export function agreementAt(
  { text, start, literal, agreed = 0 }: Candidate,
  index: LiteralIndex,
  agreements: Agreements,
): number {
  const from = index.starts[literal] ?? 0;
  const most = Math.min(text.length, start + (index.starts[literal + 1] ?? 0) - from);
  const { start: before, end: known } = agreements.farthest.get(literal) ?? { start: 0, end: 0 };
  let end = start + agreed;
  if (known - start > few) {
    const own = repeatsOf(index, literal)[start - before] ?? 0;
    if (start + own < known) return start + own;
    end = Math.max(end, known);
  }
  const first = end;
  const ahead = from - start;
  while (end < most && text[end] === index.bytes[end + ahead]) end++;
  agreements.compared += end - first + 1;
  if (end - start > few) agreements.farthest.set(literal, { start, end });
  return end;
}

/** For each place in a literal, how many bytes from there on are those that it begins with. */
function repeatsOf({ bytes, starts, repeats }: LiteralIndex, literal: number): Int32Array {
  const kept = repeats.get(literal);
  if (kept !== undefined) return kept;
  const found = repeatsIn(bytes.subarray(starts[literal], starts[literal + 1]));
  repeats.set(literal, found);
  return found;
}

function repeatsIn(bytes: Uint8Array): Int32Array {
  const repeats = new Int32Array(bytes.length);
  repeats[0] = bytes.length;
  // The repeat that reaches farthest.
  let [start, end] = [0, 0];
  for (let at = 1; at < bytes.length; at++) {
    let length = at < end ? Math.min(repeats[at - start] ?? 0, end - at) : 0;
    while (at + length < bytes.length && bytes[at + length] === bytes[length]) length++;
    repeats[at] = length;
    if (at + length > end) [start, end] = [at, at + length];
  }
  return repeats;
}
