/** What must not be readable in the log of a job. */

const hidden = [
  // A JWT: the token that was borrowed, or the ID token; base64 of it begins with the base64 of `eyJ`.
  /eyJ[\w-]{20,}/g,
  /ZXlK[\w+/=-]{20,}/g,
  /(?<![\w])[A-Za-z0-9+/]{2,4}eXlK[\w+/=-]{20,}/g,
  /65794a[0-9a-f]{20,}/gi,
];

/** The beginnings of tokens that can be read in a log, in any of the renderings that the tests print. */
export function renderingsShown(log: string): string[] {
  return hidden.flatMap((pattern) => log.match(pattern) ?? []).map((found) => found.slice(0, 30));
}
