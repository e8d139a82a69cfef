import { Secret } from '../../domain/secret.ts';

/** In UTF-8. */
const longest = 16 * 1024;

/** A value as it is to be lent. @returns what is wrong, which quotes nothing of it */
export function readValue(value: string): Secret | string {
  if (value === '') return 'it is empty';
  if (Buffer.byteLength(value) > longest) return `it is longer than ${String(longest)} octets`;
  if (value.includes('\0') || !value.isWellFormed()) return 'it is no text';
  return new Secret(value);
}
