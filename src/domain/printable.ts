import { fullMatch } from './pattern.ts';

const longest = 200;

/**
 * Text from outside, made fit to be printed: control characters, ANSI escapes, bidirectional and invisible marks
 * become `?`, a leading `::` or `##[` can no longer be a workflow command, and 200 characters are enough.
 */
export function printable(text: string): string {
  const plain = visible(text).replace(/::|##\[/g, '?');
  return plain.length > longest ? `${plain.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : plain;
}

/** Text of any length in which nothing is invisible, where no workflow command is looked for: a page, say. */
export function visible(text: string): string {
  // Most text is plain; the tables for Unicode's classes cost 1 ms to build.
  if (fullMatch(/[ -~]*/, text)) return text;
  // Not a literal: its Unicode classes would be looked up whenever this file is parsed.
  const invisible = new RegExp('[\\p{C}\\p{Zl}\\p{Zp}]', 'gu');
  return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '?').replace(invisible, '?');
}
