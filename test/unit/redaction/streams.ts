import { textsOf } from '../../../src/redaction/gathering.ts';
import { makeRedactor, type Patterns } from '../../../src/redaction/redactor.ts';
import { streamedOf } from '../../../src/redaction/streamed.ts';

/** Bytes as characters of the same number, so that texts can be compared. */
const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** The renderings of a secret that a stream is searched for as they are. */
export function literalsOf(secret: string): string[] {
  return [...new Set(textsOf(streamedOf(new Set([secret])).literals))];
}

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

type Stretch = readonly [start: number, end: number];

/** The reference: every byte of every occurrence in the whole text is hidden. */
export function hideAll(text: string, secrets: readonly string[], others: readonly Stretch[] = []): string {
  const marked = new Array<boolean>(text.length).fill(false);
  for (const secret of secrets)
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
      marked.fill(true, at, at + secret.length);
  for (const [start, end] of others) marked.fill(true, start, end);
  const shown = Array.from(text, (char, at) =>
    marked[at] === true ? (marked[at - 1] === true ? '' : '***') : char,
  );
  return shown.join('');
}

/** Dumps of eight bytes, digits H: without gaps, with one between any two, and in groups of two bytes. */
const dumpForms = [
  'HH{8}',
  ...[' {1,2}', ':', '-'].map((gap) => `HH(${gap}HH){7}`),
  'HHHH( {1,2}HHHH){3}',
  'HH( {1,2}HHHH){3} {1,2}HH',
]
  .map((form) => form.replace('HH{8}', '(HH){8}'))
  .flatMap((form) => ['[0-9a-f]', '[0-9A-F]'].map((digit) => new RegExp(form.replaceAll('H', digit), 'y')));

/** Where the text shows eight bytes of a secret in hexadecimal, with the characters at the end of such a line. */
export function dumpsIn(text: string, secret: string): Stretch[] {
  const digits = Buffer.from(secret).toString('hex');
  return Array.from(text, (_, at) => at).flatMap((at) =>
    dumpForms.flatMap((form) => {
      form.lastIndex = at;
      const [dump] = form.exec(text) ?? [];
      if (dump === undefined) return [];
      const end = at + dump.length;
      const [line = ''] = text.slice(end).split('\n');
      const hasCharacters =
        form.source.includes(' ') && line.length <= 120 && /^[0-9a-f ]* {2}.{0,34}$/i.test(line);
      const stretch = [at, hasCharacters ? end + line.length : end] as const;
      return hasBytes(digits, dump.toLowerCase().replace(/[^0-9a-f]/g, '')) ? [stretch] : [];
    }),
  );
}

function hasBytes(digits: string, part: string): boolean {
  for (let at = digits.indexOf(part); at !== -1; at = digits.indexOf(part, at + 1))
    if (at % 2 === 0) return true;
  return false;
}
