import { fullMatch } from '../../domain/pattern.ts';
import type { Secret } from '../../domain/secret.ts';
import { KeyTrouble } from './sealing-key.ts';

const forms = [/[A-Za-z0-9+/]{43}=/, /[A-Za-z0-9_-]{43}=?/];

/**
 * The 32 octets that a text stands for, in base64 or base64url (RFC 4648 sections 4 and 5); it may end with a line end.
 * @throws KeyTrouble
 */
export function keyOctets(text: Secret): Uint8Array {
  const value = text.reveal().replace(/\r?\n$/, '');
  if (!forms.some((form) => fullMatch(form, value)))
    throw new KeyTrouble('is not 32 octets in base64 or base64url; make one with `openssl rand -base64 32`');
  return new Uint8Array(Buffer.from(value, 'base64url'));
}
