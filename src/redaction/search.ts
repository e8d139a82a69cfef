/** Where something to hide stands: from, and up to without; in order, none touching another. */
export type Occurrences = readonly (readonly [start: number, end: number])[];

/** All occurrences of all patterns, those that overlap or touch made into one. */
export function occurrencesIn(text: Uint8Array, literals: readonly Buffer[]): Occurrences {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const found: [number, number][] = [];
  for (const literal of literals)
    for (let at = bytes.indexOf(literal); at !== -1; at = bytes.indexOf(literal, at + 1))
      found.push([at, at + literal.length]);
  return union(found);
}

function union(found: [number, number][]): Occurrences {
  const joined: [number, number][] = [];
  for (const [start, end] of found.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last === undefined || start > last[1]) joined.push([start, end]);
    else last[1] = Math.max(last[1], end);
  }
  return joined;
}

/** The first place from which the rest of the text is the beginning of a pattern; its end where there is none. */
export function holdFrom(
  text: Uint8Array,
  { longest, literals }: { longest: number; literals: readonly Buffer[] },
): number {
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
    const rest = text.subarray(at);
    if (
      literals.some(
        (literal) => literal.length > rest.length && literal.subarray(0, rest.length).equals(rest),
      )
    )
      return at;
  }
  return text.length;
}
