import { Secret } from '../../domain/secret.ts';

/** In UTF-8. */
const longest = 16 * 1024;

/** A value as a program or an operator gives it, less one line end. @returns what is wrong, which quotes nothing of it */
export function readValue(text: string): Secret | string {
  const value = text.replace(/\r?\n$/, '');
  if (value === '') return 'it is empty';
  if (Buffer.byteLength(value) > longest) return `it is longer than ${String(longest)} octets`;
  if (value.includes('\0') || !value.isWellFormed()) return 'it is no text';
  return new Secret(value);
}
