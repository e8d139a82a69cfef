import type { Source, Span } from './files/source.ts';

/** What a reader is shown of a file: its keys and the names that it refers to, never a value that is written out. */
export interface Excerpt {
  /** The whole first line of what was found. */
  readonly line: string;
  /** Of that line what was found. */
  readonly found: string;
}

const mostUnits = 1000;

export function excerptOf({ text }: Source, { start, end }: Span): Excerpt {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', start);
  const to = next < 0 ? text.length : next;
  return {
    line: withoutLiterals(text.slice(from, Math.min(to, from + mostUnits))),
    found: withoutLiterals(text.slice(start, Math.min(end, to, start + mostUnits))),
  };
}

/** Keeps the indentation, the key and references; everything else becomes `…`. */
function withoutLiterals(line: string): string {
  const [, before = '', rest = ''] =
    /^(\s*(?:- +)?(?:[A-Za-z_][\w.-]{0,60}:(?=\s|$)\s*)?)(.*)$/s.exec(line) ?? [];
  return before + rest.replace(told, (_, reference: string | undefined) => reference ?? '…');
}

/** A reference, or a stretch without one. */
const told =
  /(\$\{\{[\w\s.-]{1,200}\}\}|\$\{?[A-Za-z_]\w{0,100}\}?|\b(?:secrets|vars|env|inputs|steps|needs|github|matrix)\.[\w.-]{1,200})|(?:(?!\$\{\{[\w\s.-]{1,200}\}\}|\$\{?[A-Za-z_]|\b(?:secrets|vars|env|inputs|steps|needs|github|matrix)\.\w).)+/gs;
