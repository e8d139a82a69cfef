import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { partsOf } from './parts.ts';

const fewestCharacters = 8;
const fewestBits = 28;

/** Kinds of characters and how many there are of each. */
const alphabets: readonly (readonly [RegExp, number])[] = [
  [/[0-9]/, 10],
  [/[a-f]/, 6],
  [/[g-z]/, 20],
  [/[A-F]/, 6],
  [/[G-Z]/, 20],
  [/[!-/:-@[-`{-~ ]/, 33],
  [/[^\0-\x7f]/, 100],
];

/**
 * A value that is short or easy to guess cannot be masked: the mask would blacken ordinary words, or its absence
 * from the log would tell it. What is no secret must be declared so by whoever lends it.
 * @throws CredsError `credential-unusable`
 */
export function assertCredentialHideable(credential: Credential): void {
  for (const [field, value] of Object.entries<unknown>(credential.fields))
    if (value instanceof Secret) assertHideable(`${field} of the credential ${credential.name}`, value);
}

/** @throws CredsError `credential-unusable`, naming the secret by `what` */
export function assertHideable(what: string, secret: Secret): void {
  const pieces = partsOf(secret.reveal()).flatMap((part) => part.raw);
  const hidden = pieces.filter((piece) => piece.length >= fewestCharacters).join('');
  if (hidden.length < fewestCharacters || guessBits(hidden) < fewestBits)
    throw new CredsError(
      'credential-unusable',
      `The ${what} is too short or too simple to be hidden in logs (at least ${String(fewestCharacters)} characters and ${String(fewestBits)} bits).`,
    );
}

/** An upper bound for the work of guessing: the length times the bits of the alphabets that occur. */
function guessBits(text: string): number {
  if (new Set(text).size < 3) return 0;
  const size = alphabets.reduce((sum, [set, count]) => (set.test(text) ? sum + count : sum), 0);
  return text.length * Math.log2(size);
}
