/** A stretch of a file, in UTF-16 units from its beginning; the end is not in it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text of one file, and the lines in it. */
export interface Source {
  /** As findings name it: below the folder that was asked about, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Line and column of an offset, both from 1. */
  position(offset: number): Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export function sourceOf(path: string, text: string): Source {
  let starts: readonly number[] | undefined;
  return {
    path,
    text,
    position: (offset) => {
      starts ??= lineStarts(text);
      const line = lastAtMost(starts, offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The index of the last number that is not above the limit; the numbers rise. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
