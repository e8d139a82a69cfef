import type { Span } from './source.ts';

/** What a scalar says, and where each part of it stands in the file. */
export interface WrittenText {
  readonly value: string;
  readonly span: Span;
  /** The file's offset of a unit of `value`. */
  at(index: number): number;
  /** Of several that are read as one. */
  readonly parts?: readonly WrittenText[];
}

/** How a scalar is written. */
export type Style = 'plain' | 'single' | 'double' | 'block';

/**
 * A scalar's value laid beside what is written. Where lines are folded, indented or escaped the two differ: then each
 * unit is looked for in its turn, and the blanks, breaks and backslashes between are passed over.
 */
export function writtenText(source: string, span: Span, value: string, style: Style): WrittenText {
  const from = style === 'block' ? afterLine(source, span) : span.start + (style === 'plain' ? 0 : 1);
  if (source.startsWith(value, from)) return { value, span, at: (index) => from + index };
  let offsets: Uint32Array | undefined;
  const at = (index: number): number => {
    offsets ??= laidBeside(source, { start: from, end: span.end }, value, style === 'double');
    return offsets[Math.min(index, value.length)] ?? from;
  };
  return { value, span, at };
}

/** Where the content of a block scalar begins: below its header. */
function afterLine(source: string, span: Span): number {
  const end = source.indexOf('\n', span.start);
  return end < 0 || end >= span.end ? span.end : end + 1;
}

function laidBeside(source: string, { start, end }: Span, value: string, escapes: boolean): Uint32Array {
  const offsets = new Uint32Array(value.length + 1).fill(end);
  let at = start;
  for (let index = 0; index < value.length && at < end; index++) {
    const unit = value[index];
    while (at < end && !isSame(source[at], unit) && !(escapes && source[at] === '\\')) at++;
    offsets[index] = Math.min(at, end);
    at += escapes && source[at] === '\\' ? escapeLength(source, at) : 1;
  }
  return offsets;
}

/** A folded break is a blank in the value. */
function isSame(written: string | undefined, unit: string | undefined): boolean {
  return written === unit || (unit === ' ' && written === '\n');
}

/** YAML 1.2.2, 5.7: how long an escape is. */
function escapeLength(source: string, at: number): number {
  switch (source[at + 1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

/** Several texts as one, each on lines of its own. */
export function joinedText(texts: readonly WrittenText[]): WrittenText {
  const starts: number[] = [];
  let value = '';
  for (const each of texts) {
    starts.push(value.length);
    value += `${each.value}\n`;
  }
  const at = (index: number): number => {
    const found = Math.max(
      0,
      starts.findLastIndex((start) => start <= index),
    );
    return texts[found]?.at(index - (starts[found] ?? 0)) ?? 0;
  };
  const [first, last] = [texts[0]?.span, texts.at(-1)?.span];
  return {
    value,
    span: { start: first?.start ?? 0, end: Math.max(first?.start ?? 0, last?.end ?? 0) },
    at,
    parts: texts,
  };
}

/** A text that stands in a file as it is. */
export function plainText(text: string): WrittenText {
  return { value: text, span: { start: 0, end: text.length }, at: (index) => index };
}

/** Pieces of a file, or what stands for them, as one text. */
export function piecedText(
  source: string,
  pieces: readonly { readonly text: string; readonly at: number }[],
): WrittenText {
  const starts: number[] = [];
  let value = '';
  for (const { text } of pieces) {
    starts.push(value.length);
    value += text;
  }
  const at = (index: number): number => {
    const found = Math.max(
      0,
      starts.findLastIndex((start) => start <= index),
    );
    return Math.min(source.length, (pieces[found]?.at ?? 0) + index - (starts[found] ?? 0));
  };
  return { value, span: { start: 0, end: source.length }, at };
}
