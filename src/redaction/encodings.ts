/**
 * Base64 of bytes that stand anywhere in a longer text: for each of the three alignments the characters that no
 * neighbour can change, in both alphabets. A padded whole, as the runner derives it, stops matching as soon as one
 * byte follows.
 */
export function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => bothAlphabets(base64Core(bytes, before)));
}

/** The stable characters when `before` bytes (mod 3) stand in front. */
function base64Core(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes]);
  return all.toString('base64').slice(Math.ceil((8 * before) / 6), Math.floor((8 * all.length) / 6));
}

function bothAlphabets(core: string): string[] {
  const url = core.replaceAll('+', '-').replaceAll('/', '_');
  return url === core ? [core] : [core, url];
}

/** Base64 as it stands in a URL, and in the JSON of PHP. */
export function writtenBase64(core: string): string[] {
  return /[+/]/.test(core) ? [encodeURIComponent(core), core.replaceAll('/', '\\/')] : [];
}

/** Base64 of base64 of the bytes: first where nothing stands in front, then the eight other alignments. */
export function doubleBase64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((inner) => {
    const once = Buffer.from(base64Core(bytes, inner));
    return [0, 1, 2].map((outer) => base64Core(once, outer));
  });
}

/** The lines of base64 output that is wrapped at `width`, without the last characters if a neighbour can change them. */
export function base64Lines(bytes: Buffer, width: number): string[] {
  return wrap(base64Core(bytes, 0), width);
}

/** What PowerShell's -EncodedCommand and its kin make of the text. */
export function utf16Cores(text: string): string[] {
  const bytes = Buffer.from(text, 'utf16le');
  return [0, 1, 2].map((before) => base64Core(bytes, before));
}

export function hex(bytes: Buffer): string[] {
  const lower = bytes.toString('hex');
  return [lower, lower.toUpperCase()];
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines;
}
