const notHex = 128;
const [small, capital] = [16, 32];

/** The value of each character as a digit, with a mark for letters of either size. */
export function makeHexDigits(): Uint8Array {
  const digits = new Uint8Array(256).fill(notHex);
  for (let value = 0; value < 16; value++) {
    const char = value.toString(16);
    digits[char.toUpperCase().charCodeAt(0)] = value | (value > 9 ? capital : 0);
    digits[char.charCodeAt(0)] = value | (value > 9 ? small : 0);
  }
  return digits;
}

export function isDigit(text: Uint8Array, at: number, digits: Uint8Array): boolean {
  return at >= 0 && at < text.length && digits[text[at] ?? 0] !== notHex;
}

/** Whether all four bytes of a block are digits. */
export function areDigits(block: number, digits: Uint8Array): boolean {
  const outer = (digits[block & 255] ?? notHex) | (digits[block >>> 24] ?? notHex);
  return (
    (outer | (digits[(block >>> 8) & 255] ?? notHex) | (digits[(block >>> 16) & 255] ?? notHex)) < notHex
  );
}

/** The byte whose two digits stand there, and above its eight bits the marks of its letters; -1 where there is none. */
export function byteAt(text: Uint8Array, at: number, digits: Uint8Array): number {
  // An engine that has seen one place outside reads more slowly from then on.
  if (at < 0 || at + 1 >= text.length) return -1;
  const high = digits[text[at] ?? 0] ?? notHex;
  const low = digits[text[at + 1] ?? 0] ?? notHex;
  return (high | low) & notHex
    ? -1
    : ((high & 15) << 4) | (low & 15) | (((high | low) & (small | capital)) << 4);
}

/** Whether letters of only one size, or none, are among the bytes that were joined by OR. */
export function isOneCase(bytes: number): boolean {
  return ((bytes >> 4) & (small | capital)) !== (small | capital);
}
