import { X509Certificate } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Files } from '../domain/host.ts';
import type { Config } from './config.ts';

const longestFile = 1024 * 1024;
/** Post finds it in its state, which is a variable of its process: 32,767 characters are all that Windows takes. */
const longestText = 16 * 1024;

/**
 * Reads `ca-cert`: the absolute path of a PEM file, the text of one, or that text in Base64. Of a text the certificates count
 * and nothing else.
 * @throws CredsError `input-invalid`
 */
export function readTrustRoot(value: string, files: Files): NonNullable<Config['caCert']> {
  const text = textIn(value);
  if (text !== undefined) {
    const pem = certificatesIn(text).join('');
    if (pem.length > longestText)
      throw bad('is a text of more than 16 KiB: put it into a file, and name that');
    return { source: pem, pem };
  }
  if (!isAbsolute(value))
    throw bad('must be an absolute path, or the PEM text of a certificate, as it is or in Base64');
  const pem = files.read(value, longestFile);
  if (pem?.includes('-----BEGIN CERTIFICATE-----') !== true)
    throw bad('must name a PEM file with a certificate');
  return { source: value, pem };
}

/** True for what is the text of a PEM file, as it is or in Base64, and no path. */
export function isTrustText(value: string): boolean {
  return textIn(value) !== undefined;
}

function textIn(value: string): string | undefined {
  if (value.includes(begin)) return value;
  if (isAbsolute(value) || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value)) return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return decoded.includes(begin) ? decoded : undefined;
}

const begin = '-----BEGIN ';

function certificatesIn(text: string): string[] {
  if (text.includes('PRIVATE KEY-----'))
    throw bad('holds a private key, which nobody needs to trust a server');
  const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
  const found = [...text.matchAll(block)].map(([, base64 = '']) => base64);
  // One that is damaged must not be passed over.
  if (found.length < text.split(begin).length - 1)
    throw bad('is a PEM text with something else in it than whole certificates');
  return found.map(pemOf);
}

function pemOf(base64: string): string {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).toString();
  } catch {
    throw bad('holds a certificate that cannot be read');
  }
}

function bad(problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`ca-cert\` ${problem}.`);
}
