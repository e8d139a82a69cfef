import { makeRedactor, type Patterns } from '../../../src/redaction/redactor.ts';

/** Bytes as characters of the same number, so that texts can be compared. */
const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

export function redactWhole(patterns: Patterns, text: string): string {
  return inChunks(patterns, text, []);
}

/** The same with the stream cut at the given places, and after the nth piece a pause where `pauses` says so. */
export function inChunks(
  patterns: Patterns,
  text: string,
  cuts: readonly number[],
  pauses: readonly boolean[] = [],
): string {
  const redactor = makeRedactor(patterns);
  const bytes = bytesOf(text);
  const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
  const shown: string[] = [];
  for (const [nth, end] of ends.entries()) {
    shown.push(textOf(redactor.push(bytes.subarray(ends[nth - 1] ?? 0, end))));
    if (pauses[nth] === true) shown.push(textOf(redactor.pause()));
  }
  return [...shown, textOf(redactor.end())].join('');
}

/** The reference: marks every byte of every occurrence in the whole text. */
export function hideAll(text: string, secrets: readonly string[]): string {
  const marked = new Array<boolean>(text.length).fill(false);
  for (const secret of secrets)
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
      marked.fill(true, at, at + secret.length);
  return Array.from(text, (char, at) => (marked[at] ? (at > 0 && marked[at - 1] ? '' : '***') : char)).join(
    '',
  );
}
