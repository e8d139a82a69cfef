/**
 * Base64 of bytes that stand anywhere in a longer text: for each number of bytes in front (mod 3) the characters that
 * no neighbour can change. A padded whole, as the runner derives it, stops matching as soon as one byte follows.
 */
export function base64Cores(bytes: Buffer): [string, string, string] {
  const behindTwo = Buffer.concat([Buffer.alloc(2), bytes]);
  return [base64Core(behindTwo, 0), base64Core(behindTwo, 1), base64Core(behindTwo, 2)];
}

/** The stable characters when `before` bytes stand in front. */
function base64Core(behindTwo: Buffer, before: number): string {
  const last = Math.floor((8 * (behindTwo.length - 2 + before)) / 6);
  return behindTwo.toString('base64', 2 - before).slice(Math.ceil((8 * before) / 6), last);
}

/** As it is, and as it stands in URLs, where that differs. */
export function inBothAlphabets(core: string): string[] {
  const url = core.replaceAll('+', '-').replaceAll('/', '_');
  return url === core ? [core] : [core, url];
}

/** Base64 as it stands in a URL, and in the JSON of PHP. */
export function writtenBase64(core: string): string[] {
  return /[+/]/.test(core)
    ? [core.replaceAll('+', '%2B').replaceAll('/', '%2F'), core.replaceAll('/', '\\/')]
    : [];
}

/** The lines of base64 output that is wrapped at `width`, without the last characters if a neighbour can change them. */
export function base64Lines(bytes: Buffer, width: number): string[] {
  return wrap(base64Cores(bytes)[0], width);
}

/** What PowerShell's -EncodedCommand and its kin make of the text. */
export function utf16Cores(text: string): string[] {
  return base64Cores(Buffer.from(text, 'utf16le'));
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
