import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { invalid } from '../../domain/yaml-document.ts';
import type { Settings } from './settings.ts';

/** The broker's own certificate, found sound. */
export interface OwnCertificate {
  /** PEM text. */
  readonly certificate: string;
  readonly key: string;
  /** `sha256:` and hexadecimal digits: its fingerprint. */
  readonly version: string;
  readonly size: 1;
  readonly expiresAt: Date;
  /** What callers would not accept it for, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads certificate and key as they are now, and checks that one is of the other.
 * @returns undefined where the broker has no TLS of its own
 * @throws CredsError `input-invalid` at `tls`
 */
export function readCertificate(
  { readTls, document, publicUrls }: Pick<Settings, 'readTls' | 'document' | 'publicUrls'>,
  now: Date,
): OwnCertificate | undefined {
  const pair = readTls();
  if (pair === undefined) return undefined;
  const leaf = checkPair({ document }, ['tls'], pair);
  return {
    ...pair,
    version: `sha256:${createHash('sha256').update(leaf.raw).digest('hex')}`,
    size: 1,
    expiresAt: leaf.validToDate,
    warnings: warningsOn(leaf, publicUrls, now),
  };
}

/** @throws CredsError `input-invalid` at the field, unless certificate and key are of one pair */
export function checkPair(
  { document }: Pick<Settings, 'document'>,
  field: readonly string[],
  { certificate, key }: NonNullable<Settings['tls']>,
): X509Certificate {
  try {
    const leaf = new X509Certificate(certificate);
    if (leaf.checkPrivateKey(createPrivateKey(key))) return leaf;
  } catch {
    // Told below.
  }
  throw invalid([document.problem(field, 'certificate and key do not serve: PEM, and of one pair')]);
}

function warningsOn(leaf: X509Certificate, publicUrls: readonly string[], now: Date): string[] {
  const { validFromDate: from, validToDate: to } = leaf;
  const time =
    now < from
      ? [`the certificate is not valid before ${from.toISOString()}`]
      : now >= to
        ? [`the certificate has expired at ${to.toISOString()}`]
        : [];
  const names = publicUrls
    .map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
    .filter((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) === undefined);
  return [...time, ...[...new Set(names)].map((name) => `the certificate is not for ${name}`)];
}
