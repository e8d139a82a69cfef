const whole = new WeakMap<RegExp, RegExp>();

/**
 * True when the pattern matches the text from its first to its last character. Every pattern in this program goes
 * through here, so that no one forgets an anchor or the group around an alternation (`^a|b$`).
 */
export function fullMatch(pattern: RegExp, text: string): boolean {
  let anchored = whole.get(pattern);
  if (anchored === undefined) {
    anchored = new RegExp(`^(?:${pattern.source})$(?![\\s\\S])`, pattern.flags.replace(/[gym]/g, ''));
    whole.set(pattern, anchored);
  }
  return anchored.test(text);
}
