/**
 * Reads application/x-www-form-urlencoded as RFC 6749 wants it: UTF-8, and every name with all of its values, so
 * that a caller can refuse what comes twice.
 * @throws SyntaxError without any of the text in it
 */
export function parseForm(octets: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const at = pair.indexOf('=');
      const name = decode(at === -1 ? pair : pair.slice(0, at));
      const value = at === -1 ? '' : decode(pair.slice(at + 1));
      const values = fields.get(name);
      if (values === undefined) fields.set(name, [value]);
      else values.push(value);
    }
  } catch {
    throw new SyntaxError('not a valid form');
  }
  return fields;
}

function decode(text: string): string {
  // A token is mostly all of it, and stands there as it is.
  if (!text.includes('%') && !text.includes('+')) return text;
  return decodeURIComponent(text.replaceAll('+', ' '));
}
